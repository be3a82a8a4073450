package tiphys.app;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import tiphys.artifacts.Repositories;
import tiphys.engine.AttemptId;
import tiphys.engine.Measures;
import tiphys.engine.Runs;
import tiphys.engine.StepFiles;
import tiphys.engine.StepOrder;
import tiphys.engine.StepReport.Ending;
import tiphys.kubernetes.beside.CacheMaps;
import tiphys.kubernetes.client.ApiClient;
import tiphys.kubernetes.client.Kubeconfig;
import tiphys.kubernetes.lease.Leadership;
import tiphys.kubernetes.lease.Leadership.Lease;
import tiphys.kubernetes.mirror.ArtifactFinalizer;
import tiphys.kubernetes.mirror.Mirror;
import tiphys.kubernetes.mirror.Removal;
import tiphys.kubernetes.mirror.StatusWriter;
import tiphys.kubernetes.pod.PodSettings;
import tiphys.kubernetes.pod.PodSettings.Agent;
import tiphys.kubernetes.pod.PodSettings.Layout;
import tiphys.kubernetes.steps.KubernetesExecutor;
import tiphys.manifest.workflow.Template;
import tiphys.objects.ResourceTypes;
import tiphys.runtime.RunRegistry;
import tiphys.runtime.cron.CronPorts;
import tiphys.runtime.cron.CronWorkflows;
import tiphys.runtime.runs.TimeToLive;
import tiphys.runtime.stream.Wakeups;
import tiphys.served.Served;
import tiphys.served.leaf.Leaf;
import tiphys.served.leaf.ServedExecutor;
import tiphys.served.leaf.ServedLogs;
import tiphys.server.http.Metrics;
import tiphys.server.http.WorkflowMetrics;
import tiphys.store.SqliteStore;
import tiphys.store.quarantine.QuarantineFiles;
import tiphys.store.write.StoreOptions;

/// The controller of a cluster in one process: its objects are mirrored into the store, runs go on in the journal, their steps are
/// pods, and their status is written back. Reading [#open] is reading how the parts hang together.
final class ClusterHost implements AutoCloseable {
    private static final Duration FOLD_AFTER = Duration.ofSeconds(10);
    private static final int MAILBOX = 1_024;

    private final RunRegistry runs;
    private final CloseStack closing;

    /// How it is set up.
    ///
    /// @param data the data directory
    /// @param namespace the only one whose Workflows are run; empty for all
    /// @param instanceId whose Workflows they are; empty for those without one
    /// @param executorImage of Argo's in-pod executor, for steps that need it; empty to refuse these
    /// @param leading how it sees to it that it is the only one; empty if nothing does
    /// @param metrics where its numbers are shown; empty if they are not
    /// @param flushFailed called when a flush failed; the process must end then
    record Settings(
            Path data,
            Kubeconfig cluster,
            Optional<String> namespace,
            String instanceId,
            Optional<String> executorImage,
            Optional<Leading> leading,
            Optional<Metrics> metrics,
            Consumer<Throwable> flushFailed) {}

    /// How one of several controllers acts.
    ///
    /// @param waits hears who does, while another one does
    /// @param lost called when it may not act any more: the process must end then
    record Leading(Lease lease, Consumer<String> waits, Runnable lost) {}

    private ClusterHost(RunRegistry runs, CloseStack closing) {
        this.runs = runs;
        this.closing = closing;
    }

    /// Builds and starts it; what was under way goes on.
    ///
    /// @throws IOException also if the cluster does not answer
    static ClusterHost open(Settings settings) throws IOException {
        var closing = new CloseStack();
        try {
            return open(settings, closing);
        } catch (IOException | RuntimeException e) {
            closing.close();
            throw e;
        }
    }

    private static ClusterHost open(Settings settings, CloseStack closing) throws IOException {
        var clock = InstantSource.system();
        var store = closing.add(SqliteStore.open(settings.data(), StoreOptions.defaults(settings.flushFailed())));
        var quarantine = closing.add(QuarantineFiles.open(settings.data(), clock.instant()));
        var client = closing.add(new ApiClient(settings.cluster(), leads(settings, clock, closing)));
        var executor =
                closing.add(
                        KubernetesExecutor.open(
                                client,
                                pods(settings),
                                settings.namespace(),
                                new KubernetesExecutor.Surroundings(store::get, done(settings)),
                                clock));
        var artifacts =
                new Repositories(settings.data(), (namespace, name, key) -> secret(client, namespace, name, key));
        var logs = new ServedLogs(settings.data(), executor.logs());
        var leaves = new LinkedHashMap<Template.Type, Leaf>();
        var served = new ClusterServed(client);
        Served.leaves(served, served, artifacts, System.getenv())
                .forEach((type, leaf) -> leaves.put(type, new Asked(leaf, executor::refusalsBeside)));
        var steps = closing.add(new ServedExecutor(executor, leaves, logs, clock, Served.AT_ONCE));
        var writer = closing.add(new StatusWriter(client, store, ResourceTypes.WORKFLOW, executor::over));
        var cronWriter = closing.add(new StatusWriter(client, store, ResourceTypes.CRON_WORKFLOW, _ -> {}));
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
                                        new NoFiles(),
                                        clock,
                                        quarantine,
                                        measures(settings, clock),
                                        executor::moves,
                                        Optional.of(new CacheMaps(client))),
                                new RunRegistry.Settings("kubernetes", FOLD_AFTER, MAILBOX)));
        var finalizer = closing.add(new ArtifactFinalizer(client, runs::collect));
        closing.add(
                Mirror.open(
                        client,
                        store,
                        store,
                        clock,
                        settings.namespace(),
                        settings.instanceId(),
                        (type, object) -> {
                            if (type.equals(ResourceTypes.WORKFLOW)) {
                                writer.seen(object);
                                finalizer.seen(object);
                            } else {
                                cronWriter.seen(object);
                            }
                        }));
        settings.metrics().ifPresent(metrics -> show(metrics, runs));
        writer.start();
        cronWriter.start();
        runs.start();
        var made = new ClusterCrons(client);
        closing.add(
                        new CronWorkflows(
                                new CronPorts(
                                        store,
                                        store,
                                        made,
                                        clock,
                                        ZoneId.systemDefault(),
                                        _ -> {}, // the mirror tells of it
                                        made::terminate,
                                        quarantine)))
                .start();
        closing.add(
                        new TimeToLive(
                                store,
                                new Removal(client)::delete,
                                clock,
                                new Wakeups(clock),
                                task -> Thread.ofVirtual().name("time-to-live").start(task)))
                .start();
        closing.add(
                        new Upkeep(
                                store,
                                clock,
                                _ -> 0,
                                (gone, before) -> logs.purgeWhere(gone, before) + artifacts.sweep(before)))
                .start();
        return new ClusterHost(runs, closing);
    }

    /// Waits until this controller is the one that acts.
    ///
    /// @return whether it still is
    private static BooleanSupplier leads(Settings settings, InstantSource clock, CloseStack closing)
            throws IOException {
        if (settings.leading().isEmpty()) {
            return () -> true;
        }
        var leading = settings.leading().get();
        var client = closing.add(new ApiClient(settings.cluster()));
        try {
            var leadership =
                    closing.add(Leadership.await(client, leading.lease(), clock, leading.waits(), leading.lost()));
            return leadership::holds;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while another controller acted", e);
        } catch (IOException e) {
            throw new IOException(
                    e.getMessage() + "; give it get, create and update of leases there, or start it with --no-lease",
                    e);
        }
    }

    /// What Workflows ask of a cluster beside their pods, and this host does.
    private static Set<String> done(Settings settings) {
        var done = new HashSet<>(Set.of("spec.ttlStrategy", "spec.artifactGC", "memoize"));
        if (settings.metrics().isPresent()) {
            done.addAll(List.of("spec.metrics", "metrics"));
        }
        return done;
    }

    private static Measures measures(Settings settings, InstantSource clock) {
        if (settings.metrics().isEmpty()) {
            return Measures.NONE;
        }
        var measures = new WorkflowMetrics(clock);
        settings.metrics().get().also(measures::text);
        return measures;
    }

    private static void show(Metrics metrics, RunRegistry runs) {
        metrics.gauge("tiphys_live_runs", "Runs that have not ended.", runs::liveRuns);
    }

    private static PodSettings pods(Settings settings) {
        var usual = PodSettings.DEFAULT;
        return new PodSettings(
                settings.executorImage().isPresent() ? Layout.LIGHT_OR_ARGO : Layout.LIGHT,
                settings.executorImage().map(Agent::of).orElse(usual.agent()),
                usual.mainContainer(),
                usual.images(),
                settings.instanceId(),
                usual.tokens());
    }

    /// A step that the server does itself, held to what its workflow asks of the cluster beside it.
    private record Asked(Leaf leaf, Function<StepOrder, List<String>> beside) implements Leaf {
        @Override
        public List<String> refusals(StepOrder order) {
            var all = new ArrayList<>(leaf.refusals(order));
            all.addAll(beside.apply(order));
            return all;
        }

        @Override
        public Ending.Served run(StepOrder order, Doing doing) throws InterruptedException {
            return leaf.run(order, doing);
        }
    }

    /// A key of a Secret, read when an artifact repository needs it and not kept.
    private static Optional<byte[]> secret(ApiClient client, String namespace, String name, String key) {
        try {
            var answer = client.get("/api/v1/namespaces/" + namespace + "/secrets/" + name);
            return answer.body().textAt("data", key).map(Base64.getDecoder()::decode);
        } catch (IOException e) {
            System.getLogger(ClusterHost.class.getName())
                    .log(System.Logger.Level.WARNING, "secret {0} cannot be read: {1}", name, e.getMessage());
            return Optional.empty();
        }
    }

    /// Pods have their files in the cluster: nothing of them is here.
    private static final class NoFiles implements StepFiles {
        @Override
        public Path staging(AttemptId attempt) throws IOException {
            throw new IOException("this version of Tiphys moves no artifacts into pods");
        }

        @Override
        public Path output(StepOrder order, String path) throws IOException {
            throw new NoSuchFileException(path, null, "this version of Tiphys moves no artifacts out of pods");
        }
    }

    Runs runs() {
        return runs;
    }

    @Override
    public void close() {
        closing.close();
    }
}
