package tiphys.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import tiphys.engine.AttemptId;
import tiphys.engine.StepOrder;
import tiphys.engine.StepReport;
import tiphys.engine.StepReport.Ending;
import tiphys.engine.Transfer;
import tiphys.engine.Transfer.Direction;
import tiphys.engine.lock.LockAnswer;
import tiphys.engine.lock.LockLimits;
import tiphys.engine.lock.LockName;
import tiphys.engine.lock.LockRequest;
import tiphys.engine.lock.LockTable;
import tiphys.engine.lock.LockTicket;
import tiphys.engine.run.codec.RunFacts;
import tiphys.engine.run.state.Decision;
import tiphys.engine.run.state.Need;
import tiphys.engine.run.state.RunCommand;
import tiphys.engine.run.state.RunFact;
import tiphys.engine.run.view.Explanation;
import tiphys.journal.Entry;
import tiphys.journal.StreamName;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Template;

/// What is around one simulated run: the executor and its reports, the clock, the journal, people. Beside the run goes its
/// shadow, which only hears what was recorded.
final class RunWorld {
    private static final int PATIENCE = 400;
    private static final String UID = "uid-1";
    private static final Set<Template.Type> SERVED =
            Set.of(Template.Type.HTTP, Template.Type.PLUGIN, Template.Type.RESOURCE, Template.Type.DATA);

    private final RandomGenerator random;
    private final Value.Mapping workflow;
    private final RunMoves.Seen seen;
    private final FactRules rules = new FactRules();
    private final List<Entry> entries = new ArrayList<>();
    private final List<RunFact> recorded = new ArrayList<>();

    /// Orders that are recorded, and not given yet: a crash loses them.
    private final List<StepOrder> undelivered = new ArrayList<>();

    /// What came of artifacts that were moved: a crash loses it.
    private final List<RunCommand> moving = new ArrayList<>();

    private final Set<AttemptId> claimed = new HashSet<>();
    private final Set<AttemptId> running = new java.util.LinkedHashSet<>();
    private final Map<AttemptId, List<StepReport>> kept = new LinkedHashMap<>();
    private final List<StepReport> onTheWay = new ArrayList<>();
    private final Map<AttemptId, StepOrder> grouped = new HashMap<>();

    /// Attempts at what the server does itself.
    private final Set<AttemptId> served = new HashSet<>();

    private final Set<AttemptId> daemons = new HashSet<>();
    private final Map<String, Integer> containerCodes = new HashMap<>();
    private Run run = Run.fresh(UID);
    private LockTable locks = new LockTable(new TwoOfEach());
    private int rivals;
    private final Map<String, String> cache = new LinkedHashMap<>();
    private final Run shadow = Run.fresh(UID);
    private Instant now = ManualEngine.NOON;
    private int boots = 1;
    private boolean calm;

    RunWorld(RandomGenerator random, Value.Mapping workflow, RunMoves.Seen seen) {
        this.random = random;
        this.workflow = workflow;
        this.seen = seen;
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

    private String host() {
        return "boot-" + boots;
    }

    void begin() {
        var rules = new RunCommand.Rules(random.nextInt(4) == 0, random.nextInt(4) == 0);
        tell(new RunCommand.Observed(workflow, host(), rules));
    }

    /// It is the run's turn, if it waits for it.
    private void turn() {
        run.turnWanted().ifPresent(need -> tell(new RunCommand.Supplied(need, Optional.empty(), "")));
    }

    boolean mayRetry() {
        return run.view().ended() && run.view().startedAt().isPresent();
    }

    void retry() {
        calm = false;
        for (int i = random.nextInt(6); i > 0; i--) {
            rival();
        }
        tell(wish());
    }

    /// Somebody wants the run once more: what failed, or what succeeded, too.
    private RunCommand.Retry wish() {
        if (random.nextBoolean()) {
            return new RunCommand.Retry("me");
        }
        var selector =
                one(
                        List.of(
                                "templateName=leaf",
                                "templateName=ask",
                                "phase=Succeeded",
                                "displayName=t0",
                                "displayName=s1,phase!=Failed",
                                "templateName=inner",
                                "templateName=nobody"));
        return new RunCommand.Retry(
                random.nextInt(3) > 0,
                selector,
                random.nextInt(4) == 0 ? Map.of("parameter", "value") : Map.of(),
                "me");
    }

    private void tell(RunCommand command) {
        if (!calm && random.nextInt(20) == 0) {
            run.handle(command, now); // what was decided could not be stored
            run = replayed();
            readAgain();
            if (asked(command)) {
                return; // whoever asked hears of it
            }
        }
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

    /// Whether somebody waits for the answer; everything else is told again until it is recorded.
    private static boolean asked(RunCommand command) {
        return switch (command) {
            case RunCommand.Stop _,
                    RunCommand.Terminate _,
                    RunCommand.Suspend _,
                    RunCommand.Resume _,
                    RunCommand.Set _,
                    RunCommand.Retry _,
                    RunCommand.DeletePod _ ->
                    true;
            case RunCommand.Observed _,
                    RunCommand.Gone _,
                    RunCommand.Supplied _,
                    RunCommand.LocksAnswered _,
                    RunCommand.CacheAnswered _,
                    RunCommand.Report _,
                    RunCommand.Moved _,
                    RunCommand.Deleted _,
                    RunCommand.Tick _ ->
                    false;
        };
    }

    private void record(RunFact fact) {
        var encoded = RunFacts.encode(fact);
        long number = entries.size() + 1L;
        var entry = new Entry(number, new StreamName("run", UID), number, now, encoded.type(), encoded.body());
        entries.add(entry);
        rules.check(shadow.state(), fact, now);
        var decoded = RunFacts.decode(entry);
        recorded.add(decoded);
        seen.move(shadow.state(), fact, () -> shadow.apply(decoded, now));
    }

    private void check(RunCommand command) {
        if (run.stateHash() != shadow.stateHash()) {
            same(shadow, run, "replayed after " + command);
            throw new AssertionError("the hashes differ, the snapshots do not, after " + command);
        }
        RunInvariants.check(run.state());
        for (var standing : locks.standings()) {
            assertThat(standing.holders().size())
                    .as("holders of %s", standing.name())
                    .isLessThanOrEqualTo(standing.limit());
        }
        for (var held : run.locksHeld()) {
            assertThat(locks.holds(held.ticket())).as("%s holds its locks", held.holder()).isTrue();
        }
    }

    /// Two may hold a semaphore whose key is `two`; there is no other.
    private static final class TwoOfEach implements LockLimits {
        @Override
        public OptionalInt limit(LockName semaphore) {
            return semaphore.key().equals("two") ? OptionalInt.of(2) : OptionalInt.empty();
        }
    }

    /// The run was read from its stream: so the table takes over what is recorded.
    private void readAgain() {
        granted(locks.adopt(UID, run.locksHeld(), run.locksAwaited()));
    }

    private void granted(List<LockTicket> tickets) {
        for (var ticket : tickets) {
            if (ticket.runUid().equals(UID) && locks.holds(ticket)) {
                tell(new RunCommand.LocksAnswered(ticket, new LockAnswer.Granted()));
            }
        }
    }

    /// Another run takes a lock, or gives one back.
    private void rival() {
        if (random.nextBoolean()) {
            var ticket = new LockTicket("rival", 0, rivals++);
            var name = RandomWorkflow.LOCKS.get(random.nextInt(RandomWorkflow.LOCKS.size()));
            locks.ask(new LockRequest(ticket, "ns/rival", List.of(name), random.nextInt(3), 0, 0, List.of()));
        } else if (rivals > 0) {
            granted(locks.release(new LockTicket("rival", 0, random.nextInt(rivals))));
        }
    }

    private static void same(Run actual, Run expected, String what) {
        var snapshot = actual.snapshot();
        if (!Arrays.equals(snapshot, expected.snapshot())) {
            assertThat(new String(snapshot, StandardCharsets.UTF_8))
                    .as(what)
                    .isEqualTo(new String(expected.snapshot(), StandardCharsets.UTF_8));
        }
        assertThat(actual.stateHash()).as("hash %s", what).isEqualTo(expected.stateHash());
        assertThat(actual.wakeup()).as("wakeup %s", what).isEqualTo(expected.wakeup());
    }

    private void follow(RunFact fact) {
        switch (fact) {
            case RunFact.Asked(Need.Turn _) -> {
                if (random.nextBoolean()) {
                    turn();
                }
            }
            case RunFact.Asked(var need) -> tell(new RunCommand.Supplied(need, Optional.of(Value.list(List.of())), ""));
            case RunFact.CacheAsked(var node, _, var key) ->
                    tell(new RunCommand.CacheAnswered(run.era(), node, Optional.ofNullable(cache.get(key))));
            case RunFact.CacheStored(var node) ->
                    run.memo(node).ifPresent(memo -> cache.put(memo.key(), run.cacheEntry(node).text()));
            case RunFact.LocksAsked(var node, _) -> {
                if (run.waitsForLocks(node)) {
                    var request = run.lockRequest(node);
                    tell(new RunCommand.LocksAnswered(request.ticket(), locks.ask(request)));
                }
            }
            case RunFact.LocksReleased(var node) -> granted(locks.release(run.lockTicket(node)));
            case RunFact.StepOrdered(_, var order) -> {
                if (!order.template().inputArtifacts().isEmpty()) {
                    onTheWay(order, Direction.IN);
                } else if (calm || random.nextInt(6) > 0) {
                    give(order);
                } else {
                    undelivered.add(order);
                }
            }
            case RunFact.OutputsLeft(var node, _, _, _) -> onTheWay(run.order(node).orElseThrow(), Direction.OUT);
            case RunFact.ArtifactsMoved(var node, var transfer) -> {
                if (transfer.direction() == Direction.IN && transfer.result() == Transfer.Result.DONE) {
                    undelivered.add(run.order(node).orElseThrow());
                }
            }
            case RunFact.CancelWanted(_, var attempt, _) -> cancel(attempt);
            default -> {}
        }
    }

    /// Artifacts begin to move; what came of it is told some time later, unless the server is killed before.
    private void onTheWay(StepOrder order, Direction direction) {
        var artifacts =
                direction == Direction.IN ? order.template().inputArtifacts() : order.template().outputArtifacts();
        moving.add(
                !calm && random.nextInt(8) == 0
                        ? new RunCommand.Moved(
                                new Transfer(
                                        order.attempt(),
                                        direction,
                                        random.nextBoolean() ? Transfer.Result.FAILED : Transfer.Result.DEADLINE,
                                        List.of(),
                                        List.of("it is not there")))
                        : ManualEngine.moved(order, direction, artifacts));
    }

    private void moveOne() {
        if (!moving.isEmpty()) {
            int which = random.nextInt(moving.size());
            tell(random.nextInt(4) == 0 ? moving.get(which) : moving.remove(which));
        }
    }

    /// The executor: an attempt is claimed once, however often its order is given.
    private void give(StepOrder order) {
        if (!claimed.add(order.attempt())) {
            onTheWay.addAll(kept.getOrDefault(order.attempt(), List.of()));
        } else if (order.host().equals(host())) {
            running.add(order.attempt());
            if (new Template(order.template().json()).type().filter(SERVED::contains).isPresent()) {
                served.add(order.attempt());
            }
            if (order.template().grouped()) {
                grouped.put(order.attempt(), order);
            }
            say(new StepReport.Started(order.attempt(), now, "program"));
            containerMoves(order.attempt());
            if (order.template().daemon()) {
                daemons.add(order.attempt());
                maybeReady(order.attempt());
            }
        } else {
            say(new StepReport.Ended(order.attempt(), now, new Ending.Lost("the host was rebooted")));
        }
    }

    private void cancel(AttemptId attempt) {
        if (claimed.add(attempt)) {
            say(new StepReport.Ended(attempt, now, new Ending.Cancelled()));
        } else {
            end(attempt, new Ending.Cancelled());
        }
    }

    private void end(AttemptId attempt, Ending ending) {
        if (running.remove(attempt)) {
            containerMoves(attempt);
            say(new StepReport.Ended(attempt, now, ofAll(attempt, ending)));
        }
    }

    /// Perhaps a daemon answers now.
    private void maybeReady(AttemptId attempt) {
        if (running.contains(attempt) && daemons.contains(attempt) && random.nextBoolean()) {
            say(new StepReport.Ready(attempt, now, "127.1.2.3"));
        }
    }

    /// How what the server does itself ends, where a process would have ended thus.
    private static Ending ofServed(Ending ending) {
        return ending instanceof Ending.Exited(var code, _, var parameters)
                ? new Ending.Served(
                        code == 0 ? Ending.Outcome.SUCCEEDED : Ending.Outcome.FAILED,
                        code == 0 ? "" : "no",
                        OptionalInt.empty(),
                        Optional.empty(),
                        parameters)
                : ending instanceof Ending.Signalled
                        ? new Ending.Served(
                                Ending.Outcome.ERROR,
                                "nobody is there",
                                OptionalInt.empty(),
                                Optional.empty(),
                                Map.of())
                        : ending;
    }

    /// The ending of an attempt with several processes, whose one process would have ended thus.
    private Ending ofAll(AttemptId attempt, Ending ending) {
        if (served.contains(attempt)) {
            return ofServed(ending);
        }
        var order = grouped.get(attempt);
        return order != null && ending instanceof Ending.Exited(var code, var result, var parameters)
                ? new Ending.GroupExited(
                        order.template().containers().stream()
                                .map(one ->
                                        new StepReport.ContainerEnd(one.name(), ended(attempt, one.name(), code), ""))
                                .toList(),
                        result,
                        parameters)
                : ending;
    }

    private int ended(AttemptId attempt, String container, int code) {
        return containerCodes.getOrDefault(attempt + " " + container, code);
    }

    /// Perhaps one container of an attempt begins, perhaps one ends; it stays with the code that it ended with.
    private void containerMoves(AttemptId attempt) {
        var order = grouped.get(attempt);
        if (order == null || random.nextInt(3) == 0) {
            return;
        }
        var name = one(order.template().containers()).name();
        onTheWay.add(new StepReport.ContainerStarted(attempt, now, name));
        if (random.nextBoolean()) {
            int code = containerCodes.computeIfAbsent(attempt + " " + name, _ -> random.nextInt(4) == 0 ? 64 : 0);
            onTheWay.add(new StepReport.ContainerEnded(attempt, now, new StepReport.ContainerEnd(name, code, "")));
        }
    }

    private void say(StepReport report) {
        kept.computeIfAbsent(report.attempt(), _ -> new ArrayList<>()).add(report);
        if (random.nextInt(8) > 0) {
            onTheWay.add(report); // else it is lost, and heard of only by a question
        }
    }

    private void endOne() {
        if (!running.isEmpty()) {
            var attempt = one(List.copyOf(running));
            maybeReady(attempt);
            if (daemons.contains(attempt) && random.nextInt(3) > 0) {
                return;
            }
            end(
                    attempt,
                    switch (random.nextInt(10)) {
                        case 0, 1 -> ManualEngine.exited(1, "");
                        case 2 -> new Ending.Lost("the runner was killed");
                        case 3 -> new Ending.Signalled(9);
                        case 4 -> random.nextBoolean() ? new Ending.DeadlineExceeded() : new Ending.NotStarted("no");
                        default -> ManualEngine.exited(0, "1");
                    });
        }
    }

    private <T> T one(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    private void hearOne() {
        if (!kept.isEmpty() && random.nextInt(10) == 0) {
            List.copyOf(one(List.copyOf(kept.values()))).forEach(report -> tell(new RunCommand.Report(report)));
        } else if (!onTheWay.isEmpty()) {
            int which = random.nextInt(onTheWay.size());
            var report = random.nextInt(4) == 0 ? onTheWay.get(which) : onTheWay.remove(which);
            tell(new RunCommand.Report(report));
        }
    }

    /// The server was killed: what is known is what is in the journal, and the executor is asked for the rest.
    private void crash() {
        var again = random.nextBoolean() ? replayed() : Run.restore(UID, run.snapshot());
        same(again, run, "after a crash");
        run = again;
        onTheWay.clear();
        undelivered.clear();
        moving.clear();
        locks = new LockTable(new TwoOfEach());
        rivals = 0;
        readAgain();
        reconcile();
        run.unclaimed().stream().filter(order -> !run.unstaged(order)).forEach(this::give);
        run.unclaimed().stream().filter(run::unstaged).forEach(order -> onTheWay(order, Direction.IN));
        run.saving().forEach(order -> onTheWay(order, Direction.OUT));
        run.cancelled().forEach(order -> cancel(order.attempt()));
        tell(new RunCommand.Observed(workflow, host()));
    }

    private void reboot() {
        boots++;
        List.copyOf(running).forEach(attempt -> end(attempt, new Ending.Lost("the host was rebooted")));
        crash();
    }

    private Run replayed() {
        var again = Run.fresh(UID);
        for (int i = 0; i < recorded.size(); i++) {
            again.apply(recorded.get(i), entries.get(i).at());
        }
        return again;
    }

    private void reconcile() {
        for (var order : run.underWay()) {
            onTheWay.addAll(kept.getOrDefault(order.attempt(), List.of()));
        }
    }

    /// One thing happens.
    void something() {
        switch (random.nextInt(20)) {
            case 0, 1, 2, 3 -> endOne();
            case 4, 5, 6, 7 -> hearOne();
            case 8 -> {
                moveOne();
                turn();
            }
            case 9, 10 -> {
                now = now.plusSeconds(random.nextInt(12));
                tell(new RunCommand.Tick());
            }
            case 11 -> {
                now = now.plusSeconds(random.nextInt(-100, 100));
                tell(new RunCommand.Tick());
            }
            case 12, 13 -> crash();
            case 18, 19 -> rival();
            case 14 -> tell(random.nextBoolean() ? new RunCommand.Suspend("me") : new RunCommand.Resume("", "me"));
            case 15, 16 -> {
                if (!undelivered.isEmpty()) {
                    give(undelivered.remove(random.nextInt(undelivered.size())));
                }
            }
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
            case 4 -> reboot();
            default -> tell(wish());
        }
    }

    /// From now on everything comes and ends well, and the run must end.
    void behave() {
        calm = true;
        granted(locks.releaseAll("rival"));
        for (int i = 0; !run.view().ended(); i++) {
            assertThat(i).as("steps until the run ends").isLessThan(PATIENCE);
            turn();
            while (!moving.isEmpty()) {
                tell(moving.removeFirst());
            }
            List.copyOf(undelivered).forEach(this::give);
            undelivered.clear();
            List.copyOf(running).forEach(attempt -> end(attempt, ManualEngine.exited(0, "1")));
            reconcile();
            while (!onTheWay.isEmpty()) {
                tell(new RunCommand.Report(onTheWay.removeFirst()));
            }
            if (!run.view().ended()) {
                tell(new RunCommand.Resume("", "me"));
                run.wakeup().filter(now::isBefore).ifPresent(at -> now = at);
                tell(new RunCommand.Tick());
            }
        }
        assertThat(running).as("processes after the end").isEmpty();
        assertThat(locks.standings()).as("locks after the end").isEmpty();
        rules.over();
    }
}
