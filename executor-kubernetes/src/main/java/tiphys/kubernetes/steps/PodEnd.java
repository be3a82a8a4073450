package tiphys.kubernetes.steps;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import tiphys.engine.ResolvedTemplate;
import tiphys.engine.StepReport.ContainerEnd;
import tiphys.engine.StepReport.Ending;
import tiphys.engine.StepReport.Ending.Outcome;
import tiphys.manifest.Value;

/// What a pod's status says of its step, in Argo's words (`inferFailedReason`). Pure: a status is read the same way each time.
final class PodEnd {
    /// What killed containers end with, which is no failure of what runs beside the step.
    private static final int KILLED = 137;

    private static final int TERMINATED = 143;

    private final ResolvedTemplate template;
    private final Value.Mapping status;
    private final Map<String, Value> containers = new LinkedHashMap<>();

    private PodEnd(Value.Mapping pod, ResolvedTemplate template) {
        this.template = template;
        status = pod.mapAt("status");
        for (var list : List.of("initContainerStatuses", "containerStatuses")) {
            status.listAt(list).forEach(one -> containers.put(one.textAt("name").orElse(""), one));
        }
    }

    /// Whether a pod is over.
    static boolean over(Value.Mapping pod) {
        var phase = phase(pod);
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    static String phase(Value.Mapping pod) {
        return pod.textAt("status", "phase").orElse("");
    }

    /// When the step began: its first container that counts.
    static Optional<Instant> started(Value.Mapping pod) {
        return pod.mapAt("status").listAt("containerStatuses").stream()
                .flatMap(one -> began(one).stream())
                .min(Instant::compareTo);
    }

    private static Optional<Instant> began(Value container) {
        return container
                .textAt("state", "running", "startedAt")
                .or(() -> container.textAt("state", "terminated", "startedAt"))
                .map(Instant::parse);
    }

    /// When the last container ended; the time given if none says.
    static Instant ended(Value.Mapping pod, Instant otherwise) {
        return pod.mapAt("status").listAt("containerStatuses").stream()
                .flatMap(one -> one.textAt("state", "terminated", "finishedAt").map(Instant::parse).stream())
                .max(Instant::compareTo)
                .orElse(otherwise);
    }

    /// Whether a pod's containers all say that they are ready.
    static boolean ready(Value.Mapping pod) {
        var all = pod.mapAt("status").listAt("containerStatuses");
        return !all.isEmpty() && all.stream().allMatch(one -> one.find("ready").equals(Optional.of(Value.bool(true))));
    }

    /// What a step left, as far as somebody wants it.
    ///
    /// @param result what its main container printed
    /// @param parameters its output files
    record Left(Optional<String> result, Map<String, String> parameters) {
        static final Left NOTHING = new Left(Optional.empty(), Map.of());
    }

    /// How a pod ended that is over.
    static Ending of(Value.Mapping pod, ResolvedTemplate template, Left left) {
        return new PodEnd(pod, template).ending(left);
    }

    private Ending ending(Left left) {
        var result = left.result();
        if (status.textAt("reason").orElse("").equals("DeadlineExceeded")) {
            return new Ending.DeadlineExceeded(mainCode());
        }
        var said = status.textAt("message").filter(text -> !text.isEmpty());
        if (status.textAt("phase").orElse("").equals("Failed") && said.isPresent()) {
            return new Ending.Served(Outcome.FAILED, said.get(), mainCode(), result, left.parameters());
        }
        return failure(left)
                .orElseGet(() ->
                        template.grouped()
                                ? new Ending.GroupExited(ends(), result, left.parameters())
                                : new Ending.Exited(mainCode().orElse(0), result, left.parameters()));
    }

    /// What is more than the exit codes of the template's own containers.
    private Optional<Ending> failure(Left left) {
        var result = left.result();
        for (var one : parts()) {
            var container = containers.get(one.name());
            if (container == null) {
                continue;
            }
            var waiting = container.find("state", "waiting");
            if (waiting.isPresent()) {
                return Optional.of(
                        new Ending.Served(
                                Outcome.ERROR,
                                "Pod failed before %s container starts due to %s: %s"
                                        .formatted(
                                                one.name(),
                                                waiting.get().textAt("reason").orElse(""),
                                                waiting.get().textAt("message").orElse("")),
                                OptionalInt.empty(),
                                result,
                                left.parameters()));
            }
            int code = code(container).orElse(0);
            if (code == 0) {
                continue;
            }
            var reason = container.textAt("state", "terminated", "reason").orElse("Error");
            if (one.kind() == Part.Kind.BESIDE && (code == KILLED || code == TERMINATED)) {
                continue;
            }
            if (one.kind() == Part.Kind.OWN) {
                return Optional.of(
                        new Ending.Served(
                                Outcome.ERROR, sentence(one.name(), container), mainCode(), result, left.parameters()));
            }
            if (!reason.equals("Error") || !message(container).isEmpty()) {
                return Optional.of(
                        new Ending.Served(
                                Outcome.FAILED,
                                sentence(one.name(), container),
                                mainCode(),
                                result,
                                left.parameters()));
            }
            return Optional.empty(); // an exit code like any other
        }
        return Optional.empty();
    }

    /// A container, and what its failure says of the step.
    private record Part(String name, Kind kind) {
        enum Kind {
            /// It could not be made ready, or its outputs could not be saved.
            OWN,
            /// It failed itself.
            MAIN,
            /// So did it, but for being ended when the others were over.
            BESIDE
        }
    }

    /// The containers in the order in which they are looked at: what comes before the step, the step, Argo's `wait`, and what is beside.
    private List<Part> parts() {
        var parts = new ArrayList<Part>();
        parts.add(new Part("init", Part.Kind.OWN));
        var beside = new ArrayList<Part>();
        for (var one : template.containers()) {
            switch (one.kind()) {
                case INIT -> parts.add(new Part(one.name(), Part.Kind.OWN));
                case MAIN -> parts.add(new Part(one.name(), Part.Kind.MAIN));
                case SIDECAR, EARLY_SIDECAR -> beside.add(new Part(one.name(), Part.Kind.BESIDE));
            }
        }
        parts.add(new Part("wait", Part.Kind.OWN));
        parts.addAll(beside);
        return parts;
    }

    private static String sentence(String name, Value container) {
        var text =
                "%s: %s (exit code %d)"
                        .formatted(
                                name,
                                container.textAt("state", "terminated", "reason").orElse("Error"),
                                code(container).orElse(0));
        var message = message(container);
        return message.isEmpty() ? text : text + ": " + message;
    }

    private static String message(Value container) {
        return container.textAt("state", "terminated", "message").orElse("").strip();
    }

    private List<ContainerEnd> ends() {
        var ends = new ArrayList<ContainerEnd>();
        for (var one : template.containers()) {
            var container = containers.get(one.name());
            if (container != null && code(container).isPresent()) {
                ends.add(new ContainerEnd(one.name(), code(container).getAsInt(), message(container)));
            }
        }
        return ends;
    }

    /// The exit code of a pod's main container.
    static OptionalInt mainCode(Value.Mapping pod) {
        return pod.mapAt("status").listAt("containerStatuses").stream()
                .filter(one -> one.textAt("name").orElse("").equals("main"))
                .map(PodEnd::code)
                .findFirst()
                .orElse(OptionalInt.empty());
    }

    private OptionalInt mainCode() {
        var main = containers.get("main");
        return main == null ? OptionalInt.empty() : code(main);
    }

    private static OptionalInt code(Value container) {
        return container
                .find("state", "terminated", "exitCode")
                .filter(Value.Number.class::isInstance)
                .map(number -> OptionalInt.of(((Value.Number) number).decimal().intValue()))
                .orElse(OptionalInt.empty());
    }
}
