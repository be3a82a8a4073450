package tiphys.runtime;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tiphys.engine.ArtifactMoves;
import tiphys.engine.Artifacts;
import tiphys.engine.AttemptId;
import tiphys.engine.Executor;
import tiphys.engine.Logs;
import tiphys.engine.Measures;
import tiphys.engine.Memos;
import tiphys.engine.NodeArtifact;
import tiphys.engine.RunRow;
import tiphys.engine.RunRows;
import tiphys.engine.Runs;
import tiphys.engine.StepFiles;
import tiphys.engine.lock.LockTable;
import tiphys.engine.run.Run;
import tiphys.engine.run.state.RunCommand;
import tiphys.engine.run.state.VolumeClaims;
import tiphys.engine.run.view.RunView;
import tiphys.journal.Journal;
import tiphys.journal.Quarantine;
import tiphys.journal.StoreUnavailable;
import tiphys.journal.StreamName;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectChange;
import tiphys.objects.ObjectKey;
import tiphys.objects.ObjectStore;
import tiphys.objects.Pods;
import tiphys.objects.ResourceTypes;
import tiphys.runtime.objects.ObjectsWatch;
import tiphys.runtime.runs.AsideRuns;
import tiphys.runtime.runs.Caches;
import tiphys.runtime.runs.Deletions;
import tiphys.runtime.runs.LiveRuns;
import tiphys.runtime.runs.MaterialsResolver;
import tiphys.runtime.runs.RunDecider;
import tiphys.runtime.runs.RunNeeds;
import tiphys.runtime.runs.RunProjection;
import tiphys.runtime.runs.RunReader;
import tiphys.runtime.runs.RunRecovery;
import tiphys.runtime.runs.Transfers;
import tiphys.runtime.runs.WorkflowWatch;
import tiphys.runtime.settings.Controllers;
import tiphys.runtime.settings.Links;
import tiphys.runtime.settings.OwnImages;
import tiphys.runtime.stream.ActorContext;
import tiphys.runtime.stream.Wakeups;
import tiphys.runtime.views.RunDetail;
import tiphys.runtime.views.RunPods;

/// Every run of this server: it follows the Workflow objects, keeps an actor for each run that goes on, gives their orders to
/// the executor and answers what faces ask about them. Safe for every thread.
///
/// Read on in [RunRecovery] for what a start does, in [LiveRuns] for what follows a decision, and in [RunDecider] for how
/// one is recorded.
public final class RunRegistry implements Runs, AutoCloseable {
    private static final Logger LOG = System.getLogger(RunRegistry.class.getName());
    private static final Duration DRAIN = Duration.ofSeconds(5);

    private final Ports ports;
    private final Wakeups wakeups;
    private final ExecutorService threads;
    private final java.util.concurrent.Executor tasks;
    private final Controllers controllers;
    private final OwnImages images;
    private final Deletions deletions;
    private final LiveRuns runs;
    private final WorkflowWatch watch;
    private final RunRecovery recovery;
    private final RunReader reader;
    private final AsideRuns aside;
    private final RunDetail detail;
    private final RunPods pods;
    private @Nullable ObjectsWatch objects;
    private @Nullable ObjectsWatch configMaps;
    private @Nullable ObjectsWatch namespaces;

    /// What it stands on.
    ///
    /// @param logs what the executor's steps printed
    /// @param files where the files of its steps are
    /// @param quarantine which runs are set aside
    /// @param measures where the numbers go that manifests ask for
    /// @param moves who moves artifacts, given who does where steps have their files on this machine
    /// @param memos keeps what `memoize` keeps, if the store's ConfigMaps are only a mirror
    public record Ports(
            Journal journal,
            ObjectStore objects,
            RunRows rows,
            Executor executor,
            Logs logs,
            Artifacts artifacts,
            StepFiles files,
            InstantSource clock,
            Quarantine quarantine,
            Measures measures,
            UnaryOperator<ArtifactMoves> moves,
            Optional<Memos> memos) {
        /// Of an executor whose steps have their files on this machine.
        public Ports(
                Journal journal,
                ObjectStore objects,
                RunRows rows,
                Executor executor,
                Logs logs,
                Artifacts artifacts,
                StepFiles files,
                InstantSource clock,
                Quarantine quarantine,
                Measures measures) {
            this(
                    journal,
                    objects,
                    rows,
                    executor,
                    logs,
                    artifacts,
                    files,
                    clock,
                    quarantine,
                    measures,
                    UnaryOperator.identity(),
                    Optional.empty());
        }
    }

    /// How it behaves.
    ///
    /// @param executor the executor's name, for people
    /// @param foldAfter how long an ended run stays in memory
    /// @param mailbox how many commands that somebody waits for may wait at one run
    public record Settings(String executor, Duration foldAfter, int mailbox) {
        public static final Settings USUAL = new Settings("process", Duration.ofSeconds(10), 1_000);
    }

    public RunRegistry(Ports ports, Settings settings) {
        this(ports, settings, new Wakeups(ports.clock()), virtualThreads());
    }

    private RunRegistry(Ports ports, Settings settings, Wakeups wakeups, ExecutorService threads) {
        this(ports, settings, wakeups, threads, task -> execute(threads, task));
    }

    /// @param tasks where actors run
    RunRegistry(
            Ports ports,
            Settings settings,
            Wakeups wakeups,
            ExecutorService threads,
            java.util.concurrent.Executor tasks) {
        this.ports = ports;
        this.wakeups = wakeups;
        this.threads = threads;
        this.tasks = tasks;
        var context =
                new ActorContext(
                        ports.journal(),
                        ports.clock(),
                        tasks,
                        wakeups,
                        settings.mailbox(),
                        ports.quarantine(),
                        stream -> tasks.execute(() -> showAside(stream)));
        deletions = new Deletions(ports.journal(), ports.objects(), ports.clock());
        controllers = new Controllers(ports.objects());
        images = new OwnImages(ports.objects());
        var needs = new RunNeeds(ports.objects(), ports.executor(), controllers, images);
        var transfers = new Transfers(ports.artifacts(), ports.files(), ports.logs(), ports.clock());
        runs =
                new LiveRuns(
                        context,
                        ports.executor(),
                        needs,
                        new RunProjection(ports.objects()),
                        new MaterialsResolver(ports.objects()),
                        transfers,
                        ports.moves().apply(transfers),
                        ports.objects(),
                        new Caches(ports.objects(), ports.clock(), ports.memos(), tasks),
                        ports.measures(),
                        controllers,
                        images,
                        settings.foldAfter());
        watch = new WorkflowWatch(runs, ports.rows(), ports.executor());
        recovery = new RunRecovery(ports.journal(), ports.objects(), ports.executor(), wakeups, runs, watch, tasks);
        reader = runs.reader();
        aside = new AsideRuns(ports.journal(), ports.objects(), ports.rows(), ports.clock());
        detail = new RunDetail(ports.logs(), settings.executor());
        pods =
                new RunPods(
                        reader,
                        ports.rows(),
                        ports.clock(),
                        controllers,
                        asked -> control(asked.namespace(), asked.run(), new Control.DeletePod(asked.pod()), ""));
    }

    private static ExecutorService virtualThreads() {
        return Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("run-", 0).factory());
    }

    private static void execute(ExecutorService threads, Runnable task) {
        try {
            threads.execute(task);
        } catch (RejectedExecutionException e) {
            System.getLogger(RunRegistry.class.getName())
                    .log(System.Logger.Level.DEBUG, "not done any more: the server is ending");
        }
    }

    /// Takes up what was under way, then follows the Workflow objects. Blocks until the first is done.
    ///
    /// @throws StoreUnavailable if the store cannot be read
    public void start() {
        long version = ports.objects().version();
        var uids = CompletableFuture.supplyAsync(() -> ports.objects().uids(ResourceTypes.WORKFLOW), tasks);
        var ended = CompletableFuture.supplyAsync(ports.rows()::ended, tasks);
        controllers.start();
        images.start();
        recover();
        try {
            tellOfUnbegun(uids.join(), ended.join());
            ports.quarantine().all().keySet().forEach(this::showAside);
        } catch (CompletionException e) {
            throw new StoreUnavailable("the workflows that are to be run cannot be read", e);
        }
        deletions.again(version, this::deleted);
        objects = new ObjectsWatch(ports.objects(), ResourceTypes.WORKFLOW, version, this::heard).start();
        configMaps =
                new ObjectsWatch(ports.objects(), ResourceTypes.CONFIG_MAP, version, this::heardOfConfigMap).start();
        namespaces =
                new ObjectsWatch(ports.objects(), ResourceTypes.NAMESPACE, version, controllers::heardOfNamespace)
                        .start();
    }

    /// Tells of the Workflows whose run never began, because the server ended in between. Those whose run has ended are
    /// not read: a start with many finished runs costs little more than one with few.
    private void tellOfUnbegun(Map<ObjectKey, String> uids, Set<String> ended) {
        uids.forEach((key, uid) -> {
            if (!ended.contains(uid) && runs.find(uid).isEmpty()) {
                ports.objects()
                        .get(key)
                        .ifPresent(object ->
                                heard(new ObjectChange(object.resourceVersion(), ObjectChange.Type.ADDED, object)));
            }
        });
    }

    void recover() {
        recovery.run();
    }

    private void showAside(StreamName stream) {
        if (stream.kind().equals(RunDecider.KIND)) {
            runs.locks().aside(stream.key());
            runs.turns().over(stream.key());
            ports.quarantine().reason(stream).ifPresent(why -> aside.show(stream, why));
        }
    }

    /// Lets a run that was set aside go on; without effect if it was not.
    public void repair(StreamName stream) {
        if (stream.kind().equals(RunDecider.KIND)) {
            runs.take(stream.key()); // it keeps its locks until it is read again
            reader.forget(stream.key());
            recovery.again(stream.key());
            aside.object(stream.key()).ifPresent(watch::again);
        }
    }

    /// A new object was stored; if it is a Workflow the watch will tell of it too, a moment later.
    public void created(ApiObject object) {
        if (object.type().equals(ResourceTypes.WORKFLOW)) {
            watch.created(object);
        }
    }

    void heard(ObjectChange change) {
        if (change.type() == ObjectChange.Type.DELETED) {
            deleted(change);
            if (ports.quarantine().reason(RunDecider.streamOf(change.object().uid())).isPresent()) {
                runs.locks().releasedAll(change.object().uid()); // nobody will read it any more
            }
        }
        watch.heard(change);
    }

    void heardOfConfigMap(ObjectChange change) {
        runs.locks().changed(change.object());
        runs.caches().changed(change.object());
        controllers.heardOfConfigMap(change);
        images.heardOfConfigMap(change);
    }

    /// How the locks stand that runs hold or want.
    public List<LockTable.Standing> locks() {
        return runs.locks().standings();
    }

    /// The artifacts of a run whose object is gone go with it, if they are to. Of a run that goes on, its end sees to that.
    private void deleted(ObjectChange deletion) {
        var workflow = deletion.object();
        boolean may =
                workflow.spec().find("workflowTemplateRef").isPresent()
                        || workflow.spec().find("volumeClaimTemplates").isPresent()
                        || Json.write(workflow.spec()).contains("OnWorkflowDeletion");
        if (may && !runs.goesOn(workflow.uid())) {
            deletions.begin(deletion);
            tasks.execute(() -> cleanUp(deletion));
        }
    }

    /// What a run leaves that goes with its Workflow.
    private record Remains(VolumeClaims claims, List<NodeArtifact> artifacts) {
        static Remains of(Run run) {
            return new Remains(run.claims(), run.deletable(true));
        }
    }

    /// What cannot be cleaned up now is so at the next start.
    private void cleanUp(ObjectChange deletion) {
        var uid = deletion.object().uid();
        var _ =
                reader.ask(uid, Remains::of)
                        .thenAcceptAsync(
                                remains -> {
                                    remains.map(Remains::claims).ifPresent(this::release);
                                    runs.forgotten(remains.map(Remains::artifacts).orElse(List.of()));
                                    deletions.over(deletion);
                                },
                                tasks)
                        .whenComplete((_, failure) -> {
                            if (failure != null) {
                                LOG.log(Level.WARNING, "what run {0} leaves stays for now: {1}", uid, failure);
                            }
                        });
    }

    /// The files of claims go that went with their Workflow.
    private void release(VolumeClaims claims) {
        for (var claim : claims.objects()) {
            var key =
                    new ObjectKey(
                            ResourceTypes.PERSISTENT_VOLUME_CLAIM,
                            claim.textAt("metadata", "namespace").orElse(""),
                            claim.textAt("metadata", "name").orElse(""));
            if (ports.objects().get(key).isEmpty()) {
                ports.executor().release(key.namespace(), key.name());
            }
        }
    }

    /// The rules for images that somebody made.
    public OwnImages images() {
        return images;
    }

    /// What holds for all Workflows.
    public Controllers controllers() {
        return controllers;
    }

    /// Deletes the artifacts that go with the deletion of a Workflow, if its run is over. Blocks; may be done again.
    ///
    /// @return what could not be deleted; empty if the run goes on
    public Optional<List<String>> collect(String uid) {
        return runs.goesOn(uid)
                ? Optional.empty()
                : Optional.of(runs.delete(reader.read(uid, run -> run.deletable(true)).orElse(List.of())));
    }

    /// How many runs that have not ended are in a phase.
    public long inPhase(String phase) {
        return runs.all().stream().filter(run -> run.phase().equals(phase)).count();
    }

    /// How many runs have not ended.
    public int liveRuns() {
        return runs.going();
    }

    /// How many runs are in memory, ended ones included.
    int inMemory() {
        return runs.all().size();
    }

    /// A live run as its actor has it now, flushed or not. For simulations, in which everything has one thread.
    Optional<Run> state(String uid) {
        return runs.find(uid).map(run -> run.decider.run());
    }

    /// Why runs are set aside, by uid; empty if all is well.
    Map<String, String> quarantined() {
        return runs.quarantined();
    }

    @Override
    public List<Summary> list(Query query) {
        return ports.rows().list(query).stream().map(RunDetail::summary).toList();
    }

    @Override
    public Optional<Summary> find(String namespace, String name) {
        return ports.rows().find(namespace, name).map(RunDetail::summary);
    }

    @Override
    public Optional<Value.Mapping> status(String uid) {
        return reader.read(uid, Run::status);
    }

    @Override
    public Optional<Value.Mapping> detail(String namespace, String name) {
        return uid(namespace, name)
                .flatMap(uid -> {
                    var quarantine = runs.find(uid).flatMap(run -> run.actor.quarantine());
                    return quarantine
                            .flatMap(why -> ports.rows().find(uid).map(row -> detail.aside(row, why)))
                            .or(() ->
                                    reader.read(
                                            uid, run -> detail.of(run, quarantine).with("links", links(run.view()))));
                });
    }

    private Value links(RunView run) {
        return Value.list(Links.of(controllers.lately(run.namespace()), run, ports.clock().instant()));
    }

    private Optional<String> uid(String namespace, String name) {
        return ports.rows()
                .find(namespace, name)
                .map(RunRow::uid)
                .or(() ->
                        ports.objects()
                                .get(new ObjectKey(ResourceTypes.WORKFLOW, namespace, name))
                                .map(ApiObject::uid)
                                .filter(uid -> runs.find(uid).isPresent()));
    }

    @Override
    public List<AttemptId> attempts(String uid, String nodeId) {
        return reader.read(uid, run -> run.view().attempts(nodeId).stream().map(one -> one.attempt()).toList())
                .orElse(List.of());
    }

    @Override
    public List<LockTable.Standing> locks(String namespace) {
        return locks().stream()
                .filter(lock -> namespace.isEmpty() || lock.name().namespace().equals(namespace))
                .filter(lock -> !lock.holders().isEmpty() || lock.waiting() > 0)
                .toList();
    }

    @Override
    public List<NodeArtifact> artifacts(String uid) {
        return reader.read(uid, Run::artifacts).orElse(List.of());
    }

    @Override
    public List<Value.Mapping> explain(String uid, Optional<String> nodeId) {
        return reader.explain(uid, nodeId).stream()
                .map(item ->
                        Value.object(
                                "sequence",
                                item.sequence(),
                                "at",
                                RunDetail.time(item.at()),
                                "what",
                                item.what(),
                                "node",
                                item.nodeId(),
                                "facts",
                                item.facts()))
                .toList();
    }

    @Override
    public CompletableFuture<Optional<String>> control(String namespace, String name, Control control, String user) {
        var uid = uid(namespace, name);
        var command = command(control, user);
        if (uid.isEmpty() || (command instanceof RunCommand.Retry && !exists(namespace, name, uid.get()))) {
            return CompletableFuture.completedFuture(Optional.of("workflows.argoproj.io \"" + name + "\" not found"));
        }
        var live = runs.find(uid.get());
        return live.isPresent()
                ? live.get()
                        .actor
                        .ask(LiveRuns.decide(command))
                        .thenComposeAsync(
                                refusal ->
                                        refusal.equals(Optional.of(RunDecider.FOLDED))
                                                ? afterTheEnd(uid.get(), command)
                                                : CompletableFuture.completedFuture(refusal),
                                tasks)
                : afterTheEnd(uid.get(), command);
    }

    private boolean exists(String namespace, String name, String uid) {
        return ports.objects()
                .get(new ObjectKey(ResourceTypes.WORKFLOW, namespace, name))
                .filter(object -> object.uid().equals(uid))
                .isPresent();
    }

    /// A run whose stream is folded can only be retried; everything else is refused from its history.
    private CompletableFuture<Optional<String>> afterTheEnd(String uid, RunCommand command) {
        if (!(command instanceof RunCommand.Retry)) {
            return CompletableFuture.completedFuture(
                    reader.read(uid, run -> run.refusal(command)).orElse(Optional.of("the run is not known any more")));
        }
        reader.forget(uid);
        return runs.reopen(uid, ports.clock().instant())
                .thenCompose(run ->
                        run.actor
                                .ask(LiveRuns.decide(command))
                                .whenComplete((refusal, failure) -> {
                                    if (failure != null || refusal.isPresent()) {
                                        runs.foldLater(run);
                                    }
                                }));
    }

    private static RunCommand command(Control control, String user) {
        return switch (control) {
            case Control.Stop(var selector, var message) -> new RunCommand.Stop(selector, message, user);
            case Control.Terminate _ -> new RunCommand.Terminate(user);
            case Control.Suspend _ -> new RunCommand.Suspend(user);
            case Control.Resume(var selector) -> new RunCommand.Resume(selector, user);
            case Control.Set(var selector, var phase, var message, var outputs) ->
                    new RunCommand.Set(selector, phase, message, outputs, user);
            case Control.Retry(var restartSuccessful, var selector, var parameters) ->
                    new RunCommand.Retry(restartSuccessful, selector, parameters, user);
            case Control.DeletePod(var podName) -> new RunCommand.DeletePod(podName);
        };
    }

    /// The steps as pods.
    public Pods pods() {
        return pods;
    }

    /// Lets the actors finish what they began. Steps go on.
    @Override
    public void close() {
        if (objects != null) {
            objects.close();
        }
        if (configMaps != null) {
            configMaps.close();
        }
        if (namespaces != null) {
            namespaces.close();
        }
        wakeups.close();
        threads.shutdown();
        try {
            if (!threads.awaitTermination(DRAIN.toSeconds(), TimeUnit.SECONDS)) {
                System.getLogger(RunRegistry.class.getName())
                        .log(System.Logger.Level.WARNING, "runs were still at work when the server ended");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
