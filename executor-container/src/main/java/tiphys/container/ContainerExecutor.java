package tiphys.container;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import tiphys.attempts.AttemptFolder;
import tiphys.attempts.AttemptLogs;
import tiphys.attempts.ClaimedVolumes;
import tiphys.attempts.Machine;
import tiphys.attempts.Outcome;
import tiphys.container.api.Engine;
import tiphys.container.api.EngineFailed;
import tiphys.container.files.TakenPlaces;
import tiphys.container.order.Refusals;
import tiphys.engine.AttemptId;
import tiphys.engine.Executor;
import tiphys.engine.Logs;
import tiphys.engine.Materials;
import tiphys.engine.StepOrder;
import tiphys.engine.StepReport;
import tiphys.engine.StepReport.Ending;

/// Runs steps in containers of an engine of this machine: podman, or Docker. A container is made for each attempt, and its name is
/// the attempt's claim, so an order that is repeated starts nothing; containers outlive this server, and the next one finds them by
/// their labels and takes their ends. What a step printed and left is copied into the attempt's folder before its container goes.
public final class ContainerExecutor implements Executor {
    private static final Logger LOG = System.getLogger(ContainerExecutor.class.getName());

    private static final long SWEEP_MINUTES = 10;

    private final House house;
    private final String host = Machine.bootId();
    private final ScheduledExecutorService timer;
    private final Map<AttemptId, Attempt> attempts = new ConcurrentHashMap<>();
    private volatile Consumer<List<StepReport>> listener = _ -> {};
    private volatile boolean closed;

    private ContainerExecutor(Engine engine, Path data, ContainerSettings settings, InstantSource clock)
            throws IOException {
        var directory = data.toAbsolutePath().normalize();
        Machine.privateDirectory(directory);
        Machine.privateDirectory(directory.resolve("attempts"));
        timer = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("containers").daemon().factory());
        house =
                new House(
                        engine,
                        new Images(engine, clock),
                        directory,
                        settings,
                        server(directory),
                        clock,
                        new Semaphore(settings.slots(), true),
                        timer,
                        reports -> listener.accept(reports));
        var _ = timer.scheduleWithFixedDelay(this::sweepAside, 0, SWEEP_MINUTES, TimeUnit.MINUTES);
    }

    /// Runs steps in an engine's containers; what is kept of them is in a data directory.
    public static ContainerExecutor open(Engine engine, Path data, ContainerSettings settings) throws IOException {
        return new ContainerExecutor(engine, data, settings, InstantSource.system());
    }

    /// By which the containers of a data directory are known, whichever server has it open.
    private static String server(Path data) throws IOException {
        var file = data.resolve("containers");
        if (!Files.exists(file)) {
            var chance = new byte[4];
            new SecureRandom().nextBytes(chance);
            Machine.writePrivate(file, HexFormat.of().formatHex(chance).getBytes(UTF_8));
        }
        return Files.readString(file).strip();
    }

    /// The engine's name, version and socket, for people.
    public String engine() {
        return house.engine().identity().text() + " at " + house.engine().path();
    }

    @Override
    public void onReports(Consumer<List<StepReport>> told) {
        listener = told;
    }

    @Override
    public String host() {
        return host;
    }

    @Override
    public void start(StepOrder order, Materials materials) {
        take(order, Optional.of(materials));
    }

    @Override
    public void reconcile(Collection<StepOrder> underWay) {
        for (var order : underWay) {
            if (AttemptFolder.of(house.data(), order.attempt()).claimed()
                    || attempts.containsKey(order.attempt())
                    || !order.host().equals(host)) {
                take(order, Optional.empty());
            } // else it was never claimed, and its order is given again
        }
    }

    /// @param materials empty for an attempt that was claimed before
    private void take(StepOrder order, Optional<Materials> materials) {
        var past = past(order.attempt());
        if (past.isPresent()) {
            listener.accept(past.get().reports());
            return;
        }
        if (!order.host().equals(host)) {
            ended(order.attempt(), new Ending.Lost("it was ordered before this machine was started anew"));
            return;
        }
        var fresh = new Attempt(order, materials, house);
        var known = attempts.putIfAbsent(order.attempt(), fresh);
        if (known == null) {
            fresh.open();
        } else {
            var reports = known.reports();
            if (!reports.isEmpty()) {
                listener.accept(reports);
            }
        }
    }

    private Optional<Outcome> past(AttemptId attempt) {
        try {
            return AttemptFolder.of(house.data(), attempt).ended();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "how attempt " + attempt + " ended cannot be read", e);
            return Optional.empty();
        }
    }

    /// Writes down the end of an attempt that does not run here, and says it.
    private void ended(AttemptId attempt, Ending ending) {
        var outcome = Outcome.unstarted(attempt, house.clock().instant(), ending);
        try {
            AttemptFolder.of(house.data(), attempt).end(outcome);
        } catch (IOException e) {
            LOG.log(Level.ERROR, "the end of attempt " + attempt + " cannot be written down", e);
        }
        listener.accept(outcome.reports());
        Removal.of(house, attempt);
    }

    @Override
    public void cancel(AttemptId attempt) {
        var known = attempts.get(attempt);
        var past = past(attempt);
        if (past.isPresent()) {
            listener.accept(past.get().reports());
        } else if (known != null) {
            known.wish(new Ending.Cancelled());
        } else {
            ended(attempt, new Ending.Cancelled());
        }
    }

    @Override
    public void forget(AttemptId attempt) {
        attempts.computeIfPresent(attempt, (_, known) -> known.isOver() ? null : known);
    }

    @Override
    public void release(String namespace, String claim) {
        ClaimedVolumes.release(house.data(), namespace, claim);
    }

    @Override
    public List<String> refusals(StepOrder order) {
        return Refusals.of(order, house.engine().identity());
    }

    /// What the steps printed.
    public Logs logs() {
        return new AttemptLogs(house.data());
    }

    /// Where the steps' files are.
    public TakenPlaces files() {
        return new TakenPlaces(house.data());
    }

    /// How many attempts run now.
    public int running() {
        return (int) attempts.values().stream().filter(Attempt::isRunning).count();
    }

    /// How many attempts wait for a place, or for their images.
    public int waiting() {
        return (int) attempts.values().stream().filter(one -> !one.isOver() && !one.isRunning()).count();
    }

    /// Removes containers of attempts whose run nobody knows any more. Those of a run that is only set aside go on. Blocks.
    ///
    /// @param gone says so of a run's uid
    public void purgeWhere(Predicate<String> gone) {
        sweep(id -> !attempts.containsKey(id) && gone.test(id.runUid()));
    }

    private void sweepAside() {
        Thread.ofVirtual().name("sweep").start(() -> sweep(id -> past(id).isPresent()));
    }

    /// Removes the containers of attempts that are not needed.
    private void sweep(Predicate<AttemptId> unneeded) {
        try {
            Removal.where(house.engine(), Names.SERVER + "=" + house.server(), house.server(), unneeded);
        } catch (EngineFailed e) {
            if (!closed) {
                LOG.log(Level.WARNING, "containers that nobody needs are not removed yet: {0}", e.said());
            }
        }
    }

    /// Lets go of the containers: those that run go on, or are removed, as the settings say.
    @Override
    public void close() {
        closed = true;
        timer.shutdownNow();
        attempts.values().forEach(Attempt::leave);
        if (house.settings().leaving() == ContainerSettings.Leaving.END) {
            sweep(_ -> true);
        }
    }
}
