package tiphys.runtime.stream;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Calls back at an instant. One thread; callbacks are short and hand their work on. Safe for every thread.
///
/// The wall clock may jump: an instant is turned into a delay when it is asked for, and whoever is woken looks at the
/// clock again, so a jump back makes a wait at most that much longer and a jump forward is noticed within
/// [#LONGEST_SLEEP].
public final class Wakeups implements AutoCloseable {
    /// After this long a sleeper is woken even if its instant seems far off.
    static final Duration LONGEST_SLEEP = Duration.ofSeconds(30);

    private final InstantSource clock;
    private final Timer timer;

    /// What lets time pass; another one in a simulation.
    interface Timer extends AutoCloseable {
        /// Calls back once after a delay.
        Handle in(Duration delay, Runnable callback);

        /// Calls back again and again, with a pause between.
        Handle every(Duration pause, Runnable callback);

        @Override
        void close();
    }

    public Wakeups(InstantSource clock) {
        this(clock, new ThreadTimer());
    }

    public Wakeups(InstantSource clock, Timer timer) {
        this.clock = clock;
        this.timer = timer;
    }

    /// Calls back at an instant, or after [#LONGEST_SLEEP] if that is sooner. Closing the handle takes the wish back.
    public Handle at(Instant instant, Runnable callback) {
        var delay = Duration.between(clock.instant(), instant);
        return in(delay.compareTo(LONGEST_SLEEP) > 0 ? LONGEST_SLEEP : delay, callback);
    }

    /// Calls back after a while.
    public Handle in(Duration delay, Runnable callback) {
        return timer.in(delay.isNegative() ? Duration.ZERO : delay, callback);
    }

    /// Calls back again and again, with a pause between.
    Handle every(Duration pause, Runnable callback) {
        return timer.every(pause, callback);
    }

    /// A wish that can be taken back.
    @FunctionalInterface
    public interface Handle {
        /// Takes the wish back; without effect if it was fulfilled.
        void cancel();
    }

    @Override
    public void close() {
        timer.close();
    }

    /// One thread that sleeps.
    private static final class ThreadTimer implements Timer {
        private final ScheduledThreadPoolExecutor timer =
                new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().name("wakeups").daemon(true).factory());

        ThreadTimer() {
            timer.setRemoveOnCancelPolicy(true);
            timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
            // Whoever asks while the timer is being closed is not woken any more.
            timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
        }

        @Override
        public Handle in(Duration delay, Runnable callback) {
            if (timer.isShutdown()) {
                return () -> {};
            }
            var task = timer.schedule(callback, delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> task.cancel(false);
        }

        @Override
        public Handle every(Duration pause, Runnable callback) {
            var task = timer.scheduleWithFixedDelay(callback, pause.toNanos(), pause.toNanos(), TimeUnit.NANOSECONDS);
            return () -> task.cancel(false);
        }

        @Override
        public void close() {
            timer.shutdownNow();
        }
    }
}
