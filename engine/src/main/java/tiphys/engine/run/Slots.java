package tiphys.engine.run;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Task;

/// The steps or tasks of one steps or dag node while they run.
final class Slots {
    private final Map<Integer, Slot> slots = new TreeMap<>();

    /// Of a dag: for how many tasks each task still waits.
    final int[] waiting;

    Slots(int tasks) {
        waiting = new int[tasks];
    }

    /// What goes on for one step or task.
    static final class Slot {
        /// Of a loop; null if it is none or was not expanded yet.
        @Nullable List<Value> items;

        /// The next item to begin.
        int next;

        /// Items that began and are not settled.
        int open;

        /// The node that stands for the task: its only child, or the group of its items; -1 before it began.
        int node = -1;

        /// The first of the items' nodes, which have increasing indexes; -1 before.
        int[] children = {};

        int childCount;
        boolean settled;

        /// The task with the tags replaced that do not belong to an item; worked out again after a restart.
        @Nullable Task resolved;

        boolean exhausted() {
            return items == null ? next > 0 : next >= items.size();
        }

        /// Whether anything was recorded of it; one that was only looked at is as if it were not there.
        boolean touched() {
            return items != null || next > 0 || node >= 0 || settled;
        }

        void addChild(int child) {
            if (childCount == children.length) {
                children = java.util.Arrays.copyOf(children, Math.max(1, childCount * 2));
            }
            children[childCount++] = child;
        }
    }

    Slot at(int ordinal) {
        return slots.computeIfAbsent(ordinal, _ -> new Slot());
    }

    Map<Integer, Slot> all() {
        return slots;
    }

    @Nullable Slot find(int ordinal) {
        return slots.get(ordinal);
    }
}
