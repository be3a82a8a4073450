package tiphys.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import tiphys.engine.AttemptId;
import tiphys.engine.StepOrder;
import tiphys.engine.StepReport;
import tiphys.engine.StepReport.Ending;
import tiphys.journal.Entry;
import tiphys.journal.StreamName;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.testkit.Seeded;

/// A run under everything that may happen to it, in random order: reports that come late, twice, or only after a question;
/// a clock that jumps; crashes; people who stop, suspend, retry and delete. After every step what must always be true is
/// looked at, and a replay of what was recorded must give the same state. In the end the world behaves, and the run must end.
class RunSimulationTest {
    private static final int CHAOS = 25;
    private static final int PATIENCE = 400;

    @Seeded(tries = 2_000)
    void a_run_keeps_its_promises_whatever_happens(RandomGenerator random) {
        simulate(random, new RunMoves.Seen());
    }

    static void simulate(RandomGenerator random, RunMoves.Seen seen) {
        var world = new World(random, new RandomWorkflow(random).draw(), seen);
        try {
            live(world, random);
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\nafter\n" + world.story(), e);
        }
    }

    private static void live(World world, RandomGenerator random) {
        world.tell(new RunCommand.Observed(world.workflow, "boot-1"));
        for (int i = random.nextInt(CHAOS); i > 0; i--) {
            world.something();
        }
        world.behave();
        if (world.mayRetry()) {
            world.tell(new RunCommand.Retry("me"));
            for (int i = random.nextInt(CHAOS / 2); i > 0; i--) {
                world.something();
            }
            world.behave();
        }
    }

    /// The executor's side of the world, the clock, and the journal.
    private static final class World {
        private final RandomGenerator random;
        private final Value.Mapping workflow;
        private final List<Entry> entries = new ArrayList<>();
        private final Map<AttemptId, StepOrder> running = new LinkedHashMap<>();
        private final Map<AttemptId, List<StepReport>> kept = new LinkedHashMap<>();
        private final List<StepReport> onTheWay = new ArrayList<>();
        private final Set<AttemptId> ordered = new HashSet<>();
        private final Set<AttemptId> ended = new HashSet<>();
        private final Set<Integer> nodesEnded = new HashSet<>();
        private final RunMoves.Seen seen;
        private boolean over;
        private Run run = Run.fresh("uid-1");
        private Run shadow = Run.fresh("uid-1");
        private Instant now = ManualEngine.NOON;

        World(RandomGenerator random, Value.Mapping workflow, RunMoves.Seen seen) {
            this.seen = seen;
            this.random = random;
            this.workflow = workflow;
        }

        /// What was recorded, for people.
        String story() {
            var explanation = new Explanation();
            return Json.write(workflow.mapAt("spec"))
                    + "\n"
                    + entries.stream()
                            .map(explanation::tell)
                            .map(item -> item.at() + " " + item.what())
                            .collect(Collectors.joining("\n"));
        }

        boolean mayRetry() {
            return List.of("Failed", "Error").contains(run.view().phase()) && run.view().startedAt().isPresent();
        }

        void tell(RunCommand command) {
            if (run.handle(command, now) instanceof Decision.Accepted(var facts)) {
                for (var fact : facts) {
                    record(fact);
                }
                check(command);
                for (var fact : facts) {
                    follow(fact);
                }
            }
        }

        private void record(RunFact fact) {
            var encoded = RunFacts.encode(fact);
            long number = entries.size() + 1L;
            var entry = new Entry(number, new StreamName("run", "uid-1"), number, now, encoded.type(), encoded.body());
            entries.add(entry);
            seen.move(shadow.state(), fact, () -> shadow.apply(RunFacts.decode(entry), now));
            if (fact instanceof RunFact.Restarted) {
                over = false;
                nodesEnded.clear();
            } else {
                assertThat(over).as("a fact after the end: %s", fact).isFalse();
            }
            switch (fact) {
                case RunFact.StepOrdered(_, var order) ->
                        assertThat(ordered.add(order.attempt())).as("%s is ordered once", order.attempt()).isTrue();
                case RunFact.StepEnded(_, var attempt, _, _) -> {
                    assertThat(ordered).as("an end has an order").contains(attempt);
                    assertThat(ended.add(attempt)).as("%s ends once", attempt).isTrue();
                }
                case RunFact.NodeEnded(var node, _, _, _, _) ->
                        assertThat(nodesEnded.add(node)).as("node %s ends once", node).isTrue();
                case RunFact.Ended _ -> over = true;
                default -> {}
            }
        }

        private void check(RunCommand command) {
            if (run.stateHash() != shadow.stateHash()) {
                assertThat(new String(shadow.snapshot(), java.nio.charset.StandardCharsets.UTF_8))
                        .as("replayed after %s", command)
                        .isEqualTo(new String(run.snapshot(), java.nio.charset.StandardCharsets.UTF_8));
            }
            if (over) {
                assertThat(run.underWay()).as("orders of a run that is over").isEmpty();
            }
        }

        private void follow(RunFact fact) {
            switch (fact) {
                case RunFact.Asked(var need) ->
                        tell(new RunCommand.Supplied(need, Optional.of(Value.list(List.of())), ""));
                case RunFact.StepOrdered(_, var order) -> {
                    if (!kept.containsKey(order.attempt())) {
                        running.put(order.attempt(), order);
                        say(new StepReport.Started(order.attempt(), now, "program"));
                    }
                }
                case RunFact.CancelWanted(_, var attempt, _) -> end(attempt, new Ending.Cancelled());
                default -> {}
            }
        }

        private void say(StepReport report) {
            kept.computeIfAbsent(report.attempt(), _ -> new ArrayList<>()).add(report);
            if (random.nextInt(8) > 0) {
                onTheWay.add(report); // else it is lost, and heard of only by a question
            }
        }

        private void end(AttemptId attempt, Ending ending) {
            if (running.remove(attempt) != null) {
                say(new StepReport.Ended(attempt, now, ending));
            }
        }

        private void endOne() {
            if (!running.isEmpty()) {
                var attempts = List.copyOf(running.keySet());
                var attempt = attempts.get(random.nextInt(attempts.size()));
                end(
                        attempt,
                        switch (random.nextInt(8)) {
                            case 0, 1 -> ManualEngine.exited(1, "");
                            case 2 -> new Ending.Lost("the runner was killed");
                            case 3 -> new Ending.Signalled(9);
                            default -> ManualEngine.exited(0, "1");
                        });
            }
        }

        private void hearOne() {
            if (!onTheWay.isEmpty()) {
                int which = random.nextInt(onTheWay.size());
                var report = random.nextInt(4) == 0 ? onTheWay.get(which) : onTheWay.remove(which);
                tell(new RunCommand.Report(report));
            }
        }

        /// The server was killed: what is known is what is in the journal, and the executor is asked for the rest.
        private void crash() {
            var again = Run.fresh("uid-1");
            int from = 0;
            if (random.nextBoolean() && !entries.isEmpty()) {
                again = Run.restore("uid-1", run.snapshot());
                from = entries.size();
            }
            for (var entry : entries.subList(from, entries.size())) {
                again.apply(RunFacts.decode(entry), entry.at());
            }
            assertThat(again.stateHash()).as("the state after a crash").isEqualTo(run.stateHash());
            assertThat(again.wakeup()).as("the wakeup after a crash").isEqualTo(run.wakeup());
            run = again;
            onTheWay.clear();
            reconcile();
            tell(new RunCommand.Observed(workflow, "boot-1"));
        }

        private void reconcile() {
            for (var order : run.underWay()) {
                onTheWay.addAll(kept.getOrDefault(order.attempt(), List.of()));
            }
        }

        void something() {
            switch (random.nextInt(16)) {
                case 0, 1, 2, 3 -> endOne();
                case 4, 5, 6, 7, 8 -> hearOne();
                case 9, 10 -> {
                    now = now.plusSeconds(random.nextInt(12));
                    tell(new RunCommand.Tick());
                }
                case 11 -> {
                    now = now.plusSeconds(random.nextInt(-100, 100));
                    tell(new RunCommand.Tick());
                }
                case 12, 13 -> crash();
                case 14 -> tell(random.nextBoolean() ? new RunCommand.Suspend("me") : new RunCommand.Resume("", "me"));
                default -> rare();
            }
        }

        private void rare() {
            switch (random.nextInt(6)) {
                case 0 -> tell(new RunCommand.Stop("enough", "me"));
                case 1 -> tell(new RunCommand.Terminate("me"));
                case 2 -> tell(new RunCommand.Gone());
                case 3 ->
                        run.underWay().stream()
                                .findFirst()
                                .ifPresent(order -> tell(new RunCommand.DeletePod(order.podName())));
                case 4 -> tell(new RunCommand.Observed(workflow, "boot-2"));
                default -> tell(new RunCommand.Retry("me"));
            }
        }

        /// From now on everything comes and ends well.
        void behave() {
            for (int i = 0; !over; i++) {
                assertThat(i).as("steps until the run ends").isLessThan(PATIENCE);
                List.copyOf(running.keySet()).forEach(attempt -> end(attempt, ManualEngine.exited(0, "1")));
                reconcile();
                while (!onTheWay.isEmpty()) {
                    tell(new RunCommand.Report(onTheWay.removeFirst()));
                }
                if (!over) {
                    tell(new RunCommand.Resume("", "me"));
                    run.wakeup().filter(now::isBefore).ifPresent(at -> now = at);
                    tell(new RunCommand.Tick());
                }
            }
            assertThat(running).as("steps after the end").isEmpty();
            assertThat(ended).as("ends").isEqualTo(ordered);
        }
    }
}
