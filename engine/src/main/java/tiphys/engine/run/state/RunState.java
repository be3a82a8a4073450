package tiphys.engine.run.state;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tiphys.engine.AttemptId;
import tiphys.engine.Measure;
import tiphys.engine.Transfer;
import tiphys.engine.run.state.RunFact.Role;
import tiphys.engine.run.state.RunFact.Shutdown;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Artifact;
import tiphys.manifest.workflow.Hook;
import tiphys.manifest.workflow.Task;
import tiphys.manifest.workflow.TemplateRef;
import tiphys.manifest.workflow.WorkflowSpec;

/// Everything that is true of one run: what was recorded, applied in order. [#apply] is total, costs the same however large
/// the run is, and is the only place where anything changes; deciding reads.
///
/// The hard part is counting instead of looking: a dag keeps for each task how many others it waits for, a group how many of
/// its children are not settled. A node *settles* when it is over and so are its hooks; then its neighbours' counters
/// move, and only theirs.
public final class RunState {
    /// What follows a node's name in the names of its exit hook, and of its others, whose keys follow that.
    private static final String EXIT = ".onExit";

    private static final String HOOKS = ".hooks.";

    private static final int MOST_UNMEASURED = 20;

    public final String uid;
    public final List<Node> nodes = new ArrayList<>();
    public final Map<Need, RunFact.Supplied> supplied = new LinkedHashMap<>();
    public final LinkedHashSet<Need> pending = new LinkedHashSet<>();

    /// What may begin when there is room: slots by [#slotKey], retries waiting for their next try by [#tryKey].
    public final LinkedHashSet<Long> queue = new LinkedHashSet<>();

    public final TreeSet<Integer> openPods = new TreeSet<>();

    /// Of [#openPods] the daemons that answered; they keep no room that others wait for.
    public final TreeSet<Integer> daemons = new TreeSet<>();

    /// Retries whose try is such a daemon, or was and is tried again.
    public final TreeSet<Integer> daemonRetries = new TreeSet<>();

    public final TreeSet<Integer> suspended = new TreeSet<>();

    /// The nodes whose results are being looked up.
    public final TreeSet<Integer> asking = new TreeSet<>();

    /// The nodes that wait for locks.
    public final TreeSet<Integer> locking = new TreeSet<>();

    /// The nodes that hold locks or wait for some.
    public final TreeSet<Integer> locked = new TreeSet<>();

    /// The locks that the whole run asked for and has not given back; null for none.
    public @Nullable Locks locks;

    /// Each image and program once, for many nodes have the same.
    private final Map<String, String> shared = new HashMap<>();

    public final Map<String, String> globals = new LinkedHashMap<>();

    /// Why artifacts could not be deleted after the run's end.
    public List<String> undeleted = List.of();

    /// Why metrics could not be worked out, each once and the first few alone.
    public final LinkedHashSet<String> unmeasured = new LinkedHashSet<>();

    /// Gauges that grow while a node, or with -1 the run, goes on.
    public final TreeMap<Integer, List<Measure>> growing = new TreeMap<>();

    /// Output artifacts with a global name, under that name.
    public final Map<String, Artifact> globalArtifacts = new LinkedHashMap<>();

    /// Of a restarted run: what leaves had given, by node name.
    public Map<String, RetainedOutputs> kept = new HashMap<>();

    /// Of a restarted run: attempts at leaves that run again, oldest first, by node name.
    public final Map<String, List<AttemptId>> earlier = new LinkedHashMap<>();

    private final PriorityQueue<Timer> timers = new PriorityQueue<>();

    public Value.Mapping workflow = Value.Mapping.EMPTY;
    public String name = "";
    public String namespace = "";
    public String host = "";
    public @Nullable Library library;
    public Map<String, String> parameters = Map.of();
    public boolean started;
    public boolean ended;
    public boolean gone;
    public boolean suspend;

    /// Whether its Workflow object got labels or annotations when it began.
    public boolean labelled;

    public boolean deadlinePassed;
    public Shutdown shutdown = Shutdown.NONE;
    public String shutdownMessage = "";
    public NodePhase phase = NodePhase.PENDING;
    public String message = "";
    public long startedMicros;
    public long finishedMicros;
    public long deadlineMicros;

    /// When something was recorded last.
    public long lastMicros;

    /// When the decision that is being made is made; no part of the state.
    private long decidingMicros;

    public int era;
    public int root = -1;
    public int exit = -1;
    public int leaves;
    public int leavesDone;

    /// What leaves say of their progress, beyond what they count without saying anything.
    private long saidDone;

    private long saidLeaves;

    /// How long the values of all nodes are together, inputs and outputs, in characters.
    public long valueLength;

    /// How many nodes could not begin because their templates call one another too deeply.
    public int tooDeep;

    public RunState(String uid) {
        this.uid = uid;
    }

    /// A decision is about to be made.
    public void deciding(Instant at) {
        decidingMicros = micros(at);
    }

    /// When the decision is made that is being made, or the last one was.
    public long decidingMicros() {
        return Math.max(decidingMicros, lastMicros);
    }

    private record Timer(long atMicros, int node) implements Comparable<Timer> {
        @Override
        public int compareTo(Timer other) {
            int byTime = Long.compare(atMicros, other.atMicros);
            return byTime != 0 ? byTime : Integer.compare(node, other.node);
        }
    }

    public static long slotKey(int owner, int ordinal) {
        return ((long) owner << 32) | (ordinal & 0xffffffffL);
    }

    public static long tryKey(int retry) {
        return ((long) retry << 32) | 0xffffffffL;
    }

    public static long micros(Instant at) {
        return Math.addExact(Math.multiplyExact(at.getEpochSecond(), 1_000_000L), at.getNano() / 1_000);
    }

    /// An instant as Kubernetes writes it: whole seconds.
    public static String time(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000)).toString();
    }

    /// The node's name without the part that its boundary's name gives.
    public String displayName(Node node) {
        return node.boundary < 0 ? node.name : NodeNames.display(node.name, node(node.boundary).name);
    }

    public static Instant instant(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L);
    }

    /// The spec that the run runs by; an empty one before it has started.
    WorkflowSpec spec() {
        return library == null ? new WorkflowSpec(Value.Mapping.EMPTY) : library.spec();
    }

    public Library library() {
        if (library == null) {
            throw new IllegalStateException("run " + uid + " has not started");
        }
        return library;
    }

    public Plan plan(Node node) {
        return library()
                .plan(node.template)
                .orElseThrow(() -> new IllegalStateException("run " + uid + " has no template " + node.template));
    }

    /// The step or task that a node stands for, or the hook that it is, as a task; empty for the root and for groups of steps.
    public Optional<Task> taskOf(Node node) {
        if (node.role == Role.TOP) {
            return node.index == root ? Optional.empty() : library().spec().exit().map(hook -> hook.asTask("onExit"));
        }
        if (node.role == Role.PART) {
            return taskOf(node(node.parent));
        }
        var hook = node.role == Role.TRY ? node(node.parent) : node;
        if (hook.role == Role.HOOK) {
            return hookOf(hook).map(one -> one.asTask(hook.name.substring(hook.name.lastIndexOf('.') + 1)));
        }
        if (node.boundary < 0 || node.ordinal < 0) {
            return Optional.empty();
        }
        return Optional.of(plan(node(node.boundary)).task(node.ordinal));
    }

    private Optional<Hook> hookOf(Node hook) {
        var owner = node(hook.parent);
        var own = hook.name.substring(owner.name.length());
        if (owner.boundary < 0 && owner.ordinal < 0) {
            return Optional.ofNullable(library().spec().lifecycleHooks().get(hookKey(own)));
        }
        var task = plan(node(owner.boundary)).task(owner.ordinal);
        return own.equals(EXIT) ? task.exit() : Optional.ofNullable(task.lifecycleHooks().get(hookKey(own)));
    }

    private static String hookKey(String suffix) {
        return suffix.startsWith(HOOKS) ? suffix.substring(HOOKS.length()) : suffix;
    }

    /// Whether a node's hook of that key began.
    public boolean hooked(Node node, String key) {
        if (node.hooks != null) {
            for (int hook : node.hooks) {
                if (node(hook).name.equals(node.name + HOOKS + key)) {
                    return true;
                }
            }
        }
        return false;
    }

    /// Whether a node belongs to an exit handler, of the run or of a step, so that it runs though the run is being ended.
    public boolean exempt(Node node) {
        if (exit >= 0 && node.index >= exit) {
            return true;
        }
        for (var one = node; one.role != Role.TOP; one = node(one.role == Role.CHILD ? one.boundary : one.parent)) {
            if (one.role == Role.HOOK && one.name.endsWith(EXIT)) {
                return true;
            }
        }
        return false;
    }

    /// Whether a node is over because it could not begin, or what it gives could not be worked out: not because of what ran in
    /// it.
    public boolean errored(Node node) {
        if (node.phase != NodePhase.ERROR) {
            return false;
        }
        return switch (node.type) {
            case SKIPPED, SUSPEND, STEPS -> true;
            case POD, HTTP, PLUGIN -> node.attempt == null;
            case DAG -> !node.message.isEmpty();
            case RETRY ->
                    node.tries == null
                            || node(node.tries.getLast()).phase != NodePhase.ERROR
                            || errored(node(node.tries.getLast()));
            case STEP_GROUP, TASK_GROUP, CONTAINER -> false;
        };
    }

    public Node node(int index) {
        return nodes.get(index);
    }

    public Slots.Slot slot(Node child) {
        return slot(child.boundary, child.ordinal);
    }

    public Slots.Slot slot(int boundary, int ordinal) {
        var slots = node(boundary).slots;
        if (slots == null) {
            throw new IllegalStateException("node " + boundary + " of run " + uid + " has no slots");
        }
        return slots.at(ordinal);
    }

    /// The earliest instant at which a node waits for the clock, or the run's deadline.
    public Optional<Instant> nextTimer() {
        while (!timers.isEmpty() && stale(timers.peek())) {
            timers.remove();
        }
        long next = timers.isEmpty() ? Long.MAX_VALUE : timers.peek().atMicros();
        if (deadlineMicros > 0 && !ended && !deadlinePassed) {
            next = Math.min(next, deadlineMicros);
        }
        return next == Long.MAX_VALUE || ended ? Optional.empty() : Optional.of(instant(next));
    }

    /// The nodes whose wait is over.
    public List<Integer> due(Instant at) {
        long now = micros(at);
        var due = new ArrayList<Integer>();
        while (!timers.isEmpty() && timers.peek().atMicros() <= now) {
            var timer = timers.remove();
            if (!stale(timer)) {
                due.add(timer.node());
            }
        }
        return due;
    }

    private boolean stale(Timer timer) {
        if (timer.node() >= nodes.size()) {
            return true;
        }
        var node = node(timer.node());
        return node.phase.fulfilled() || node.waitsUntilMicros != timer.atMicros();
    }

    public void apply(RunFact fact, Instant at) {
        lastMicros = micros(at);
        switch (fact) {
            case RunFact.Observed(var seen, var onHost) -> {
                workflow = seen;
                host = onHost;
                name = seen.textAt("metadata", "name").orElse("");
                namespace = seen.textAt("metadata", "namespace").orElse("");
                suspend = new WorkflowSpec(seen.mapAt("spec")).suspend();
            }
            case RunFact.Asked(var need) -> {
                pending.add(need);
                if (need instanceof Need.Turn) {
                    message = Need.Turn.POSTPONED;
                }
            }
            case RunFact.Supplied answer -> {
                pending.remove(answer.need());
                if (answer.need() instanceof Need.Turn) {
                    message = "";
                }
                if (answer.need() instanceof Need.Earlier
                        && answer.content().orElse(Value.nothing()) instanceof Value.Mapping gave) {
                    gave.fields()
                            .forEach((node, one) -> kept.put(name + node, RetainedOutputs.of((Value.Mapping) one)));
                }
                supplied.put(answer.need(), answer);
            }
            case RunFact.Started(var spec, var values) -> start(new WorkflowSpec(spec), values, at);
            case RunFact.Labelled(var labels, var annotations) -> {
                var metadata = workflow.mapAt("metadata");
                metadata = merged(metadata, "labels", labels);
                workflow = workflow.with("metadata", merged(metadata, "annotations", annotations));
                labelled = true;
            }
            case RunFact.NodeBegan began -> begin(began, at);
            case RunFact.Expanded(var owner, var ordinal, var items) -> slot(owner, ordinal).items = items;
            case RunFact.LocksAsked(var index, var names) -> {
                var asked = new Locks(names, lastMicros, false, "", List.of());
                if (index < 0) {
                    locks = asked;
                } else {
                    node(index).locks = asked;
                    node(index).phase = NodePhase.PENDING;
                    suspended.remove(index);
                    locking.add(index);
                    locked.add(index);
                }
            }
            case RunFact.LocksAwaited(var index, var lock, var free, var limit, var holders) -> {
                var why = "Waiting for " + lock.text() + " lock. Lock status: " + free + "/" + limit;
                if (index >= 0) {
                    node(index).locks = asked(index).awaiting(lock.text(), holders);
                    node(index).message = why;
                } else {
                    locks = asked(index).awaiting(lock.text(), holders);
                    phase = NodePhase.PENDING;
                    message = why;
                }
            }
            case RunFact.LocksGranted(var index) -> {
                if (index >= 0) {
                    var node = node(index);
                    node.locks = asked(index).granted();
                    node.message = "";
                    node.phase = node.type.ordered() ? NodePhase.PENDING : NodePhase.RUNNING;
                    locking.remove(index);
                    if (node.type == NodeType.SUSPEND) {
                        suspended.add(index);
                    }
                } else {
                    locks = asked(index).granted();
                    phase = started ? NodePhase.RUNNING : NodePhase.PENDING;
                    message = "";
                }
            }
            case RunFact.LocksRefused(var index, _) -> {
                if (index >= 0) {
                    node(index).lockRefused = true;
                }
            }
            case RunFact.LocksReleased(var index) -> {
                if (index >= 0) {
                    node(index).locks = null;
                    locking.remove(index);
                    locked.remove(index);
                } else {
                    locks = null;
                }
            }
            case RunFact.CacheAsked(var index, var cache, var key) -> {
                node(index).memo = new Memo(cache, key, false, false);
                asking.add(index);
            }
            case RunFact.CacheAnswered(var index, var hit, _) -> {
                var memo = node(index).memo;
                if (memo != null) {
                    node(index).memo = memo.answered(hit);
                }
                asking.remove(index);
            }
            case RunFact.CacheStored _ -> {}
            case RunFact.Queued(var owner, var ordinal, _) ->
                    queue.add(ordinal < 0 ? tryKey(owner) : slotKey(owner, ordinal));
            case RunFact.NodeChanged(var index, var now, var text) -> {
                node(index).phase = now;
                node(index).message = text;
                node(index).waitsUntilMicros = 0;
            }
            case RunFact.NodeSupplied(var index, var outputs, var text, _) -> supply(node(index), outputs, text);
            case RunFact.NodeEnded(var index, var now, var text, var outputs, var hooks) ->
                    end(node(index), now, text, outputs, hooks, at);
            case RunFact.StepOrdered(var index, var order) -> {
                var node = node(index);
                node.order = order;
                node.attempt = order.attempt();
                node.attempts++;
                node.staged = order.template().inputArtifacts().isEmpty();
                node.image = shared.computeIfAbsent(order.template().image(), one -> one);
                openPods.add(index);
                queue.remove(tryKey(index));
            }
            case RunFact.StepStarted(var index, _, var began, var program) -> {
                var node = node(index);
                node.ranMicros = micros(began);
                node.phase = NodePhase.RUNNING;
                node.message = "";
                node.waitsUntilMicros = 0;
                node.program = shared.computeIfAbsent(program, one -> one);
            }
            case RunFact.StepReady(var index, _, _, var address) -> ready(node(index), address);
            case RunFact.StepEnded(var index, _, _, _) -> {
                node(index).order = null;
                openPods.remove(index);
                daemons.remove(index);
            }
            case RunFact.Progressed(var index, var said) -> {
                count(node(index), -1);
                node(index).progress = said;
                count(node(index), 1);
            }
            case RunFact.Used(var index, var cpu, var peak) -> {
                node(index).cpuMicros = cpu;
                node(index).peakBytes = peak;
            }
            case RunFact.OutputsLeft(var index, _, _, var ending) -> node(index).ending = ending;
            case RunFact.ArtifactsMoved(var index, var transfer) -> {
                node(index).staged |= transfer.direction() == Transfer.Direction.IN;
                node(index).ending = null;
            }
            case RunFact.ArtifactsDeleted(var index, var names) ->
                    node(index).outputs = deleted(node(index).outputs, names);
            case RunFact.ArtifactsStay(var problems) -> undeleted = List.copyOf(problems);
            case RunFact.Measured(var index, var measures, var flaws) -> measured(index, measures, flaws);
            case RunFact.CancelWanted(var index, _, var why) -> node(index).cancelled = why;
            case RunFact.Waits(var index, var until, var text) -> {
                var node = node(index);
                node.waitsUntilMicros = micros(until);
                node.message = text;
                timers.add(new Timer(node.waitsUntilMicros, index));
            }
            case RunFact.SuspendChanged(var now, _) -> suspend = now;
            case RunFact.ShutdownWanted(var how, var text, _) -> {
                shutdown = how;
                shutdownMessage = text;
            }
            case RunFact.HostChanged(var now) -> host = now;
            case RunFact.ObjectGone _ -> gone = true;
            case RunFact.DeadlinePassed _ -> deadlinePassed = true;
            case RunFact.Restarted(_, var again) -> restart(again, at);
            case RunFact.Ended(var now, var text) -> {
                growing.clear();
                ended = true;
                phase = now;
                message = text;
                finishedMicros = micros(at);
            }
        }
    }

    /// Counts what a leaf says of its progress, beyond the one that every leaf counts, in or out.
    private void count(Node node, int sign) {
        if (!node.progress.isEmpty()) {
            var said = node.doneOf();
            saidDone += sign * (said[0] - (node.phase.fulfilled() ? 1 : 0));
            saidLeaves += sign * (said[1] - 1);
        }
    }

    /// How far the run is: leaves that are over, of all; a leaf that says how far it is counts as much as it says.
    public String progress() {
        return (leavesDone + saidDone) + "/" + (leaves + saidLeaves);
    }

    private void measured(int index, List<Measure> measures, List<String> flaws) {
        var since = measures.stream().filter(one -> one.kind() == Measure.Kind.SINCE).toList();
        if (since.isEmpty()) {
            growing.remove(index);
        } else {
            growing.put(index, since);
        }
        for (var flaw : flaws) {
            if (unmeasured.size() < MOST_UNMEASURED) {
                unmeasured.add(flaw);
            }
        }
    }

    private static Value.Mapping merged(Value.Mapping metadata, String field, Map<String, String> more) {
        if (more.isEmpty()) {
            return metadata;
        }
        var all = texts(metadata.mapAt(field));
        all.putAll(more);
        return metadata.with(field, Value.of(all));
    }

    /// An object's fields as texts, to be added to.
    public static Map<String, String> texts(Value.Mapping json) {
        var texts = new LinkedHashMap<String, String>();
        json.fields().forEach((key, value) -> texts.put(key, Json.text(value)));
        return texts;
    }

    /// The repository that the run's artifacts are kept in, as its ConfigMap has it; empty for this server's own store.
    public Value.Mapping repository() {
        return repositoryRef().mapAt("artifactRepository");
    }

    /// The same as Argo's status shows it, with where it stands; empty for this server's own store.
    public Value.Mapping repositoryRef() {
        for (var answer : supplied.values()) {
            if (answer.need() instanceof Need.Repository
                    && answer.content().orElse(Value.nothing()) instanceof Value.Mapping found) {
                return found;
            }
        }
        return Value.Mapping.EMPTY;
    }

    /// The locks that a node asked for and has not given back.
    ///
    /// @param node the node's index; -1 for the run
    public Optional<Locks> locks(int node) {
        return Optional.ofNullable(node < 0 ? locks : node < nodes.size() ? node(node).locks : null);
    }

    private Locks asked(int node) {
        return locks(node)
                .orElseThrow(() -> new IllegalStateException("node " + node + " of run " + uid + " asked for no lock"));
    }

    /// Whether a node, or with -1 the run, waits for locks.
    public boolean waitsForLocks(int node) {
        return locks(node).filter(one -> !one.held()).isPresent();
    }

    /// Which tasks a restored dag needs.
    public void restoreWanted(Node node) {
        if (node.type == NodeType.DAG && node.slots != null) {
            node.slots.wanted = plan(node).wantedFor(node.targets);
        }
    }

    /// How long values are together, in characters.
    public static long length(Map<String, String> values) {
        long length = 0;
        for (var value : values.values()) {
            length += value.length();
        }
        return length;
    }

    /// As the other one, with the result.
    public static long length(Outputs outputs) {
        return length(outputs.parameters()) + outputs.result().map(String::length).orElse(0);
    }

    /// Takes notice of a node that was restored: how long its values are, what it waits for.
    public void restored(Node node) {
        count(node, 1);
        valueLength += length(node.inputs) + length(node.outputs);
        tooDeep += node.depth > Node.DEEPEST ? 1 : 0;
        if (node.waitsUntilMicros > 0) {
            timers.add(new Timer(node.waitsUntilMicros, node.index));
        }
        if (node.memo != null && !node.memo.answered() && !node.phase.fulfilled()) {
            asking.add(node.index);
        }
        if (node.locks != null) {
            locked.add(node.index);
            if (!node.locks.held()) {
                locking.add(node.index);
            }
        }
        if (node.role == Role.HOOK) {
            node(node.parent).addHook(node.index);
            node(node.parent).hooksOpen -= node.settled ? 1 : 0;
        }
    }

    private void start(WorkflowSpec spec, Map<String, String> values, Instant at) {
        library = new Library(spec, suppliedTemplates());
        parameters = values;
        started = true;
        phase = NodePhase.RUNNING;
        beginClock(spec, at);
    }

    /// A run that is retried has its whole time again.
    private void beginClock(WorkflowSpec spec, Instant at) {
        startedMicros = micros(at);
        deadlineMicros =
                spec.activeDeadlineSeconds().isPresent()
                        ? startedMicros + spec.activeDeadlineSeconds().getAsLong() * 1_000_000L
                        : 0;
    }

    public Map<String, WorkflowSpec> suppliedTemplates() {
        var templates = new LinkedHashMap<String, WorkflowSpec>();
        supplied.forEach((need, answer) -> {
            if (need instanceof Need.Template template
                    && answer.content().orElse(Value.nothing()) instanceof Value.Mapping spec) {
                templates.put(template.library(), new WorkflowSpec(spec));
            }
            if (need instanceof Need.Templates wanted
                    && answer.content().orElse(Value.nothing()) instanceof Value.Mapping found) {
                found.fields()
                        .keySet()
                        .forEach(name ->
                                templates.put(
                                        TemplateRef.library(name, wanted.namespace().isEmpty()),
                                        new WorkflowSpec(found.mapAt(name))));
            }
        });
        return templates;
    }

    private void begin(RunFact.NodeBegan began, Instant at) {
        int index = nodes.size();
        int depth = began.boundary() < 0 ? 0 : node(began.boundary()).depth + 1;
        var first =
                began.type().ordered() || began.type() == NodeType.CONTAINER || began.type() == NodeType.SKIPPED
                        ? NodePhase.PENDING
                        : NodePhase.RUNNING;
        var before = kept.get(began.name());
        var node = new Node(index, began, first, before == null ? micros(at) : before.startedMicros(), depth);
        nodes.add(node);
        valueLength += length(node.inputs);
        tooDeep += node.depth > Node.DEEPEST ? 1 : 0;
        switch (began.type()) {
            case DAG -> {
                var plan = plan(node);
                node.slots = new Slots(plan.tasks().size());
                node.slots.wanted = plan.wantedFor(node.targets);
                for (int i = 0; i < plan.tasks().size(); i++) {
                    node.slots.waiting[i] = plan.needs(i);
                    node.open += node.slots.wanted[i] ? 1 : 0;
                }
            }
            case STEPS -> node.slots = new Slots(0);
            case STEP_GROUP -> {
                node(began.parent()).group = began.item();
                node(began.parent()).groupNode = index;
                node.open = plan(node(began.parent())).groupSize(began.item());
            }
            case TASK_GROUP -> {
                var slot = slot(node);
                slot.node = index;
                node.open = slot.items == null ? 0 : slot.items.size();
            }
            case SUSPEND -> suspended.add(index);
            case POD, HTTP, PLUGIN -> {
                leaves++;
                if (before != null) {
                    node.ranMicros = before.ranMicros();
                    node.attempt = before.attempt();
                    node.program = before.program();
                    node.image = before.image();
                }
            }
            case RETRY, SKIPPED, CONTAINER -> {}
        }
        switch (began.role()) {
            case TOP -> {
                if (root < 0) {
                    root = index;
                } else {
                    exit = index;
                }
            }
            case TRY -> {
                node(began.parent()).addTry(index);
                queue.remove(tryKey(began.parent()));
            }
            case HOOK -> node(began.parent()).addHook(index);
            case PART -> node(began.parent()).addPart(index);
            case CHILD -> {
                if (began.type() != NodeType.STEP_GROUP && began.type() != NodeType.TASK_GROUP) {
                    beginInSlot(node);
                }
            }
        }
    }

    /// How many leaves keep room that others wait for.
    public int busy() {
        return openPods.size() - daemons.size() + asking.size();
    }

    private void ready(Node node, String address) {
        node.phase = NodePhase.RUNNING;
        node.message = "";
        node.address = address;
        node.daemoned = true;
        daemons.add(node.index);
        settleIfOver(node);
        if (node.role == Role.TRY) {
            var retry = node(node.parent);
            retry.address = address;
            retry.daemoned = true;
            daemonRetries.add(retry.index);
            settleIfOver(retry);
        }
    }

    private void beginInSlot(Node node) {
        var slot = slot(node);
        slot.next++;
        slot.open++;
        slot.addChild(node.index);
        if (slot.items == null) {
            slot.node = node.index;
        }
        if (slot.exhausted()) {
            queue.remove(slotKey(node.boundary, node.ordinal));
        }
        node(node.boundary).active++;
    }

    private void supply(Node node, Map<String, String> outputs, String text) {
        var all = new LinkedHashMap<>(node.outputs.parameters());
        all.putAll(outputs);
        node.outputs = Outputs.of(all);
        valueLength += length(outputs);
        if (!text.isEmpty()) {
            node.message = text;
        }
        for (var output : plan(node).template().outputs()) {
            var value = outputs.get(output.name());
            if (value != null) {
                output.globalName().ifPresent(global -> globals.put(global, value));
            }
        }
    }

    private void end(Node node, NodePhase now, String text, Outputs outputs, int hooks, Instant at) {
        count(node, -1);
        node.phase = now;
        count(node, 1);
        node.message = text;
        valueLength += length(outputs) - length(node.outputs); // a suspended node may have been given some before
        node.outputs = outputs;
        var before = kept.get(node.name);
        node.finishedMicros = before == null ? micros(at) : before.finishedMicros();
        node.waitsUntilMicros = 0;
        node.daemoned = false;
        daemonRetries.remove(node.index);
        suspended.remove(node.index);
        asking.remove(node.index);
        queue.remove(tryKey(node.index));
        if (node.type.ordered()) {
            leavesDone++;
        }
        if (inSlot(node)) {
            node(node.boundary).failures += now.failedOrError() ? 1 : 0;
            var group = node(node.parent);
            if (group.type == NodeType.STEP_GROUP && group.broken < 0 && errored(node)) {
                group.broken = node.index;
            }
        }
        if (node.slots != null && !queue.isEmpty()) {
            for (int ordinal = 0; ordinal < plan(node).tasks().size(); ordinal++) {
                queue.remove(slotKey(node.index, ordinal));
            }
        }
        var found = node.memo != null && node.memo.hit(); // as in Argo, it exports nothing once more
        if (now == NodePhase.SUCCEEDED && !node.template.isEmpty() && !node.type.groups() && !found) {
            plan(node)
                    .template()
                    .outputs()
                    .forEach(output ->
                            output.globalName()
                                    .ifPresent(global -> {
                                        var value = outputs.parameters().get(output.name());
                                        if (value != null) {
                                            globals.put(global, value);
                                        }
                                    }));
        }
        if (now == NodePhase.SUCCEEDED && !node.type.groups()) {
            for (var artifact : outputs.artifacts()) {
                artifact.globalName().ifPresent(global -> globalArtifacts.put(global, global(artifact, global)));
            }
        }
        node.hooksDue = hooks;
        settleIfOver(node);
    }

    private static Outputs deleted(Outputs outputs, List<String> names) {
        return outputs.with(
                outputs.artifacts().stream()
                        .map(one ->
                                names.contains(one.name())
                                        ? new Artifact(one.json().with("deleted", Value.bool(true)))
                                        : one)
                        .toList());
    }

    private static Artifact global(Artifact artifact, String name) {
        return new Artifact(artifact.json().without("globalName").without("path").with("name", name));
    }

    private static boolean inSlot(Node node) {
        return node.role == Role.CHILD && node.type != NodeType.STEP_GROUP && node.type != NodeType.TASK_GROUP;
    }

    private void settleIfOver(Node node) {
        if ((node.phase.fulfilled() || node.daemoned) && !node.settled && node.hooksDue == 0 && node.hooksOpen == 0) {
            settle(node);
        }
    }

    private void settle(Node node) {
        node.settled = true;
        if (node.role == Role.HOOK) {
            node(node.parent).hooksOpen--;
            settleIfOver(node(node.parent));
        } else if (node.role == Role.CHILD && node.type != NodeType.STEP_GROUP) {
            var parent = node(node.parent);
            var slot = slot(node);
            if (inSlot(node)) {
                slot.open--;
                node(node.boundary).active--;
            }
            switch (parent.type) {
                case TASK_GROUP -> parent.open--;
                case STEP_GROUP -> {
                    if (slot.exhausted() && slot.open == 0) {
                        slot.settled = true;
                        parent.open--;
                    }
                }
                case DAG -> {
                    slot.settled = true;
                    parent.open--;
                    for (var dependent : plan(parent).dependents(node.ordinal)) {
                        if (parent.slots != null) {
                            parent.slots.waiting[dependent]--;
                        }
                    }
                }
                case POD, CONTAINER, HTTP, PLUGIN, STEPS, RETRY, SKIPPED, SUSPEND ->
                        throw new IllegalStateException(
                                "node " + node.name + " of run " + uid + " has a " + parent.type + " as its parent");
            }
        }
    }

    private void restart(Optional<RunFact.Again> again, Instant at) {
        kept = new HashMap<>();
        var rerun = again.map(one -> Set.copyOf(one.nodes()));
        for (var node : nodes) {
            if (rerun.map(names -> keeps(node, names)).orElseGet(() -> !underExit(node) && keptBefore(node))) {
                kept.put(node.name, RetainedOutputs.of(node));
            } else if (node.attempt != null) {
                earlier.computeIfAbsent(node.name, _ -> new ArrayList<>(1)).add(node.attempt);
            }
        }
        nodes.clear();
        valueLength = 0;
        tooDeep = 0;
        queue.clear();
        openPods.clear();
        daemons.clear();
        daemonRetries.clear();
        suspended.clear();
        asking.clear();
        locking.clear();
        locked.clear();
        locks = null;
        timers.clear();
        globals.clear();
        globalArtifacts.clear();
        undeleted = List.of();
        unmeasured.clear();
        growing.clear();
        root = -1;
        exit = -1;
        leaves = 0;
        leavesDone = 0;
        saidDone = 0;
        saidLeaves = 0;
        era++;
        ended = false;
        suspend = false;
        deadlinePassed = false;
        shutdown = Shutdown.NONE;
        shutdownMessage = "";
        phase = NodePhase.RUNNING;
        message = "";
        finishedMicros = 0;
        again.ifPresent(one -> {
            if (!one.parameters().isEmpty()) {
                parameters = new LinkedHashMap<>(parameters);
                parameters.putAll(one.parameters());
            }
        });
        beginClock(library().spec(), at);
    }

    /// What another run may begin with that is made of this one, by the names of nodes without that of the Workflow before.
    ///
    /// @param rerun the names of nodes that run again
    public Map<String, RetainedOutputs> retained(Set<String> rerun) {
        var retained = new LinkedHashMap<String, RetainedOutputs>();
        for (var node : nodes) {
            if (keeps(node, rerun) && node.name.startsWith(name)) {
                var from = "original pod: " + NodeNames.id(name, node.name);
                retained.put(
                        node.name.substring(name.length()),
                        RetainedOutputs.of(node).saying(node.message.isEmpty() ? from : node.message));
            }
        }
        return retained;
    }

    private boolean keeps(Node node, Set<String> rerun) {
        if (underExit(node)) {
            return false;
        }
        boolean leaf = node.type == NodeType.SUSPEND ? node.phase == NodePhase.SUCCEEDED : node.type.ordered();
        return leaf
                && node.phase.completed()
                && !rerun.contains(node.name)
                && !plan(node).template().daemon(); // which may have ended without having answered
    }

    /// What versions before kept.
    private static boolean keptBefore(Node node) {
        return node.phase == NodePhase.SUCCEEDED
                && node.address.isEmpty()
                && (node.type == NodeType.SUSPEND || (node.type.ordered() && node.role != Role.HOOK));
    }

    private boolean underExit(Node node) {
        return node.name.startsWith(name + ".onExit");
    }

    /// The node of an attempt that is under way or was; empty for an attempt of another run or era.
    public Optional<Node> nodeOf(AttemptId attempt) {
        var prefix = uid + "-" + era + "-";
        if (!attempt.text().startsWith(prefix)) {
            return Optional.empty();
        }
        var parts = attempt.text().substring(prefix.length()).split("-", -1);
        try {
            int index = Integer.parseInt(parts[0]);
            return index < nodes.size() && attempt.equals(node(index).attempt)
                    ? Optional.of(node(index))
                    : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    public AttemptId nextAttempt(Node node) {
        return new AttemptId(uid + "-" + era + "-" + node.index + "-" + node.attempts);
    }
}
