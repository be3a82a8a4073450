package tiphys.runtime.runs;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tiphys.engine.AttemptId;
import tiphys.engine.Executor;
import tiphys.engine.StepOrder;
import tiphys.engine.lock.LockRequest;
import tiphys.engine.run.Run;
import tiphys.engine.run.codec.HeldLocks;
import tiphys.journal.Journal;
import tiphys.journal.StoreUnavailable;
import tiphys.objects.ObjectChange;
import tiphys.objects.ObjectKey;
import tiphys.objects.ObjectStore;
import tiphys.runtime.stream.Wakeups;

/// Takes up the runs that were under way when the server ended. Only live streams are read, all at once; then the executor
/// is told what is believed to be under way, and after that it is asked again for what was never claimed and told again to
/// end what was being ended.
public final class RunRecovery {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int READ = 5_000;
    private static final Duration PROJECT_AFTER = Duration.ofSeconds(5);

    private final Journal journal;
    private final ObjectStore objects;
    private final Executor executor;
    private final Wakeups wakeups;
    private final LiveRuns runs;
    private final WorkflowWatch watch;
    private final java.util.concurrent.Executor threads;

    public RunRecovery(
            Journal journal,
            ObjectStore objects,
            Executor executor,
            Wakeups wakeups,
            LiveRuns runs,
            WorkflowWatch watch,
            java.util.concurrent.Executor threads) {
        this.journal = journal;
        this.objects = objects;
        this.executor = executor;
        this.wakeups = wakeups;
        this.runs = runs;
        this.watch = watch;
        this.threads = threads;
    }

    /// A run as it was found.
    private record Found(
            LiveRun run,
            ObjectKey key,
            boolean ended,
            List<StepOrder> underWay,
            List<StepOrder> unclaimed,
            List<StepOrder> unstaged,
            List<StepOrder> saving,
            List<AttemptId> cancelled,
            boolean asking,
            Optional<Instant> wakeup) {

        static @Nullable Found of(LiveRun live) {
            if (live.actor.quarantine().isPresent()) {
                return null;
            }
            Run run = live.decider.run();
            return new Found(
                    live,
                    RunProjection.key(run.view()),
                    run.view().ended(),
                    run.underWay(),
                    run.unclaimed().stream().filter(order -> !run.unstaged(order)).toList(),
                    run.unclaimed().stream().filter(run::unstaged).toList(),
                    run.saving(),
                    run.cancelled().stream().map(StepOrder::attempt).toList(),
                    !run.pending().isEmpty(),
                    run.wakeup());
        }
    }

    /// Blocks until everything is taken up.
    ///
    /// @throws StoreUnavailable if the journal cannot be read
    public void run() {
        journal.live(RunDecider.KIND).keySet().forEach(stream -> runs.keep(stream.key()));
        executor.onReports(runs::report);
        var found = load(runs.all());
        runs.all().stream()
                .filter(run -> run.actor.quarantine().isPresent())
                .forEach(run -> runs.locks().aside(run.uid, held(run.uid)));
        runs.locks().open();
        runs.turns().open();
        takeUp(found);
    }

    /// What a run holds that is set aside: it is not read, but for its locks.
    private List<LockRequest> held(String uid) {
        var stream = RunDecider.streamOf(uid);
        var held = new HeldLocks(uid, "run/" + uid);
        for (long number = 0; true; ) {
            var entries = journal.read(stream, number, READ);
            entries.forEach(held::read);
            if (entries.size() < READ) {
                return held.all();
            }
            number = entries.getLast().number();
        }
    }

    private void takeUp(List<Found> found) {
        var underWay = new ArrayList<StepOrder>();
        var unclaimed = new ArrayList<StepOrder>();
        for (var one : found) {
            underWay.addAll(one.underWay());
            unclaimed.addAll(one.unclaimed());
        }
        var claimed = underWay.stream().map(StepOrder::attempt).collect(Collectors.toCollection(LinkedHashSet::new));
        unclaimed.forEach(order -> claimed.remove(order.attempt()));
        found.forEach(one -> claimed.removeAll(one.cancelled()));
        runs.reconcile(underWay, claimed, unclaimed);
        found.forEach(one -> one.cancelled().forEach(executor::cancel));
        found.forEach(one -> runs.move(one.unstaged(), one.saving()));
        await(found.stream().map(one -> CompletableFuture.runAsync(() -> goOn(one), threads)).toList());
        if (!found.isEmpty()) {
            wakeups.in(PROJECT_AFTER, () -> found.forEach(one -> one.run().actor.tell(new RunMessage.Project())));
        }
    }

    /// Takes up one run whose stream is live, as a start does; without effect if it is not.
    ///
    /// @throws StoreUnavailable if the journal cannot be read
    public void again(String uid) {
        if (journal.live(RunDecider.KIND).containsKey(RunDecider.streamOf(uid))) {
            var run = runs.keep(uid);
            takeUp(load(List.of(run)));
        } else {
            runs.locks().releasedAll(uid);
        }
    }

    private List<Found> load(Collection<LiveRun> all) {
        var loading = all.stream().map(run -> run.actor.query(() -> Optional.ofNullable(Found.of(run)))).toList();
        await(loading);
        return loading.stream().flatMap(one -> one.join().stream()).toList();
    }

    private static void await(List<? extends CompletableFuture<?>> all) {
        try {
            CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException | CompletionException e) {
            throw new StoreUnavailable("the runs that were under way could not be read within " + LIMIT, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailable("interrupted while the runs that were under way were read", e);
        }
    }

    private void goOn(Found found) {
        var run = found.run();
        if (found.ended()) {
            runs.ended(run.uid);
            return;
        }
        found.wakeup().ifPresent(at -> runs.wakeUp(run.uid, at));
        if (found.asking()) {
            run.actor.tell(new RunMessage.Answer());
        }
        objects.get(found.key())
                .filter(object -> object.uid().equals(run.uid))
                .ifPresentOrElse(
                        object ->
                                watch.heard(
                                        new ObjectChange(object.resourceVersion(), ObjectChange.Type.MODIFIED, object)),
                        () -> watch.gone(run.uid));
    }
}
