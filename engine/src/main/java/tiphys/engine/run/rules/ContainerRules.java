package tiphys.engine.run.rules;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import tiphys.engine.ResolvedTemplate;
import tiphys.engine.ResolvedTemplate.Kind;
import tiphys.engine.StepReport.ContainerEnd;
import tiphys.engine.StepReport.Ending;
import tiphys.engine.run.rules.BeginRules.Place;
import tiphys.engine.run.state.Node;
import tiphys.engine.run.state.NodePhase;
import tiphys.engine.run.state.NodeType;
import tiphys.engine.run.state.Outputs;
import tiphys.engine.run.state.RunFact;
import tiphys.engine.run.state.RunFact.Role;
import tiphys.engine.run.state.RunState;

/// Pods with several containers: the nodes of a container set, and what a pod comes to by the ends of its containers (Argo's 1.2.3,
/// 3.13).
final class ContainerRules {
    private static final int NOT_STARTED = 64;
    private static final int KILLED = 137;
    private static final int TERMINATED = 143;
    private static final String CUT_SHORT = "Pod Failed whilst container running";

    private final Decider deciding;
    private final RunState state;

    ContainerRules(Decider deciding) {
        this.deciding = deciding;
        this.state = deciding.state;
    }

    /// Begins the nodes of a container set, whose pod was just ordered or is not run again.
    void begin(Node pod) {
        var containers = state.plan(pod).template().json().listAt("containerSet", "containers");
        for (int i = 0; i < containers.size(); i++) {
            deciding.begin.begin(
                    new Place(
                            pod.name + "." + containers.get(i).textAt("name").orElse(""),
                            pod.index,
                            pod.index,
                            i,
                            -1,
                            Role.PART),
                    NodeType.CONTAINER,
                    pod.template,
                    BeginRules.Inputs.NONE,
                    "");
        }
    }

    /// The process of a container runs.
    void started(Node pod, String container) {
        node(pod, container)
                .filter(node -> node.phase == NodePhase.PENDING)
                .ifPresent(node -> deciding.emit(new RunFact.NodeChanged(node.index, NodePhase.RUNNING, "")));
    }

    /// A container is over; its pod may go on.
    void ended(Node pod, ContainerEnd end) {
        node(pod, end.name()).ifPresent(node -> end(node, end));
    }

    private void end(Node node, ContainerEnd end) {
        var phase =
                switch (end.code()) {
                    case 0 -> NodePhase.SUCCEEDED;
                    case NOT_STARTED -> NodePhase.ERROR;
                    default -> NodePhase.FAILED;
                };
        var message =
                end.code() == 0 ? "" : "%s: Error (exit code %d): %s".formatted(end.name(), end.code(), end.message());
        deciding.ends.end(node, phase, message, Outputs.NONE);
    }

    /// The attempt is over, and so are its containers.
    void over(Node pod, Ending ending) {
        if (pod.parts == null) {
            return;
        }
        var ends = new LinkedHashMap<String, ContainerEnd>();
        if (ending instanceof Ending.GroupExited(var containers, _, _)) {
            containers.forEach(end -> ends.put(end.name(), end));
        }
        for (int part : List.copyOf(pod.parts)) {
            var node = state.node(part);
            if (node.phase.fulfilled()) {
                continue;
            }
            var end = ends.get(name(pod, node));
            if (end != null) {
                end(node, end);
            } else {
                var lost = ending instanceof Ending.Lost || ending instanceof Ending.NotStarted;
                deciding.ends.end(
                        node,
                        lost ? NodePhase.ERROR : NodePhase.FAILED,
                        pod.cancelled != null && !lost
                                ? pod.cancelled
                                : ending instanceof Ending.DeadlineExceeded ? CUT_SHORT : LeafRules.describe(ending),
                        Outputs.NONE);
            }
        }
    }

    /// The containers of a pod that succeeded before a restart and does not run again.
    void kept(Node pod) {
        begin(pod);
        if (pod.parts != null) {
            List.copyOf(pod.parts)
                    .forEach(part -> deciding.ends.end(state.node(part), NodePhase.SUCCEEDED, "", Outputs.NONE));
        }
    }

    /// What a pod came to.
    ///
    /// @param message empty if it succeeded
    record Verdict(NodePhase phase, String message) {}

    /// What a pod comes to by the ends of its containers: by the first that failed of the init containers, then of the mains
    /// by their names, then of the sidecars, to which being ended is no failure.
    static Verdict verdict(ResolvedTemplate template, Ending.GroupExited exited) {
        var kinds = new LinkedHashMap<String, Kind>();
        template.containers().forEach(one -> kinds.put(one.name(), one.kind()));
        var order = new ArrayList<>(exited.containers());
        order.sort(
                Comparator.comparingInt((ContainerEnd end) -> place(kinds.get(end.name())))
                        .thenComparing(end -> place(kinds.get(end.name())) == 0 ? "" : end.name()));
        for (var end : order) {
            var main = kinds.get(end.name()) == Kind.MAIN;
            if (end.code() != 0 && (main || (end.code() != KILLED && end.code() != TERMINATED))) {
                return new Verdict(NodePhase.FAILED, end.name() + ": " + sentence(end));
            }
        }
        var never =
                kinds.entrySet().stream()
                        .filter(one -> one.getValue() == Kind.MAIN)
                        .map(Map.Entry::getKey)
                        .filter(name -> order.stream().noneMatch(end -> end.name().equals(name)))
                        .findFirst();
        return never.map(name ->
                        new Verdict(
                                NodePhase.ERROR,
                                "Pod failed before " + name + " container starts due to PodInitializing: "))
                .orElseGet(() -> new Verdict(NodePhase.SUCCEEDED, ""));
    }

    private static int place(@org.jspecify.annotations.Nullable Kind kind) {
        return switch (kind) {
            case INIT, EARLY_SIDECAR -> 0;
            case MAIN -> 1;
            case SIDECAR -> 2;
            case null -> 3;
        };
    }

    private static String sentence(ContainerEnd end) {
        var text = "Error (exit code " + end.code() + ")";
        return end.message().isEmpty() ? text : text + ": " + end.message();
    }

    /// The exit code of `main` as an output.
    static Optional<String> exitCode(OptionalInt code) {
        return code.isPresent() ? Optional.of("" + code.getAsInt()) : Optional.empty();
    }

    private Optional<Node> node(Node pod, String container) {
        return pod.parts == null
                ? Optional.empty()
                : pod.parts.stream()
                        .map(state::node)
                        .filter(node -> !node.phase.fulfilled() && name(pod, node).equals(container))
                        .findFirst();
    }

    private static String name(Node pod, Node container) {
        return container.name.substring(pod.name.length() + 1);
    }
}
