package tiphys.served.leaf;

import java.util.ArrayDeque;

/// How many leaves are done at once; the others wait in order. Safe for every thread.
final class Places {
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private int free;

    Places(int free) {
        this.free = free;
    }

    /// Calls back once there is a place, which is taken then: now, or on the thread that gives one up.
    void take(Runnable taken) {
        synchronized (this) {
            if (free == 0) {
                waiting.add(taken);
                return;
            }
            free--;
        }
        taken.run();
    }

    /// Takes a place though there may be none: for a leaf that had one and goes on.
    synchronized void takeBack() {
        free--;
    }

    /// Gives a place up; the next that waits gets it.
    void give() {
        Runnable next;
        synchronized (this) {
            free++;
            next = free > 0 ? waiting.poll() : null;
            if (next != null) {
                free--;
            }
        }
        if (next != null) {
            next.run();
        }
    }
}
