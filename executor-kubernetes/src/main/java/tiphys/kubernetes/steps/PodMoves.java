package tiphys.kubernetes.steps;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import tiphys.engine.ArtifactMoves;
import tiphys.engine.AttemptId;
import tiphys.engine.StepOrder;
import tiphys.engine.Transfer;
import tiphys.engine.Transfer.Direction;
import tiphys.engine.Transfer.Moved;
import tiphys.engine.Transfer.Result;
import tiphys.kubernetes.pod.PodSettings;
import tiphys.kubernetes.pod.Pods;

/// Artifacts of pods are moved by Argo's executor in the pod itself: before an order is given nothing has to be done, and after the end it is
/// known from the executor's report what was kept. What a light pod or the server itself printed is kept by the server.
///
/// @param usual keeps that
/// @param saving the orders whose pods' logs it reads, for the time that it does
record PodMoves(ArtifactMoves usual, PodCalls calls, PodSettings settings, Map<AttemptId, StepOrder> saving)
        implements ArtifactMoves {
    @Override
    public Transfer load(StepOrder order) {
        var all = order.template().inputArtifacts().stream().map(one -> new Moved(one.name(), 0)).toList();
        return new Transfer(order.attempt(), Direction.IN, Result.DONE, all, List.of());
    }

    @Override
    public Transfer save(StepOrder order) {
        if (!Refusals.pod(order)) {
            return usual.save(order);
        }
        if (Pods.light(order, settings)) {
            saving.put(order.attempt(), order);
            try {
                return usual.save(order);
            } finally {
                saving.remove(order.attempt());
            }
        }
        try {
            var kept =
                    calls.report(order).listAt("outputs", "artifacts").stream()
                            .map(one -> one.textAt("name").orElse(""))
                            .map(name -> new Moved(name, 0))
                            .toList();
            return new Transfer(order.attempt(), Direction.OUT, Result.DONE, kept, List.of());
        } catch (IOException e) {
            return new Transfer(
                    order.attempt(),
                    Direction.OUT,
                    Result.FAILED,
                    List.of(),
                    List.of("what the pod kept cannot be read: " + e.getMessage()));
        }
    }
}
