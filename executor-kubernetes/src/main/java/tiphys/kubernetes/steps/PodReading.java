package tiphys.kubernetes.steps;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Semaphore;
import tiphys.engine.StepOrder;
import tiphys.engine.StepReport.Ending;
import tiphys.kubernetes.pod.PodSettings;
import tiphys.kubernetes.pod.Pods;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Works out how attempts ended whose pods are over, from the pod's status and from what the step left.
final class PodReading {
    private static final int AT_ONCE = 16;
    private static final String DELETED = "pod deleted";

    private final PodCalls calls;
    private final PodSettings settings;
    private final Semaphore places = new Semaphore(AT_ONCE, true);

    PodReading(PodCalls calls, PodSettings settings) {
        this.calls = calls;
        this.settings = settings;
    }

    /// Whether something of a step is to be read from the cluster when it is over.
    boolean leaves(PodAttempt attempt) {
        var order = attempt.order();
        return !attempt.cancelled() && (order.resultWanted() || !Pods.light(order, settings));
    }

    /// How an attempt ended that leaves nothing to be read, or is ended from outside.
    static Ending plain(PodAttempt attempt, Value.Mapping pod) {
        return ending(attempt, pod, PodEnd.Left.NOTHING);
    }

    /// How an attempt ended, with what it left. Blocks.
    Ending read(PodAttempt attempt, Value.Mapping pod) {
        try {
            return ending(attempt, pod, left(attempt.order()));
        } catch (IOException e) {
            return PodEnd.phase(pod).equals("Succeeded") ? unread(e) : plain(attempt, pod);
        }
    }

    private static Ending unread(IOException why) {
        return new Ending.Served(
                Ending.Outcome.ERROR,
                "what the step left cannot be read from the cluster: " + why.getMessage(),
                OptionalInt.of(0),
                Optional.empty(),
                Map.of());
    }

    /// What a step left: from the log of a light pod, else from what Argo's executor reported.
    private PodEnd.Left left(StepOrder order) throws IOException {
        places.acquireUninterruptibly();
        try {
            if (Pods.light(order, settings)) {
                return new PodEnd.Left(Optional.of(calls.result(order)), Map.of());
            }
            var outputs = calls.report(order).mapAt("outputs");
            var parameters = new LinkedHashMap<String, String>();
            for (var one : outputs.listAt("parameters")) {
                one.find("value").ifPresent(value -> parameters.put(one.textAt("name").orElse(""), Json.text(value)));
            }
            return new PodEnd.Left(outputs.textAt("result"), parameters);
        } finally {
            places.release();
        }
    }

    private static Ending ending(PodAttempt attempt, Value.Mapping pod, PodEnd.Left left) {
        var ending = PodEnd.of(pod, attempt.order().template(), left);
        if (attempt.cancelled() && !(ending instanceof Ending.Exited(var code, _, _) && code == 0)) {
            return new Ending.Cancelled(PodEnd.mainCode(pod));
        }
        return pod.find("metadata", "deletionTimestamp").isPresent() && PodEnd.phase(pod).equals("Failed")
                ? deleted(PodEnd.mainCode(pod))
                : ending;
    }

    /// How an attempt ended whose pod somebody took away.
    static Ending gone(PodAttempt attempt) {
        return attempt.cancelled() ? new Ending.Cancelled() : deleted(OptionalInt.empty());
    }

    private static Ending deleted(OptionalInt exit) {
        return new Ending.Served(Ending.Outcome.ERROR, DELETED, exit, Optional.empty(), Map.of());
    }
}
