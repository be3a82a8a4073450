package tiphys.engine.run.codec;

import java.util.List;
import java.util.Objects;
import tiphys.engine.run.state.Node;
import tiphys.engine.run.state.RunState;
import tiphys.engine.run.state.Slots;

/// A number for a whole state, much cheaper to work out than a snapshot: for simulations, which compare a run and its replay
/// after every step.
public final class StateHash {
    private long hash = 1125899906842597L;

    private StateHash() {}

    public static long of(RunState state) {
        var all = new StateHash();
        all.add(
                state.host,
                state.library == null ? 0 : state.library.spec().json().fields().size(),
                state.parameters,
                state.supplied.keySet(),
                state.pending,
                state.queue,
                state.openPods,
                state.daemons,
                state.daemonRetries,
                state.suspended,
                state.globals,
                state.globalArtifacts,
                state.undeleted,
                state.unmeasured,
                state.growing,
                state.kept.keySet(),
                state.earlier);
        all.add(
                state.started,
                state.ended,
                state.gone,
                state.suspend,
                state.deadlinePassed,
                state.shutdown.text(),
                state.labelled,
                state.workflow.mapAt("metadata", "labels").fields().keySet(),
                state.shutdownMessage,
                state.phase.text(),
                state.message);
        all.add(state.locks == null ? "" : state.locks, state.locking, state.asking);
        all.add(state.startedMicros, state.finishedMicros, state.deadlineMicros, state.lastMicros);
        all.add(state.era, state.root, state.exit, state.leaves, state.leavesDone, state.progress());
        state.nodes.forEach(all::node);
        return all.hash;
    }

    private void add(Object... values) {
        for (var value : values) {
            hash = 31 * hash + Objects.hashCode(value);
            hash ^= hash >>> 29;
        }
    }

    private void node(Node node) {
        add(node.name, node.type.text(), node.template, node.role.name(), node.inputs, node.phase.text(), node.message);
        add(
                node.boundary,
                node.parent,
                node.ordinal,
                node.item,
                node.depth,
                node.group,
                node.groupNode,
                node.open,
                node.active,
                node.failures,
                node.broken,
                node.targets);
        add(node.startedMicros, node.finishedMicros, node.waitsUntilMicros, node.ranMicros);
        add(
                node.outputs,
                node.order == null ? "" : node.order.attempt(),
                node.attempt == null ? "" : node.attempt,
                node.attempts);
        add(node.artifacts, node.staged, node.ending == null ? "" : node.ending);
        add(node.program, node.image, node.cancelled == null ? "" : node.cancelled, node.settled);
        add(node.locks == null ? "" : node.locks, node.lockRefused, node.memo == null ? "" : node.memo);
        add(node.hooks == null ? List.of() : node.hooks, node.hooksOpen);
        add(node.address, node.daemoned, node.progress, node.cpuMicros, node.peakBytes);
        if (node.parts != null) {
            add(node.parts);
        }
        if (node.tries != null) {
            add(node.tries);
        }
        if (node.slots != null) {
            slots(node.slots);
        }
    }

    private void slots(Slots slots) {
        for (int waiting : slots.waiting) {
            add(waiting);
        }
        slots.touched((ordinal, slot) -> {
            add(ordinal, slot.items == null ? "" : slot.items, slot.next, slot.open, slot.node, slot.settled);
            for (int i = 0; i < slot.childCount; i++) {
                add(slot.children[i]);
            }
        });
    }
}
