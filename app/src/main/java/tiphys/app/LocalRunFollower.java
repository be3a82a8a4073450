package tiphys.app;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import tiphys.cli.render.RunTree;
import tiphys.cli.server.RunView;
import tiphys.cli.terminal.Screen;
import tiphys.engine.Runs;
import tiphys.journal.StoreUnavailable;
import tiphys.manifest.Value;

/// Follows a run of this process on the screen: it is read again after commits, not on a clock.
final class LocalRunFollower {
    private static final long SETTLE_MILLIS = 15;

    private final Core core;
    private final Semaphore news = new Semaphore(1);

    LocalRunFollower(Core core) {
        this.core = core;
        core.store()
                .onCommit(_ -> {
                    if (news.availablePermits() == 0) {
                        news.release();
                    }
                });
    }

    /// Shows a run until it has ended, or until the limit.
    ///
    /// @return the run as it was last
    Optional<RunView> follow(Screen screen, String namespace, String name, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        Runs runs = core.runs();
        Optional<RunView> latest = Optional.empty();
        try (var tree = new RunTree(screen)) {
            while (System.nanoTime() < end) {
                var detail = detail(runs, namespace, name);
                if (detail.isPresent()) {
                    var view = RunView.of(detail.get());
                    latest = Optional.of(view);
                    tree.show(view);
                    if (view.ended()) {
                        return latest;
                    }
                }
                if (news.tryAcquire(1, TimeUnit.SECONDS)) {
                    Thread.sleep(SETTLE_MILLIS); // several commits often come right after one another
                } else {
                    tree.tick();
                }
            }
        }
        return latest;
    }

    /// The run as it is; empty if it is not there, or did not get to answer, because it decides about a hundred thousand steps.
    private static Optional<Value.Mapping> detail(Runs runs, String namespace, String name) {
        try {
            return runs.detail(namespace, name);
        } catch (StoreUnavailable _) {
            return Optional.empty(); // asked again soon, within the limit
        }
    }
}
