package tiphys.kubernetes.steps;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tiphys.engine.StepOrder;
import tiphys.engine.StepReport;

/// An attempt whose pod is made or followed. Its fields are read and written under its own lock.
final class PodAttempt {
    /// How far it is.
    enum State {
        /// Its pod was not made yet, as far as is known.
        ORDERED,
        /// Its pod was seen.
        MADE,
        /// It is over: its end was told.
        OVER
    }

    private final StepOrder order;
    private State state = State.ORDERED;
    private boolean cancelled;
    private boolean claimed;
    private boolean startTold;
    private boolean reading;
    private StepReport.@Nullable Ended ended;
    private StepReport.@Nullable Started started;
    private @Nullable SeenPod pod;

    PodAttempt(StepOrder order) {
        this.order = order;
    }

    StepOrder order() {
        return order;
    }

    synchronized State state() {
        return state;
    }

    /// Its pod is there.
    synchronized void made(SeenPod seen) {
        pod = seen;
        if (state == State.ORDERED) {
            state = State.MADE;
        }
    }

    /// Its pod as it was seen last; empty if it never was.
    synchronized Optional<SeenPod> pod() {
        return Optional.ofNullable(pod);
    }

    /// Somebody wants it ended.
    ///
    /// @return the state in which it was found
    synchronized State cancel() {
        cancelled = true;
        return state;
    }

    synchronized boolean cancelled() {
        return cancelled;
    }

    /// The engine has its start on record: a pod that is not there was deleted, and is not made again.
    synchronized void claim() {
        claimed = true;
    }

    synchronized boolean claimed() {
        return claimed;
    }

    /// Its start, if that was not told yet.
    synchronized Optional<StepReport> start(StepReport.Started report) {
        if (startTold) {
            return Optional.empty();
        }
        startTold = true;
        started = report;
        return Optional.of(report);
    }

    /// Whether its end is to be worked out now: once.
    synchronized boolean beginReading() {
        if (reading || state == State.OVER) {
            return false;
        }
        reading = true;
        return true;
    }

    /// The end that is told; a later one changes nothing.
    ///
    /// @return whether it is the first
    synchronized boolean end(StepReport.Ended report) {
        if (ended != null) {
            return false;
        }
        ended = report;
        state = State.OVER;
        return true;
    }

    synchronized Optional<StepReport.Ended> ended() {
        return Optional.ofNullable(ended);
    }

    synchronized Optional<StepReport.Started> started() {
        return Optional.ofNullable(started);
    }
}
