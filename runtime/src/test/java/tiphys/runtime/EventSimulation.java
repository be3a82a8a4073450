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
import tiphys.events.Arrival;
import tiphys.events.Event;
import tiphys.events.EventData;
import tiphys.events.InMemoryEventRows;
import tiphys.events.SourceFacts;
import tiphys.events.action.TriggerKinds;
import tiphys.events.firing.Wanted;
import tiphys.events.hook.Registrars;
import tiphys.events.sensor.SensorReader;
import tiphys.events.sensor.SensorSpec;
import tiphys.events.source.SourceKinds;
import tiphys.events.trigger.Trigger;
import tiphys.events.trigger.TriggerFact;
import tiphys.events.trigger.TriggerFacts;
import tiphys.events.webhook.WebhookKind;
import tiphys.journal.Entry;
import tiphys.journal.Quarantine;
import tiphys.journal.StreamName;
import tiphys.journal.Transaction;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.InMemoryStore;
import tiphys.objects.ObjectKey;
import tiphys.objects.ObjectWrite;
import tiphys.objects.Refusal;
import tiphys.objects.ResourceType;
import tiphys.objects.ResourceTypes;
import tiphys.runtime.events.EventPorts;
import tiphys.runtime.events.TriggerName;
import tiphys.runtime.objects.Births;
import tiphys.runtime.objects.TinyObjects;
import tiphys.runtime.stream.VirtualTime;
import tiphys.runtime.stream.Wakeups;

/// A whole server's events in one thread: senders, sources, sensors and their triggers, firings and replays take turns in random
/// order; commits and flushes fail, the API refuses, the clock jumps, objects and whole namespaces go, and the server dies and
/// starts again from its journal.
final class EventSimulation {
    private static final List<String> NAMESPACES = List.of("one", "two");
    private static final List<ResourceType> WATCHED =
            List.of(ResourceTypes.EVENT_BUS, ResourceTypes.EVENT_SOURCE, ResourceTypes.SENSOR, ResourceTypes.SECRET);
    private static final int PATIENCE = 2_000;
    private static final int MOST_EVENTS = 60;

    private final RandomGenerator random;
    private final ExecutorService unused;
    private final VirtualTime time = new VirtualTime(Instant.parse("2026-11-24T12:00:00Z"));
    private final InMemoryEventRows rows = new InMemoryEventRows();
    private final InMemoryRunRows runs = new InMemoryRunRows();
    private final InMemoryStore store = new InMemoryStore(rows, runs);
    private final TinyObjects objects = new TinyObjects(new Severable(store), time);
    private final List<Runnable> tasks = new ArrayList<>();
    private final Map<ResourceType, Long> told = new HashMap<>();
    private final List<AssertionError> broken = new ArrayList<>();

    /// Every sensor that ever was, by uid, as it was made; what it depends on never changes.
    private final Map<String, SensorSpec> sensors = new TreeMap<>();

    /// Up to where the journal went when a sensor's creation was answered.
    private final Map<String, Long> answeredAt = new HashMap<>();

    private final Map<String, Long> cursors = new HashMap<>();
    private final Map<String, String> identities = new HashMap<>();
    private final List<String> acknowledged = new ArrayList<>();

    /// Streams whose last commit failed: their actors have not read them again yet.
    private final Set<StreamName> behind = new HashSet<>();

    private VirtualTime.Sleepers sleepers = time.sleepers();
    private EventHub hub;
    private long ids;
    private long uids;
    private int live;
    private boolean calm;
    private boolean flushFailed;
    private boolean unchecked;

    EventSimulation(RandomGenerator random, ExecutorService unused) {
        this.random = random;
        this.unused = unused;
        NAMESPACES.forEach(this::furnish);
        hub = open();
        start();
    }

    private EventHub open() {
        var process = new Severable(store, this::fate);
        sleepers = time.sleepers();
        return new EventHub(
                new EventPorts(
                        process,
                        process,
                        rows,
                        rows,
                        runs,
                        objects.over(process),
                        new SourceKinds(WebhookKind.family(new EventBench.FakeWebhooks(), Registrars.NONE)),
                        TriggerKinds.NONE,
                        time,
                        () -> String.format("%032x", ++ids),
                        _ -> {},
                        () -> live,
                        100,
                        Quarantine.forgetful()),
                new Wakeups(time, sleepers),
                unused,
                tasks::add,
                Duration.ZERO);
    }

    private Severable.Fate fate(Transaction transaction) {
        var fate = draw();
        unchecked = true;
        for (var append : transaction.appends()) {
            if (fate == Severable.Fate.STORED) {
                behind.remove(append.stream());
            } else {
                behind.add(append.stream());
            }
        }
        if (fate != Severable.Fate.STORED) {
            transaction.cursors().forEach(move -> behind.add(StreamName.parse(move.consumer())));
        }
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

    private void start() {
        WATCHED.forEach(type -> told.put(type, store.version()));
        hub.takeUp();
    }

    private void crash() {
        tasks.clear();
        behind.clear();
        flushFailed = false;
        hub = open();
        start();
        unchecked = true;
    }

    /// One thing happens, and then everything must be as it was recorded.
    void something() {
        switch (random.nextInt(flushFailed ? 44 : 40)) {
            case 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13 -> work();
            case 14, 15, 16, 17, 18, 19 -> send();
            case 20, 21, 22, 23 -> watch(WATCHED.get(random.nextInt(WATCHED.size())));
            case 24, 25, 26 -> pass(Duration.ofMillis(random.nextInt(3_000)));
            case 27 -> time.jump(Duration.ofSeconds(random.nextInt(-100, 100)));
            case 28, 29 -> sensor();
            case 30 -> one(ResourceTypes.SENSOR).ifPresent(this::another);
            case 31 -> replay();
            case 32 -> seldom(() -> one(ResourceTypes.SENSOR).ifPresent(this::delete));
            case 33 -> seldom(() -> one(ResourceTypes.EVENT_SOURCE).ifPresent(this::delete));
            case 34 -> seldom(() -> one(ResourceTypes.EVENT_BUS).ifPresent(this::delete));
            case 35 -> seldom(this::deleteNamespace);
            case 36 -> furnish(namespace());
            case 37 -> objects.refuseNext(new Refusal(random.nextBoolean() ? 503 : 422, "Trouble", "no"));
            case 38 -> {
                live = random.nextInt(3) == 0 ? 99 : 0;
                account(random.nextBoolean());
            }
            default -> crash();
        }
        check();
    }

    private void seldom(Runnable what) {
        if (random.nextInt(3) == 0) {
            what.run();
        }
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

    private void watch(ResourceType type) {
        long version = store.version();
        var changes = store.changes(type, Optional.empty(), told.get(type), 1 + random.nextInt(3));
        if (changes.isEmpty()) {
            told.put(type, version);
        }
        for (var change : changes) {
            told.put(type, change.version());
            hub.changed(change);
        }
    }

    private String namespace() {
        return NAMESPACES.get(random.nextInt(NAMESPACES.size()));
    }

    /// Makes what a namespace needs and has not.
    private void furnish(String namespace) {
        create(ResourceTypes.EVENT_BUS, namespace, "default", Value.object("nats", Value.object("native", Map.of())));
        for (int source = 0; source < 2; source++) {
            var webhooks = new TreeMap<String, Object>();
            for (int event = 0; event < 2; event++) {
                var port = Integer.toString(12_000 + 10 * NAMESPACES.indexOf(namespace) + source);
                webhooks.put("e" + event, Value.object("port", port, "endpoint", "/e" + event, "method", "POST"));
            }
            create(ResourceTypes.EVENT_SOURCE, namespace, "es" + source, Value.object("webhook", webhooks));
        }
    }

    private void sensor() {
        var namespace = namespace();
        int count = 1 + random.nextInt(3);
        var dependencies = new ArrayList<Value>();
        for (int i = 0; i < count; i++) {
            dependencies.add(
                    filtered(
                            Value.object(
                                    "name",
                                    "d" + i,
                                    "eventSourceName",
                                    random.nextInt(4) == 0 ? "es*" : "es" + random.nextInt(2),
                                    "eventName",
                                    random.nextInt(4) == 0 ? "*" : "e" + random.nextInt(2))));
        }
        var triggers = new ArrayList<Value>();
        for (int i = random.nextInt(2); i >= 0; i--) {
            var template = Value.object("name", "t" + i, "k8s", resource());
            triggers.add(
                    Value.object(
                            "template",
                            random.nextBoolean() ? template : template.with("conditions", condition(count))));
        }
        create(
                ResourceTypes.SENSOR,
                namespace,
                "s" + random.nextInt(2),
                Value.object(
                        "template",
                        Value.object("serviceAccountName", "sa"),
                        "dependencies",
                        dependencies,
                        "triggers",
                        triggers));
    }

    private Value condition(int count) {
        var one = "d" + random.nextInt(count);
        var other = "d" + random.nextInt(count);
        return Value.text(
                switch (random.nextInt(3)) {
                    case 0 -> one;
                    case 1 -> one + " || " + other;
                    default -> one + " && " + other;
                });
    }

    private Value.Mapping filtered(Value.Mapping dependency) {
        return random.nextInt(3) == 0
                ? dependency.without("filters")
                : dependency.with(
                        "filters",
                        Value.object(
                                "data",
                                List.of(
                                        Value.object(
                                                "path",
                                                "body.n",
                                                "type",
                                                "number",
                                                "comparator",
                                                ">",
                                                "value",
                                                List.of(Integer.toString(random.nextInt(9)))))));
    }

    private Value resource() {
        var metadata =
                random.nextInt(4) == 0
                        ? Value.object("name", "fixed-" + random.nextInt(2))
                        : Value.object("generateName", "made-");
        var resource =
                random.nextBoolean()
                        ? Value.object("apiVersion", "v1", "kind", "ConfigMap", "metadata", metadata)
                        : Value.object("apiVersion", "argoproj.io/v1alpha1", "kind", "Workflow", "metadata", metadata);
        return Value.object("source", Value.object("resource", resource));
    }

    /// Changes a sensor's filters and what its triggers make.
    private void another(ApiObject sensor) {
        var spec = sensor.spec();
        var dependencies =
                spec.listAt("dependencies").stream().map(one -> (Value) filtered((Value.Mapping) one)).toList();
        var triggers =
                spec.listAt("triggers").stream()
                        .map(one ->
                                (Value)
                                        ((Value.Mapping) one)
                                                .with("template", one.mapAt("template").with("k8s", resource())))
                        .toList();
        var changed = spec.with("dependencies", Value.list(dependencies)).with("triggers", Value.list(triggers));
        write(
                new ObjectWrite.Update(
                        new ApiObject(sensor.type(), sensor.json().with("spec", changed))
                                .withMetadata("generation", Value.number(sensor.generation() + 1)),
                        java.util.OptionalLong.empty()));
    }

    private void create(ResourceType type, String namespace, String name, Value.Mapping spec) {
        var key = new ObjectKey(type, namespace, name);
        if (store.get(key).isPresent()) {
            return;
        }
        var uid = "uid-" + ++uids;
        var object =
                new ApiObject(
                        type,
                        Value.object(
                                "apiVersion",
                                type.apiVersion(),
                                "kind",
                                type.kind(),
                                "metadata",
                                Value.object(
                                        "namespace",
                                        namespace,
                                        "name",
                                        name,
                                        "uid",
                                        uid,
                                        "generation",
                                        1,
                                        "creationTimestamp",
                                        time.instant().truncatedTo(java.time.temporal.ChronoUnit.SECONDS).toString()),
                                "spec",
                                spec));
        write(new ObjectWrite.Create(object));
        if (type.equals(ResourceTypes.SENSOR)) {
            sensors.put(uid, SensorReader.read(object.json(), TriggerKinds.NONE).value());
            answeredAt.put(uid, store.head());
        }
    }

    private Optional<ApiObject> one(ResourceType type) {
        var all = store.list(type, Optional.empty(), Optional.empty(), 1_000).objects();
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(random.nextInt(all.size())));
    }

    private void delete(ApiObject object) {
        write(new ObjectWrite.Delete(object.key(), object.uid()));
    }

    private void deleteNamespace() {
        var namespace = namespace();
        for (var type : WATCHED) {
            store.list(type, Optional.of(namespace), Optional.empty(), 1_000).objects().forEach(this::delete);
        }
    }

    private void account(boolean allowed) {
        for (var namespace : NAMESPACES) {
            var user = "system:serviceaccount:" + namespace + ":sa";
            if (allowed) {
                objects.allow(user);
            } else {
                objects.deny(user);
            }
        }
    }

    private void write(ObjectWrite write) {
        var births = Births.of(write, store, store.head());
        store.commit(new Transaction(time.instant(), List.of(), births, List.of(write))).join();
    }

    private void send() {
        if (ids > MOST_EVENTS) {
            return;
        }
        var namespace = namespace();
        var source = "es" + random.nextInt(2);
        var event = "e" + random.nextInt(2);
        var identity = random.nextInt(3) == 0 ? Optional.of("k" + random.nextInt(4)) : Optional.<String>empty();
        var data = Value.object("header", Map.of(), "body", Value.object("n", random.nextInt(10)));
        hub.accept(new Arrival(namespace, source, event, "webhook", EventData.of(data), identity, time.instant()))
                .whenComplete((id, failure) -> {
                    if (failure == null) {
                        acknowledged(id, identity.map(key -> namespace + "/" + source + "/" + event + " " + key));
                    }
                });
    }

    /// What is acknowledged must be on disk by then, and the same arrival is the same event.
    private void acknowledged(String id, Optional<String> identity) {
        try {
            acknowledged.add(id);
            var sequence = rows.sequence(id);
            assertThat(sequence).as("index of the acknowledged event %s", id).isPresent();
            assertThat(event(sequence.get()).map(Event::id)).as("entry of the acknowledged event").contains(id);
            identity.ifPresent(key -> assertThat(identities.merge(key, id, (first, _) -> first)).as(key).isEqualTo(id));
        } catch (AssertionError e) {
            broken.add(e); // a future would keep it to itself
        }
    }

    private Optional<Event> event(long sequence) {
        return store.readKind(SourceFacts.KIND, sequence - 1, 1).stream()
                .filter(entry -> entry.sequence() == sequence)
                .findFirst()
                .flatMap(SourceFacts::event);
    }

    private void replay() {
        if (!acknowledged.isEmpty()) {
            hub.replay(acknowledged.get(random.nextInt(acknowledged.size())), true);
        }
    }

    /// A trigger's stream as it is recorded.
    private record Recorded(TriggerName name, StreamName stream, List<Entry> entries, Trigger state, boolean over) {
        List<TriggerFact> facts() {
            return entries.stream().map(TriggerFacts::decode).toList();
        }
    }

    private List<Recorded> recorded() {
        var all = new ArrayList<Recorded>();
        for (var sensor : sensors.entrySet()) {
            var spec = sensor.getValue();
            for (var trigger : spec.triggers()) {
                var name = new TriggerName(spec.namespace(), spec.name(), sensor.getKey(), trigger.name());
                var history = store.history(name.stream());
                var entries = history.isEmpty() ? store.read(name.stream(), 0, Integer.MAX_VALUE) : history;
                var state = Trigger.fresh();
                entries.forEach(entry -> state.apply(TriggerFacts.decode(entry), entry.at()));
                all.add(new Recorded(name, name.stream(), entries, state, !history.isEmpty()));
            }
        }
        return all;
    }

    private void check() {
        if (!broken.isEmpty()) {
            throw broken.getFirst();
        }
        if (!unchecked) {
            return; // nothing was written, so nothing can have changed
        }
        unchecked = false;
        for (var one : recorded()) {
            if (!one.entries().isEmpty()) {
                onceAndInOrder(one);
                asRecorded(one);
            }
        }
    }

    /// What was decided is what the cursor passed, each event once, in the order of the sources.
    private void onceAndInOrder(Recorded one) {
        long cursor = store.cursor(one.stream().toString());
        assertThat(cursor)
                .as("the cursor of %s", one.stream())
                .isGreaterThanOrEqualTo(cursors.getOrDefault(one.stream().toString(), 0L));
        cursors.put(one.stream().toString(), cursor);
        assertThat(cursor).isGreaterThanOrEqualTo(one.state().view().after());
        var heard = heard(one, one.state().view().after(), cursor);
        var passed = new ArrayList<String>();
        long filtered = 0;
        for (var fact : one.facts()) {
            switch (fact) {
                case TriggerFact.Held held when held.replay() == 0 -> passed.add(held.event().id());
                case TriggerFact.Fired fired when fired.replay() == 0 -> passed.add(fired.eventId());
                case TriggerFact.Filtered rejected
                        when rejected.samples().stream().noneMatch(sample -> sample.replay() > 0) ->
                        filtered += rejected.count();
                default -> {}
            }
        }
        assertThat(passed)
                .as("events that passed %s", one.stream())
                .isEqualTo(heard.stream().filter(passed::contains).toList());
        assertThat(passed.size() + filtered).as("events that %s decided about", one.stream()).isEqualTo(heard.size());
    }

    /// The events that a trigger listens to.
    private List<String> heard(Recorded one, long after, long upTo) {
        var spec = sensors.get(one.name().sensorUid());
        var condition = spec.trigger(one.name().trigger()).orElseThrow().condition().names();
        return store.readKind(SourceFacts.KIND, after, Integer.MAX_VALUE).stream()
                .filter(entry -> entry.sequence() <= upTo)
                .flatMap(entry -> SourceFacts.event(entry).stream())
                .filter(event -> event.namespace().equals(spec.namespace()))
                .filter(event ->
                        spec.dependencies().stream()
                                .anyMatch(its -> condition.contains(its.name()) && its.listensTo(event)))
                .map(Event::id)
                .toList();
    }

    /// What the hub shows is what is recorded.
    private void asRecorded(Recorded one) {
        if (one.over() || behind.contains(one.stream())) {
            return;
        }
        var view = one.state().view();
        hub.shown(one.stream())
                .filter(shown -> shown.after() > 0 || shown.position() > 0)
                .ifPresent(shown -> {
                    assertThat(shown.position()).isEqualTo(store.cursor(one.stream().toString()));
                    assertThat(shown.fired()).as("fired of %s", one.stream()).isEqualTo(view.fired());
                    assertThat(shown.filtered()).as("filtered of %s", one.stream()).isEqualTo(view.filtered());
                    assertThat(shown.failed()).as("failed of %s", one.stream()).isEqualTo(view.failed());
                    assertThat(shown.open()).as("open of %s", one.stream()).isEqualTo(view.open().size());
                    assertThat(shown.held())
                            .as("held of %s", one.stream())
                            .isEqualTo(List.copyOf(view.held().keySet()));
                });
    }

    /// From now on everything works; what was accepted must be decided, and what was fired must be made or have failed.
    void behave() {
        calm = true;
        live = 0;
        account(true);
        NAMESPACES.forEach(this::furnish);
        if (flushFailed) {
            crash();
        }
        for (int i = 0; !settled(); i++) {
            if (i > PATIENCE) {
                throw new AssertionError("it does not come to an end");
            }
            WATCHED.forEach(this::watch);
            while (!tasks.isEmpty()) {
                work();
            }
            pass(sleepers.next().orElse(Duration.ofSeconds(1)));
            check();
        }
        atTheEnd();
    }

    private boolean settled() {
        return tasks.isEmpty()
                && WATCHED.stream().allMatch(type -> told.get(type) >= store.version())
                && recorded().stream().allMatch(this::settled);
    }

    private boolean settled(Recorded one) {
        if (!exists(one)) {
            return one.entries().isEmpty() || one.over();
        }
        return !one.entries().isEmpty()
                && one.state().view().open().isEmpty()
                && heard(one, store.cursor(one.stream().toString()), Long.MAX_VALUE).isEmpty();
    }

    private boolean exists(Recorded one) {
        return store.get(new ObjectKey(ResourceTypes.SENSOR, one.name().namespace(), one.name().sensor()))
                .filter(object -> object.uid().equals(one.name().sensorUid()))
                .isPresent();
    }

    private void atTheEnd() {
        var made = new HashMap<String, ObjectKey>();
        for (var type : List.of(ResourceTypes.WORKFLOW, ResourceTypes.CONFIG_MAP)) {
            for (var object : store.list(type, Optional.empty(), Optional.empty(), 10_000).objects()) {
                var firing = object.annotations().get(Wanted.FIRING);
                assertThat(made.put(String.valueOf(firing), object.key())).as("objects of firing %s", firing).isNull();
            }
        }
        for (var one : recorded()) {
            if (one.entries().isEmpty()) {
                continue;
            }
            assertThat(one.state().view().after())
                    .as("an event after the creation of %s was answered is heard", one.stream())
                    .isLessThanOrEqualTo(answeredAt.getOrDefault(one.name().sensorUid(), 0L));
            deliveries(one, made);
        }
        assertThat(made).as("objects of firings that are not recorded").isEmpty();
    }

    private void deliveries(Recorded one, Map<String, ObjectKey> made) {
        var ends = new HashMap<String, TriggerFact>();
        for (var fact : one.facts()) {
            switch (fact) {
                case TriggerFact.Made end -> assertThat(ends.put(end.firing(), end)).as("ends of a firing").isNull();
                case TriggerFact.Failed end -> assertThat(ends.put(end.firing(), end)).as("ends of a firing").isNull();
                default -> {}
            }
        }
        var firings = new HashSet<String>();
        for (var fact : one.facts()) {
            switch (fact) {
                case TriggerFact.Fired fired -> {
                    assertThat(firings.add(fired.firing())).as("firing %s", fired.firing()).isTrue();
                    var end = ends.get(fired.firing());
                    for (var part : fired.parts()) {
                        var row = row(part.eventId(), one, fired.firing());
                        if (end instanceof TriggerFact.Made object) {
                            assertThat(row).isEqualTo("fired " + object.name());
                        } else {
                            assertThat(end != null || !fired.error().isEmpty()).as("an end of %s", fired).isTrue();
                            assertThat(row).isEqualTo("failed ");
                        }
                    }
                    if (end instanceof TriggerFact.Made object) {
                        assertThat(made.remove(fired.firing()))
                                .as("the object of %s", fired.firing())
                                .isNotNull()
                                .satisfies(key -> assertThat(key.name()).isEqualTo(object.name()));
                    }
                }
                case TriggerFact.Filtered rejected ->
                        rejected.samples()
                                .forEach(sample -> assertThat(verdicts(sample.eventId(), one)).contains("filtered"));
                case TriggerFact.Held held -> assertThat(verdicts(held.event().id(), one)).contains("waiting");
                default -> {}
            }
        }
    }

    private String row(String event, Recorded one, String firing) {
        return rows.ofEvent(event).stream()
                .filter(row -> ours(one, row.namespace(), row.sensor(), row.trigger()))
                .filter(row -> row.firing().equals(Optional.of(firing)))
                .map(row -> row.verdict() + " " + row.object().orElse(""))
                .findFirst()
                .orElse("no row");
    }

    private List<String> verdicts(String event, Recorded one) {
        return rows.ofEvent(event).stream()
                .filter(row -> ours(one, row.namespace(), row.sensor(), row.trigger()))
                .map(row -> row.verdict())
                .toList();
    }

    private static boolean ours(Recorded one, String namespace, String sensor, String trigger) {
        return one.name().namespace().equals(namespace)
                && one.name().sensor().equals(sensor)
                && one.name().trigger().equals(trigger);
    }

    /// What was recorded of every trigger, for people.
    String story() {
        var told = new StringBuilder();
        for (var entry : store.readKind(SourceFacts.KIND, 0, Integer.MAX_VALUE)) {
            told.append(entry.sequence()).append(' ').append(entry.stream()).append(' ');
            told.append(SourceFacts.event(entry).map(event -> event.id() + " " + event.data()).orElse("")).append('\n');
        }
        for (var one : recorded()) {
            told.append(one.stream()).append(" at ").append(store.cursor(one.stream().toString())).append('\n');
            for (var entry : one.entries()) {
                told.append("  ").append(entry.sequence()).append(' ').append(entry.at()).append(' ');
                told.append(entry.type()).append(' ');
                told.append(new String(entry.body(), StandardCharsets.UTF_8)).append('\n');
            }
        }
        return told.toString();
    }
}
