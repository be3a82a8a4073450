package tiphys.cli.render;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import tiphys.cli.server.Api;
import tiphys.cli.server.LogReader;
import tiphys.cli.server.LogStep;
import tiphys.cli.server.RunView;
import tiphys.cli.terminal.CliError;
import tiphys.cli.terminal.ExitCode;

/// Follows the outputs of many attempts at once, each by a thread of its own; no more than a number at a time.
public final class LogReaders implements AutoCloseable {
    private static final int AT_ONCE = 64;
    private static final int SECONDS_TO_FINISH = 60;

    private final Api api;
    private final LogPrinter printer;
    private final Optional<Integer> tail;
    private final Semaphore slots = new Semaphore(AT_ONCE);
    private final Set<String> begun = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicReference<Optional<CliError>> trouble = new AtomicReference<>(Optional.empty());

    public LogReaders(Api api, LogPrinter printer, Optional<Integer> tail) {
        this.api = api;
        this.printer = printer;
        this.tail = tail;
    }

    /// Begins to follow an attempt, if it is not followed yet.
    public void read(RunView run, LogStep step) {
        if (!begun.add(step.node().id() + "#" + step.attempt().number())) {
            return;
        }
        threads.execute(() -> {
            try {
                slots.acquire();
                try {
                    new LogReader(api, run, step, printer::print).follow(tail);
                } finally {
                    slots.release();
                }
            } catch (CliError e) {
                trouble.set(Optional.of(e));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // the command ends
            }
        });
    }

    /// Waits for the rest of all outputs.
    ///
    /// @throws CliError if one could not be read
    public void finish() throws InterruptedException {
        threads.shutdown();
        if (!threads.awaitTermination(SECONDS_TO_FINISH, TimeUnit.SECONDS)) {
            throw CliError.of(ExitCode.FAILED, "TIP-7404", "the run has ended, but its outputs did not")
                    .hint("children that a step left behind may still write");
        }
        if (trouble.get().isPresent()) {
            throw trouble.get().get();
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
