package tiphys.runtime.past;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import tiphys.objects.Refusal;

/// Lets one replay after the other look at what was delivered and give events: two at once would both see that an event has
/// not fired. Safe for every thread.
public final class Turns {
    private static final int MOST_WAITING = 64;

    private final Executor tasks;
    private CompletableFuture<?> last = CompletableFuture.completedFuture(null);
    private int waiting;

    public Turns(Executor tasks) {
        this.tasks = tasks;
    }

    /// Does this when what was asked before it has ended, however it ended.
    ///
    /// @throws Refusal 429 if too many wait already
    public synchronized <T> CompletableFuture<T> next(Supplier<CompletableFuture<T>> turn) {
        if (waiting == MOST_WAITING) {
            throw new Refusal(429, "TooManyRequests", MOST_WAITING + " replays wait for their turn already");
        }
        waiting++;
        var mine = last.handle((_, _) -> "").thenComposeAsync(_ -> turn.get(), tasks);
        last = mine.whenComplete((_, _) -> ended());
        return mine;
    }

    private synchronized void ended() {
        waiting--;
    }
}
