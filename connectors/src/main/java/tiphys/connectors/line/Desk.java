package tiphys.connectors.line;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import tiphys.events.Arrival;
import tiphys.events.EventData;
import tiphys.events.Intake;
import tiphys.events.source.Assignment;
import tiphys.events.source.OrderedIntake;
import tiphys.events.source.SourceState;
import tiphys.events.source.Surroundings;
import tiphys.journal.CursorMove;

/// Where a [Line] hands its messages in. Each becomes an event in the order in which it came, and is acknowledged when that is on disk, in
/// the same order. What waits is held here, so much and no more. Safe for every thread.
public final class Desk implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Desk.class.getName());

    /// What is larger is refused.
    public static final int LARGEST = 32 << 20;

    private final Assignment assignment;
    private final String type;
    private final Surroundings around;
    private final Refused refused;
    private final OrderedIntake intake;
    private final IdentityHashMap<Arrival, Acknowledgement> unacknowledged = new IdentityHashMap<>();
    private final Deque<Acknowledgement> due = new ArrayDeque<>();
    private int writing;
    private boolean acknowledging;
    private boolean closed;

    /// Tells the server that it need not keep a message.
    @FunctionalInterface
    public interface Acknowledgement {
        /// Of servers that are told nothing.
        Acknowledgement NONE = () -> {};

        /// If it fails, the message comes again.
        void give() throws IOException;
    }

    /// Counts what is turned away.
    interface Refused {
        void count(String why);
    }

    Desk(Assignment assignment, String type, Surroundings around, int most, Refused refused) {
        this.assignment = assignment;
        this.type = type;
        this.around = around;
        this.refused = refused;
        var watched =
                new Surroundings(
                        new Acknowledging(around.intake()),
                        around.checkpoint(),
                        around.clock(),
                        around.timer(),
                        around.threads(),
                        around.changed());
        this.intake = new OrderedIntake(watched, most, () -> {});
    }

    /// A message.
    ///
    /// @param identity what the server knows it by, also when it comes again
    /// @param moves where the source stands behind it
    public record Message(EventData payload, Optional<String> identity, List<CursorMove> moves) {
        public Message(EventData payload, Optional<String> identity) {
            this(payload, identity, List.of());
        }
    }

    /// Hands a message in; waits while too many are held.
    public void take(Message message, Acknowledgement acknowledgement) throws InterruptedException {
        if (message.payload().text().length() > LARGEST) {
            refuse("a message is larger than " + LARGEST + " bytes", acknowledgement);
            return;
        }
        var name = assignment.name();
        var arrival =
                new Arrival(
                        name.namespace(),
                        name.eventSource(),
                        name.eventName(),
                        type,
                        message.payload(),
                        message.identity().filter(identity -> identity.length() <= 400),
                        around.clock().instant(),
                        message.moves());
        synchronized (this) {
            if (closed) {
                return;
            }
            unacknowledged.put(arrival, acknowledgement);
        }
        intake.put(arrival);
    }

    /// Turns a message away that can be no event: it is counted, and told to the server as if it were taken.
    public void refuse(String why, Acknowledgement acknowledgement) {
        refused.count(why);
        synchronized (this) {
            if (closed) {
                return;
            }
            due.add(acknowledgement);
        }
        acknowledge();
    }

    /// Waits until everything that was handed in is on disk and acknowledged, but not for longer than this.
    ///
    /// @return whether it is
    public synchronized boolean settle(Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (!closed && !(unacknowledged.isEmpty() && due.isEmpty() && !acknowledging)) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return !closed;
    }

    /// The instant for which a line is told the time.
    public Surroundings around() {
        return around;
    }

    OrderedIntake intake() {
        return intake;
    }

    SourceState state() {
        return intake.state();
    }

    /// What is on disk is acknowledged by one thread at a time, and not by the one that writes.
    private final class Acknowledging implements Intake {
        private final Intake inner;

        Acknowledging(Intake inner) {
            this.inner = inner;
        }

        @Override
        public CompletableFuture<String> accept(Arrival arrival) {
            writing(1);
            CompletableFuture<String> accepted;
            try {
                accepted = inner.accept(arrival);
            } catch (RuntimeException e) {
                accepted = CompletableFuture.failedFuture(e);
            }
            return accepted.whenComplete((_, failure) -> {
                if (failure == null) {
                    recorded(arrival);
                }
                writing(-1);
                acknowledge();
            });
        }

        @Override
        public CompletableFuture<Void> acceptAll(List<Arrival> all) {
            writing(1);
            return inner.acceptAll(all)
                    .whenComplete((_, failure) -> {
                        if (failure == null) {
                            all.forEach(Desk.this::recorded);
                        }
                        writing(-1);
                        acknowledge();
                    });
        }

        @Override
        public CompletableFuture<Void> passOver(List<CursorMove> moves, Instant at) {
            return inner.passOver(moves, at);
        }
    }

    private synchronized void writing(int more) {
        writing += more;
        notifyAll();
    }

    private synchronized void recorded(Arrival arrival) {
        var acknowledgement = unacknowledged.remove(arrival);
        if (acknowledgement != null && !closed) {
            due.add(acknowledgement);
        }
    }

    private void acknowledge() {
        synchronized (this) {
            if (acknowledging || due.isEmpty()) {
                return;
            }
            acknowledging = true;
        }
        around.threads().execute(this::acknowledgeAll);
    }

    private void acknowledgeAll() {
        while (true) {
            Acknowledgement next;
            synchronized (this) {
                if (closed || due.isEmpty()) {
                    acknowledging = false;
                    notifyAll();
                    return;
                }
                next = due.getFirst();
            }
            try {
                next.give();
            } catch (IOException | RuntimeException e) {
                // the connection is broken, which its listener finds out; the message comes again
                LOG.log(Level.DEBUG, "{0}: a message could not be acknowledged: {1}", assignment.name(), e);
            }
            synchronized (this) {
                due.pollFirst();
            }
        }
    }

    /// Hands nothing more in, but lets what is being written become events, and acknowledges what became some; all of that not for longer
    /// than this. So nothing comes again that need not.
    void finish(Duration patience) throws InterruptedException {
        intake.close();
        long end = System.nanoTime() + patience.toNanos();
        synchronized (this) {
            while (!closed && (writing > 0 || acknowledging || !due.isEmpty())) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    return;
                }
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        }
    }

    /// Nothing more is handed in, and nothing more acknowledged.
    @Override
    public void close() {
        intake.close();
        synchronized (this) {
            closed = true;
            unacknowledged.clear();
            due.clear();
            notifyAll();
        }
    }
}
