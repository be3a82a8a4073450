package tiphys.app;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import tiphys.artifacts.Repositories;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.schema.Schemas;
import tiphys.objects.ApiObject;
import tiphys.process.ProcessExecutor;
import tiphys.process.images.ImageRules;
import tiphys.process.runner.RunnerSettings;
import tiphys.runtime.RunRegistry;
import tiphys.runtime.objects.LiveObjects;
import tiphys.runtime.runs.MaterialsResolver;
import tiphys.served.Served;
import tiphys.served.leaf.ServedExecutor;
import tiphys.served.leaf.ServedLogs;
import tiphys.server.http.WorkflowMetrics;
import tiphys.store.SqliteStore;
import tiphys.store.quarantine.QuarantineFiles;
import tiphys.store.write.StoreOptions;

/// What every command that hosts runs needs: the store, the executor, the runs and the objects, built in this order and
/// closed in reverse. No port is opened.
record Core(
        SqliteStore store,
        ProcessExecutor executor,
        Repositories artifacts,
        ServedLogs logs,
        RunRegistry runs,
        LiveObjects objects,
        QuarantineFiles quarantine,
        WorkflowMetrics metrics,
        SecureRandom random,
        InstantSource clock,
        CloseStack closing)
        implements AutoCloseable {
    /// How long an ended run stays in memory.
    private static final Duration FOLD_AFTER = Duration.ofSeconds(10);

    /// How many commands that somebody waits for may wait at one run.
    private static final int MAILBOX = 1_024;

    /// How the store is opened; a test's disk fails.
    @FunctionalInterface
    interface Stores {
        SqliteStore open(Path data, StoreOptions options);
    }

    /// How steps are run.
    enum Steps {
        /// Under a runner of their own that outlives this process.
        RUNNER,
        /// As children of this process, which end with it.
        INSIDE
    }

    /// Opens the store and takes up what was under way.
    ///
    /// @param flushFailed called when a flush failed: what is on disk is unknown then, and the process must end
    /// @throws tiphys.store.keep.DirectoryInUse if another process holds the data directory
    /// @throws tiphys.store.sql.IncompatibleStore if a newer program wrote it
    static Core open(Path data, Steps steps, Consumer<Throwable> flushFailed) throws IOException {
        return open(data, steps, SqliteStore::open, flushFailed);
    }

    static Core open(Path data, Steps steps, Stores stores, Consumer<Throwable> flushFailed) throws IOException {
        var closing = new CloseStack();
        try {
            return open(data, steps, stores.open(data, StoreOptions.defaults(flushFailed)), closing);
        } catch (IOException | RuntimeException e) {
            closing.close();
            throw e;
        }
    }

    private static Core open(Path data, Steps how, SqliteStore store, CloseStack closing) throws IOException {
        closing.add(store);
        var clock = InstantSource.system();
        var quarantine = closing.add(QuarantineFiles.open(data, clock.instant()));
        var random = new SecureRandom();
        var executor = executor(data, how);
        var artifacts = new Repositories(data, new MaterialsResolver(store)::secret);
        var logs = new ServedLogs(data, executor.logs());
        var api = new AtomicReference<LiveObjects>();
        var leaves = Served.leaves(store, () -> Objects.requireNonNull(api.get()), artifacts, System.getenv());
        var steps = closing.add(new ServedExecutor(executor, leaves, logs, clock, Served.AT_ONCE));
        var metrics = new WorkflowMetrics(clock);
        var runs =
                closing.add(
                        new RunRegistry(
                                new RunRegistry.Ports(
                                        store,
                                        store,
                                        store.runs(),
                                        steps,
                                        logs,
                                        artifacts,
                                        executor.files(),
                                        clock,
                                        quarantine,
                                        metrics),
                                new RunRegistry.Settings("process", FOLD_AFTER, MAILBOX)));
        var objects =
                new LiveObjects(
                                new LiveObjects.Ports(
                                        store, store, runs.pods(), clock, random, Core::findings, runs::created))
                        .start();
        api.set(objects);
        runs.start();
        return new Core(store, executor, artifacts, logs, runs, objects, quarantine, metrics, random, clock, closing);
    }

    private static ProcessExecutor executor(Path data, Steps steps) throws IOException {
        var settings = RunnerSettings.ofThisMachine();
        return switch (steps) {
            case RUNNER -> ProcessExecutor.withRunner(data, settings, ImageRules.builtIn());
            case INSIDE -> ProcessExecutor.inProcess(data, settings, ImageRules.builtIn());
        };
    }

    private static List<Diagnostic> findings(ApiObject object) {
        return Schemas.find(object.type().apiVersion(), object.type().kind())
                .map(schema -> schema.check(object.json()))
                .orElse(List.of());
    }

    @Override
    public void close() {
        closing.close();
    }
}
