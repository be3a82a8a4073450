package tiphys.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tiphys.engine.AttemptId;
import tiphys.engine.StepReport.Ending;
import tiphys.engine.run.state.Node;
import tiphys.engine.run.state.NodePhase;
import tiphys.engine.run.state.NodeType;
import tiphys.engine.run.state.RunFact;
import tiphys.engine.run.state.RunFact.Role;
import tiphys.engine.run.state.RunFact.Shutdown;
import tiphys.engine.run.state.RunState;
import tiphys.manifest.workflow.RetryStrategy;

/// What may be recorded when: each fact against the state before it, by rules that are written here once more and do not use
/// those of the engine.
final class FactRules {
    private final Set<AttemptId> ordered = new HashSet<>();
    private final Map<AttemptId, Ending> endings = new HashMap<>();
    private final Set<Integer> nodesEnded = new HashSet<>();

    /// Looks at a fact before it is applied.
    void check(RunState before, RunFact fact, Instant now) {
        assertThat(
                        before.ended
                                && !(fact instanceof RunFact.Restarted)
                                && !(fact instanceof RunFact.ArtifactsDeleted)
                                && !(fact instanceof RunFact.ArtifactsStay))
                .as("%s after the end", fact)
                .isFalse();
        switch (fact) {
            case RunFact.NodeBegan began -> begins(before, began);
            case RunFact.StepOrdered(var node, var order) -> {
                assertThat(ordered.add(order.attempt())).as("%s is ordered once", order.attempt()).isTrue();
                ordersAreAllowed(before, before.node(node));
                assertThat(order.host()).as("host of %s", order.attempt()).isEqualTo(before.host);
            }
            case RunFact.StepEnded(_, var attempt, _, var ending) -> {
                assertThat(ordered).as("an end has an order").contains(attempt);
                assertThat(endings.put(attempt, ending)).as("%s ends once", attempt).isNull();
            }
            case RunFact.NodeEnded(var node, var phase, _, _, _) -> {
                var daemonFailed =
                        before.node(node).type == NodeType.STEP_GROUP
                                && before.node(node).phase == NodePhase.SUCCEEDED
                                && phase == NodePhase.FAILED;
                assertThat(nodesEnded.add(node) || daemonFailed).as("node %s ends once", node).isTrue();
                ends(before, before.node(node), phase);
            }
            case RunFact.NodeChanged(var node, _, _) ->
                    assertThat(RunState.instant(before.node(node).waitsUntilMicros))
                            .as("the wait of %s is over", before.node(node).name)
                            .isBeforeOrEqualTo(now);
            case RunFact.Restarted _ -> {
                assertThat(before.ended && before.started && !before.gone).as("may be retried").isTrue();
                nodesEnded.clear();
            }
            case RunFact.Ended(var phase, _) -> runEnds(before, phase);
            default -> {}
        }
    }

    /// Looks at everything when the run is over.
    void over() {
        assertThat(endings.keySet()).as("attempts that ended").isEqualTo(ordered);
    }

    private static void begins(RunState before, RunFact.NodeBegan began) {
        if (began.parent() >= 0 && began.role() != Role.HOOK) {
            assertThat(before.node(began.parent()).phase.fulfilled())
                    .as("%s begins below what is over", began.name())
                    .isFalse();
        }
        var held =
                began.type() != NodeType.SKIPPED
                        && began.type() != NodeType.STEP_GROUP
                        && began.type() != NodeType.TASK_GROUP;
        if (held && (began.role() == Role.CHILD || began.role() == Role.TRY)) {
            assertThat(before.suspend && before.shutdown == Shutdown.NONE)
                    .as("%s begins although the run is suspended", began.name())
                    .isFalse();
            assertThat(before.gone).as("%s begins although the object is gone", began.name()).isFalse();
        }
        switch (began.role()) {
            case CHILD -> {
                if (began.type() == NodeType.STEP_GROUP) {
                    groupBegins(before, began);
                } else if (began.boundary() == began.parent() && began.type() != NodeType.SKIPPED) {
                    assertThat(dependsHolds(before, began.boundary(), began.ordinal(), true))
                            .as("depends of %s", began.name())
                            .isTrue();
                }
            }
            case TRY -> tryBegins(before, began);
            case HOOK -> {
                var owner = before.node(began.parent());
                assertThat(owner.phase.fulfilled() || !began.name().endsWith(".onExit"))
                        .as("exit hook %s", began.name())
                        .isTrue();
                assertThat(owner.settled).as("%s begins when all is over", began.name()).isFalse();
                assertThat(before.shutdown == Shutdown.NONE || began.name().endsWith(".onExit"))
                        .as("%s begins although the run is being ended", began.name())
                        .isTrue();
            }
            case TOP -> {}
            case PART -> assertThat(before.node(began.parent()).type).as(began.name()).isEqualTo(NodeType.POD);
        }
    }

    private static void groupBegins(RunState before, RunFact.NodeBegan began) {
        int number = 0;
        for (var node : before.nodes) {
            if (node.type == NodeType.STEP_GROUP && node.parent == began.parent()) {
                assertThat(node.phase).as("%s before %s", node.name, began.name()).isEqualTo(NodePhase.SUCCEEDED);
                number++;
            }
        }
        assertThat(began.item()).as("groups in order").isEqualTo(number);
    }

    private static void tryBegins(RunState before, RunFact.NodeBegan began) {
        var retry = before.node(began.parent());
        var strategy = before.plan(retry).template().retryStrategy().orElseThrow();
        var tries = before.nodes.stream().filter(node -> node.role == Role.TRY && node.parent == retry.index).toList();
        assertThat((long) tries.size()).as("tries of %s", retry.name).isLessThanOrEqualTo(limit(strategy));
        assertThat(retry.waitsUntilMicros).as("%s waits", retry.name).isZero();
        for (var one : tries) {
            assertThat(one.phase)
                    .as("%s is tried again", one.name)
                    .isIn(
                            strategy.policy().equals("Always")
                                    ? List.of(NodePhase.FAILED, NodePhase.ERROR)
                                    : List.of(NodePhase.FAILED));
        }
    }

    private static long limit(RetryStrategy strategy) {
        return strategy.limit().map(Number::longValue).orElse(Long.MAX_VALUE);
    }

    private static void ordersAreAllowed(RunState before, Node node) {
        assertThat(before.shutdown)
                .as("%s is ordered although the run is being ended", node.name)
                .isNotEqualTo(Shutdown.TERMINATE);
        assertThat(before.shutdown == Shutdown.STOP && !before.exempt(node))
                .as("%s is ordered although the run is being stopped", node.name)
                .isFalse();
        assertThat(before.deadlinePassed && !before.exempt(node))
                .as("%s is ordered after the deadline", node.name)
                .isFalse();
        assertThat(before.kept)
                .as("%s succeeded before the retry and is ordered again", node.name)
                .doesNotContainKey(node.name);
        if ((node.role == Role.CHILD || node.role == Role.TRY) && !hook(before, node)) {
            long open =
                    before.nodes.stream()
                            .filter(one ->
                                    one.order != null
                                            && one.address.isEmpty()
                                            && one.role != Role.TOP
                                            && !hook(before, one))
                            .count();
            assertThat(open)
                    .as("steps under way when %s is ordered", node.name)
                    .isLessThan(before.library().spec().parallelism().orElse(Long.MAX_VALUE));
        }
    }

    private static boolean hook(RunState before, Node node) {
        return node.role == Role.HOOK || (node.role == Role.TRY && before.node(node.parent).role == Role.HOOK);
    }

    private void ends(RunState before, Node node, NodePhase phase) {
        if (phase == NodePhase.OMITTED) {
            assertThat(dependsHolds(before, node.boundary, node.ordinal, false))
                    .as("depends of %s", node.name)
                    .isFalse();
        }
        if (phase != NodePhase.SUCCEEDED || (node.memo != null && node.memo.hit())) {
            return;
        }
        switch (node.type) {
            case POD, HTTP, PLUGIN -> {
                var ending = node.attempt == null ? null : endings.get(node.attempt);
                assertThat(
                                before.kept.containsKey(node.name)
                                        || before.plan(node).template().daemon()
                                        || (ending instanceof Ending.Exited(var code, _, _) && code == 0)
                                        || (ending instanceof Ending.Served served
                                                && served.outcome() == Ending.Outcome.SUCCEEDED)
                                        || (ending instanceof Ending.GroupExited(var containers, _, _)
                                                && containers.stream().allMatch(one -> one.code() == 0)))
                        .as("%s succeeds after %s", node.name, ending)
                        .isTrue();
            }
            case STEP_GROUP, TASK_GROUP ->
                    children(before, node)
                            .forEach(child -> {
                                var task = before.plan(before.node(node.boundary)).task(child.ordinal);
                                var excused =
                                        (child.phase == NodePhase.FAILED && task.continuesOnFailed())
                                                || (child.phase == NodePhase.ERROR && task.continuesOnError());
                                assertThat(
                                                child.daemoned
                                                        || (child.phase.fulfilled()
                                                                && (excused || !child.phase.failedOrError())))
                                        .as("%s succeeds although %s is %s", node.name, child.name, child.phase)
                                        .isTrue();
                            });
            case STEPS ->
                    assertThat(children(before, node))
                            .as("groups of %s", node.name)
                            .hasSize(before.plan(node).groups())
                            .allMatch(group -> group.phase == NodePhase.SUCCEEDED);
            case DAG -> {
                assertThat(children(before, node).stream().map(child -> child.ordinal).distinct())
                        .as("tasks of %s", node.name)
                        .hasSize(before.plan(node).tasks().size());
                children(before, node)
                        .forEach(child -> {
                            if (before.plan(node).dependents(child.ordinal).isEmpty()) {
                                assertThat(child.phase.fulfilled() && !child.phase.failedOrError())
                                        .as("%s succeeds although %s is %s", node.name, child.name, child.phase)
                                        .isTrue();
                            }
                        });
            }
            case RETRY -> {
                if (node.address.isEmpty()) { // one of a daemon is over with its scope, whatever its last try came to
                    assertThat(children(before, node).getLast().phase)
                            .as("last try of %s", node.name)
                            .isIn(NodePhase.SUCCEEDED, NodePhase.SKIPPED);
                }
            }
            case SUSPEND, SKIPPED, CONTAINER -> {}
        }
    }

    private static List<Node> children(RunState state, Node parent) {
        return state.nodes.stream()
                .filter(one -> one.parent == parent.index && one.role != Role.HOOK && one.role != Role.PART)
                .toList();
    }

    private static void runEnds(RunState before, NodePhase phase) {
        if (before.root < 0) {
            assertThat(phase).as("a run without a root").isEqualTo(NodePhase.FAILED);
            return;
        }
        for (var node : before.nodes) {
            assertThat(node.phase.fulfilled()).as("%s is over before the run", node.name).isTrue();
        }
        var root = before.node(before.root).phase;
        var exit = before.exit < 0 ? NodePhase.SUCCEEDED : before.node(before.exit).phase;
        var stopped = before.shutdown != Shutdown.NONE || before.gone;
        if (before.library().spec().exit().isPresent() && before.shutdown != Shutdown.TERMINATE && !before.gone) {
            assertThat(before.exit).as("the exit handler ran").isPositive();
        }
        if (phase == NodePhase.SUCCEEDED) {
            assertThat(root.failedOrError() || exit.failedOrError()).as("success").isFalse();
        } else {
            assertThat(root.failedOrError() || exit.failedOrError() || stopped).as("a reason for %s", phase).isTrue();
        }
    }

    /// Whether the depends of a task holds, for the few forms that [RandomWorkflow] draws.
    ///
    /// @param wanted what is said of one that names a daemon
    private static boolean dependsHolds(RunState state, int dag, int ordinal, boolean wanted) {
        var owner = state.node(dag);
        if (owner.type != NodeType.DAG) {
            return true;
        }
        var text = state.plan(owner).task(ordinal).depends();
        if (text.isBlank()) {
            return true;
        }
        var any = text.contains(" || ");
        var holds = !any;
        for (var term : text.split(" \\|\\| | && ", -1)) {
            var parts = term.split("\\.", -1);
            var before = taskOf(state, owner, parts[0]);
            var expected =
                    parts.length == 1
                            ? List.of(NodePhase.SUCCEEDED, NodePhase.SKIPPED)
                            : parts[1].equals("Daemoned")
                                    ? List.of()
                                    : List.of(parts[1].equals("Failed") ? NodePhase.FAILED : NodePhase.SUCCEEDED);
            if (!before.address.isEmpty()) {
                return wanted; // it was decided when the daemon answered, or when it was over: both are right
            }
            var one = expected.contains(before.phase);
            holds = any ? holds || one : holds && one;
        }
        return holds;
    }

    private static Node taskOf(RunState state, Node dag, String task) {
        for (var node : state.nodes) {
            if (node.parent == dag.index && node.role == Role.CHILD && node.name.equals(dag.name + "." + task)) {
                assertThat(node.settled).as("%s is settled before what waits for it is looked at", node.name).isTrue();
                return node;
            }
        }
        throw new AssertionError(task + " of " + dag.name + " did not begin, and what waits for it was looked at");
    }
}
