package tiphys.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import tiphys.engine.InMemoryRunRows;
import tiphys.events.InMemoryEventRows;
import tiphys.events.cron.Cron;
import tiphys.events.cron.CronFact;
import tiphys.events.cron.CronFacts;
import tiphys.events.cron.CronReader;
import tiphys.events.cron.CronRun;
import tiphys.journal.Quarantine;
import tiphys.journal.StreamName;
import tiphys.journal.Transaction;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.InMemoryStore;
import tiphys.objects.ObjectKey;
import tiphys.objects.ObjectWrite;
import tiphys.objects.ResourceType;
import tiphys.objects.ResourceTypes;
import tiphys.runtime.cron.CronPorts;
import tiphys.runtime.cron.CronRuns;
import tiphys.runtime.cron.CronWorkflows;
import tiphys.runtime.objects.TinyObjects;
import tiphys.runtime.stream.VirtualTime;
import tiphys.runtime.stream.Wakeups;

/// CronWorkflows in one thread and a time of their own: minutes pass, runs end, commits and flushes fail, and the server dies
/// and starts again, never longer than what a run may be late. Each time that is due must then be decided about exactly once.
final class CronSimulation {
    private static final List<ResourceType> WATCHED = List.of(ResourceTypes.CRON_WORKFLOW, ResourceTypes.WORKFLOW);
    private static final List<String> SCHEDULES = List.of("* * * * *", "*/2 * * * *", "@every 45s", "1-59/3 * * * *");
    private static final List<String> POLICIES = List.of("Allow", "Forbid", "Replace");

    /// How long what can be done may stay undone; less than a run may be late.
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final RandomGenerator random;
    private final VirtualTime time = new VirtualTime(Instant.parse("2026-11-29T12:00:07Z"));
    private final InMemoryStore store = new InMemoryStore(new InMemoryEventRows(), new InMemoryRunRows());
    private final TinyObjects objects = new TinyObjects(new Severable(store), time);
    private final List<Runnable> tasks = new ArrayList<>();
    private final Map<ResourceType, Long> told = new TreeMap<>((a, b) -> a.kind().compareTo(b.kind()));
    private final List<ApiObject> crons = new ArrayList<>();
    private final TreeSet<String> terminated = new TreeSet<>();
    private VirtualTime.Sleepers sleepers = time.sleepers();
    private CronWorkflows live;
    private Duration unsettled = Duration.ZERO;
    private boolean calm;
    private boolean flushFailed;

    CronSimulation(RandomGenerator random) {
        this.random = random;
        for (int i = 0; i < 4; i++) {
            create("c" + i);
        }
        live = open();
        start();
    }

    private void create(String name) {
        var spec =
                Value.object(
                        "schedules",
                        List.of(SCHEDULES.get(random.nextInt(SCHEDULES.size()))),
                        "concurrencyPolicy",
                        POLICIES.get(random.nextInt(POLICIES.size())),
                        "successfulJobsHistoryLimit",
                        random.nextInt(4),
                        "failedJobsHistoryLimit",
                        random.nextInt(2),
                        "workflowSpec",
                        Value.object("entrypoint", "main"));
        var type = ResourceTypes.CRON_WORKFLOW;
        var object =
                new ApiObject(
                        type,
                        Value.object(
                                "apiVersion",
                                type.apiVersion(),
                                "kind",
                                type.kind(),
                                "metadata",
                                Value.object("namespace", "ns", "name", name, "uid", "uid-" + name),
                                "spec",
                                spec));
        write(new ObjectWrite.Create(object));
        crons.add(object);
    }

    private void write(ObjectWrite write) {
        store.commit(new Transaction(time.instant(), List.of(), List.of(), List.of(write))).join();
    }

    private CronWorkflows open() {
        var process = new Severable(store, _ -> fate());
        sleepers = time.sleepers();
        return new CronWorkflows(
                new CronPorts(
                        process,
                        process,
                        CronRuns.in(objects.over(process)),
                        time,
                        ZoneOffset.UTC,
                        _ -> {},
                        key -> terminated.add(key.name()),
                        Quarantine.forgetful()),
                new Wakeups(time, sleepers),
                tasks::add,
                null);
    }

    private Severable.Fate fate() {
        if (flushFailed) {
            return Severable.Fate.REFUSED;
        }
        if (calm || random.nextInt(12) > 0) {
            return Severable.Fate.STORED;
        }
        flushFailed = random.nextInt(4) == 0;
        return flushFailed && random.nextBoolean() ? Severable.Fate.STORED_UNHEARD : Severable.Fate.REFUSED;
    }

    private void start() {
        WATCHED.forEach(type -> told.put(type, store.version()));
        live.takeUp();
    }

    private void crash() {
        tasks.clear();
        flushFailed = false;
        live = open();
        start();
    }

    /// One thing happens. The server is never dead, or its store out of order, for so long that a run would be too late.
    void something() {
        switch (random.nextInt(30)) {
            case 0, 1, 2, 3, 4, 5, 6, 7 -> work();
            case 8, 9, 10, 11 -> watch(WATCHED.get(random.nextInt(2)));
            case 12, 13, 14, 15, 16, 17 -> pass(Duration.ofMillis(random.nextInt(4_000)));
            case 18, 19, 20, 21 -> end();
            case 22 -> crash();
            case 23 -> {
                if (flushFailed) {
                    crash();
                }
            }
            default -> settle();
        }
    }

    private void work() {
        if (!tasks.isEmpty()) {
            tasks.remove(random.nextInt(tasks.size())).run();
        }
    }

    private void pass(Duration duration) {
        unsettled = unsettled.plus(duration);
        if (unsettled.compareTo(PATIENCE) > 0) {
            settle();
        }
        time.pass(duration);
        sleepers.wake();
        if (flushFailed) {
            crash(); // whoever guards the process starts it again
        }
    }

    /// What can be done is done, as a server does that has nothing else to do.
    private void settle() {
        unsettled = Duration.ZERO;
        for (int i = 0; i < 500 && (flushFailed || !tasks.isEmpty()); i++) {
            if (flushFailed) {
                crash();
            }
            work();
        }
        WATCHED.forEach(this::watch);
    }

    private void watch(ResourceType type) {
        long version = store.version();
        var changes = store.changes(type, Optional.empty(), told.get(type), 1 + random.nextInt(3));
        if (changes.isEmpty()) {
            told.put(type, version);
        }
        for (var change : changes) {
            told.put(type, change.version());
            if (type.equals(ResourceTypes.WORKFLOW)) {
                live.runChanged(change);
            } else {
                live.changed(change);
            }
        }
    }

    private List<ApiObject> workflows() {
        return store.list(ResourceTypes.WORKFLOW, Optional.empty(), Optional.empty(), 10_000).objects();
    }

    /// A run ends; one that is to be terminated fails.
    private void end() {
        var open = workflows().stream().filter(one -> one.status().fields().isEmpty()).toList();
        if (!open.isEmpty()) {
            var one = open.get(random.nextInt(open.size()));
            var phase = terminated.contains(one.name()) || random.nextInt(4) == 0 ? "Failed" : "Succeeded";
            var status = Value.object("phase", phase, "finishedAt", time.instant().toString());
            write(new ObjectWrite.Status(one.key(), one.uid(), status, Value.Mapping.EMPTY));
        }
    }

    /// From now on everything works, until all that is due was decided about.
    void behave() {
        calm = true;
        crash();
        for (int i = 0; i < 200; i++) {
            WATCHED.forEach(this::watch);
            while (!tasks.isEmpty()) {
                work();
            }
            end();
        }
        check();
    }

    private void check() {
        var names = new HashSet<String>();
        workflows().forEach(one -> assertThat(names.add(one.name())).as("one run for %s", one.name()).isTrue());
        for (var object : crons) {
            decidedOnce(object);
        }
    }

    private void decidedOnce(ApiObject object) {
        var spec = CronReader.read(object.json(), ZoneOffset.UTC);
        var entries = store.read(new StreamName(CronFacts.KIND, object.uid()), 0, Integer.MAX_VALUE);
        var replayed = new Cron();
        var decided = new ArrayList<Instant>();
        var started = new HashSet<String>();
        for (var entry : entries) {
            var fact = CronFacts.decode(entry);
            replayed.apply(fact, entry.at());
            switch (fact) {
                case CronFact.Started(var due, var name, _) -> {
                    assertThat(Duration.between(due, entry.at())).isLessThanOrEqualTo(Cron.GRACE);
                    assertThat(name).isEqualTo(CronRun.name(spec, due));
                    assertThat(started.add(name)).as(name).isTrue();
                    decided.add(due);
                }
                case CronFact.Skipped(var due, _) -> decided.add(due);
                case CronFact.Missed missed -> {
                    var at = Optional.of(missed.first());
                    while (at.isPresent() && !at.get().isAfter(missed.last())) {
                        decided.add(at.get());
                        at = spec.next(at.get(), replayed.state().since());
                    }
                }
                default -> {}
            }
        }
        var due = new ArrayList<Instant>();
        var since = replayed.state().since();
        for (var at = spec.next(since, since); at.isPresent(); at = spec.next(at.get(), since)) {
            if (at.get().isAfter(time.instant())) {
                break;
            }
            due.add(at.get());
        }
        assertThat(decided).as("what %s decided about", object.name()).isEqualTo(due);
        assertThat(entries.stream().map(CronFacts::decode).filter(CronFact.Missed.class::isInstance))
                .as("missed by %s", object.name())
                .allSatisfy(fact -> assertThat(((CronFact.Missed) fact).why()).contains("a later time"));
        assertThat(replayed.state().active()).as("active runs of %s", object.name()).isEmpty();
        var kept = store.get(new ObjectKey(ResourceTypes.CRON_WORKFLOW, "ns", object.name())).orElseThrow();
        assertThat(kept.status().find("succeeded").orElseThrow()).isEqualTo(Value.number(replayed.state().succeeded()));
        assertThat(replayed.tooMany(spec)).as("runs of %s beyond its limits", object.name()).isEmpty();
    }

    /// What was recorded, for people.
    String story() {
        var told = new StringBuilder();
        for (var object : crons) {
            told.append(object.name()).append(' ').append(object.spec()).append('\n');
            for (var entry : store.read(new StreamName(CronFacts.KIND, object.uid()), 0, Integer.MAX_VALUE)) {
                told.append("  ").append(entry.at()).append(' ').append(CronFacts.decode(entry)).append('\n');
            }
        }
        return told.toString();
    }
}
