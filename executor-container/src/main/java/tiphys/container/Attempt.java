package tiphys.container;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tiphys.attempts.AttemptFolder;
import tiphys.attempts.Outcome;
import tiphys.container.api.Container;
import tiphys.container.api.EngineFailed;
import tiphys.container.files.Marker;
import tiphys.engine.AttemptId;
import tiphys.engine.Materials;
import tiphys.engine.StepOrder;
import tiphys.engine.StepReport;
import tiphys.engine.StepReport.Ending;

/// An attempt: waiting, then under way, then over. Its own thread makes its containers, or takes up those that a server before this
/// one made, runs them to their end and writes that down. A wish to end it may come from any thread.
///
/// What a crash leaves is told apart by three things: nothing was started before the file `claim` is there; a container is started
/// once, which its own state says; and it is removed only after the attempt's end was written into `claim`.
final class Attempt implements Runnable {
    private static final Logger LOG = System.getLogger(Attempt.class.getName());

    /// How long an engine may be away before an attempt that has not begun is given up.
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Duration SPACE_PAUSE = Duration.ofSeconds(2);

    private final StepOrder order;
    private final Optional<Materials> materials;
    private final House house;
    private final AttemptFolder folder;
    private final CompletableFuture<Void> ending = new CompletableFuture<>();
    private final Connection connection;
    private final Object lock = new Object();
    private Stage stage = Stage.WAITING;
    private Optional<StepReport.Started> started = Optional.empty();
    private Optional<StepReport.Ready> ready = Optional.empty();
    private Optional<Ending> wish = Optional.empty();
    private @Nullable Outcome outcome;
    private @Nullable Future<?> deadline;
    private @Nullable Thread thread;
    private boolean slot;
    private volatile @Nullable Pod pod;
    private volatile String program = "";
    private volatile boolean left;

    private enum Stage {
        WAITING,
        MAKING,
        RUNNING,
        OVER
    }

    /// @param materials empty for one that a server before this one started
    Attempt(StepOrder order, Optional<Materials> materials, House house) {
        this.order = order;
        this.materials = materials;
        this.house = house;
        folder = AttemptFolder.of(house.data(), order.attempt());
        connection = new Connection(order.attempt().text(), ending);
    }

    AttemptId id() {
        return order.attempt();
    }

    /// Begins its thread, and its deadline.
    void open() {
        order.deadline()
                .ifPresent(at -> {
                    long wait = Duration.between(house.clock().instant(), at).toMillis();
                    deadline =
                            house.timer()
                                    .schedule(
                                            () -> Thread.startVirtualThread(() -> wish(new Ending.DeadlineExceeded())),
                                            Math.max(0, wait),
                                            TimeUnit.MILLISECONDS);
                });
        synchronized (lock) {
            thread = Thread.ofVirtual().name("attempt " + order.attempt().text()).start(this);
        }
    }

    /// Someone wants it to end thus; the first wish counts.
    void wish(Ending wished) {
        boolean over;
        synchronized (lock) {
            if (stage == Stage.OVER || wish.isPresent()) {
                return;
            }
            wish = Optional.of(wished);
            over = stage == Stage.WAITING;
            if (stage != Stage.RUNNING && thread != null) {
                thread.interrupt(); // it waits for its place, or for an image
            }
        }
        ending.complete(null);
        var running = pod;
        if (!over && running != null) {
            running.endAll();
        }
    }

    Optional<Ending> wished() {
        synchronized (lock) {
            return wish;
        }
    }

    /// Everything that can be said of it now.
    List<StepReport> reports() {
        synchronized (lock) {
            return outcome == null
                    ? Stream.concat(started.stream(), ready.stream()).map(StepReport.class::cast).toList()
                    : outcome.reports();
        }
    }

    boolean isOver() {
        synchronized (lock) {
            return stage == Stage.OVER;
        }
    }

    boolean isRunning() {
        synchronized (lock) {
            return stage == Stage.RUNNING;
        }
    }

    /// Stops its thread; its containers go on.
    void leave() {
        left = true;
        var running = pod;
        if (running != null) {
            running.leave();
        }
        synchronized (lock) {
            if (deadline != null) {
                deadline.cancel(false);
            }
            if (thread != null) {
                thread.interrupt();
            }
        }
    }

    @Override
    public void run() {
        Ending ended;
        try {
            ended = work();
        } catch (InterruptedException _) {
            var wanted = wished();
            if (wanted.isEmpty()) {
                return; // the executor is closed
            }
            ended = Outcome.of(wanted.get(), OptionalInt.empty());
        } catch (IOException e) {
            ended = failed(e);
        } catch (RuntimeException | StackOverflowError e) {
            LOG.log(Level.ERROR, "attempt " + order.attempt() + " met a fault", e);
            ended = new Ending.NotStarted("a fault of this program: " + e);
        } finally {
            giveSlot();
        }
        if (!left) {
            var _ = Thread.interrupted(); // it is of no use any more, and would break off the writing
            finish(ended);
        }
    }

    private Ending failed(IOException e) {
        var wanted = wished();
        if (e instanceof EngineFailed failed && failed.isUnreachable() && started().isPresent()) {
            return new Ending.Lost(failed.said());
        }
        if (wanted.isPresent()) {
            return Outcome.of(wanted.get(), OptionalInt.empty());
        }
        return started().isPresent()
                ? new Ending.Lost("its files cannot be used: " + e.getMessage())
                : new Ending.NotStarted("the step cannot be prepared: " + e.getMessage());
    }

    private Ending work() throws IOException, InterruptedException {
        if (folder.claimed()) {
            return resume();
        }
        if (materials.isEmpty()) {
            throw new IllegalStateException("an attempt that was not claimed is taken up: " + order.attempt());
        }
        takeSlot();
        synchronized (lock) {
            if (wish.isPresent()) {
                return Outcome.of(wish.get(), OptionalInt.empty());
            }
            stage = Stage.MAKING;
        }
        var made = new Pod(this, order, house, folder, connection);
        try {
            program = make(new Making(house, order, folder, made.members(), materials.get()));
        } catch (Making.Refused e) {
            return new Ending.NotStarted(e.said());
        }
        if (!folder.claim(house.server())) {
            throw new IOException("the attempt is claimed by somebody else");
        }
        if (!toRunning(made)) {
            return Outcome.of(wished().orElseThrow(), OptionalInt.empty());
        }
        return made.run(Map.of());
    }

    /// Whether it may run; if not, somebody wants it to end.
    private boolean toRunning(Pod running) {
        synchronized (lock) {
            if (wish.isPresent()) {
                return false;
            }
            stage = Stage.RUNNING;
            pod = running;
            return true;
        }
    }

    private String make(Making making) throws Making.Refused, IOException, InterruptedException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                return making.make();
            } catch (EngineFailed e) {
                if (Thread.interrupted()) { // breaking off a request looks as if the engine had gone
                    throw new InterruptedException();
                }
                if (!e.isUnreachable() || System.nanoTime() > until) {
                    throw new Making.Refused(e.said());
                }
                connection.lost(e);
                connection.pause();
                if (wished().isPresent()) {
                    throw new InterruptedException();
                }
            }
        }
    }

    /// Takes up what a server before this one started.
    private Ending resume() throws IOException, InterruptedException {
        var ended = folder.ended();
        if (ended.isPresent()) {
            synchronized (lock) {
                started = ended.get().started();
            }
            return ended.get().end().ending();
        }
        program = Marker.of(house.data(), order.attempt()).program();
        var made = new Pod(this, order, house, folder, connection);
        var found = new LinkedHashMap<String, Container>();
        for (var member : made.members()) {
            var one = connection.<Optional<Container>>patiently(() -> house.engine().find(member.name));
            if (one.isEmpty() || !order.attempt().text().equals(one.get().labels().get(Names.ATTEMPT))) {
                return new Ending.Lost("its container " + member.name + " is not there any more");
            }
            found.put(member.part.name(), one.get());
        }
        if (!toRunning(made)) {
            made.endAll();
        }
        return made.run(found);
    }

    private void takeSlot() throws IOException, InterruptedException {
        house.slots().acquire();
        synchronized (lock) {
            slot = true;
        }
        while (Files.getFileStore(house.data()).getUsableSpace() < house.settings().freeSpaceBytes()) {
            Thread.sleep(SPACE_PAUSE);
        }
    }

    /// Another may run, if this one has a place.
    void giveSlot() {
        synchronized (lock) {
            if (!slot) {
                return;
            }
            slot = false;
        }
        house.slots().release();
    }

    Optional<StepReport.Started> started() {
        synchronized (lock) {
            return started;
        }
    }

    /// Its first process runs: that is reported once.
    Optional<StepReport> nowStarted() {
        var report = new StepReport.Started(order.attempt(), house.clock().instant(), program);
        synchronized (lock) {
            if (started.isPresent()) {
                return Optional.empty();
            }
            started = Optional.of(report);
            return Optional.of(report);
        }
    }

    /// It answers; said once, and its place is free: a daemon must not keep those from running that need it.
    void nowReady(String address) {
        var report = new StepReport.Ready(order.attempt(), house.clock().instant(), address);
        synchronized (lock) {
            if (stage == Stage.OVER || wish.isPresent() || ready.isPresent()) {
                return;
            }
            ready = Optional.of(report);
        }
        giveSlot();
        house.tell(report);
    }

    /// Writes down how it ended, says so, and has its containers removed.
    private void finish(Ending ended) {
        var end = new StepReport.Ended(order.attempt(), house.clock().instant(), ended);
        Outcome told;
        synchronized (lock) {
            told = new Outcome(started, Optional.empty(), end);
        }
        try {
            var known = folder.ended();
            if (known.isPresent()) {
                told = known.get();
            } else {
                folder.end(told);
            }
        } catch (IOException e) {
            LOG.log(Level.ERROR, "the end of attempt " + order.attempt() + " cannot be written down", e);
        }
        synchronized (lock) {
            outcome = told;
            stage = Stage.OVER;
            if (deadline != null) {
                deadline.cancel(false);
            }
        }
        house.listener().accept(new ArrayList<>(told.reports()));
        Removal.of(house, order.attempt());
    }
}
