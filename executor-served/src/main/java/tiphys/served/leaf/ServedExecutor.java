package tiphys.served.leaf;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tiphys.engine.AttemptId;
import tiphys.engine.Executor;
import tiphys.engine.Materials;
import tiphys.engine.StepOrder;
import tiphys.engine.StepReport;
import tiphys.engine.StepReport.Ending;
import tiphys.manifest.workflow.Template;

/// Runs the steps that need no process in this very server, and hands the others on to the executor beside it.
///
/// An attempt goes this way: it is ordered, and waits for a place; it is reported as started; once that is recorded
/// ([#claimed]), a thread does it and its end is reported. After the server was killed, what had been recorded as started is done
/// again from its beginning, for nobody knows how far it came: each kind of leaf says what that means for it.
///
/// Such a step belongs to no boot of a host. Its deadline and its cancel interrupt its thread.
public final class ServedExecutor implements Executor {
    private static final Logger LOG = System.getLogger(ServedExecutor.class.getName());

    /// How many cancels are remembered that came before their order.
    private static final int EARLY = 10_000;

    private final Executor processes;
    private final Map<Template.Type, Leaf> leaves;
    private final ServedLogs logs;
    private final InstantSource clock;
    private final Places places;
    private final Map<AttemptId, Attempt> attempts = new ConcurrentHashMap<>();
    private final Map<AttemptId, Boolean> cancelledBefore =
            Collections.synchronizedMap(
                    new LinkedHashMap<>() {
                        private static final long serialVersionUID = 1;

                        @Override
                        protected boolean removeEldestEntry(Map.Entry<AttemptId, Boolean> eldest) {
                            return size() > EARLY;
                        }
                    });
    private final ScheduledExecutorService deadlines =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("served-deadlines").daemon(true).factory());
    private volatile Consumer<List<StepReport>> listener = _ -> {};
    private volatile boolean closed;

    /// @param processes who runs the other steps; closed with this one
    /// @param leaves by the type of the template
    /// @param atOnce how many leaves are done at the same time
    public ServedExecutor(
            Executor processes, Map<Template.Type, Leaf> leaves, ServedLogs logs, InstantSource clock, int atOnce) {
        this.processes = processes;
        this.leaves = Collections.unmodifiableMap(new EnumMap<>(leaves));
        this.logs = logs;
        this.clock = clock;
        this.places = new Places(atOnce);
    }

    /// One attempt at a leaf.
    private final class Attempt implements Leaf.Doing {
        private final StepOrder order;
        private final Leaf leaf;
        private boolean queued;
        private boolean placed;
        private boolean claimed;
        private @Nullable Thread thread;
        private @Nullable ScheduledFuture<?> deadline;
        private StepReport.@Nullable Ended ended;

        Attempt(StepOrder order, Leaf leaf) {
            this.order = order;
            this.leaf = leaf;
        }

        /// Waits for a place and reports the start.
        void queue() {
            synchronized (this) {
                if (queued || ended != null) {
                    return;
                }
                queued = true;
                order.deadline().ifPresent(this::watch);
            }
            places.take(this::placed);
        }

        private void watch(Instant at) {
            var wait = Duration.between(clock.instant(), at);
            deadline =
                    deadlines.schedule(
                            () -> end(new Ending.DeadlineExceeded()),
                            Math.max(0, wait.toMillis()),
                            TimeUnit.MILLISECONDS);
        }

        private void placed() {
            boolean go;
            synchronized (this) {
                go = ended == null;
                placed = go;
                if (go && claimed) {
                    begin();
                }
            }
            if (!go) {
                places.give();
            } else if (!claimed()) {
                tell(new StepReport.Started(order.attempt(), clock.instant(), "the server"));
            }
        }

        private synchronized boolean claimed() {
            return claimed;
        }

        /// Its start is recorded: it is done.
        void claim() {
            boolean first;
            synchronized (this) {
                if (claimed || ended != null) {
                    return;
                }
                claimed = true;
                first = !queued;
                if (placed) {
                    begin();
                }
            }
            if (first) { // taken up after a restart
                queue();
            }
        }

        private void begin() {
            thread = Thread.ofVirtual().name("leaf " + order.attempt().text()).start(this::run);
        }

        private void run() {
            Ending ending;
            try {
                ending = leaf.run(order, this);
            } catch (InterruptedException e) {
                return; // whoever interrupted has said how it ended, or the server ends and takes it up again
            } catch (RuntimeException | StackOverflowError e) {
                LOG.log(Level.ERROR, "the leaf " + order.attempt() + " met a fault", e);
                ending =
                        new Ending.Served(
                                Ending.Outcome.ERROR,
                                "a fault of this program: " + e,
                                java.util.OptionalInt.empty(),
                                Optional.empty(),
                                Map.of());
            }
            if (!closed) {
                end(ending);
            }
        }

        void end(Ending ending) {
            StepReport.Ended told;
            boolean place;
            synchronized (this) {
                if (ended != null) {
                    return;
                }
                told = new StepReport.Ended(order.attempt(), clock.instant(), ending);
                ended = told;
                place = placed;
                placed = false;
                if (deadline != null) {
                    deadline.cancel(false);
                }
                if (thread != null && thread != Thread.currentThread()) {
                    thread.interrupt();
                }
            }
            tell(told);
            if (place) {
                places.give();
            }
        }

        /// Says again how it ended, if it did.
        synchronized Optional<StepReport> past() {
            return Optional.ofNullable(ended);
        }

        @Override
        public void say(String line) {
            try {
                logs.append(order.attempt(), line);
            } catch (IOException e) {
                LOG.log(Level.WARNING, "a line of the log of {0} is lost: {1}", order.attempt(), e.getMessage());
            }
        }

        @Override
        public void aside(Leaf.Waiting waiting) throws InterruptedException {
            if (!give()) {
                throw new InterruptedException();
            }
            places.give();
            try {
                waiting.await();
            } finally {
                takeBack();
            }
        }

        private synchronized boolean give() {
            boolean had = placed;
            placed = false;
            return had;
        }

        private synchronized void takeBack() {
            if (ended == null) {
                placed = true;
                places.takeBack();
            }
        }

        synchronized void stop() {
            if (thread != null) {
                thread.interrupt();
            }
        }
    }

    private void tell(StepReport report) {
        listener.accept(List.of(report));
    }

    private Optional<Leaf> leaf(StepOrder order) {
        return new Template(order.template().json()).type().map(leaves::get);
    }

    @Override
    public void onReports(Consumer<List<StepReport>> told) {
        listener = told;
        processes.onReports(told);
    }

    @Override
    public String host() {
        return processes.host();
    }

    @Override
    public void start(StepOrder order, Materials materials) {
        var leaf = leaf(order);
        if (leaf.isEmpty()) {
            processes.start(order, materials);
            return;
        }
        var attempt = attempts.computeIfAbsent(order.attempt(), _ -> new Attempt(order, leaf.get()));
        var past = attempt.past();
        if (past.isPresent()) {
            tell(past.get());
        } else if (cancelledBefore.remove(order.attempt()) != null) {
            attempt.end(new Ending.Cancelled());
        } else {
            attempt.queue();
        }
    }

    @Override
    public void claimed(AttemptId id) {
        var attempt = attempts.get(id);
        if (attempt == null) {
            processes.claimed(id);
        } else {
            attempt.claim();
        }
    }

    /// A cancel of what is not known here may be of a leaf whose order comes later: both sides hear of it.
    @Override
    public void cancel(AttemptId id) {
        var attempt = attempts.get(id);
        if (attempt == null) {
            cancelledBefore.put(id, true);
            processes.cancel(id);
        } else {
            attempt.end(new Ending.Cancelled());
        }
    }

    @Override
    public void reconcile(Collection<StepOrder> underWay) {
        var others = new ArrayList<StepOrder>();
        for (var order : underWay) {
            var leaf = leaf(order);
            if (leaf.isEmpty()) {
                others.add(order);
            } else {
                attempts.computeIfAbsent(order.attempt(), _ -> new Attempt(order, leaf.get()))
                        .past()
                        .ifPresent(this::tell);
            }
        }
        processes.reconcile(others);
    }

    @Override
    public void forget(AttemptId id) {
        cancelledBefore.remove(id);
        if (attempts.remove(id) == null) {
            processes.forget(id);
        }
    }

    @Override
    public List<String> refusals(StepOrder order) {
        var leaf = leaf(order);
        return leaf.isPresent() ? leaf.get().refusals(order) : processes.refusals(order);
    }

    @Override
    public void release(String namespace, String claim) {
        processes.release(namespace, claim);
    }

    /// Leaves that are being done are left off; they are taken up when the server starts again.
    @Override
    public void close() {
        closed = true;
        attempts.values().forEach(Attempt::stop);
        deadlines.shutdownNow();
        processes.close();
    }
}
