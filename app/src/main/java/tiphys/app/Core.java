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
import tiphys.container.ContainerSettings;
import tiphys.container.api.Engines;
import tiphys.container.choice.Choice;
import tiphys.container.choice.ChoosingExecutor;
import tiphys.container.choice.EngineDoor;
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
        ChoosingExecutor steps,
        Choice choice,
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
    /// @param choice what runs steps that do not say it themselves
    /// @param flushFailed called when a flush failed: what is on disk is unknown then, and the process must end
    /// @throws tiphys.store.keep.DirectoryInUse if another process holds the data directory
    /// @throws tiphys.store.sql.IncompatibleStore if a newer program wrote it
    static Core open(Path data, Steps steps, Choice choice, Consumer<Throwable> flushFailed) throws IOException {
        return open(data, steps, choice, SqliteStore::open, flushFailed);
    }

    static Core open(Path data, Steps steps, Choice choice, Stores stores, Consumer<Throwable> flushFailed)
            throws IOException {
        var closing = new CloseStack();
        try {
            return open(data, steps, choice, stores.open(data, StoreOptions.defaults(flushFailed)), closing);
        } catch (IOException | RuntimeException e) {
            closing.close();
            throw e;
        }
    }

    private static Core open(Path data, Steps how, Choice choice, SqliteStore store, CloseStack closing)
            throws IOException {
        closing.add(store);
        var clock = InstantSource.system();
        var quarantine = closing.add(QuarantineFiles.open(data, clock.instant()));
        var random = new SecureRandom();
        var executor = executor(data, how);
        var chosen = new ChoosingExecutor(executor, engine(data, how), choice, data);
        var artifacts = new Repositories(data, new MaterialsResolver(store)::secret);
        var logs = new ServedLogs(data, executor.logs());
        var api = new AtomicReference<LiveObjects>();
        var leaves = Served.leaves(store, () -> Objects.requireNonNull(api.get()), artifacts, System.getenv());
        var steps = closing.add(new ServedExecutor(chosen, leaves, logs, clock, Served.AT_ONCE));
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
                                        chosen.files(executor.files()),
                                        clock,
                                        quarantine,
                                        metrics),
                                new RunRegistry.Settings(
                                        choice == Choice.CONTAINER ? choice.word() : Choice.PROCESS.word(),
                                        FOLD_AFTER,
                                        MAILBOX)));
        var objects =
                new LiveObjects(
                                new LiveObjects.Ports(
                                        store, store, runs.pods(), clock, random, Core::findings, runs::created))
                        .start();
        api.set(objects);
        runs.start();
        return new Core(
                store,
                executor,
                chosen,
                choice,
                artifacts,
                logs,
                runs,
                objects,
                quarantine,
                metrics,
                random,
                clock,
                closing);
    }

    private static ProcessExecutor executor(Path data, Steps steps) throws IOException {
        var settings = RunnerSettings.ofThisMachine();
        return switch (steps) {
            case RUNNER -> ProcessExecutor.withRunner(data, settings, ImageRules.builtIn());
            case INSIDE -> ProcessExecutor.inProcess(data, settings, ImageRules.builtIn());
        };
    }

    private static EngineDoor engine(Path data, Steps steps) {
        var leaving =
                switch (steps) {
                    case RUNNER -> ContainerSettings.Leaving.GO_ON;
                    case INSIDE -> ContainerSettings.Leaving.END;
                };
        return new EngineDoor(() -> Engines.find(System.getenv()), data, ContainerSettings.ofThisMachine(leaving));
    }

    private static List<Diagnostic> findings(ApiObject object) {
        return Schemas.find(object.type().apiVersion(), object.type().kind())
                .map(schema -> schema.check(object.json()))
                .orElse(List.of());
    }

    /// How many steps run now, as processes and in containers.
    int running() {
        return executor.status().running() + steps.inContainers().getOrDefault("running", 0);
    }

    /// What runs steps, in a word: as long as no engine was wanted and found, `auto` is processes.
    String executorKind() {
        return choice == Choice.AUTO && steps.engine().isEmpty() ? Choice.PROCESS.word() : choice.word();
    }

    /// How many steps wait for their turn.
    int waiting() {
        return executor.status().waiting() + steps.inContainers().getOrDefault("waiting", 0);
    }

    @Override
    public void close() {
        closing.close();
    }
}
