package tiphys.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import tiphys.engine.AttemptId;
import tiphys.engine.StepOrder;
import tiphys.engine.StepReport;
import tiphys.engine.StepReport.Ending;
import tiphys.engine.Transfer;
import tiphys.engine.Transfer.Direction;
import tiphys.engine.lock.LockAnswer;
import tiphys.engine.lock.LockLimits;
import tiphys.engine.lock.LockName;
import tiphys.engine.lock.LockRequest;
import tiphys.engine.lock.LockTable;
import tiphys.engine.lock.LockTicket;
import tiphys.engine.run.codec.RunFacts;
import tiphys.engine.run.state.Decision;
import tiphys.engine.run.state.Need;
import tiphys.engine.run.state.RunCommand;
import tiphys.engine.run.state.RunFact;
import tiphys.journal.Entry;
import tiphys.journal.StreamName;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;
import tiphys.manifest.workflow.Artifact;

/// One run in memory, in virtual time: answers what it asks for from given manifests, and plays its steps by a rule. After
/// every command it checks that a replay of what was recorded, through the codec, leaves the same state.
public final class ManualEngine {
    public static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
    public static final String HOST = "boot-1";
    private static final String DEFAULTS = "workflow-controller-configmap/workflowDefaults";
    private static final String PARALLELISM = "workflow-controller-configmap/parallelism";
    private static final String IMAGES = "tiphys-images/rules";
    private static final String CLUSTER = "cluster/";

    /// What a memoized resubmission is made of.
    private static final ScopedValue<Run> EARLIER = ScopedValue.newInstance();

    private static final int STEPS_LIMIT = 200_000;

    /// How a step ends; empty for one that the test ends by hand.
    public interface Script extends Function<StepOrder, Optional<Ending>> {}

    /// Every step succeeds and says its last argument.
    public static final Script ECHO =
            order -> Optional.of(exited(0, order.template().args().isEmpty() ? "" : order.template().args().getLast()));

    /// No step has its turn.
    public static final Script WAITING = _ -> Optional.empty();

    private final String uid;
    private final String host;
    private final Map<String, Value.Mapping> templates = new LinkedHashMap<>();
    private final Map<String, String> configMaps = new LinkedHashMap<>();
    private final Script script;
    private final List<Entry> entries = new ArrayList<>();
    private final ArrayDeque<RunCommand> waiting = new ArrayDeque<>();
    private final Run run;
    private final Run shadow;
    private final boolean checking;
    private final LockTable locks;
    private Instant now = NOON;
    private Value.Mapping workflow = Value.Mapping.EMPTY;

    private ManualEngine(String uid, String host, Script script, boolean checking, List<LockRequest> others) {
        this.host = host;
        locks =
                new LockTable(
                        new LockLimits() {
                            @Override
                            public OptionalInt limit(LockName semaphore) {
                                var text = configMaps.get(semaphore.name() + "/" + semaphore.key());
                                return text != null && text.matches("\\d+")
                                        ? OptionalInt.of(Integer.parseInt(text))
                                        : OptionalInt.empty();
                            }
                        });
        others.forEach(locks::ask);
        this.uid = uid;
        this.script = script;
        this.checking = checking;
        run = Run.fresh(uid);
        shadow = Run.fresh(uid);
    }

    /// Starts the first Workflow of the documents; the WorkflowTemplates and ConfigMaps among them are there.
    public static ManualEngine of(String yaml, Script script) {
        return of(yaml, script, List.of());
    }

    /// The same, beside others that hold locks or wait for some.
    public static ManualEngine of(String yaml, Script script, List<LockRequest> others) {
        return of(HOST, Yaml.parse(yaml.getBytes(StandardCharsets.UTF_8), "test.yaml"), script, true, others);
    }

    /// The same, made of another run.
    public static ManualEngine of(String yaml, Script script, Run earlier) {
        return ScopedValue.where(EARLIER, earlier).call(() -> of(yaml, script));
    }

    /// As the other one, from values; `checking` replays each fact at once.
    public static ManualEngine of(List<? extends Value> documents, Script script, boolean checking) {
        return of(HOST, documents, script, checking, List.of());
    }

    /// As the other one, for a host of that name.
    public static ManualEngine on(String host, List<? extends Value> documents, Script script) {
        return of(host, documents, script, true, List.of());
    }

    private static ManualEngine of(
            String host, List<? extends Value> documents, Script script, boolean checking, List<LockRequest> others) {
        var engine = new ManualEngine("uid-1", host, script, checking, others);
        for (var document : documents) {
            var object = (Value.Mapping) document;
            var name = object.textAt("metadata", "name").orElse("");
            switch (object.textAt("kind").orElse("")) {
                case "Workflow" -> engine.workflow = object;
                case "WorkflowTemplate" -> engine.templates.put(name, object.mapAt("spec"));
                case "ClusterWorkflowTemplate" -> engine.templates.put(CLUSTER + name, object.mapAt("spec"));
                case "ConfigMap" ->
                        object.mapAt("data")
                                .fields()
                                .forEach((key, value) ->
                                        engine.configMaps.put(name + "/" + key, ((Value.Text) value).value()));
                default -> throw new IllegalArgumentException("no place for " + object);
            }
        }
        var metadata = engine.workflow.mapAt("metadata");
        if (metadata.find("name").isEmpty()) {
            metadata = metadata.with("name", metadata.textAt("generateName").orElse("run-") + "x");
        }
        engine.workflow =
                engine.workflow.with(
                        "metadata", metadata.with("namespace", "argo-events").with("uid", Value.text(engine.uid)));
        var defaults = engine.configMaps.containsKey(DEFAULTS);
        var turn = engine.configMaps.containsKey(PARALLELISM);
        engine.tell(
                new RunCommand.Observed(
                        engine.workflow,
                        engine.host,
                        new RunCommand.Rules(defaults, turn, engine.configMaps.containsKey(IMAGES))));
        engine.settle();
        return engine;
    }

    public static Ending exited(int code, String result) {
        return new Ending.Exited(code, Optional.of(result), Map.of());
    }

    /// Tells the run something and answers its refusal, if it refuses.
    public Optional<String> tell(RunCommand command) {
        return switch (run.handle(command, now)) {
            case Decision.Refused(var message) -> Optional.of(message);
            case Decision.Accepted(var facts) -> {
                for (var fact : facts) {
                    record(fact);
                    follow(fact);
                }
                if (checking) {
                    if (shadow.stateHash() != run.stateHash()) {
                        assertThat(new String(shadow.snapshot(), StandardCharsets.UTF_8))
                                .as("replayed after %s", command)
                                .isEqualTo(new String(run.snapshot(), StandardCharsets.UTF_8));
                    }
                }
                yield Optional.empty();
            }
        };
    }

    private void record(RunFact fact) {
        var encoded = RunFacts.encode(fact);
        var number = entries.size() + 1;
        var entry = new Entry(number, new StreamName("run", uid), number, now, encoded.type(), encoded.body());
        entries.add(entry);
        if (checking) {
            shadow.apply(RunFacts.decode(entry), now);
        }
    }

    private void follow(RunFact fact) {
        switch (fact) {
            case RunFact.Asked(Need.Turn _) -> {} // the test says when it is its turn
            case RunFact.Asked(var need) -> waiting.add(new RunCommand.Supplied(need, content(need), "1"));
            case RunFact.CacheAsked(var node, var cache, var key) ->
                    waiting.addFirst(
                            new RunCommand.CacheAnswered(
                                    run.era(), node, Optional.ofNullable(configMaps.get(cache + "/" + key))));
            case RunFact.CacheStored(var node) ->
                    run.memo(node)
                            .ifPresent(memo ->
                                    configMaps.put(memo.cache() + "/" + memo.key(), run.cacheEntry(node).text()));
            case RunFact.LocksAsked(var node, _) -> {
                if (run.waitsForLocks(node)) {
                    var request = run.lockRequest(node);
                    waiting.add(new RunCommand.LocksAnswered(request.ticket(), locks.ask(request)));
                }
            }
            case RunFact.LocksReleased(var node) -> granted(locks.release(run.lockTicket(node)));
            case RunFact.StepOrdered(_, var order) -> {
                if (order.template().inputArtifacts().isEmpty()) {
                    play(order);
                } else {
                    waiting.add(moved(order, Direction.IN, order.template().inputArtifacts()));
                }
            }
            case RunFact.OutputsLeft(var node, _, _, _) -> {
                var order = run.order(node).orElseThrow();
                waiting.add(moved(order, Direction.OUT, order.template().outputArtifacts()));
            }
            case RunFact.ArtifactsMoved(var node, var transfer) -> {
                if (transfer.direction() == Direction.IN && transfer.result() == Transfer.Result.DONE) {
                    play(run.order(node).orElseThrow());
                }
            }
            case RunFact.CancelWanted(_, var attempt, _) ->
                    waiting.add(report(new StepReport.Ended(attempt, now, new Ending.Cancelled())));
            default -> {}
        }
    }

    private void play(StepOrder order) {
        if (script == WAITING) {
            return;
        }
        waiting.add(report(new StepReport.Started(order.attempt(), now, "test")));
        script.apply(order)
                .ifPresent(ending -> waiting.add(report(new StepReport.Ended(order.attempt(), now, ending))));
    }

    /// Artifacts as if they were moved; one whose name begins with `missing` is not there.
    static RunCommand moved(StepOrder order, Direction direction, List<Artifact> artifacts) {
        var there = artifacts.stream().filter(one -> !one.name().startsWith("missing")).toList();
        var problems =
                artifacts.stream()
                        .filter(one -> one.name().startsWith("missing") && !one.optional())
                        .map(one -> "artifact " + one.name() + " failed to load: it is not there")
                        .toList();
        return new RunCommand.Moved(
                new Transfer(
                        order.attempt(),
                        direction,
                        problems.isEmpty() ? Transfer.Result.DONE : Transfer.Result.FAILED,
                        there.stream().map(one -> new Transfer.Moved(one.name(), one.name().length())).toList(),
                        problems));
    }

    private void granted(List<LockTicket> tickets) {
        for (var ticket : tickets) {
            if (ticket.runUid().equals(uid)) {
                waiting.add(new RunCommand.LocksAnswered(ticket, new LockAnswer.Granted()));
            }
        }
    }

    /// It is the run's turn.
    public ManualEngine turn() {
        tell(new RunCommand.Supplied(run.turnWanted().orElseThrow(), Optional.empty(), ""));
        return settle();
    }

    /// Somebody else gives back what it holds.
    public ManualEngine release(LockTicket other) {
        granted(locks.release(other));
        return settle();
    }

    private static RunCommand report(StepReport report) {
        return new RunCommand.Report(report);
    }

    private Optional<Value> content(Need need) {
        return switch (need) {
            case Need.Template template ->
                    Optional.ofNullable(templates.get((template.clusterWide() ? CLUSTER : "") + template.name()))
                            .map(Value.class::cast);
            case Need.Templates wanted -> {
                var fitting = new java.util.LinkedHashMap<String, Value>();
                templates.forEach((name, spec) -> {
                    if (wanted.fits(name)) {
                        fitting.put(name, spec);
                    }
                });
                yield Optional.of(Value.of(fitting));
            }
            case Need.ConfigMapKey(_, var name, var key) ->
                    Optional.ofNullable(configMaps.get(name + "/" + key)).map(Value::text);
            case Need.Defaults _ ->
                    Optional.ofNullable(configMaps.get(DEFAULTS))
                            .map(text -> Yaml.parse(text.getBytes(StandardCharsets.UTF_8), DEFAULTS).getFirst());
            case Need.Turn _ -> Optional.empty();
            case Need.Images _ -> Optional.ofNullable(configMaps.get(IMAGES)).map(Value::text);
            case Need.Earlier _ -> Optional.of(EARLIER.get().retained(run.parametersWanted()));
            case Need.Fitness _ -> Optional.of(Value.list(List.of()));
            case Need.Repository(_, var name, var key) ->
                    Optional.ofNullable(configMaps.get(name + "/" + key))
                            .map(text ->
                                    Value.object(
                                            "artifactRepository",
                                            Yaml.parse(text.getBytes(StandardCharsets.UTF_8), name).getFirst()));
        };
    }

    /// Until nothing is left to be told, without time passing.
    public ManualEngine settle() {
        for (int i = 0; !waiting.isEmpty(); i++) {
            assertThat(i).as("steps until the run is still").isLessThan(STEPS_LIMIT);
            tell(waiting.remove());
        }
        return this;
    }

    /// Time passes; the run is woken when it wants to be.
    public ManualEngine pass(Duration time) {
        var until = now.plus(time);
        while (true) {
            var next = run.wakeup().filter(at -> !at.isAfter(until));
            if (next.isEmpty()) {
                now = until;
                return settle();
            }
            now = next.get().isAfter(now) ? next.get() : now;
            tell(new RunCommand.Tick());
            settle();
        }
    }

    /// Time passes at once; the run is woken only when it is over.
    public ManualEngine tick(Duration time) {
        now = now.plus(time);
        tell(new RunCommand.Tick());
        return settle();
    }

    /// Ends a step by hand.
    public ManualEngine end(AttemptId attempt, Ending ending) {
        tell(report(new StepReport.Ended(attempt, now, ending)));
        return settle();
    }

    /// The orders under way.
    public List<StepOrder> underWay() {
        return run.underWay();
    }

    public Run run() {
        return run;
    }

    public Instant now() {
        return now;
    }

    public List<Entry> entries() {
        return entries;
    }

    public String phase() {
        return run.view().phase();
    }

    /// Each node as `displayName type phase message`, in the order in which they began.
    public List<String> nodes() {
        var lines = new ArrayList<String>();
        run.status()
                .mapAt("nodes")
                .fields()
                .values()
                .forEach(node -> {
                    var map = (Value.Mapping) node;
                    lines.add(
                            (map.textAt("displayName").orElse("?")
                                            + " "
                                            + map.textAt("type").orElse("?")
                                            + " "
                                            + map.textAt("phase").orElse("?")
                                            + " "
                                            + map.textAt("message").orElse(""))
                                    .strip());
                });
        return lines;
    }

    /// Argo's status of the node with that display name.
    public Value.Mapping node(String displayName) {
        return run.status().mapAt("nodes").fields().values().stream()
                .map(Value.Mapping.class::cast)
                .filter(node -> node.textAt("displayName").orElse("").equals(displayName))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no node " + displayName + " in " + nodes()));
    }
}
