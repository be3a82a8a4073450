package tiphys.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import tiphys.engine.run.state.NodeType;
import tiphys.engine.run.state.RunFact;
import tiphys.engine.run.state.RunState;

/// Every move that a run and its nodes can make, as data: the page docs/run-states.md is drawn from it, and simulated runs
/// must make each of them and no other.
final class RunMoves {
    /// A move.
    ///
    /// @param of `run`, `step` (a node with a process), `container` (one of several of such a node), `node` (a group, a dag, a retry, a suspension) or `note` (a node that
    ///     says why something does not run)
    /// @param from a phase; `–` before there is any
    /// @param fact the recorded fact that makes it
    record Move(String of, String from, String fact, String to) {}

    private record Told(Move move, String when) {}

    private static final List<Told> ALL =
            List.of(
                    told("run", "–", "Observed", "Pending", "its Workflow object is seen"),
                    told("run", "Pending", "Started", "Running", "everything it asked for is there, and it is valid"),
                    told(
                            "run",
                            "Running",
                            "LocksAwaited",
                            "Pending",
                            "it is retried, and waits for its locks once more"),
                    told("run", "Pending", "LocksGranted", "Running", "it has its locks, and begins again"),
                    told("run", "Pending", "Ended", "Failed", "it is invalid, or ended from outside before it began"),
                    told("run", "Running", "Ended", "Succeeded", "the entry and the exit handler are over"),
                    told(
                            "run",
                            "Running",
                            "Ended",
                            "Failed",
                            "a step failed, or it was stopped, terminated, deleted or too long"),
                    told(
                            "run",
                            "Running",
                            "Ended",
                            "Error",
                            "the entry could not be worked out, or its attempt was lost"),
                    told("run", "Failed", "Restarted", "Running", "somebody retries it"),
                    told("run", "Error", "Restarted", "Running", "somebody retries it"),
                    told("run", "Succeeded", "Restarted", "Running", "somebody has some of it run again"),
                    told("step", "–", "NodeBegan", "Pending", "its condition holds and there is room"),
                    told(
                            "step",
                            "Pending",
                            "NodeChanged",
                            "Pending",
                            "it waited for longer than its `pendingTimeout`, and fails next"),
                    told("step", "Pending", "StepStarted", "Running", "the executor says that its process runs"),
                    told(
                            "step",
                            "Pending",
                            "NodeEnded",
                            "Succeeded",
                            "the start was never heard of, or it was kept from before a retry"),
                    told("step", "Pending", "NodeEnded", "Failed", "the start was never heard of"),
                    told("step", "Pending", "NodeEnded", "Error", "it could not be started, or its attempt was lost"),
                    told("step", "Pending", "StepReady", "Running", "a daemon answers whose start was never heard of"),
                    told("step", "Running", "StepReady", "Running", "a daemon answers: what waited for it goes on"),
                    told(
                            "step",
                            "Running",
                            "NodeEnded",
                            "Succeeded",
                            "exit code 0, and every output is there; or a daemon's scope is over"),
                    told(
                            "step",
                            "Running",
                            "NodeEnded",
                            "Failed",
                            "another exit code, a signal, a deadline, or it was ended"),
                    told(
                            "step",
                            "Running",
                            "NodeEnded",
                            "Error",
                            "its attempt was lost, its pod deleted, or an output is missing"),
                    told(
                            "container",
                            "–",
                            "NodeBegan",
                            "Pending",
                            "its pod is ordered, or was kept from before a retry"),
                    told("container", "Pending", "NodeChanged", "Running", "the executor says that its process runs"),
                    told(
                            "container",
                            "Pending",
                            "NodeEnded",
                            "Succeeded",
                            "the start was never heard of, or it was kept"),
                    told("container", "Pending", "NodeEnded", "Failed", "its pod was ended before"),
                    told(
                            "container",
                            "Pending",
                            "NodeEnded",
                            "Error",
                            "one that it waited for failed, or its pod was not started or lost"),
                    told("container", "Running", "NodeEnded", "Succeeded", "exit code 0"),
                    told("container", "Running", "NodeEnded", "Failed", "another exit code, or its pod was ended"),
                    told("container", "Running", "NodeEnded", "Error", "its pod's attempt was lost"),
                    told("node", "–", "NodeBegan", "Running", "what it is part of lets it begin"),
                    told("node", "Running", "LocksAsked", "Pending", "its template needs locks"),
                    told("node", "Pending", "LocksGranted", "Running", "it holds them"),
                    told("node", "Pending", "NodeEnded", "Failed", "the run is being ended, or its deadline passed"),
                    told("node", "Pending", "NodeEnded", "Error", "its locks cannot be had"),
                    told("node", "Running", "NodeChanged", "Running", "the wait for the next try is over"),
                    told("node", "Running", "NodeEnded", "Succeeded", "what is below it went well"),
                    told(
                            "node",
                            "Running",
                            "NodeEnded",
                            "Failed",
                            "what is below it failed, or the run is being ended"),
                    told("node", "Running", "NodeEnded", "Error", "what is below it is in Error"),
                    told(
                            "node",
                            "Succeeded",
                            "NodeEnded",
                            "Failed",
                            "a daemon of a group of steps that was over failed"),
                    told("note", "–", "NodeBegan", "Pending", "something does not run"),
                    told("note", "Pending", "NodeEnded", "Skipped", "its condition is false, or its loop is empty"),
                    told("note", "Pending", "NodeEnded", "Omitted", "its depends is false"),
                    told("note", "Pending", "NodeEnded", "Error", "it cannot be worked out"));

    private RunMoves() {}

    private static Told told(String of, String from, String fact, String to, String when) {
        return new Told(new Move(of, from, fact, to), when);
    }

    /// docs/run-states.md.
    static String page() {
        var page = new StringBuilder("# How runs and their nodes move\n\n");
        page.append("Drawn from `RunMoves` by `RunStatesTest`; `-Ddraw=true` draws it again. Phases are Argo's.\n");
        section(page, "run", "A run");
        section(page, "step", "A node with a process");
        section(page, "container", "A container of a set");
        section(page, "node", "A group, a dag, a retry, a suspension");
        section(page, "note", "A node that says why something does not run");
        return page.toString();
    }

    private static void section(StringBuilder page, String of, String title) {
        page.append("\n## ").append(title).append("\n\n```mermaid\nstateDiagram-v2\n");
        for (var told : ALL) {
            if (told.move().of().equals(of)) {
                page.append("    ")
                        .append(told.move().from().equals("–") ? "[*]" : told.move().from())
                        .append(" --> ")
                        .append(told.move().to())
                        .append(": ")
                        .append(told.move().fact())
                        .append('\n');
            }
        }
        page.append("```\n\n| from | fact | to | when |\n|---|---|---|---|\n");
        for (var told : ALL) {
            var move = told.move();
            if (move.of().equals(of)) {
                page.append("| ")
                        .append(move.from())
                        .append(" | ")
                        .append(move.fact())
                        .append(" | ")
                        .append(move.to())
                        .append(" | ")
                        .append(told.when())
                        .append(" |\n");
            }
        }
    }

    /// Watches runs move, on many threads: each move must be one of those, and those that were made are remembered.
    static final class Seen {
        private static final Set<Move> LEGAL = ALL.stream().map(Told::move).collect(Collectors.toSet());
        private final Set<Move> moves = ConcurrentHashMap.newKeySet();

        /// A fact is applied to a state; the phases before are looked at first.
        void move(RunState state, RunFact fact, Runnable apply) {
            var run = state.workflow.fields().isEmpty() ? "–" : state.phase.text();
            int node = nodeOf(fact);
            var before = node < 0 ? "–" : state.node(node).phase.text();
            apply.run();
            var name = fact.getClass().getSimpleName();
            if (!run.equals(state.phase.text()) || fact instanceof RunFact.Ended || fact instanceof RunFact.Restarted) {
                saw(new Move("run", run, name, state.phase.text()));
            }
            int which = fact instanceof RunFact.NodeBegan ? state.nodes.size() - 1 : node;
            if (which >= 0 && !(lock(fact) && before.equals(state.node(which).phase.text()))) {
                var now = state.node(which);
                saw(new Move(kind(now.type), before, name, now.phase.text()));
            }
        }

        private void saw(Move move) {
            if (moves.add(move)) {
                assertThat(LEGAL).as("moves that docs/run-states.md shows").contains(move);
            }
        }

        private static boolean lock(RunFact fact) {
            return fact instanceof RunFact.LocksAsked || fact instanceof RunFact.LocksGranted;
        }

        private static int nodeOf(RunFact fact) {
            return switch (fact) {
                case RunFact.LocksAsked(var node, _) -> node;
                case RunFact.LocksGranted(var node) -> node;
                case RunFact.StepStarted(var node, _, _, _) -> node;
                case RunFact.StepReady(var node, _, _, _) -> node;
                case RunFact.NodeChanged(var node, _, _) -> node;
                case RunFact.NodeEnded(var node, _, _, _, _) -> node;
                default -> -1;
            };
        }

        private static String kind(NodeType type) {
            return switch (type) {
                case POD, HTTP, PLUGIN -> "step";
                case CONTAINER -> "container";
                case SKIPPED -> "note";
                case STEPS, STEP_GROUP, DAG, TASK_GROUP, RETRY, SUSPEND -> "node";
            };
        }

        List<Move> missing() {
            return ALL.stream().map(Told::move).filter(move -> !moves.contains(move)).toList();
        }
    }
}
