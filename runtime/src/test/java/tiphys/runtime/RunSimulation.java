package tiphys.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.random.RandomGenerator;
import tiphys.engine.InMemoryRunRows;
import tiphys.engine.Measures;
import tiphys.engine.Runs.Control;
import tiphys.engine.lock.LockName;
import tiphys.engine.run.RandomWorkflow;
import tiphys.engine.run.Run;
import tiphys.engine.run.codec.RunFacts;
import tiphys.journal.Quarantine;
import tiphys.journal.StreamName;
import tiphys.journal.Transaction;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.InMemoryStore;
import tiphys.objects.ObjectChange;
import tiphys.objects.ObjectKey;
import tiphys.objects.ObjectWrite;
import tiphys.objects.ResourceTypes;
import tiphys.runtime.runs.RunDecider;
import tiphys.runtime.stream.VirtualTime;
import tiphys.runtime.stream.Wakeups;

/// A whole server's runs in one thread: actors take turns in random order, commits and flushes fail, the executor is chaotic,
/// the clock jumps, and the server dies and starts again from its journal.
final class RunSimulation {
    private static final String NS = "ns";
    private static final int PATIENCE = 1_000;
    private static final Duration FOLD_AFTER = Duration.ofSeconds(10);

    private final RandomGenerator random;
    private final ExecutorService unused;
    private final VirtualTime time = new VirtualTime(Instant.parse("2026-11-24T12:00:00Z"));
    private final InMemoryRunRows rows = new InMemoryRunRows();
    private final InMemoryStore store = new InMemoryStore(rows);
    private final RecordedRuns recorded = new RecordedRuns(store);
    private final ChaoticExecutor executor;
    private final Map<String, String> names = new TreeMap<>();
    private final List<Runnable> tasks = new ArrayList<>();
    private final Map<String, Integer> retriesHeard = new TreeMap<>();
    private final List<AssertionError> broken = new ArrayList<>();

    /// Streams whose last commit failed: their actors have not read them again yet.
    private final Set<StreamName> behind = new HashSet<>();

    private VirtualTime.Sleepers sleepers = time.sleepers();
    private RunRegistry registry;
    private long told;
    private boolean atOnce;
    private boolean calm;
    private boolean flushFailed;

    RunSimulation(RandomGenerator random, ExecutorService unused) {
        this.random = random;
        this.unused = unused;
        var limits =
                Value.object(
                        "apiVersion",
                        "v1",
                        "kind",
                        "ConfigMap",
                        "metadata",
                        Value.object("namespace", NS, "name", "limits", "uid", "uid-limits"),
                        "data",
                        Value.object("two", "2"));
        write(new ObjectWrite.Create(new ApiObject(ResourceTypes.CONFIG_MAP, limits)));
        executor = new ChaoticExecutor(random, time, recorded.ordered()::contains, recorded.ended()::contains);
        registry = open();
        start();
    }

    private RunRegistry open() {
        var process = new Severable(store, this::fate);
        sleepers = time.sleepers();
        return new RunRegistry(
                new RunRegistry.Ports(
                        process,
                        process,
                        rows,
                        executor,
                        new RunHouse.NoLogs(),
                        new NoArtifacts(),
                        new NoArtifacts(),
                        time,
                        Quarantine.forgetful(),
                        Measures.NONE),
                new RunRegistry.Settings("chaotic", FOLD_AFTER, 100),
                new Wakeups(time, sleepers),
                unused,
                this::execute);
    }

    private void execute(Runnable task) {
        if (atOnce) {
            task.run();
        } else {
            tasks.add(task);
        }
    }

    private Severable.Fate fate(Transaction transaction) {
        var fate = draw();
        transaction
                .appends()
                .forEach(append -> {
                    if (fate == Severable.Fate.STORED) {
                        behind.remove(append.stream());
                    } else {
                        behind.add(append.stream());
                    }
                });
        return fate;
    }

    private Severable.Fate draw() {
        if (flushFailed) {
            return Severable.Fate.REFUSED; // the real store takes nothing more until the next start
        }
        if (calm || random.nextInt(14) > 0) {
            return Severable.Fate.STORED;
        }
        flushFailed = random.nextInt(5) == 0;
        return flushFailed && random.nextBoolean() ? Severable.Fate.STORED_UNHEARD : Severable.Fate.REFUSED;
    }

    /// Takes up what the journal has, and hears of every object again.
    private void start() {
        atOnce = true;
        try {
            registry.recover();
            told = store.version();
            store.list(ResourceTypes.WORKFLOW, Optional.empty(), Optional.empty(), 1_000)
                    .objects()
                    .forEach(object ->
                            registry.heard(
                                    new ObjectChange(object.resourceVersion(), ObjectChange.Type.ADDED, object)));
        } finally {
            atOnce = false;
        }
    }

    private void crash() {
        executor.serverGone();
        if (random.nextInt(4) == 0) {
            executor.reboot();
        }
        tasks.clear();
        behind.clear();
        flushFailed = false;
        registry = open();
        start();
    }

    /// One thing happens, and then everything must be as it was recorded.
    void something() {
        switch (random.nextInt(flushFailed ? 40 : 36)) {
            case 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 -> work();
            case 12, 13, 14, 15 -> executor.endOne();
            case 16, 17, 18, 19, 20, 21 -> executor.hearOne();
            case 22, 23, 24 -> watch();
            case 25, 26, 27 -> pass(Duration.ofMillis(random.nextInt(8_000)));
            case 28 -> time.jump(Duration.ofSeconds(random.nextInt(-100, 100)));
            case 29, 30 -> create();
            case 31, 32, 33 -> tell();
            case 34 -> {
                if (random.nextInt(4) == 0) {
                    delete();
                }
            }
            default -> crash();
        }
        check();
    }

    private void work() {
        if (!tasks.isEmpty()) {
            tasks.remove(random.nextInt(tasks.size())).run();
        }
    }

    private void pass(Duration duration) {
        time.pass(duration);
        sleepers.wake();
    }

    private void watch() {
        long version = store.version();
        var changes = store.changes(ResourceTypes.WORKFLOW, Optional.empty(), told, 1 + random.nextInt(3));
        if (changes.isEmpty()) {
            told = version; // a commit that changed no object
        }
        for (var change : changes) {
            told = change.version();
            registry.heard(change);
        }
    }

    private void create() {
        if (names.size() < 3) {
            var uid = "uid-" + names.size();
            var name = "run-" + names.size();
            names.put(uid, name);
            var json = new RandomWorkflow(random).draw(NS, name, uid);
            write(new ObjectWrite.Create(new ApiObject(ResourceTypes.WORKFLOW, json)));
        }
    }

    private void delete() {
        one().filter(uid -> store.get(key(uid)).isPresent())
                .ifPresent(uid -> write(new ObjectWrite.Delete(key(uid), uid)));
    }

    private void write(ObjectWrite write) {
        store.commit(new Transaction(time.instant(), List.of(), List.of(), List.of(write))).join();
    }

    private ObjectKey key(String uid) {
        return new ObjectKey(ResourceTypes.WORKFLOW, NS, names.getOrDefault(uid, ""));
    }

    private Optional<String> one() {
        var uids = List.copyOf(names.keySet());
        return uids.isEmpty() ? Optional.empty() : Optional.of(uids.get(random.nextInt(uids.size())));
    }

    /// Somebody tells a run something; what is acknowledged must be in the journal by then.
    private void tell() {
        var found = one();
        if (found.isEmpty()) {
            return;
        }
        var uid = found.get();
        var control =
                switch (random.nextInt(7)) {
                    case 0 -> new Control.Stop("enough");
                    case 1 -> new Control.Terminate();
                    case 2 -> new Control.Suspend();
                    case 3, 4 -> new Control.Resume("");
                    default -> new Control.Retry();
                };
        registry.control(NS, names.getOrDefault(uid, ""), control, "me")
                .whenComplete((refusal, failure) -> {
                    if (failure == null && refusal.isEmpty()) {
                        acknowledged(uid, control);
                    }
                });
    }

    private void acknowledged(String uid, Control control) {
        try {
            switch (control) {
                case Control.Retry _ ->
                        assertThat(recorded.restarts(uid))
                                .as("an acknowledged retry of %s is recorded", uid)
                                .isGreaterThanOrEqualTo(retriesHeard.merge(uid, 1, Integer::sum));
                case Control.Stop _, Control.Terminate _ ->
                        assertThat(recorded.stopped(uid)).as("an acknowledged stop of %s is recorded", uid).isTrue();
                case Control.Suspend _, Control.Resume _, Control.Set _, Control.DeletePod _ -> {}
            }
        } catch (AssertionError e) {
            broken.add(e); // a future would keep it to itself
        }
    }

    private void check() {
        if (!broken.isEmpty()) {
            throw broken.getFirst();
        }
        assertThat(registry.quarantined()).as("runs that are set aside").isEmpty();
        locks();
        recorded.runs()
                .forEach((uid, truth) -> {
                    if (!behind.contains(RunDecider.streamOf(uid))) {
                        registry.state(uid)
                                .filter(live -> !live.view().name().isEmpty())
                                .ifPresent(live -> same(uid, live, truth));
                    }
                });
    }

    /// As is recorded, no more hold a lock than may.
    private void locks() {
        var holders = new HashMap<LockName, Integer>();
        for (var run : recorded.runs().values()) {
            for (var held : run.locksHeld()) {
                held.locks().forEach(name -> holders.merge(name, 1, Integer::sum));
            }
        }
        holders.forEach(
                (name, count) -> assertThat(count).as("holders of %s", name).isLessThanOrEqualTo(name.mutex() ? 1 : 2));
    }

    private static void same(String uid, Run live, Run truth) {
        if (live.stateHash() != truth.stateHash()) {
            assertThat(live.status()).as("live state of %s", uid).isEqualTo(truth.status());
            throw new AssertionError("the live state of " + uid + " is not the recorded one");
        }
    }

    /// From now on everything works; every run must end, be seen to have ended, and leave memory.
    void behave() {
        calm = true;
        if (flushFailed) {
            crash();
        }
        for (int i = 0; !settled(); i++) {
            if (i > PATIENCE) {
                throw new AssertionError("it does not come to an end: " + unsettled());
            }
            watch();
            executor.behave();
            recorded.runs()
                    .forEach((uid, run) -> {
                        if (!run.view().ended() && store.get(key(uid)).isPresent()) {
                            registry.control(NS, names.getOrDefault(uid, ""), new Control.Resume(""), "me");
                        }
                    });
            while (!tasks.isEmpty()) {
                work();
            }
            pass(sleepers.next().orElse(Duration.ofSeconds(1)));
            check();
        }
        atTheEnd();
    }

    /// What is not over yet, for people.
    private String unsettled() {
        var phases =
                recorded.runs().entrySet().stream()
                        .map(run -> run.getKey() + " " + run.getValue().view().phase())
                        .toList();
        return phases
                + ", in memory "
                + registry.inMemory()
                + ", told "
                + told
                + " of "
                + store.version()
                + ", kept reports "
                + executor.kept();
    }

    private boolean settled() {
        return tasks.isEmpty()
                && told >= store.version()
                && registry.inMemory() == 0
                && executor.kept().isEmpty()
                && recorded.runs().values().stream().allMatch(run -> run.view().ended());
    }

    private void atTheEnd() {
        assertThat(recorded.ended()).as("attempts that ended").isEqualTo(recorded.ordered());
        assertThat(recorded.ordered()).as("attempts that were ordered").containsAll(executor.ran());
        assertThat(registry.liveRuns()).as("live runs").isZero();
        assertThat(registry.locks()).as("locks that are held").isEmpty();
        for (var run : recorded.runs().entrySet()) {
            var uid = run.getKey();
            var phase = run.getValue().view().phase();
            var replayed = Run.fresh(uid);
            store.history(RunDecider.streamOf(uid))
                    .forEach(entry -> replayed.apply(RunFacts.decode(entry), entry.at()));
            same(uid, replayed, run.getValue());
            assertThat(rows.find(uid).map(row -> row.phase())).as("row of %s", uid).contains(phase);
            store.get(key(uid))
                    .ifPresent(object ->
                            assertThat(object.status().textAt("phase")).as("status of %s", uid).contains(phase));
        }
        for (var uid : names.keySet()) {
            assertThat(recorded.runs().containsKey(uid) || store.get(key(uid)).isEmpty())
                    .as("%s was taken up, or deleted before", uid)
                    .isTrue();
        }
    }

    /// What was recorded of every run, for people.
    String story() {
        var told = new StringBuilder();
        recorded.runs()
                .forEach((uid, run) -> {
                    told.append(uid).append(' ').append(run.view().phase()).append('\n');
                    var stream = RunDecider.streamOf(uid);
                    var entries = store.history(stream);
                    told.append(entries.isEmpty() ? "" : "folded\n");
                    for (var entry : entries.isEmpty() ? store.read(stream, 0, Integer.MAX_VALUE) : entries) {
                        told.append("  ").append(entry.at()).append(' ').append(entry.type()).append(' ');
                        told.append(new String(entry.body(), StandardCharsets.UTF_8)).append('\n');
                    }
                });
        return told.toString();
    }
}
