package tiphys.engine.run.state;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tiphys.engine.AttemptId;
import tiphys.engine.StepOrder;
import tiphys.engine.StepReport;
import tiphys.engine.run.state.RunFact.Role;
import tiphys.manifest.workflow.Artifact;

/// One node of a run's table. Changed in place, by [RunState#apply] alone.
public final class Node {
    /// How deep templates may call one another (Argo's limit).
    public static final int DEEPEST = 100;

    public final int index;
    public final String name;
    public final NodeType type;
    public final String template;
    public final int boundary;
    public final int parent;
    public final int ordinal;
    public final int item;
    public final Role role;
    public final Map<String, String> inputs;
    public final long startedMicros;

    /// Of a dag whose targets only its inputs tell; else empty.
    public final List<String> targets;

    public NodePhase phase;
    public String message = "";
    public long finishedMicros;
    public Outputs outputs = Outputs.NONE;

    /// Its input artifacts, as its status shows them.
    public final List<Artifact> artifacts;

    /// The step's artifacts are in place, or it has none.
    public boolean staged;

    /// How the step's attempt ended whose artifacts are being saved; null before and after.
    public StepReport.@Nullable Ending ending;

    /// Of a steps or dag node: children of it that began and are not settled, groups not counted.
    public int active;

    /// Of a steps or dag node: children of it that ended Failed or Error.
    public int failures;

    /// How many templates deep it is.
    public final int depth;

    /// The step's order while its attempt is under way.
    public @Nullable StepOrder order;

    public @Nullable AttemptId attempt;
    public int attempts;
    public String program = "";

    /// Where a daemon can be reached, also of a retry whose try it is; empty if it never answered.
    public String address = "";

    /// Whether it is a daemon that answers, or a retry of one, and is not over: those who waited for it went on.
    public boolean daemoned;

    /// When the process began to run, in microseconds; 0 before.
    public long ranMicros;

    /// How far its step said that it is, as `3/10`; empty if it said nothing.
    public String progress = "";

    /// How long its step kept a processor busy, and how much memory it had at most; 0 if it used little.
    public long cpuMicros;

    public long peakBytes;

    /// The image that was ordered; empty before.
    public String image = "";

    /// Why the attempt was asked to end; becomes the message.
    public @Nullable String cancelled;

    /// Until when it waits, in microseconds; 0 for no wait.
    public long waitsUntilMicros;

    /// For steps and dag nodes, and for groups: what goes on below. Null for others.
    public @Nullable Slots slots;

    /// Of a group of steps: the first of its children that could not begin, so that no more of them do; -1 for none.
    public int broken = -1;

    /// Of a steps node: the group that runs.
    public int group = -1;

    /// Of a steps node: the node of that group.
    public int groupNode = -1;

    /// Children that are not settled: of a group its steps or items, of a dag its tasks.
    public int open;

    /// It is over, and so are its hooks.
    public boolean settled;

    /// The locks that it asked for and has not given back; null for none.
    public @Nullable Locks locks;

    /// Where its result is looked up and kept; null for nowhere.
    public @Nullable Memo memo;

    /// Whether it could not have its locks, so that it never began.
    public boolean lockRefused;

    /// Its hooks that began, in order; null for none.
    public @Nullable List<Integer> hooks;

    /// How many hooks are about to begin because it ended.
    int hooksDue;

    /// How many of its hooks are under way.
    public int hooksOpen;

    /// Of a retry: its tries, in order.
    public @Nullable List<Integer> tries;

    /// Of a pod with several containers: their nodes, in the template's order.
    public @Nullable List<Integer> parts;

    public Node(int index, RunFact.NodeBegan began, NodePhase phase, long startedMicros, int depth) {
        this.index = index;
        this.name = began.name();
        this.type = began.type();
        this.template = began.template();
        this.boundary = began.boundary();
        this.parent = began.parent();
        this.ordinal = began.ordinal();
        this.item = began.item();
        this.role = began.role();
        this.inputs = began.inputs();
        this.targets = began.targets();
        this.artifacts = began.artifacts();
        this.phase = phase;
        this.startedMicros = startedMicros;
        this.depth = depth;
    }

    void addHook(int node) {
        if (hooks == null) {
            hooks = new ArrayList<>(1);
        }
        hooks.add(node);
        hooksOpen++;
        hooksDue = Math.max(0, hooksDue - 1);
    }

    public void addTry(int node) {
        if (tries == null) {
            tries = new ArrayList<>(2);
        }
        tries.add(node);
    }

    public void addPart(int node) {
        if (parts == null) {
            parts = new ArrayList<>(2);
        }
        parts.add(node);
    }

    /// Whether its attempt is under way and can be asked to end: not while its artifacts are saved.
    public boolean endable() {
        return attempt != null && order != null && cancelled == null && ending == null;
    }

    /// The input artifact of that name.
    public Optional<Artifact> artifact(String input) {
        return artifacts.stream().filter(one -> one.name().equals(input)).findFirst();
    }

    /// How much of what it has to do is done, and how much that is: a leaf counts one, or what its step says.
    public long[] doneOf() {
        var said = progress.split("/", 2);
        if (said.length < 2) {
            return new long[] {phase.fulfilled() ? 1 : 0, 1};
        }
        long all = Long.parseLong(said[1]);
        return new long[] {phase == NodePhase.SUCCEEDED ? all : Long.parseLong(said[0]), all};
    }

    /// How many seconds of a hundred mebibytes its step had.
    public double memorySeconds() {
        return finishedMicros == 0 || ranMicros == 0 ? 0 : (finishedMicros - ranMicros) / 1e6 * peakBytes / (100 << 20);
    }

    /// Whether it counts against parallelism: a leaf that is under way.
    boolean activeLeaf() {
        return type.ordered() && !phase.fulfilled();
    }
}
