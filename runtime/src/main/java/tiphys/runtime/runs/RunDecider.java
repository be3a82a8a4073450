package tiphys.runtime.runs;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tiphys.engine.StepReport;
import tiphys.engine.run.Run;
import tiphys.engine.run.codec.RunFacts;
import tiphys.engine.run.state.Decision;
import tiphys.engine.run.state.Need;
import tiphys.engine.run.state.RunCommand;
import tiphys.engine.run.state.RunFact;
import tiphys.journal.CloseStream;
import tiphys.journal.Journal;
import tiphys.journal.SaveSnapshot;
import tiphys.journal.StreamName;
import tiphys.runtime.stream.StreamActor;

/// One run's decisions, its projections, and the effects that follow them. Called by the run's actor alone.
///
/// What a run asks for is answered at once and recorded in the same transaction as the question, so that a run whose
/// templates are there starts with one flush.
///
/// The object's status and the run's row are projected in the same transaction as the facts when the phase changes, and
/// otherwise at most once a second, so that a run of many steps does not write its object for each of them.
public final class RunDecider implements StreamActor.Decider<RunMessage> {
    /// The kind of runs' streams.
    public static final String KIND = "run";

    static final Duration PROJECTION_PAUSE = Duration.ofSeconds(1);

    /// How a command is refused that comes after the stream was folded.
    public static final String FOLDED = "the run's stream is folded";

    private static final int READ = 5_000;

    /// A snapshot is written when so many bytes of entries came since the last one, and more than it was long.
    private static final long SNAPSHOT_BYTES = 4 << 20;

    private final StreamName stream;
    private final String uid;
    private final Journal journal;
    private final RunEffects effects;

    private Run run;
    private long number;
    private long bytesSinceSnapshot;
    private long lastSnapshotBytes;
    private String projectedPhase = "";
    private Instant projectedAt = Instant.EPOCH;
    private boolean dirty;
    private boolean projectionWanted;
    private boolean specDirty;
    private volatile boolean folded;
    private @Nullable Instant wanted;

    RunDecider(String uid, Journal journal, RunEffects effects) {
        this.uid = uid;
        this.stream = streamOf(uid);
        this.journal = journal;
        this.effects = effects;
        this.run = Run.fresh(uid);
    }

    public static StreamName streamOf(String uid) {
        return new StreamName(KIND, uid);
    }

    /// The state after the last flush, for queries of the actor.
    public Run run() {
        return run;
    }

    /// Whether the stream is folded, so that another instance must be made to go on.
    boolean folded() {
        return folded;
    }

    @Override
    public Optional<String> decide(RunMessage message, Instant at, StreamActor.Work work) {
        return switch (message) {
            case RunMessage.Decide(var command) -> {
                if (command instanceof RunCommand.Report(StepReport.Ended(var attempt, _, _))) {
                    work.afterFlush(() -> effects.endRecorded(attempt));
                }
                if (command instanceof RunCommand.Tick) {
                    wanted = null;
                }
                if (command instanceof RunCommand.LocksAnswered(var ticket, _) && !effects.stands(ticket)) {
                    yield Optional.empty(); // it was told before the run was read again, and is told again in its turn
                }
                yield folded ? Optional.of(FOLDED) : decideAll(command, at, work);
            }
            case RunMessage.Answer _ -> {
                run.pending().forEach(need -> effects.answer(run, need).ifPresent(found -> decideAll(found, at, work)));
                if (!run.pending().stream().allMatch(Need.Turn.class::isInstance)) {
                    work.afterFlush(() -> effects.answerLater(uid));
                }
                yield Optional.empty();
            }
            case RunMessage.Project _ -> {
                projectionWanted = true;
                yield Optional.empty();
            }
            case RunMessage.Fold _ -> {
                if (run.view().ended() && !folded) {
                    folded = true;
                    work.writes.add(new CloseStream(stream));
                    work.afterFlush(() -> effects.folded(uid));
                }
                yield Optional.empty();
            }
        };
    }

    @Override
    public String about(RunMessage message) {
        return switch (message) {
            case RunMessage.Decide(var command) -> about(command);
            case RunMessage.Answer _ -> "the answers to what it asked for";
            case RunMessage.Project _ -> "its projection";
            case RunMessage.Fold _ -> "its folding";
        };
    }

    private static String about(RunCommand command) {
        return switch (command) {
            case RunCommand.Observed _ -> "its Workflow object";
            case RunCommand.Gone _ -> "the deletion of its Workflow object";
            case RunCommand.Supplied(var need, _, _) -> "the answer to " + need;
            case RunCommand.CacheAnswered _ -> "what is kept of a result";
            case RunCommand.LocksAnswered _ -> "the locks that it asked for";
            case RunCommand.Report(StepReport.Started(var attempt, _, _)) -> "the start of attempt " + attempt.text();
            case RunCommand.Report(StepReport.Ready(var attempt, _, _)) ->
                    "that attempt " + attempt.text() + " answers";
            case RunCommand.Report(StepReport.Progressed(var attempt, _, _)) ->
                    "the progress of attempt " + attempt.text();
            case RunCommand.Report(StepReport.Used(var attempt, _, _, _)) -> "what attempt " + attempt.text() + " used";
            case RunCommand.Report(StepReport.ContainerStarted(var attempt, _, var container)) ->
                    "the start of container " + container + " of attempt " + attempt.text();
            case RunCommand.Report(StepReport.ContainerEnded(var attempt, _, var end)) ->
                    "the end of container " + end.name() + " of attempt " + attempt.text();
            case RunCommand.Report(StepReport.Ended(var attempt, _, _)) -> "the end of attempt " + attempt.text();
            case RunCommand.Moved(var transfer) -> "the artifacts of attempt " + transfer.attempt().text();
            case RunCommand.Deleted _ -> "the deletion of its artifacts";
            case RunCommand.Tick _ -> "the time that has passed";
            case RunCommand.Stop _ -> "a wish to stop it";
            case RunCommand.Terminate _ -> "a wish to terminate it";
            case RunCommand.Suspend _ -> "a wish to suspend it";
            case RunCommand.Resume _ -> "a wish to resume it";
            case RunCommand.Set _ -> "what somebody sets on its suspended steps";
            case RunCommand.Retry _ -> "a wish to retry it";
            case RunCommand.DeletePod(var pod) -> "the deletion of pod " + pod;
        };
    }

    /// Decides about a command, and about the answers to what it made the run ask for.
    private Optional<String> decideAll(RunCommand first, Instant at, StreamActor.Work work) {
        var open = new ArrayDeque<RunCommand>();
        open.add(first);
        while (!open.isEmpty()) {
            switch (run.handle(open.remove(), at)) {
                case Decision.Refused(var why) -> {
                    return Optional.of(why);
                }
                case Decision.Accepted(var facts) -> {
                    for (var fact : facts) {
                        record(fact, work);
                        if (fact instanceof RunFact.CacheAsked(var node, var cache, var key)) {
                            open.add(effects.cached(run, node, cache, key));
                        }
                        if (fact instanceof RunFact.LocksAsked(var node, _) && run.waitsForLocks(node)) {
                            open.add(effects.lock(run, node));
                        }
                        if (fact instanceof RunFact.Asked(var need)) {
                            var answer = effects.answer(run, need);
                            answer.ifPresent(open::add);
                            if (answer.isEmpty() && !(need instanceof Need.Turn)) { // of its turn it is told
                                work.afterFlush(() -> effects.answerLater(uid));
                            }
                        }
                    }
                }
            }
        }
        return Optional.empty();
    }

    private void record(RunFact fact, StreamActor.Work work) {
        var entry = RunFacts.encode(fact);
        bytesSinceSnapshot += entry.body().length;
        number++;
        work.entries.add(entry);
        dirty = true;
        specDirty |=
                fact instanceof RunFact.SuspendChanged
                        || fact instanceof RunFact.ShutdownWanted
                        || fact instanceof RunFact.Labelled
                        || fact instanceof RunFact.Restarted;
        effects.follow(run, fact, work);
    }

    @Override
    public void beforeCommit(Instant at, StreamActor.Work work) {
        var view = run.view();
        var phase = view.phase();
        if (specDirty) {
            effects.respec(run, work);
            projectionWanted = true;
            specDirty = false;
        }
        var due = !work.entries.isEmpty() && Duration.between(projectedAt, at).compareTo(PROJECTION_PAUSE) >= 0;
        if (dirty && (projectionWanted || due || !phase.equals(projectedPhase))) {
            effects.project(run, work);
            projectedPhase = phase;
            projectedAt = at;
            dirty = false;
            if (view.ended()) {
                work.afterFlush(() -> effects.ended(uid));
            }
        } else if (dirty && !work.entries.isEmpty()) {
            work.afterFlush(() -> effects.projectLater(uid));
        }
        projectionWanted = false;
        if (!work.entries.isEmpty()
                && bytesSinceSnapshot > Math.max(SNAPSHOT_BYTES, lastSnapshotBytes)
                && !view.ended()) {
            var body = run.snapshot();
            work.writes.add(new SaveSnapshot(stream, number, "run/1", body));
            lastSnapshotBytes = body.length;
            bytesSinceSnapshot = 0;
        }
        var wakeup = run.wakeup().orElse(null);
        if (wakeup != null && !wakeup.equals(wanted)) {
            wanted = wakeup;
            work.afterFlush(() -> effects.wakeUp(uid, wakeup));
        }
    }

    @Override
    public long reload() {
        var snapshot = journal.snapshot(stream);
        run = snapshot.map(found -> Run.restore(uid, found.body())).orElseGet(() -> Run.fresh(uid));
        number = snapshot.map(found -> found.number()).orElse(0L);
        bytesSinceSnapshot = 0;
        lastSnapshotBytes = snapshot.map(found -> (long) found.body().length).orElse(0L);
        while (true) {
            var entries = journal.read(stream, number, READ);
            for (var entry : entries) {
                run.apply(RunFacts.decode(entry), entry.at());
                bytesSinceSnapshot += entry.body().length;
                number = entry.number();
            }
            if (entries.size() < READ) {
                break;
            }
        }
        // A phase is projected with the facts that led to it; what else may be missing waits for the next projection.
        projectedPhase = run.view().phase();
        projectedAt = Instant.EPOCH;
        wanted = null;
        dirty = number > 0;
        specDirty = false;
        projectionWanted = false;
        folded = false;
        effects.read(run);
        return number;
    }
}
