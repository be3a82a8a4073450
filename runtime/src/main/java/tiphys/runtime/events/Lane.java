package tiphys.runtime.events;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/// Lets a limited number of tasks be under way, in the order in which they came. Safe for every thread.
final class Lane {
    private final int width;
    private final Executor threads;
    private final ArrayDeque<Task> waiting = new ArrayDeque<>();
    private int underWay;

    /// Something to do.
    interface Task {
        /// @param done to be called once when the next may begin, perhaps long after this returned
        void run(Runnable done);
    }

    Lane(int width, Executor threads) {
        this.width = width;
        this.threads = threads;
    }

    /// Does it as soon as there is room.
    void enter(Task task) {
        synchronized (waiting) {
            if (underWay == width) {
                waiting.add(task);
                return;
            }
            underWay++;
        }
        begin(task);
    }

    private void begin(Task task) {
        var ended = new AtomicBoolean();
        threads.execute(() ->
                task.run(() -> {
                    if (ended.compareAndSet(false, true)) {
                        leave();
                    }
                }));
    }

    private void leave() {
        Task next;
        synchronized (waiting) {
            next = waiting.poll();
            if (next == null) {
                underWay--;
                return;
            }
        }
        begin(next);
    }
}
