package tiphys.runtime;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// A run whose stream is live, in memory. Its state is its actor's; here is what others need to know about it. Safe for
/// every thread.
final class LiveRun {
    final String uid;
    final RunDecider decider;
    final StreamActor<RunMessage> actor;

    /// Whether a projection is on its way.
    final AtomicBoolean projecting = new AtomicBoolean();

    /// Whether its end was flushed.
    final AtomicBoolean ended = new AtomicBoolean();

    private Wakeups.@Nullable Handle timer;

    LiveRun(String uid, RunDecider decider, StreamActor<RunMessage> actor) {
        this.uid = uid;
        this.decider = decider;
        this.actor = actor;
    }

    /// Takes the place of the timer before.
    synchronized void timer(Wakeups.Handle next) {
        if (timer != null) {
            timer.cancel();
        }
        timer = next;
    }

    synchronized void cancelTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }
}
