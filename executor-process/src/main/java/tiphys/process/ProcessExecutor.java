package tiphys.process;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import tiphys.attempts.AttemptFolder;
import tiphys.attempts.AttemptLogs;
import tiphys.attempts.ClaimedVolumes;
import tiphys.attempts.Machine;
import tiphys.engine.AttemptId;
import tiphys.engine.Executor;
import tiphys.engine.Materials;
import tiphys.engine.StepFiles;
import tiphys.engine.StepOrder;
import tiphys.engine.StepReport;
import tiphys.process.images.ImageRules;
import tiphys.process.images.Interpreters;
import tiphys.process.runner.RunnerSettings;
import tiphys.process.wire.RunnerLink;
import tiphys.process.wire.Wire;
import tiphys.process.wire.Wire.FromRunner;
import tiphys.process.wire.Wire.ToRunner;

/// Runs steps as processes of this machine. The server's side: it resolves images, paths and references, hands orders to the
/// runner and hears its reports. What the runner may not have heard is said again at each new connection, which is
/// safe, for the attempt's claim decides.
public final class ProcessExecutor implements Executor {
    private static final Duration FORGETTING = Duration.ofMillis(20);

    private final Path data;
    private final String host = Machine.bootId();
    private final Preparation preparation;
    private final RunnerLink link;
    private final AtomicLong order = new AtomicLong();
    private final ConcurrentSkipListMap<Long, ToRunner> unanswered = new ConcurrentSkipListMap<>();
    private final ConcurrentHashMap<AttemptId, ToRunner> cancels = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<AttemptId, UnderWay> underWay = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<AttemptId, String> reconciled = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<AttemptId> ended = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean forgetting = new AtomicBoolean();
    private volatile Consumer<List<StepReport>> listener = _ -> {};
    private volatile Optional<Long> runnerPid = Optional.empty();
    private volatile Optional<String> blocked = Optional.empty();

    /// An order that has not ended, as far as we heard.
    ///
    /// @param place in the sequence of what was said
    private record UnderWay(long place, boolean started) {}

    private ProcessExecutor(Path data, ImageRules images, Links links) throws IOException {
        this.data = data.toAbsolutePath().normalize();
        Machine.privateDirectory(this.data);
        preparation =
                new Preparation(
                        images,
                        new Interpreters(this.data.resolve("programs")),
                        System.getenv().getOrDefault("PATH", "/usr/bin:/bin"),
                        this.data);
        link = links.open(this.data, this::heard);
    }

    /// Runs steps under the data directory's runner, which outlives this process. It is found, or started when there is
    /// something to do or [#warmUp] is called.
    public static ProcessExecutor withRunner(Path data, RunnerSettings settings, ImageRules images) throws IOException {
        return new ProcessExecutor(data, images, (directory, hears) -> new SocketLink(directory, settings, hears));
    }

    /// Runs steps as children of this process, which end with it: for `tiphys run`.
    public static ProcessExecutor inProcess(Path data, RunnerSettings settings, ImageRules images) throws IOException {
        return new ProcessExecutor(
                data, images, (directory, hears) -> new InnerLink(directory, settings, InstantSource.system(), hears));
    }

    /// Runs steps as children of this process, with this machine's usual settings.
    public static ProcessExecutor inProcess(Path data) throws IOException {
        return inProcess(data, RunnerSettings.ofThisMachine(), ImageRules.builtIn());
    }

    @FunctionalInterface
    private interface Links {
        RunnerLink open(Path data, RunnerLink.Listener listener) throws IOException;
    }

    /// Which program stands for an image, with rules that somebody made. May wait for an interpreter to say where it is.
    public HostImage check(String image, String own) {
        return preparation.check(image, own);
    }

    @Override
    public void onReports(Consumer<List<StepReport>> listener) {
        this.listener = listener;
    }

    @Override
    public String host() {
        return host;
    }

    @Override
    public void start(StepOrder stepOrder, Materials materials) {
        var message = new ToRunner.Start(preparation.launch(stepOrder, materials));
        long place = order.incrementAndGet();
        if (underWay.putIfAbsent(stepOrder.attempt(), new UnderWay(place, false)) == null) {
            unanswered.put(place, message);
        }
        link.send(message);
    }

    @Override
    public void cancel(AttemptId attempt) {
        var message = new ToRunner.Cancel(attempt);
        cancels.put(attempt, message);
        link.send(message);
    }

    @Override
    public void reconcile(Collection<StepOrder> believed) {
        believed.forEach(one -> reconciled.put(one.attempt(), one.host()));
        link.send(
                new ToRunner.Reconcile(
                        believed.stream().map(one -> new Wire.UnderWay(one.attempt(), one.host())).toList()));
    }

    @Override
    public void forget(AttemptId attempt) {
        underWay.remove(attempt);
        ended.add(attempt);
        if (forgetting.compareAndSet(false, true)) {
            CompletableFuture.delayedExecutor(FORGETTING.toMillis(), TimeUnit.MILLISECONDS).execute(this::forgetEnded);
        }
    }

    /// Tells the runner of all that ended and is recorded, in one message: it is in no hurry, and each message wakes it.
    private void forgetEnded() {
        forgetting.set(false);
        var attempts = new ArrayList<AttemptId>();
        for (var attempt = ended.poll(); attempt != null; attempt = ended.poll()) {
            attempts.add(attempt);
        }
        link.send(new ToRunner.Forget(attempts));
    }

    @Override
    public void release(String namespace, String claim) {
        ClaimedVolumes.release(data, namespace, claim);
    }

    @Override
    public List<String> refusals(StepOrder stepOrder) {
        return preparation.refusals(stepOrder);
    }

    /// Has a runner started now, if there is none; else the first order has it started.
    public void warmUp() {
        link.warmUp();
    }

    /// How the executor stands now.
    public Status status() {
        int running = (int) underWay.values().stream().filter(UnderWay::started).count();
        return new Status(running, underWay.size() - running, runnerPid, blocked);
    }

    /// What the steps printed.
    public AttemptLogs logs() {
        return new AttemptLogs(data);
    }

    /// Where the steps' files are.
    public StepFiles files() {
        return new AttemptPlaces(data);
    }

    /// Removes all that is kept of an attempt, its logs included; only of one whose end was recorded and forgotten.
    public void purge(AttemptId attempt) throws IOException {
        AttemptFolder.of(data, attempt).purge();
    }

    /// Removes what is kept of attempts, logs included, whose run is gone and which are older than an hour. Blocks.
    ///
    /// @param gone says of a run's uid whether nobody knows the run any more
    /// @return how many attempts went
    public long purgeWhere(Predicate<String> gone) throws IOException {
        return AttemptFolder.purgeWhere(data, gone, Instant.now().minus(Duration.ofHours(1)));
    }

    /// How much is kept of attempts, most of it what they printed. Looks at every file. Blocks.
    public long keptBytes() {
        return AttemptFolder.bytes(data);
    }

    @Override
    public void close() {
        link.close();
    }

    private void heard(FromRunner message) {
        switch (message) {
            case FromRunner.Hello(_, var pid) -> {
                runnerPid = Optional.of(pid);
                blocked = Optional.empty();
                link.send(
                        new ToRunner.Reconcile(
                                reconciled.entrySet().stream()
                                        .map(one -> new Wire.UnderWay(one.getKey(), one.getValue()))
                                        .toList()));
                unanswered.values().forEach(link::send);
                cancels.values().forEach(link::send);
            }
            case FromRunner.Blocked(var reason) -> blocked = reason;
            case FromRunner.Gone() -> runnerPid = Optional.empty();
            case FromRunner.Reports(var reports) -> {
                reports.forEach(this::note);
                listener.accept(reports);
            }
        }
    }

    private void note(StepReport report) {
        switch (report) {
            case StepReport.Started(var attempt, _, _) ->
                    underWay.compute(attempt, (_, known) -> new UnderWay(known == null ? 0 : known.place(), true));
            case StepReport.Ready _,
                    StepReport.ContainerStarted _,
                    StepReport.ContainerEnded _,
                    StepReport.Progressed _,
                    StepReport.Used _ -> {}
            case StepReport.Ended(var attempt, _, _) -> {
                reconciled.remove(attempt);
                var known = underWay.remove(attempt);
                if (known != null) {
                    unanswered.remove(known.place());
                }
                cancels.remove(attempt);
            }
        }
    }
}
