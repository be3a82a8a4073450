package tiphys.container.choice;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import tiphys.container.ContainerExecutor;
import tiphys.container.ContainerSettings;
import tiphys.container.api.Engines;

/// The way to a container engine, which may not be there, or come later: it is looked for when it is wanted, and not all the time.
/// Safe for every thread.
public final class EngineDoor implements AutoCloseable {
    private static final long PAUSE_NANOS = Duration.ofSeconds(10).toNanos();

    private final Supplier<Engines.Search> search;
    private final Path data;
    private final ContainerSettings settings;
    private Optional<ContainerExecutor> executor = Optional.empty();
    private List<String> problems = List.of();
    private long lookedAt = System.nanoTime() - PAUSE_NANOS - 1;
    private boolean closed;

    /// @param search looks for an engine
    /// @param data where what is kept of attempts lies
    public EngineDoor(Supplier<Engines.Search> search, Path data, ContainerSettings settings) {
        this.search = search;
        this.data = data;
        this.settings = settings;
    }

    /// The executor of the engine that was found, now or before; empty if there is none.
    public synchronized Optional<ContainerExecutor> executor() {
        if (executor.isEmpty() && !closed && System.nanoTime() - lookedAt > PAUSE_NANOS) {
            var found = search.get();
            lookedAt = System.nanoTime();
            problems = found.problems();
            executor =
                    found.engine()
                            .map(engine -> {
                                try {
                                    return ContainerExecutor.open(engine, data, settings);
                                } catch (IOException e) {
                                    throw new UncheckedIOException("the data directory cannot be used", e);
                                }
                            });
        }
        return executor;
    }

    /// The executor of the engine, if it was found; nothing is looked for.
    public synchronized Optional<ContainerExecutor> known() {
        return executor;
    }

    /// Where no engine was found, and why.
    public synchronized List<String> problems() {
        return problems;
    }

    @Override
    public synchronized void close() {
        closed = true;
        executor.ifPresent(ContainerExecutor::close);
    }
}
