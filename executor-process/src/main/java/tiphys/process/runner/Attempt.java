package tiphys.process.runner;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import tiphys.engine.StepReport;
import tiphys.engine.StepReport.Ending;
import tiphys.process.spawn.Spawner;
import tiphys.process.wire.Launch;

/// An attempt inside the runner: waiting, then under way, then over. Safe for every thread; the slot's thread moves it on, and
/// a wish to end it may come from any other.
final class Attempt {
    private final Launch launch;
    private final AttemptFolder folder;
    private final Output output;
    private Stage stage = Stage.WAITING;
    private Optional<StepReport.Started> started = Optional.empty();
    private Optional<Ending> wish = Optional.empty();
    private Spawner.@Nullable Child child;
    private @Nullable Outcome ended;
    private boolean settled;
    private boolean forgotten;
    private @Nullable Future<?> deadlineTimer;

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

    /// The slot takes it; false if it is over already.
    synchronized boolean leaveQueue() {
        if (stage != Stage.WAITING) {
            return false;
        }
        stage = Stage.UNDER_WAY;
        return true;
    }

    /// Its process runs. A wish to end it that came before reaches it now.
    synchronized void started(Spawner.Child child, StepReport.Started report) {
        this.child = child;
        started = Optional.of(report);
        if (wish.isPresent()) {
            child.signal(Spawner.SIGTERM);
        }
    }

    synchronized Optional<StepReport.Started> started() {
        return started;
    }

    /// Its process has ended: what is left of its group is killed while the pid is still its own, then nothing is signalled
    /// any more.
    synchronized Spawner.Exit reap(Spawner.Child child) {
        child.signal(Spawner.SIGKILL);
        this.child = null;
        return child.reap();
    }

    synchronized void signal(int signal) {
        if (child != null) {
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

    /// Whether it will not start, or not again.
    synchronized boolean isOver() {
        return stage == Stage.OVER;
    }

    synchronized boolean isRunning() {
        return child != null;
    }

    synchronized boolean overBefore(Instant instant) {
        return ended != null && ended.end().at().isBefore(instant);
    }

    /// Everything that can be said of it now.
    synchronized List<StepReport> reports() {
        return ended == null ? List.copyOf(started.stream().toList()) : ended.reports();
    }
}
