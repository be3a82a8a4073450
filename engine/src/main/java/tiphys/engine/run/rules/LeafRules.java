package tiphys.engine.run.rules;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import tiphys.engine.ResolvedTemplate;
import tiphys.engine.StepReport;
import tiphys.engine.StepReport.Ending;
import tiphys.engine.Transfer;
import tiphys.engine.run.state.Node;
import tiphys.engine.run.state.NodePhase;
import tiphys.engine.run.state.NodeType;
import tiphys.engine.run.state.Outputs;
import tiphys.engine.run.state.RunFact;
import tiphys.engine.run.state.RunState;
import tiphys.language.EvaluationFailed;
import tiphys.manifest.workflow.Template;

/// How leaves run: their orders, and what the executor reports of them (Argo's 3.12, 3.13).
public final class LeafRules {
    /// How the message of a node begins whose attempt was lost.
    public static final String LOST = "attempt lost";

    /// Of what has no pod in Argo, when its time is over.
    private static final String TIMEOUT = "timeout";

    private static final Pattern PROGRESS = Pattern.compile("[0-9]{1,9}/[0-9]{1,9}");

    /// Less than this shows nowhere, and is not recorded.
    private static final long LEAST_CPU_MICROS = 50_000;

    private static final long LEAST_PEAK_BYTES = 50 << 20;

    private static final int NO_PROGRAM = 64;
    private static final String NOT_RUN = "failed to start command: ";
    private static final String POD_DELETED = "pod deleted";

    private final Decider deciding;
    private final RunState state;

    LeafRules(Decider deciding) {
        this.deciding = deciding;
        this.state = deciding.state;
    }

    /// Orders a leaf that just began; one that succeeded before a restart keeps what it gave.
    void order(Node node) {
        if (node.phase.fulfilled()) {
            return;
        }
        var kept = state.kept.get(node.name);
        if (kept != null) {
            deciding.containers.kept(node);
            deciding.ends.end(node, kept.phase(), kept.message(), kept.outputs());
            return;
        }
        var over = deciding.ends.overAtOnce(node);
        if (over.isPresent()) {
            deciding.ends.end(node, NodePhase.FAILED, over.get(), Outputs.NONE);
            return;
        }
        try {
            var until = deciding.pending.until(node);
            deciding.emit(new RunFact.StepOrdered(node.index, new Orders(state).order(node, deciding.at)));
            deciding.containers.begin(node);
            until.ifPresent(instant -> deciding.pending.watch(node, instant));
        } catch (EvaluationFailed e) {
            deciding.ends.end(node, NodePhase.ERROR, deciding.begin.startError(node, e), Outputs.NONE);
        }
    }

    /// Takes a report; one that is late, repeated or about another attempt changes nothing.
    void report(StepReport report) {
        var found = state.nodeOf(report.attempt());
        if (found.isEmpty() || found.get().order == null) {
            return;
        }
        var node = found.get();
        if (node.phase.fulfilled()) { // it was over before its process was
            if (report instanceof StepReport.Ended(var attempt, var at, var ending)) {
                deciding.emit(new RunFact.StepEnded(node.index, attempt, at, shortened(ending)));
                deciding.ends.attemptGone();
            }
            return;
        }
        if (node.ending != null) {
            return;
        }
        switch (report) {
            case StepReport.Started(var attempt, var at, var program) -> {
                if (node.phase == NodePhase.PENDING) {
                    deciding.emit(new RunFact.StepStarted(node.index, attempt, at, program));
                    deciding.hooks.changed(node);
                }
            }
            case StepReport.Ready(var attempt, var at, var address) -> {
                if (!node.daemoned && node.cancelled == null && state.plan(node).template().daemon()) {
                    deciding.daemons.ready(node, new RunFact.StepReady(node.index, attempt, at, address));
                }
            }
            case StepReport.Progressed(_, _, var progress) -> progressed(node, progress);
            case StepReport.Used(_, _, var cpu, var peak) -> {
                if (cpu >= LEAST_CPU_MICROS || peak >= LEAST_PEAK_BYTES) {
                    deciding.emit(new RunFact.Used(node.index, cpu, peak));
                }
            }
            case StepReport.ContainerStarted(_, _, var container) -> deciding.containers.started(node, container);
            case StepReport.ContainerEnded(_, _, var end) -> deciding.containers.ended(node, end);
            case StepReport.Ended(var attempt, var at, var ending) -> {
                deciding.containers.over(node, ending);
                if (leaves(node, ending)) {
                    deciding.emit(new RunFact.OutputsLeft(node.index, attempt, at, ending));
                } else {
                    deciding.emit(new RunFact.StepEnded(node.index, attempt, at, shortened(ending)));
                    ended(node, ending, Outputs.NONE, List.of());
                }
            }
        }
    }

    /// What a step says of its progress, if that is a progress: so many of so many.
    private void progressed(Node node, String progress) {
        if (!progress.equals(node.progress) && PROGRESS.matcher(progress).matches()) {
            var parts = progress.split("/", 2);
            long done = Long.parseLong(parts[0]);
            long all = Long.parseLong(parts[1]);
            if (all > 0 && done <= all) {
                deciding.emit(new RunFact.Progressed(node.index, progress));
            }
        }
    }

    /// Whether artifacts are saved after an attempt ended so: not if it was ended from outside, or never ran.
    private static boolean leaves(Node node, Ending ending) {
        var ran =
                ending instanceof Ending.Exited
                        || ending instanceof Ending.Signalled
                        || ending instanceof Ending.OutOfMemory
                        || ending instanceof Ending.GroupExited;
        return ran
                && node.cancelled == null
                && node.order != null
                && !node.order.template().outputArtifacts().isEmpty();
    }

    /// Artifacts were moved, or could not be; what is late or repeated changes nothing.
    void moved(Transfer transfer) {
        var found = state.nodeOf(transfer.attempt());
        if (found.isEmpty()) {
            return;
        }
        var node = found.get();
        var order = node.order;
        if (order == null) {
            return;
        }
        if (node.phase.fulfilled()) { // it was over before they were saved
            if (node.ending != null && transfer.direction() == Transfer.Direction.OUT) {
                var ending = node.ending;
                deciding.emit(new RunFact.ArtifactsMoved(node.index, transfer));
                deciding.emit(new RunFact.StepEnded(node.index, transfer.attempt(), deciding.at, shortened(ending)));
                deciding.ends.attemptGone();
            }
            return;
        }
        switch (transfer.direction()) {
            case IN -> {
                if (!node.staged && node.cancelled == null) {
                    deciding.emit(new RunFact.ArtifactsMoved(node.index, transfer));
                    staged(node, transfer);
                }
            }
            case OUT -> {
                var ending = node.ending;
                if (ending != null) {
                    var given = order.template().outputArtifacts();
                    var names = transfer.moved().stream().map(Transfer.Moved::name).toList();
                    deciding.emit(new RunFact.ArtifactsMoved(node.index, transfer));
                    deciding.emit(
                            new RunFact.StepEnded(node.index, transfer.attempt(), deciding.at, shortened(ending)));
                    ended(
                            node,
                            ending,
                            Outputs.NONE.with(given.stream().filter(one -> names.contains(one.name())).toList()),
                            transfer.problems());
                }
            }
        }
    }

    /// A step whose artifacts are not in place never runs.
    private void staged(Node node, Transfer transfer) {
        var why =
                switch (transfer.result()) {
                    case DONE -> Optional.<Ending>empty();
                    case DEADLINE -> Optional.<Ending>of(new Ending.DeadlineExceeded());
                    case FAILED ->
                            Optional.<Ending>of(
                                    new Ending.NotStarted(
                                            "init: Error (exit code "
                                                    + NO_PROGRAM
                                                    + "): "
                                                    + String.join("; ", transfer.problems())));
                };
        why.ifPresent(ending -> {
            deciding.containers.over(node, ending);
            deciding.emit(new RunFact.StepEnded(node.index, transfer.attempt(), deciding.at, ending));
            ended(node, ending, Outputs.NONE, List.of());
        });
    }

    /// The ending as it is recorded: outputs are in the node's end.
    private static Ending shortened(Ending ending) {
        return switch (ending) {
            case Ending.Exited(var code, _, _) -> new Ending.Exited(code, Optional.empty(), Map.of());
            case Ending.GroupExited(var containers, _, _) ->
                    new Ending.GroupExited(containers, Optional.empty(), Map.of());
            case Ending.Served(var outcome, var message, var exit, _, _) ->
                    new Ending.Served(outcome, message, exit, Optional.empty(), Map.of());
            case Ending.OutputsRefused _,
                    Ending.Signalled _,
                    Ending.OutOfMemory _,
                    Ending.DeadlineExceeded _,
                    Ending.Cancelled _,
                    Ending.Lost _,
                    Ending.NotStarted _ ->
                    ending;
        };
    }

    /// @param saved the artifacts that were saved
    /// @param unsaved why others were not
    private void ended(Node node, Ending ending, Outputs saved, List<String> unsaved) {
        var template = state.plan(node).template();
        try {
            deciding.begin.checkRoom(RunState.length(failedOutputs(ending)));
        } catch (EvaluationFailed e) {
            deciding.ends.end(node, NodePhase.ERROR, e.getMessage(), Outputs.NONE);
            return;
        }
        if (node.cancelled != null && !(ending instanceof Ending.Lost)) {
            var deleted = node.cancelled.equals(POD_DELETED);
            var phase = deleted ? NodePhase.ERROR : NodePhase.FAILED;
            var outputs = deleted && ending instanceof Ending.Cancelled ? Outputs.NONE : failedOutputs(ending);
            deciding.ends.end(node, phase, node.cancelled, outputs);
            return;
        }
        if (template.daemon() && succeeded(template, ending)) { // a daemon is to go on until it is ended
            deciding.ends.end(node, NodePhase.FAILED, "", failedOutputs(ending));
            return;
        }
        switch (ending) {
            case Ending.Exited(var code, var result, var parameters) -> {
                if (code != 0) {
                    deciding.ends.end(
                            node,
                            NodePhase.FAILED,
                            "main: " + describe(ending),
                            new Outputs(result, Optional.of("" + code), parameters, saved.artifacts()));
                    return;
                }
                succeeded(node, template, ending, saved, unsaved);
            }
            case Ending.GroupExited group -> {
                var verdict = verdict(template, group);
                if (verdict.phase() != NodePhase.SUCCEEDED) {
                    deciding.ends.end(
                            node, verdict.phase(), verdict.message(), failedOutputs(ending).with(saved.artifacts()));
                    return;
                }
                succeeded(node, template, ending, saved, unsaved);
            }
            case Ending.OutputsRefused _ ->
                    deciding.ends.end(node, NodePhase.ERROR, describe(ending), failedOutputs(ending));
            case Ending.Signalled _, Ending.OutOfMemory _ ->
                    deciding.ends.end(
                            node,
                            NodePhase.FAILED,
                            "main: " + describe(ending),
                            failedOutputs(ending).with(saved.artifacts()));
            case Ending.DeadlineExceeded _, Ending.Cancelled _ ->
                    deciding.ends.end(
                            node,
                            NodePhase.FAILED,
                            node.type == NodeType.POD ? describe(ending) : TIMEOUT,
                            failedOutputs(ending));
            case Ending.Served(var outcome, var message, _, _, _) ->
                    deciding.ends.end(
                            node, phase(outcome), served(node, template, ending, message), failedOutputs(ending));
            case Ending.Lost _ -> deciding.ends.end(node, NodePhase.ERROR, describe(ending), Outputs.NONE);
            case Ending.NotStarted(var message) -> notStarted(node, message);
        }
    }

    private static ContainerRules.Verdict verdict(Template template, Ending.GroupExited group) {
        return ContainerRules.verdict(new ResolvedTemplate(template.json()), group);
    }

    private static boolean succeeded(Template template, Ending ending) {
        return switch (ending) {
            case Ending.Exited(var code, _, _) -> code == 0;
            case Ending.GroupExited group -> verdict(template, group).phase() == NodePhase.SUCCEEDED;
            case Ending.OutputsRefused(var code, _) -> code == 0;
            case Ending.Served(var outcome, _, _, _, _) -> outcome == Ending.Outcome.SUCCEEDED;
            case Ending.Signalled _,
                    Ending.OutOfMemory _,
                    Ending.DeadlineExceeded _,
                    Ending.Cancelled _,
                    Ending.Lost _,
                    Ending.NotStarted _ ->
                    false;
        };
    }

    /// The processes ended well: the rest is up to the outputs.
    private void succeeded(Node node, Template template, Ending ending, Outputs saved, List<String> unsaved) {
        var left = failedOutputs(ending);
        var code = left.exitCode().map(text -> OptionalInt.of(Integer.parseInt(text))).orElse(OptionalInt.empty());
        try {
            deciding.ends.end(
                    node,
                    unsaved.isEmpty() ? NodePhase.SUCCEEDED : NodePhase.ERROR,
                    unsaved.isEmpty()
                            ? ""
                            : "wait: Error (exit code " + NO_PROGRAM + "): " + String.join("; ", unsaved) + "; ",
                    EndRules.leafOutputs(template, left.result(), code, left.parameters()).with(saved.artifacts()));
        } catch (EvaluationFailed e) {
            deciding.ends.end(node, NodePhase.ERROR, e.getMessage(), left);
        }
    }

    /// A program that is not there, or cannot be run, is the step's own fault: it failed, as in a pod, where Argo's runner of
    /// the program says so with its own exit code.
    private void notStarted(Node node, String message) {
        if (message.startsWith("exec: ") || message.startsWith(NOT_RUN)) {
            var what = message.startsWith(NOT_RUN) ? message : "failed to find name in PATH: " + message;
            deciding.ends.end(
                    node,
                    NodePhase.FAILED,
                    "main: Error (exit code " + NO_PROGRAM + "): " + what,
                    new Outputs(Optional.empty(), Optional.of("" + NO_PROGRAM), Map.of()));
        } else {
            deciding.ends.end(node, NodePhase.ERROR, message, Outputs.NONE);
        }
    }

    /// The message of a leaf that the server ran itself: of one that has a pod in Argo as that of its container. A real pod's is whole.
    private static String served(Node node, Template template, Ending ending, String message) {
        var exit = exited(((Ending.Served) ending).exit()).exitCode();
        return message.isEmpty() || node.type != NodeType.POD || !template.served() || exit.isEmpty()
                ? message
                : "main: Error (exit code " + exit.get() + "): " + message;
    }

    private static NodePhase phase(Ending.Outcome outcome) {
        return switch (outcome) {
            case SUCCEEDED -> NodePhase.SUCCEEDED;
            case FAILED -> NodePhase.FAILED;
            case ERROR -> NodePhase.ERROR;
        };
    }

    private static Outputs exited(OptionalInt code) {
        return code.isPresent()
                ? new Outputs(Optional.empty(), Optional.of("" + code.getAsInt()), Map.of())
                : Outputs.NONE;
    }

    private static Outputs failedOutputs(Ending ending) {
        return switch (ending) {
            case Ending.Exited(var code, var result, var parameters) ->
                    new Outputs(result, Optional.of("" + code), parameters);
            case Ending.GroupExited group ->
                    new Outputs(group.result(), ContainerRules.exitCode(group.mainCode()), group.parameters());
            case Ending.OutputsRefused(var code, _) -> new Outputs(Optional.empty(), Optional.of("" + code), Map.of());
            case Ending.Signalled(var signal) ->
                    new Outputs(Optional.empty(), Optional.of("" + (128 + signal)), Map.of());
            case Ending.OutOfMemory(var code) -> new Outputs(Optional.empty(), Optional.of("" + code), Map.of());
            case Ending.DeadlineExceeded(var exit) -> exited(exit);
            case Ending.Cancelled(var exit) -> exited(exit);
            case Ending.Served(_, _, var exit, var result, var parameters) ->
                    new Outputs(result, exited(exit).exitCode(), parameters);
            case Ending.Lost _, Ending.NotStarted _ -> Outputs.NONE;
        };
    }

    /// The pod of a step was deleted by hand.
    Optional<String> deletePod(String podName) {
        for (int index : new java.util.ArrayList<>(state.openPods)) {
            var node = state.node(index);
            if (node.order != null && node.attempt != null && node.order.podName().equals(podName)) {
                if (node.endable()) {
                    deciding.emit(new RunFact.CancelWanted(index, node.attempt, POD_DELETED));
                }
                return Optional.empty();
            }
        }
        return Optional.of("pods \"" + podName + "\" not found");
    }

    /// The earlier of two deadlines.
    static Optional<Instant> earlier(Optional<Instant> one, Optional<Instant> other) {
        if (one.isEmpty() || other.isEmpty()) {
            return one.or(() -> other);
        }
        return one.get().isBefore(other.get()) ? one : other;
    }

    /// An instant some seconds later.
    static Instant after(Instant at, long seconds) {
        return at.plus(Duration.ofSeconds(seconds));
    }

    /// How a process's end is told to people.
    static String describe(Ending ending) {
        return switch (ending) {
            case Ending.Exited(var code, _, _) -> "Error (exit code " + code + ")";
            case Ending.GroupExited _ -> "its containers ended";
            case Ending.OutputsRefused(_, var message) -> message;
            case Ending.Signalled(var signal) -> "Error (exit code " + (128 + signal) + ")";
            case Ending.OutOfMemory(var code) -> "OOMKilled (exit code " + code + ")";
            case Ending.DeadlineExceeded _ -> "Pod was active on the node longer than the specified deadline";
            case Ending.Cancelled _ -> "cancelled";
            case Ending.Served(_, var message, _, _, _) -> message;
            case Ending.Lost(var reason) -> LOST + ": " + reason;
            case Ending.NotStarted(var text) -> text;
        };
    }
}
