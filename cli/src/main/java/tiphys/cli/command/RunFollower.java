package tiphys.cli.command;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import tiphys.cli.server.Feed;
import tiphys.cli.server.Paths;
import tiphys.cli.server.RunView;
import tiphys.cli.terminal.CliError;
import tiphys.cli.terminal.ExitCode;

/// Follows one run to its end: reads it again whenever the feed hints at it, and now and then anyway.
public final class RunFollower {
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration SETTLE = Duration.ofMillis(40);
    private static final Duration ANYWAY = Duration.ofSeconds(10);

    private final Session session;

    public RunFollower(Session session) {
        this.session = session;
    }

    /// Follows until the run has ended.
    ///
    /// @param limit how long at most, if there is a limit
    /// @param changed gets the run as often as it was read
    /// @param tick is called each second or so
    /// @return the run as it ended, or nothing if the time was over first
    public Optional<RunView> follow(RunView run, Optional<Duration> limit, Consumer<RunView> changed, Runnable tick)
            throws InterruptedException {
        return until(RunView::ended, run, limit, changed, tick);
    }

    /// Follows until something is true of the run, or it has ended.
    public Optional<RunView> until(
            Predicate<RunView> enough, RunView run, Optional<Duration> limit, Consumer<RunView> changed, Runnable tick)
            throws InterruptedException {
        long begin = System.nanoTime();
        long readAt = begin;
        var latest = run;
        changed.accept(latest);
        try (var feed = new Feed(session.api())) {
            while (!latest.ended() && !enough.test(latest)) {
                var wait = TICK;
                if (limit.isPresent()) {
                    var left = limit.get().minusNanos(System.nanoTime() - begin);
                    if (left.isNegative() || left.isZero()) {
                        return Optional.empty();
                    }
                    wait = left.compareTo(TICK) < 0 ? left : TICK;
                }
                boolean stale = concerns(feed.next(wait), latest);
                if (stale) {
                    drain(feed);
                }
                if (stale || System.nanoTime() - readAt > ANYWAY.toNanos()) {
                    readAt = System.nanoTime();
                    latest = read(latest);
                    changed.accept(latest);
                } else {
                    tick.run();
                }
            }
        }
        return Optional.of(latest);
    }

    private RunView read(RunView run) {
        var found = session.api().find(Paths.run(run.namespace(), run.name())).map(RunView::of);
        if (found.isEmpty() || !found.get().uid().equals(run.uid())) {
            throw CliError.of(
                    ExitCode.NOT_FOUND, "TIP-7205", "run " + run.place() + " was deleted while it was followed");
        }
        return found.get();
    }

    private static boolean concerns(Optional<Feed.Item> item, RunView run) {
        return item.filter(found ->
                        switch (found) {
                            case Feed.Opened _ -> true;
                            case Feed.Change change -> change.uid().equals(run.uid());
                            case Feed.Lost(var error) -> throw error;
                        })
                .isPresent();
    }

    /// Takes the changes that come right after one another, so that they cost one reading.
    private static void drain(Feed feed) throws InterruptedException {
        long end = System.nanoTime() + SETTLE.toNanos();
        for (long left = SETTLE.toNanos(); left > 0; left = end - System.nanoTime()) {
            var item = feed.next(Duration.ofNanos(left));
            if (item.isPresent() && item.get() instanceof Feed.Lost(var error)) {
                throw error;
            }
            if (item.isEmpty()) {
                return;
            }
        }
    }
}
