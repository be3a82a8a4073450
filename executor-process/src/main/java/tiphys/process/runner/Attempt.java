package tiphys.process.runner;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tiphys.attempts.AttemptFolder;
import tiphys.attempts.Outcome;
import tiphys.attempts.Output;
import tiphys.engine.StepReport;
import tiphys.engine.StepReport.Ending;
import tiphys.process.spawn.Spawner;
import tiphys.process.wire.Launch;

/// An attempt inside the runner: waiting, then under way, then over. Safe for every thread; the slot's thread moves it on, and
/// a wish to end it may come from any other.
final class Attempt {
    /// How often it is looked at until its memory is looked at again.
    private static final int LOOKS_PER_SAMPLE = 10;

    private final Launch launch;
    private final AttemptFolder folder;
    private final Output output;
    private final List<Output> outputs = new ArrayList<>(1);
    private final List<Spawner.Child> children = new ArrayList<>(1);
    private Stage stage = Stage.WAITING;
    private Optional<StepReport.Started> started = Optional.empty();
    private Optional<StepReport.Ready> ready = Optional.empty();
    private Optional<Ending> wish = Optional.empty();
    private @Nullable Outcome ended;
    private long cpuMicros;
    private long peakBytes;
    private int looks;
    private final List<ProgressFile> progress;
    private boolean settled;
    private boolean forgotten;
    private @Nullable Future<?> deadlineTimer;

    private final long logLimitBytes;

    private enum Stage {
        WAITING,
        UNDER_WAY,
        OVER
    }

    /// What a wish to end an attempt asks of the caller.
    enum Wished {
        /// It will not start any more: write that down.
        NOW_OVER,
        /// It runs, or is about to: signal it.
        TO_BE_ENDED,
        /// It is over, or another wish came first.
        NOTHING_TO_DO
    }

    Attempt(Launch launch, AttemptFolder folder, long logLimitBytes) {
        this.launch = launch;
        this.folder = folder;
        output = new Output(folder, launch.resultWanted(), logLimitBytes);
        outputs.add(output);
        this.logLimitBytes = logLimitBytes;
        progress =
                List.of(
                        new ProgressFile(folder.root().resolve("progress")),
                        new ProgressFile(
                                folder.root().resolve("root").resolve("run").resolve("argo").resolve("progress")));
    }

    Launch launch() {
        return launch;
    }

    AttemptFolder folder() {
        return folder;
    }

    Output output() {
        return output;
    }

    /// The output of one of several containers.
    synchronized Output output(AttemptFolder container, boolean apart) {
        if (container.equals(folder)) {
            return output;
        }
        var own = new Output(container, apart, logLimitBytes);
        outputs.add(own);
        return own;
    }

    /// Looks at what its processes have printed.
    void watch() {
        List<Output> all;
        List<Long> pids;
        synchronized (this) {
            all = List.copyOf(outputs);
            pids = looks++ % LOOKS_PER_SAMPLE == 0 ? children.stream().map(Spawner.Child::pid).toList() : List.of();
        }
        all.forEach(Output::watch);
        long bytes = pids.stream().mapToLong(Memory::bytes).sum();
        synchronized (this) {
            peakBytes = Math.max(peakBytes, bytes);
        }
    }

    /// The slot takes it; false if it is over already.
    synchronized boolean leaveQueue() {
        if (stage != Stage.WAITING) {
            return false;
        }
        stage = Stage.UNDER_WAY;
        return true;
    }

    /// It runs; false if that was said before.
    synchronized boolean started(StepReport.Started report) {
        if (started.isPresent()) {
            return false;
        }
        started = Optional.of(report);
        return true;
    }

    /// A process of it runs. A wish to end it that came before reaches it now.
    synchronized void add(Spawner.Child child) {
        children.add(child);
        if (wish.isPresent()) {
            child.signal(Spawner.SIGTERM);
        }
    }

    /// It answers; false if it is over, or that was said before.
    synchronized boolean ready(StepReport.Ready report) {
        if (stage == Stage.OVER || wish.isPresent() || ready.isPresent()) {
            return false;
        }
        ready = Optional.of(report);
        return true;
    }

    synchronized Optional<StepReport.Started> started() {
        return started;
    }

    /// A process has ended: what is left of its group is killed while the pid is still its own, then it is signalled no more.
    synchronized Spawner.Exit reap(Spawner.Child child) {
        child.signal(Spawner.SIGKILL);
        children.remove(child);
        var exit = child.reap();
        cpuMicros += child.cpuMicros();
        return exit;
    }

    /// What its processes used that are over; empty if that is not known.
    synchronized Optional<StepReport.Used> used(Instant at) {
        return cpuMicros == 0 && peakBytes == 0
                ? Optional.empty()
                : Optional.of(new StepReport.Used(launch.attempt(), at, cpuMicros, peakBytes));
    }

    /// What it says of its progress, if that is new. Called by one thread at a time.
    Optional<StepReport> progress(Instant at) {
        for (var file : progress) {
            var news = file.news();
            if (news.isPresent()) {
                return Optional.of(new StepReport.Progressed(launch.attempt(), at, news.get()));
            }
        }
        return Optional.empty();
    }

    synchronized void signal(int signal) {
        children.forEach(child -> child.signal(signal));
    }

    /// Signals one of its processes, if that runs.
    synchronized void signal(Spawner.Child child, int signal) {
        if (children.contains(child)) {
            child.signal(signal);
        }
    }

    /// Someone wants it to end thus; the first wish counts.
    synchronized Wished wish(Ending ending) {
        if (stage == Stage.OVER || wish.isPresent()) {
            return Wished.NOTHING_TO_DO;
        }
        wish = Optional.of(ending);
        if (stage == Stage.WAITING) {
            stage = Stage.OVER;
            return Wished.NOW_OVER;
        }
        return Wished.TO_BE_ENDED;
    }

    synchronized Optional<Ending> wish() {
        return wish;
    }

    /// It has ended thus.
    synchronized void over(Outcome ended) {
        this.ended = ended;
        stage = Stage.OVER;
        if (deadlineTimer != null) {
            deadlineTimer.cancel(false);
        }
    }

    /// Its end is written down.
    ///
    /// @return whether it can be forgotten
    synchronized boolean settled() {
        settled = true;
        return forgotten;
    }

    /// Nobody asks for it any more.
    ///
    /// @return whether it can be forgotten now; if not, [#settled] says it later
    synchronized boolean forget() {
        forgotten = true;
        return settled;
    }

    synchronized void deadlineTimer(Future<?> timer) {
        deadlineTimer = timer;
        if (stage == Stage.OVER) {
            timer.cancel(false);
        }
    }

    /// Whether its end is written down; until then the runner must live.
    synchronized boolean isSettled() {
        return settled;
    }

    /// Whether it answers.
    synchronized boolean isReady() {
        return ready.isPresent();
    }

    /// Whether it will not start, or not again.
    synchronized boolean isOver() {
        return stage == Stage.OVER;
    }

    synchronized boolean isRunning() {
        return !children.isEmpty();
    }

    synchronized boolean overBefore(Instant instant) {
        return ended != null && ended.end().at().isBefore(instant);
    }

    /// Everything that can be said of it now.
    synchronized List<StepReport> reports() {
        return ended == null
                ? Stream.concat(started.stream(), ready.stream()).map(StepReport.class::cast).toList()
                : ended.reports();
    }
}
