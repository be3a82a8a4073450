package tiphys.engine.run.state;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Task;

/// The steps or tasks of one steps or dag node while they run.
public final class Slots {
    private @Nullable Slot[] slots;

    /// Of a dag: for how many tasks each task still waits.
    public final int[] waiting;

    /// Of a dag: which tasks it needs.
    public boolean[] wanted = {};

    public Slots(int tasks) {
        waiting = new int[tasks];
        slots = new Slot[tasks];
    }

    /// What goes on for one step or task.
    public static final class Slot {
        /// Of a loop; null if it is none or was not expanded yet.
        public @Nullable List<Value> items;

        /// The next item to begin.
        public int next;

        /// Items that began and are not settled.
        public int open;

        /// The node that stands for the task: its only child, or the group of its items; -1 before it began.
        public int node = -1;

        /// The first of the items' nodes, which have increasing indexes; -1 before.
        public int[] children = {};

        public int childCount;
        public boolean settled;

        private @Nullable Task resolved;

        /// The task with the tags replaced that do not belong to an item: remembered, never written, and worked out again
        /// after a restart.
        public Task resolved(Supplier<Task> worked) {
            var known = resolved;
            if (known == null) {
                known = worked.get();
                resolved = known;
            }
            return known;
        }

        public boolean exhausted() {
            return items == null ? next > 0 : next >= items.size();
        }

        /// Whether anything was recorded of it; one that was only looked at is as if it were not there.
        public boolean touched() {
            return items != null || next > 0 || node >= 0 || settled;
        }

        public void addChild(int child) {
            if (childCount == children.length) {
                children = Arrays.copyOf(children, Math.max(1, childCount * 2));
            }
            children[childCount++] = child;
        }
    }

    /// The slot of a step or task; made if it was not looked at yet.
    public Slot at(int ordinal) {
        if (ordinal >= slots.length) {
            slots = Arrays.copyOf(slots, Math.max(ordinal + 1, slots.length * 2));
        }
        var slot = slots[ordinal];
        if (slot == null) {
            slot = new Slot();
            slots[ordinal] = slot;
        }
        return slot;
    }

    /// What a slot is told with.
    public interface Each {
        void see(int ordinal, Slot slot);
    }

    /// The slots that something was recorded of, in order.
    public void touched(Each each) {
        for (int ordinal = 0; ordinal < slots.length; ordinal++) {
            var slot = slots[ordinal];
            if (slot != null && slot.touched()) {
                each.see(ordinal, slot);
            }
        }
    }

    public @Nullable Slot find(int ordinal) {
        return ordinal < slots.length ? slots[ordinal] : null;
    }
}
