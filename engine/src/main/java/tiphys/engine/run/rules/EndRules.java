package tiphys.engine.run.rules;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import tiphys.engine.run.rules.BeginRules.Place;
import tiphys.engine.run.state.Library;
import tiphys.engine.run.state.Node;
import tiphys.engine.run.state.NodePhase;
import tiphys.engine.run.state.NodeType;
import tiphys.engine.run.state.Outputs;
import tiphys.engine.run.state.RunFact;
import tiphys.engine.run.state.RunFact.Role;
import tiphys.engine.run.state.RunFact.Shutdown;
import tiphys.engine.run.state.RunState;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.expr.Expression;
import tiphys.language.gotext.GoText;
import tiphys.language.tags.Tags;
import tiphys.language.tags.Tags.Unresolved;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Artifact;
import tiphys.manifest.workflow.Parameter;
import tiphys.manifest.workflow.Template;

/// How nodes and runs end (Argo's 3.6, 3.7, 3.9).
final class EndRules {
    static final String DEADLINE = "Step exceeded its deadline";

    private final Decider deciding;
    private final RunState state;

    EndRules(Decider deciding) {
        this.deciding = deciding;
        this.state = deciding.state;
    }

    /// Ends a node; its exit hook, and then its parent, follow.
    void end(Node node, NodePhase phase, String message, Outputs outputs) {
        if (node.phase.fulfilled()) {
            return;
        }
        if (node.type == NodeType.STEPS || node.type == NodeType.DAG) {
            deciding.daemons.scopeEnds(node);
        }
        if (node.settled) {
            deciding.emit(new RunFact.NodeEnded(node.index, phase, message, outputs, 0));
            deciding.later(() -> deciding.daemons.over(node));
            deciding.later(this::endWhatIsStopped);
            return;
        }
        var due = deciding.hooks.atEnd(node, phase, message);
        var exit = deciding.hooks.exit(node, phase);
        int follow = due.size() + (exit.isPresent() ? 1 : 0);
        deciding.emit(new RunFact.NodeEnded(node.index, phase, message, outputs, follow));
        deciding.memo.ended(node);
        if (node.role != RunFact.Role.TRY) {
            deciding.metrics.ended(node);
        }
        exit.ifPresent(hook -> deciding.hooks.nextExit(node, hook)); // before its body could be ended without it
        due.reversed().forEach(key -> deciding.hooks.next(node, key));
        if (node.settled) {
            deciding.later(() -> settled(node));
        } else {
            deciding.later(this::endWhatIsStopped);
        }
        deciding.hooks.neighbours(node);
        if (givesGlobals(node)) {
            deciding.hooks.globalsChanged();
        }
    }

    private boolean givesGlobals(Node node) {
        return node.phase == NodePhase.SUCCEEDED
                && !node.template.isEmpty()
                && !state.globals.isEmpty()
                && state.plan(node).template().outputs().stream().anyMatch(one -> one.globalName().isPresent());
    }

    /// Its neighbours look whether they go on.
    void settled(Node node) {
        switch (node.role) {
            case HOOK -> {
                var owner = state.node(node.parent);
                if (owner.settled) {
                    settled(owner);
                }
            }
            case TRY -> deciding.retries.tried(state.node(node.parent), node);
            case CHILD -> deciding.flow.settled(node);
            case TOP -> topEnded(node);
            case PART -> {}
        }
        deciding.later(this::endWhatIsStopped);
    }

    /// A steps or dag node whose children all went well: its outputs are worked out.
    void endBody(Node node) {
        var outputs = new LinkedHashMap<String, String>();
        List<Artifact> artifacts;
        try {
            for (var output : state.plan(node).template().outputs()) {
                outputs.put(output.name(), bodyOutput(node, output));
            }
            deciding.begin.checkRoom(RunState.length(outputs));
            artifacts = ArtifactRules.ofBody(state, node);
        } catch (EvaluationFailed e) {
            end(node, NodePhase.ERROR, deciding.begin.startError(node, e), Outputs.NONE);
            return;
        }
        end(node, NodePhase.SUCCEEDED, "", Outputs.of(outputs).with(artifacts));
    }

    private String bodyOutput(Node node, Parameter output) {
        var scope = new RunScope(state, node.inputs, node.index);
        try {
            if (output.parameter().isPresent()) {
                return Tags.replace(output.parameter().get(), scope, Unresolved.REFUSE, Budget.standard());
            }
            if (output.expression().isPresent()) {
                var text = Tags.replace(output.expression().get(), scope, Unresolved.KEEP, Budget.standard());
                var value = Expression.parse(text).evaluate(scope, Budget.standard());
                if (!(value instanceof Value.Null)) {
                    return GoText.print(plain(value));
                }
            }
        } catch (EvaluationFailed e) {
            return output.valueFromDefault().orElseThrow(() -> e);
        }
        return output.valueFromDefault()
                .or(output::value)
                .orElseThrow(() -> new EvaluationFailed("output parameter '" + output.name() + "' has no value"));
    }

    /// What an expression gave, for printing as Go does: an object is `map[a:1]`, a list `[1 2]`.
    private static @org.jspecify.annotations.Nullable Object plain(Value value) {
        return switch (value) {
            case Value.Mapping map -> {
                var plain = new LinkedHashMap<String, @org.jspecify.annotations.Nullable Object>();
                map.fields().forEach((key, field) -> plain.put(key, plain(field)));
                yield plain;
            }
            case Value.Sequence list -> {
                var plain = new ArrayList<@org.jspecify.annotations.Nullable Object>();
                list.items().forEach(item -> plain.add(plain(item)));
                yield plain;
            }
            case Value.Null _ -> null;
            case Value.Text _, Value.Number _, Value.Bool _ -> Json.text(value);
        };
    }

    /// Ends a steps or dag node before its groups are complete, and those groups with it; nothing in them is under way.
    ///
    /// @param last the child that settled last
    void failFast(Node owner, Node last) {
        if (owner.type == NodeType.STEPS) {
            failFast(last.parent);
            failFast(owner.groupNode); // a later one, if it was a daemon that failed
        } else if (owner.slots != null) {
            owner.slots.touched((_, slot) -> {
                if (slot.node >= 0) {
                    failFast(slot.node);
                }
            });
        }
        end(owner, NodePhase.FAILED, BeginRules.FAILED_FAST, Outputs.NONE);
    }

    private void failFast(int group) {
        if (state.node(group).type.groups() && !state.node(group).phase.fulfilled()) {
            deciding.emit(new RunFact.NodeEnded(group, NodePhase.FAILED, BeginRules.FAILED_FAST, Outputs.NONE, 0));
        }
    }

    void topEnded(Node node) {
        if (state.ended || (node.index == state.root && state.exit >= 0)) {
            return;
        }
        if (node.index != state.root) {
            endRun();
            return;
        }
        var exit = state.library().spec().exit();
        if (exit.isEmpty() || state.shutdown == Shutdown.TERMINATE || state.gone) {
            endRun();
            return;
        }
        var task = exit.get().asTask("onExit");
        var place = new Place(state.name + ".onExit", -1, -1, -1, -1, Role.TOP);
        Map<String, String> given;
        var artifacts = ArtifactRules.byName(Artifact.list(state.library().spec().json().mapAt("arguments")));
        try {
            var resolved = deciding.begin.resolved(task, -1);
            given = BeginRules.merged(state.parameters, Substitution.given(resolved));
            artifacts.putAll(ArtifactRules.given(resolved));
        } catch (EvaluationFailed e) {
            deciding.begin.failed(place, e.getMessage());
            return;
        }
        deciding.begin.template(
                place,
                Library.keyOf(task, "local"),
                given,
                artifacts,
                "the workflow is over: " + mainPhase(state).text());
    }

    /// What the main part of the run came to.
    static NodePhase mainPhase(RunState state) {
        return mainPhase(state, state.node(state.root).phase);
    }

    /// The same, if its main node ends in a phase.
    static NodePhase mainPhase(RunState state, NodePhase phase) {
        if (state.shutdown != Shutdown.NONE) {
            return NodePhase.FAILED;
        }
        return phase == NodePhase.SKIPPED || phase == NodePhase.OMITTED ? NodePhase.SUCCEEDED : phase;
    }

    /// The attempt of a node that was over before is over, too: perhaps the run's end waits for it alone.
    void attemptGone() {
        if (topIsOver()) {
            deciding.later(this::endRun);
        } else {
            deciding.later(this::endWhatIsStopped);
        }
    }

    private boolean topIsOver() {
        if (state.root < 0) {
            return false;
        }
        var top = state.node(state.exit >= 0 ? state.exit : state.root);
        return top.settled && top.phase.fulfilled();
    }

    /// Ends the run, once no daemon is left that is still being ended.
    private void endRun() {
        if (!state.openPods.isEmpty()) {
            return;
        }
        var root = state.node(state.root);
        var phase = mainPhase(state);
        var message = root.message;
        if (state.gone) {
            message = "the Workflow object was deleted";
            phase = NodePhase.FAILED;
        } else if (state.shutdown != Shutdown.NONE) {
            message = "Stopped with strategy '" + state.shutdown.text() + "'";
        } else if (PendingRules.tooLong(root)) {
            phase = NodePhase.ERROR;
            message = "error in entry template execution: " + root.message;
        } else if (root.phase == NodePhase.ERROR
                && (neverMade(root) || (root.type == NodeType.STEPS && root.group >= 0 && unjoined(root)))) {
            message = "error in entry template execution: " + root.message;
        } else if (phase == NodePhase.SUCCEEDED) {
            message = "";
            if (state.exit >= 0 && state.node(state.exit).phase.failedOrError()) {
                phase = state.node(state.exit).phase;
                message = state.node(state.exit).message;
            }
        }
        deciding.metrics.runEnds();
        deciding.emit(new RunFact.Ended(phase, message));
    }

    /// Whether a steps node is over because the results of a loop in it could not be put together.
    private boolean unjoined(Node steps) {
        return Loops.flaw(state, steps, steps.group).isPresent();
    }

    /// Whether a node came to nothing: it could not be begun, or its pod could not be made.
    private static boolean neverMade(Node node) {
        return node.type == NodeType.SKIPPED || (node.type == NodeType.POD && node.attempt == null);
    }

    /// Why a node that begins is over at once: the run is being ended, or its deadline passed; empty if it may run.
    Optional<String> overAtOnce(Node node) {
        if (state.shutdown != Shutdown.NONE && reached(node)) {
            return Optional.of(waits(node) ? stopped() : neverBegan());
        }
        return state.deadlinePassed && !state.exempt(node) ? Optional.of(DEADLINE) : Optional.empty();
    }

    /// Whether the wish to end the run reaches a node: exit handlers are spared by a stop, and by nothing else.
    boolean reached(Node node) {
        return state.shutdown == Shutdown.TERMINATE || !state.exempt(node);
    }

    /// Whether Argo takes it for one that waits: it has no pod.
    private static boolean waits(Node node) {
        return node.type == NodeType.SUSPEND || node.type == NodeType.HTTP || node.type == NodeType.PLUGIN;
    }

    private String neverBegan() {
        return "workflow shutdown with strategy: " + state.shutdown.text();
    }

    private String stopped() {
        return "Stopped with strategy '" + state.shutdown.text() + "'";
    }

    /// The run is being ended: what runs is ended, what waits for a person, a clock or its next try fails. What follows from
    /// that goes on by the usual rules, but no process begins any more.
    void shutDown() {
        for (int index : new ArrayList<>(state.openPods)) {
            var node = state.node(index);
            if (node.endable() && reached(node)) {
                deciding.emit(
                        new RunFact.CancelWanted(
                                index,
                                java.util.Objects.requireNonNull(node.attempt),
                                why(node, "workflow shutdown with strategy:  " + state.shutdown.text())));
            }
        }
        for (int index : new ArrayList<>(state.suspended)) {
            if (reached(state.node(index))) {
                end(state.node(index), NodePhase.FAILED, stopped(), Outputs.NONE);
            }
        }
        for (int index : new ArrayList<>(state.locking)) {
            if (reached(state.node(index))) {
                end(state.node(index), NodePhase.FAILED, neverBegan(), Outputs.NONE);
            }
        }
        for (var node : List.copyOf(state.nodes)) {
            if (node.type == NodeType.RETRY && node.waitsUntilMicros > 0 && reached(node)) {
                deciding.retries.tried(node, state.node(java.util.Objects.requireNonNull(node.tries).getLast()));
            }
        }
        deciding.later(this::endWhatIsStopped);
    }

    /// Starts to end everything that is under way.
    private void stopAll(String why) {
        for (int index : new ArrayList<>(state.openPods)) {
            var node = state.node(index);
            if (node.endable() && !state.exempt(node)) {
                deciding.emit(
                        new RunFact.CancelWanted(
                                index, java.util.Objects.requireNonNull(node.attempt), why(node, why)));
            }
        }
        deciding.later(this::endWhatIsStopped);
    }

    /// Why a leaf is ended: of one without a pod in Argo as of what waits for somebody.
    String why(Node node, String why) {
        return node.type == NodeType.POD || why.equals(DEADLINE) ? why : stopped();
    }

    /// The run's deadline passed: what runs is ended, what waits for a person or a clock fails. What follows them goes on by
    /// the usual rules, but no process begins any more.
    void deadline() {
        stopAll(DEADLINE);
        for (int index : new ArrayList<>(state.suspended)) {
            if (!state.exempt(state.node(index))) {
                end(state.node(index), NodePhase.FAILED, DEADLINE, Outputs.NONE);
            }
        }
        for (int index : new ArrayList<>(state.locking)) {
            if (!state.exempt(state.node(index))) {
                end(state.node(index), NodePhase.FAILED, DEADLINE, Outputs.NONE);
            }
        }
        for (var node : List.copyOf(state.nodes)) {
            if (node.type == NodeType.RETRY && node.waitsUntilMicros > 0 && !state.exempt(node)) {
                deciding.retries.tried(node, state.node(java.util.Objects.requireNonNull(node.tries).getLast()));
            }
        }
    }

    /// Once nothing runs any more, ends the nodes that wait for what will never begin.
    void endWhatIsStopped() {
        if (!deciding.begin.mayGoOn() && !state.ended && state.openPods.isEmpty() && state.started) {
            endWhatIsOpen();
        }
    }

    /// After the run's deadline, or when it is being ended: ends it if what waits for room will never begin, because it is
    /// suspended or is the rest of a long loop, and nothing else is under way.
    ///
    /// @return whether anything ended
    boolean giveUp() {
        if ((!state.deadlinePassed && state.shutdown == Shutdown.NONE)
                || state.exit >= 0
                || state.ended
                || state.queue.isEmpty()
                || !state.openPods.isEmpty()
                || !state.suspended.isEmpty()
                || !state.locking.isEmpty()) {
            return false;
        }
        endWhatIsOpen();
        return true;
    }

    private void endWhatIsOpen() {
        int from = state.exit >= 0 ? state.exit : 0;
        for (int i = state.nodes.size() - 1; i >= from; i--) {
            var node = state.node(i);
            if (node.phase.fulfilled()) {
                continue;
            }
            deciding.emit(new RunFact.NodeEnded(i, NodePhase.FAILED, whyEnded(node), Outputs.NONE, 0));
            if (node.role == Role.TOP) {
                deciding.later(() -> topEnded(node));
                return;
            }
        }
        if (from > 0 && !state.ended) {
            endRun();
        } else if (!state.ended && state.root >= 0 && state.node(state.root).settled) {
            deciding.later(() -> topEnded(state.node(state.root))); // only its hooks were open
        }
    }

    private String whyEnded(Node node) {
        if (state.shutdown == Shutdown.NONE) {
            return DEADLINE;
        }
        if (node.locks != null && !node.locks.held()) {
            return neverBegan();
        }
        return waits(node) ? stopped() : "workflow shutdown with strategy:  " + state.shutdown.text();
    }

    private static final java.util.regex.Pattern SLASHES = java.util.regex.Pattern.compile("^/+");

    /// The outputs of a leaf that ended well. Where a file is missing the message is that of the container of Argo's that looks
    /// for a copy of it.
    ///
    /// @throws EvaluationFailed if an output has no value
    static Outputs leafOutputs(
            Template template, Optional<String> result, OptionalInt code, Map<String, String> files) {
        var parameters = new LinkedHashMap<String, String>();
        for (var output : template.outputs()) {
            var value = files.get(output.name());
            if (value == null) {
                value =
                        output.valueFromDefault()
                                .or(output::defaultValue)
                                .or(() -> output.path().isPresent() ? Optional.empty() : output.value())
                                .orElseThrow(() ->
                                        new EvaluationFailed(
                                                "wait: Error (exit code 64): open /var/run/argo/outputs/parameters/%s: no such file or directory"
                                                        .formatted(
                                                                SLASHES.matcher(output.path().orElse(""))
                                                                        .replaceFirst(""))));
            }
            parameters.put(output.name(), value);
        }
        return new Outputs(result, ContainerRules.exitCode(code), parameters);
    }

    /// A value as JSON, for messages.
    static String shown(Value value) {
        return Json.write(value);
    }
}
