package tiphys.runtime.runs;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import tiphys.runtime.stream.StreamActor;
import tiphys.runtime.stream.Wakeups;

/// A run whose stream is live, in memory. Its state is its actor's; here is what others need to know about it. Safe for
/// every thread.
public final class LiveRun {
    final String uid;
    public final RunDecider decider;
    public final StreamActor<RunMessage> actor;

    /// Whether a projection is on its way.
    final AtomicBoolean projecting = new AtomicBoolean();

    /// Whether its artifacts are being deleted, or were.
    final AtomicBoolean collecting = new AtomicBoolean();

    /// Whether its end was flushed.
    final AtomicBoolean ended = new AtomicBoolean();

    /// The phase that others were told last; empty before.
    private volatile String phase = "";

    private Wakeups.@Nullable Handle timer;

    LiveRun(String uid, RunDecider decider, StreamActor<RunMessage> actor) {
        this.uid = uid;
        this.decider = decider;
        this.actor = actor;
    }

    public String phase() {
        return phase;
    }

    /// It is in a phase now.
    ///
    /// @return whether it is another one than before
    boolean phase(String now) {
        var changed = !now.equals(phase);
        phase = now;
        return changed;
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
