package tiphys.process.runner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tiphys.attempts.AttemptFolder;
import tiphys.attempts.Machine;
import tiphys.attempts.Outcome;
import tiphys.engine.AttemptId;
import tiphys.engine.StepReport;
import tiphys.engine.StepReport.Ending;
import tiphys.process.spawn.Orphans;
import tiphys.process.spawn.Programs;
import tiphys.process.spawn.Spawner;
import tiphys.process.wire.Launch;
import tiphys.process.wire.Wire.ToRunner;
import tiphys.process.wire.Wire.UnderWay;

/// Owns the steps' processes: claims each attempt, starts it, ends it at its deadline, keeps how it ended until the
/// server has recorded it. Lives in its own JVM ([RunnerMain]) or inside `tiphys run`. Safe for every thread.
///
/// A slot is a platform thread that takes one waiting attempt from its claim to its exit and waits for its pid alone: so no
/// child of another part of the process is ever reaped here, and no exit can be seen before its start.
public final class Runner implements AutoCloseable {
    private static final Duration SPACE_CHECK = Duration.ofSeconds(1);
    private static final long SPACE_HOLDS_NANOS = Duration.ofMillis(100).toNanos();
    private static final Duration WATCH = Duration.ofMillis(100);
    private static final Duration SWEEP = Duration.ofSeconds(1);
    private static final Duration REPEAT_REPORTS = Duration.ofSeconds(15);
    private static final int MOST_DAEMONS = 512;
    private static final Duration PORT_PATIENCE = Duration.ofMinutes(2);
    private static final long SLOT_STACK_BYTES = 256 << 10;

    private final Path data;
    private final RunnerSettings settings;
    private final InstantSource clock;
    private final Spawner spawner;
    private final Listener listener;
    private final String bootId = Machine.bootId();
    private final ConcurrentHashMap<AttemptId, Attempt> attempts = new ConcurrentHashMap<>();
    private final ReadyFolders ready;
    private final ThreadPoolExecutor refiller;
    private final Programs programs = new Programs();
    private final Optional<Orphans> orphans = Orphans.adopt();
    private final ThreadPoolExecutor slots;
    private final ThreadPoolExecutor daemons;
    private final Ports ports = new Ports(PORT_PATIENCE);
    private final ScheduledThreadPoolExecutor timer;
    private volatile Optional<String> blocked = Optional.empty();
    private volatile long spaceSeen = System.nanoTime() - SPACE_HOLDS_NANOS;
    private volatile boolean closed;

    /// Who hears of the attempts; quick and safe for every thread.
    public interface Listener {
        /// @param together what is known of one attempt; not empty
        void report(List<StepReport> together);

        /// Nothing starts now, for this reason; or, empty, it does again.
        void blocked(Optional<String> reason);
    }

    public Runner(Path data, RunnerSettings settings, InstantSource clock, Spawner spawner, Listener listener)
            throws IOException {
        Machine.privateDirectory(data);
        this.data = data.toRealPath();
        this.settings = settings;
        this.clock = clock;
        this.spawner = spawner;
        this.listener = listener;
        Machine.privateDirectory(this.data.resolve("attempts"));
        Machine.privateDirectory(this.data.resolve("mnt"));
        ready = new ReadyFolders(this.data, holder(), settings.slots());
        slots =
                new ThreadPoolExecutor(
                        settings.slots(),
                        settings.slots(),
                        1,
                        TimeUnit.MINUTES,
                        new LinkedBlockingQueue<>(),
                        Thread.ofPlatform().name("slot-", 0).daemon().stackSize(SLOT_STACK_BYTES).factory());
        daemons =
                new ThreadPoolExecutor(
                        MOST_DAEMONS,
                        MOST_DAEMONS,
                        1,
                        TimeUnit.MINUTES,
                        new LinkedBlockingQueue<>(),
                        Thread.ofPlatform().name("daemon-", 0).daemon().stackSize(SLOT_STACK_BYTES).factory());
        daemons.allowCoreThreadTimeOut(true);
        refiller =
                new ThreadPoolExecutor(
                        1,
                        1,
                        1,
                        TimeUnit.MINUTES,
                        new ArrayBlockingQueue<>(1), // whoever comes next makes all that are missing
                        Thread.ofPlatform().name("ready-folders").daemon().stackSize(SLOT_STACK_BYTES).factory(),
                        new ThreadPoolExecutor.DiscardPolicy());
        refiller.allowCoreThreadTimeOut(true);
        timer = new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().name("runner-timer").daemon().factory());
        timer.setRemoveOnCancelPolicy(true);
        var _ = timer.scheduleWithFixedDelay(this::watch, WATCH.toMillis(), WATCH.toMillis(), TimeUnit.MILLISECONDS);
        var _ = timer.scheduleWithFixedDelay(this::sweep, SWEEP.toMillis(), SWEEP.toMillis(), TimeUnit.MILLISECONDS);
        var _ =
                timer.scheduleWithFixedDelay(
                        this::repeatReports,
                        REPEAT_REPORTS.toMillis(),
                        REPEAT_REPORTS.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    /// Does what the server says; `Retire` is for whoever owns the runner's process.
    public void obey(ToRunner message) {
        switch (message) {
            case ToRunner.Start(var launch) -> start(launch);
            case ToRunner.Cancel(var attempt) -> cancel(attempt);
            case ToRunner.Reconcile(var believed) -> reconcile(believed);
            case ToRunner.Forget(var ended) -> ended.forEach(this::forget);
            case ToRunner.Retire() -> {}
        }
    }

    /// Takes an order; of one that is known already, says again what is known.
    void start(Launch launch) {
        var attempt = new Attempt(launch, AttemptFolder.of(data, launch.attempt()), settings.logLimitBytes());
        var known = attempts.putIfAbsent(launch.attempt(), attempt);
        if (known != null) {
            repeat(known);
            return;
        }
        launch.deadline()
                .ifPresent(deadline -> {
                    var left = Math.max(0, Duration.between(clock.instant(), deadline).toMillis());
                    attempt.deadlineTimer(
                            timer.schedule(
                                    () -> stop(attempt, new Ending.DeadlineExceeded()), left, TimeUnit.MILLISECONDS));
                });
        try {
            // a daemon goes on while others are to run, so it keeps no slot from them
            (launch.daemon().isPresent() ? daemons : slots).execute(() -> run(attempt));
        } catch (RejectedExecutionException _) {
            attempts.remove(launch.attempt()); // closed: the engine gives the order again
        }
    }

    /// Ends an attempt, or sees to it that it never starts.
    void cancel(AttemptId id) {
        var attempt = attempts.get(id);
        if (attempt != null) {
            stop(attempt, new Ending.Cancelled());
            return;
        }
        var folder = AttemptFolder.of(data, id);
        guarded(
                id,
                () -> {
                    if (folder.claim(holder())) {
                        settle(folder, Outcome.unstarted(id, clock.instant(), new Ending.Cancelled()));
                    } else {
                        answerClaimed(folder, id);
                    }
                });
    }

    /// Says what is known of each attempt; of one that was never claimed there is nothing to say.
    void reconcile(List<UnderWay> believed) {
        var lost = new ArrayList<AttemptId>();
        for (var one : believed) {
            var known = attempts.get(one.attempt());
            if (known != null) {
                repeat(known);
                continue;
            }
            var folder = AttemptFolder.of(data, one.attempt());
            guarded(
                    one.attempt(),
                    () -> {
                        var ended = folder.ended();
                        if (ended.isPresent()) {
                            report(ended.get());
                        } else if (!one.host().equals(bootId)) {
                            settle(folder, Outcome.unstarted(one.attempt(), clock.instant(), rebooted()));
                        } else if (folder.claimed()) {
                            lost.add(one.attempt());
                        }
                    });
        }
        Leftovers.kill(lost);
        for (var id : lost) {
            guarded(id, () -> settle(AttemptFolder.of(data, id), Outcome.unstarted(id, clock.instant(), runnerGone())));
        }
    }

    /// The server has recorded the attempt's end.
    void forget(AttemptId id) {
        attempts.computeIfPresent(id, (_, attempt) -> attempt.forget() ? null : attempt);
    }

    /// Repeats to a new listener what has not been forgotten, and whether starts are held up.
    void repeatAll() {
        attempts.values().forEach(this::repeat);
        if (blocked.isPresent()) {
            listener.blocked(blocked);
        }
    }

    /// Whether no attempt waits or runs.
    boolean idle() {
        return attempts.values().stream().allMatch(Attempt::isSettled);
    }

    /// Ends every step, as a cancel does, and takes no more.
    @Override
    public void close() {
        closed = true;
        attempts.values().forEach(attempt -> stop(attempt, new Ending.Cancelled()));
        slots.shutdown();
        daemons.shutdown();
        refiller.shutdown();
        try {
            if (!slots.awaitTermination(10, TimeUnit.SECONDS) || !daemons.awaitTermination(1, TimeUnit.SECONDS)) {
                attempts.values().forEach(attempt -> attempt.signal(Spawner.SIGKILL));
            }
            if (!refiller.awaitTermination(10, TimeUnit.SECONDS)) {
                System.err.println("folders are still being made ready; the disk takes long");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        timer.shutdownNow();
    }

    private void run(Attempt attempt) {
        try {
            if (!spaceFor(attempt) || !attempt.leaveQueue()) {
                return;
            }
            if (!attempt.launch().host().equals(bootId)) {
                end(attempt, rebooted());
                return;
            }
            if (!ready.claim(attempt.folder())) {
                answerClaimed(attempt);
                return;
            }
            var daemon = attempt.launch().daemon();
            if (daemon.isPresent()) {
                var inTheWay = ports.await(attempt, daemon.get());
                if (inTheWay.isPresent()) {
                    end(attempt, new Ending.NotStarted(inTheWay.get()));
                    return;
                }
                if (attempt.wish().isPresent()) {
                    end(attempt, attempt.wish().get());
                    return;
                }
            }
            var house = new Step.House(spawner, clock, listener, this::refillSoon, programs, data);
            end(
                    attempt,
                    attempt.launch().group().parts().isEmpty()
                            ? new Step(attempt, house).run()
                            : new Group(attempt, house, this::later).run());
        } catch (IOException | UncheckedIOException e) {
            end(
                    attempt,
                    attempt.started().isPresent()
                            ? new Ending.Lost("the step ran, but its directory cannot be used: " + e)
                            : new Ending.NotStarted("the attempt's directory cannot be used: " + e));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            end(attempt, new Ending.Lost("the runner failed: " + e));
            throw e;
        }
    }

    private void later(Duration pause, Runnable action) {
        var _ = timer.schedule(action, pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// Lets the next attempts' folders be made beside the step: even a slow disk holds up neither this one's end nor their start.
    private void refillSoon() {
        refiller.execute(() -> {
            try {
                ready.refill();
            } catch (IOException e) {
                System.err.println("no folder could be made ready for the next attempts: " + e); // they make their own
            }
        });
    }

    private boolean spaceFor(Attempt attempt) throws InterruptedException {
        while (!closed && !attempt.isOver()) {
            if (System.nanoTime() - spaceSeen < SPACE_HOLDS_NANOS) {
                return true;
            }
            long free = data.toFile().getUsableSpace();
            if (free >= settings.freeSpaceBytes()) {
                spaceSeen = System.nanoTime();
                if (blocked.isPresent()) {
                    block(Optional.empty());
                }
                return true;
            }
            if (blocked.isEmpty()) {
                block(
                        Optional.of(
                                "no step starts: %d MiB are free in %s, %d MiB are wanted"
                                        .formatted(free >> 20, data, settings.freeSpaceBytes() >> 20)));
            }
            Thread.sleep(SPACE_CHECK);
        }
        return !closed && !attempt.isOver();
    }

    private void block(Optional<String> reason) {
        blocked = reason;
        listener.blocked(reason);
    }

    /// Sees to it that an attempt ends thus; the first wish counts.
    private void stop(Attempt attempt, Ending ending) {
        switch (attempt.wish(ending)) {
            case NOW_OVER ->
                    guarded(
                            attempt.launch().attempt(),
                            () -> {
                                if (attempt.folder().claim(holder())) {
                                    end(attempt, ending);
                                } else {
                                    answerClaimed(attempt);
                                }
                            });
            case TO_BE_ENDED -> endGracefully(attempt);
            case NOTHING_TO_DO -> repeat(attempt);
        }
    }

    private void endGracefully(Attempt attempt) {
        attempt.signal(Spawner.SIGTERM);
        var _ =
                timer.schedule(
                        () -> attempt.signal(Spawner.SIGKILL),
                        attempt.launch().grace().toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    private void answerClaimed(Attempt attempt) throws IOException {
        var id = attempt.launch().attempt();
        var ended = attempt.folder().ended();
        if (ended.isPresent()) {
            attempt.over(ended.get());
            settled(attempt);
            report(ended.get());
        } else {
            Leftovers.kill(List.of(id));
            end(attempt, runnerGone());
        }
    }

    private void answerClaimed(AttemptFolder folder, AttemptId id) throws IOException {
        var ended = folder.ended();
        if (ended.isPresent()) {
            report(ended.get());
        } else {
            Leftovers.kill(List.of(id));
            settle(folder, Outcome.unstarted(id, clock.instant(), runnerGone()));
        }
    }

    private void end(Attempt attempt, Ending ending) {
        var outcome =
                new Outcome(
                        attempt.started(),
                        attempt.used(clock.instant()),
                        new StepReport.Ended(attempt.launch().attempt(), clock.instant(), ending));
        attempt.over(outcome);
        ports.letGo(attempt);
        sweep();
        var news = Stream.concat(attempt.progress(clock.instant()).stream(), outcome.news().stream()).toList();
        listener.report(news); // before it is written, which only those need who come later
        try {
            attempt.folder().end(outcome);
        } catch (IOException e) {
            // the server hears of it by the report; only a runner that dies before that would call it lost
            System.err.println("no end was written for " + attempt.launch().attempt() + ": " + e);
        }
        settled(attempt); // not before that: a runner without other steps may end from here on
    }

    /// The server may have said already that the attempt can be forgotten.
    private void settled(Attempt attempt) {
        if (attempt.settled()) {
            attempts.remove(attempt.launch().attempt(), attempt);
        }
    }

    private void settle(AttemptFolder folder, Outcome ended) throws IOException {
        folder.end(ended);
        report(ended);
    }

    private void report(Outcome ended) {
        listener.report(ended.reports());
    }

    private void repeat(Attempt attempt) {
        var known = attempt.reports();
        if (!known.isEmpty()) {
            listener.report(known);
        }
    }

    private void watch() {
        for (var attempt : attempts.values()) {
            if (attempt.isRunning()) {
                attempt.watch();
                attempt.progress(clock.instant()).ifPresent(news -> listener.report(List.of(news)));
            }
        }
    }

    /// Ends what left the groups of steps that are over. Of an attempt that this runner does not know nobody knows either.
    private void sweep() {
        orphans.ifPresent(found -> Leftovers.sweep(found, this::over));
    }

    private boolean over(String attempt) {
        var known = attempts.get(new AttemptId(attempt));
        return known == null || known.isOver();
    }

    private void repeatReports() {
        var old = clock.instant().minus(REPEAT_REPORTS);
        for (var attempt : attempts.values()) {
            if (attempt.overBefore(old)) {
                repeat(attempt);
            }
        }
    }

    private interface Disk {
        void use() throws IOException;
    }

    private void guarded(AttemptId id, Disk disk) {
        try {
            disk.use();
        } catch (IOException e) {
            report(Outcome.unstarted(id, clock.instant(), new Ending.Lost("its directory cannot be read: " + e)));
        }
    }

    private String holder() {
        return "boot " + bootId + "\nrunner " + ProcessHandle.current().pid() + "\n";
    }

    private static Ending rebooted() {
        return new Ending.Lost("the host was rebooted while the step was under way");
    }

    private static Ending runnerGone() {
        return new Ending.Lost("the runner that had started the step was killed");
    }
}
