package tiphys.engine.run;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.engine.Artifacts;
import tiphys.engine.Measure;
import tiphys.engine.NodeArtifact;
import tiphys.engine.StepOrder;
import tiphys.engine.lock.LockRequest;
import tiphys.engine.lock.LockTicket;
import tiphys.engine.lock.Turn;
import tiphys.engine.run.codec.RunSnapshot;
import tiphys.engine.run.codec.StateHash;
import tiphys.engine.run.rules.ArtifactRules;
import tiphys.engine.run.rules.ControlRules;
import tiphys.engine.run.rules.Decider;
import tiphys.engine.run.rules.LockRules;
import tiphys.engine.run.rules.Probes;
import tiphys.engine.run.rules.RestartRules;
import tiphys.engine.run.state.CacheEntry;
import tiphys.engine.run.state.Decision;
import tiphys.engine.run.state.Memo;
import tiphys.engine.run.state.Need;
import tiphys.engine.run.state.Node;
import tiphys.engine.run.state.NodeNames;
import tiphys.engine.run.state.NodePhase;
import tiphys.engine.run.state.RunCommand;
import tiphys.engine.run.state.RunFact;
import tiphys.engine.run.state.RunState;
import tiphys.engine.run.state.VolumeClaims;
import tiphys.engine.run.view.RunView;
import tiphys.engine.run.view.StatusJson;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Artifact;
import tiphys.manifest.workflow.WorkflowSpec;

/// One run. [#handle] decides about a command and applies what it decided; [#apply] repeats that for a replay. Both leave
/// the same state. Not safe for several threads: it has one owner.
///
/// Read on in [ControlRules] for what each command does, in [FlowRules] for how steps follow one another, and in
/// [RunState] for what is true in between.
public final class Run {
    private RunState state;

    private Run(RunState state) {
        this.state = state;
    }

    /// A run of which nothing is recorded.
    public static Run fresh(String uid) {
        return new Run(new RunState(uid));
    }

    /// A run as a snapshot kept it.
    public static Run restore(String uid, byte[] snapshot) {
        return new Run(RunSnapshot.read(uid, snapshot));
    }

    /// The whole state, for [#restore].
    public byte[] snapshot() {
        return RunSnapshot.write(state);
    }

    /// Decides about a command; the facts are applied already. Never throws because of what a manifest or a report says.
    public Decision handle(RunCommand command, Instant at) {
        return Decider.decide(state, command, at);
    }

    /// Why an ended run refuses a command; empty if there is just nothing to do. Of a run that goes on, or for
    /// [RunCommand.Retry], use [#handle].
    public Optional<String> refusal(RunCommand command) {
        if (!state.ended || command instanceof RunCommand.Retry) {
            throw new IllegalStateException("run " + state.uid + " may still do it: " + command);
        }
        return handle(command, RunState.instant(state.finishedMicros)) instanceof Decision.Refused(var why)
                ? Optional.of(why)
                : Optional.empty();
    }

    /// Applies a recorded fact.
    public void apply(RunFact fact, Instant at) {
        state.apply(fact, at);
    }

    /// The state itself, to be looked at only.
    RunState state() {
        return state;
    }

    /// When the run wants to be told [RunCommand.Tick] next.
    public Optional<Instant> wakeup() {
        return state.nextTimer();
    }

    /// The orders that were given and have not ended, oldest node first; those whose process is over are not among them.
    public List<StepOrder> underWay() {
        var orders = new ArrayList<StepOrder>();
        for (int index : state.openPods) {
            var order = state.node(index).order;
            if (order != null && state.node(index).ending == null) {
                orders.add(order);
            }
        }
        return orders;
    }

    /// The orders among [#underWay] of which no start was reported, and which are not being ended.
    public List<StepOrder> unclaimed() {
        return underWay().stream()
                .filter(order ->
                        state.nodeOf(order.attempt())
                                .filter(node -> node.phase == NodePhase.PENDING && node.cancelled == null)
                                .isPresent())
                .toList();
    }

    /// The artifacts of all nodes, in the order in which they began: each with what it was given and what it made.
    public List<NodeArtifact> artifacts() {
        var all = new ArrayList<NodeArtifact>();
        for (var node : state.nodes) {
            node.artifacts.forEach(one -> all.add(artifact(node, NodeArtifact.Side.INPUTS, one)));
            node.outputs.artifacts().forEach(one -> all.add(artifact(node, NodeArtifact.Side.OUTPUTS, one)));
        }
        return all;
    }

    private NodeArtifact artifact(Node node, NodeArtifact.Side side, Artifact artifact) {
        return new NodeArtifact(
                NodeNames.id(state.name, node.name),
                node.name,
                node.index,
                side,
                new Artifacts.Kept(state.namespace, artifact, ArtifactRules.located(state, artifact)),
                side == NodeArtifact.Side.OUTPUTS ? ArtifactRules.deletion(state, artifact) : "");
    }

    /// The output artifacts that are to be deleted now that the run is over, or its object is gone, and were not yet.
    public List<NodeArtifact> deletable(boolean gone) {
        if (!state.ended || !state.started || !state.undeleted.isEmpty()) {
            return List.of();
        }
        return artifacts().stream()
                .filter(one ->
                        one.deletion().equals("OnWorkflowCompletion")
                                || (gone && one.deletion().equals("OnWorkflowDeletion")))
                .filter(one -> !one.kept().artifact().deleted() && !one.kept().location().fields().isEmpty())
                .toList();
    }

    /// The order of a node that is under way, by its index.
    public Optional<StepOrder> order(int node) {
        return Optional.ofNullable(state.node(node).order);
    }

    /// Whether an order's artifacts are not in place yet, so that it is not given to the executor.
    public boolean unstaged(StepOrder order) {
        return state.nodeOf(order.attempt()).filter(node -> !node.staged).isPresent();
    }

    /// The orders whose process is over and whose artifacts are to be saved.
    public List<StepOrder> saving() {
        return state.openPods.stream()
                .map(state::node)
                .filter(node -> node.ending != null)
                .flatMap(node -> Optional.ofNullable(node.order).stream())
                .toList();
    }

    /// The attempts among [#underWay] that are being ended.
    public List<StepOrder> cancelled() {
        return underWay().stream()
                .filter(order -> state.nodeOf(order.attempt()).filter(node -> node.cancelled != null).isPresent())
                .toList();
    }

    /// What was asked for and has not come.
    public List<Need> pending() {
        return List.copyOf(state.pending);
    }

    /// What a memoized resubmission of this run begins with: what a retry would keep. A text says why there can be none.
    ///
    /// @param parameters the new one's `workflow.parameters`
    public Value retained(Map<String, String> parameters) {
        if (!state.ended || !state.phase.failedOrError()) {
            return Value.text("workflow must be Failed/Error to resubmit in memoized mode");
        }
        var changed = new LinkedHashMap<>(parameters);
        state.parameters.forEach((name, value) -> changed.remove(name, value));
        var retained = new LinkedHashMap<String, Value>();
        RestartRules.retained(state, changed).forEach((name, one) -> retained.put(name, one.json()));
        return Value.of(retained);
    }

    /// `workflow.parameters` of a run that has not begun, as far as they are known.
    public Map<String, String> parametersWanted() {
        return ControlRules.parameters(state);
    }

    /// The turn that it waits for, if it waits for one.
    public Optional<Need.Turn> turnWanted() {
        return state.pending.stream().filter(Need.Turn.class::isInstance).map(Need.Turn.class::cast).findFirst();
    }

    /// The same, as the table of turns takes it.
    public Optional<Turn> turn() {
        return turnWanted()
                .map(need ->
                        new Turn(
                                state.uid,
                                state.namespace,
                                LockRules.priority(new WorkflowSpec(state.workflow.mapAt("spec"))),
                                LockRules.created(state),
                                need.askedMicros()));
    }

    /// What a node gave, to be kept for others.
    public CacheEntry cacheEntry(int node) {
        var gave = state.node(node);
        var at = RunState.instant(gave.finishedMicros);
        return new CacheEntry(NodeNames.id(state.name, gave.name), gave.outputs, at, at);
    }

    /// Where a node's result is looked up and kept; empty for nowhere.
    public Optional<Memo> memo(int node) {
        return Optional.ofNullable(state.node(node).memo);
    }

    /// The gauges that grow by themselves while the run and its nodes go on.
    public List<Measure> growing() {
        return state.growing.values().stream().flatMap(List::stream).toList();
    }

    /// How often the run was begun anew.
    public int era() {
        return state.era;
    }

    /// Whether it put labels or annotations on its Workflow object.
    public boolean labelled() {
        return state.labelled;
    }

    /// Whether a node, or with -1 the run, waits for locks.
    public boolean waitsForLocks(int node) {
        return state.waitsForLocks(node);
    }

    /// What a node, or with -1 the run, asked for and waits for or holds.
    public LockRequest lockRequest(int node) {
        return LockRules.request(state, node);
    }

    /// Who asked for locks that a fact names.
    public LockTicket lockTicket(int node) {
        return LockRules.ticket(state, node);
    }

    /// What the run and its nodes hold.
    public List<LockRequest> locksHeld() {
        return locks(true);
    }

    /// What the run and its nodes wait for.
    public List<LockRequest> locksAwaited() {
        return locks(false);
    }

    private List<LockRequest> locks(boolean held) {
        var requests = new ArrayList<LockRequest>();
        if (state.locks != null && state.locks.held() == held) {
            requests.add(lockRequest(-1));
        }
        for (int node : state.locked) {
            if (state.locks(node).filter(one -> one.held() == held).isPresent()) {
                requests.add(lockRequest(node));
            }
        }
        return requests;
    }

    /// What is known of the steps before the run starts, as orders that are never given; for [Need.Fitness].
    public List<StepOrder> probes() {
        return new Probes(state, ControlRules.joined(state)).all();
    }

    /// The uid of the Workflow object.
    public String uid() {
        return state.uid;
    }

    /// How the run stands.
    public RunView view() {
        return new RunView(state);
    }

    /// Argo's `status` with every node.
    public Value.Mapping status() {
        return StatusJson.status(state);
    }

    /// The status as the Workflow object carries it: without the nodes if there are very many, or if they say very much,
    /// which a condition then tells.
    public Value.Mapping objectStatus() {
        return StatusJson.cut(state);
    }

    /// The claims of volumes that the run makes at its start, and lets go of at its end.
    public VolumeClaims claims() {
        return new VolumeClaims(state);
    }

    /// A number that two runs share if, and practically only if, they are in the same state.
    public long stateHash() {
        return StateHash.of(state);
    }
}
