package tiphys.engine.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tiphys.engine.AttemptId;
import tiphys.engine.StepOrder;
import tiphys.engine.run.RunFact.Role;

/// One node of a run's table. Changed in place, by [RunState#apply] alone.
final class Node {
    final int index;
    final String name;
    final NodeType type;
    final String template;
    final int boundary;
    final int parent;
    final int ordinal;
    final int item;
    final Role role;
    final Map<String, String> inputs;
    final long startedMicros;

    NodePhase phase;
    String message = "";
    long finishedMicros;
    Outputs outputs = Outputs.NONE;

    /// Of a steps or dag node: children of it that began and are not settled, groups not counted.
    int active;

    /// Of a steps or dag node: children of it that ended Failed or Error.
    int failures;

    /// How many templates deep it is.
    final int depth;

    /// The step's order while its attempt is under way.
    @Nullable StepOrder order;

    @Nullable AttemptId attempt;
    int attempts;
    String program = "";

    /// When the process began to run, in microseconds; 0 before.
    long ranMicros;

    /// The image that was ordered; empty before.
    String image = "";

    /// Why the attempt was asked to end; becomes the message.
    @Nullable String cancelled;

    /// Until when it waits, in microseconds; 0 for no wait.
    long waitsUntilMicros;

    /// For steps and dag nodes, and for groups: what goes on below. Null for others.
    @Nullable Slots slots;

    /// Of a steps node: the group that runs.
    int group = -1;

    /// Of a steps node: the node of that group.
    int groupNode = -1;

    /// Children that are not settled: of a group its steps or items, of a dag its tasks.
    int open;

    /// The exit hook ran, or there is none to wait for.
    boolean settled;

    /// Of a retry: its tries, in order.
    @Nullable List<Integer> tries;

    Node(int index, RunFact.NodeBegan began, NodePhase phase, long startedMicros, int depth) {
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
        this.phase = phase;
        this.startedMicros = startedMicros;
        this.depth = depth;
    }

    void addTry(int node) {
        if (tries == null) {
            tries = new ArrayList<>(2);
        }
        tries.add(node);
    }

    /// Whether it counts against parallelism: a leaf that is under way.
    boolean activeLeaf() {
        return type == NodeType.POD && !phase.fulfilled();
    }
}
