package tiphys.runtime.cron;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tiphys.events.cron.CronBackfill;
import tiphys.events.cron.CronCommand;
import tiphys.events.cron.CronFacts;
import tiphys.events.cron.CronRun;
import tiphys.events.cron.CronSpec;
import tiphys.events.cron.CronState;
import tiphys.events.cron.CronView;
import tiphys.events.cron.Crons;
import tiphys.journal.StoreUnavailable;
import tiphys.journal.StreamName;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectChange;
import tiphys.objects.ObjectKey;
import tiphys.objects.Refusal;
import tiphys.objects.ResourceTypes;
import tiphys.runtime.objects.ObjectsWatch;
import tiphys.runtime.objects.StoredPages;
import tiphys.runtime.stream.ActorContext;
import tiphys.runtime.stream.StreamActor;
import tiphys.runtime.stream.Wakeups;

/// The CronWorkflows at work. Each has a stream of its own, `cron/<uid>`, and a timer for the next time that is due; what was
/// due while nobody was there is looked at when the server starts. Safe for every thread.
public final class CronWorkflows implements Crons, AutoCloseable {
    private static final Logger LOG = System.getLogger(CronWorkflows.class.getName());
    private static final int MAILBOX = 1_000;
    private static final Duration DRAIN = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(5);

    private final CronPorts ports;
    private final Executor tasks;
    private final @Nullable ExecutorService own;
    private final Wakeups wakeups;
    private final ActorContext context;
    private final Map<String, Live> crons = new ConcurrentHashMap<>();
    private final Map<String, String> uids = new ConcurrentHashMap<>();
    private final List<ObjectsWatch> watches = new ArrayList<>();

    public CronWorkflows(CronPorts ports) {
        this(ports, new Wakeups(ports.clock()), Executors.newVirtualThreadPerTaskExecutor());
    }

    private CronWorkflows(CronPorts ports, Wakeups wakeups, ExecutorService threads) {
        this(ports, wakeups, task -> execute(threads, task), threads);
    }

    /// @param tasks where everything is done that is not done on the caller's thread
    /// @param own closed with this; null if there is nothing to close
    public CronWorkflows(CronPorts ports, Wakeups wakeups, Executor tasks, @Nullable ExecutorService own) {
        this.ports = ports;
        this.tasks = tasks;
        this.own = own;
        this.wakeups = wakeups;
        context =
                new ActorContext(ports.journal(), ports.clock(), tasks, wakeups, MAILBOX, ports.quarantine(), _ -> {});
    }

    private static void execute(ExecutorService threads, Runnable task) {
        try {
            threads.execute(task);
        } catch (RejectedExecutionException _) {
            LOG.log(Level.DEBUG, "not done any more: the server is ending");
        }
    }

    /// One CronWorkflow in memory.
    private final class Live implements CronDecider.Effects {
        private final CronDecider decider;
        private final StreamActor<CronMessage> actor;
        private final String place;
        private Wakeups.@Nullable Handle timer;

        Live(ApiObject object) {
            place = place(object.namespace(), object.name());
            decider = new CronDecider(object, ports, this);
            actor = new StreamActor<>(new StreamName(CronFacts.KIND, object.uid()), decider, context);
        }

        @Override
        public synchronized void wakeUp(Instant at) {
            cancel();
            timer = wakeups.at(at, () -> wake(at));
        }

        /// The timer may come early, for it sleeps no longer than it can trust the clock.
        private void wake(Instant at) {
            if (ports.clock().instant().isBefore(at)) {
                wakeUp(at);
            } else {
                actor.tell(new CronMessage.Decide(new CronCommand.Tick()));
            }
        }

        private synchronized void cancel() {
            if (timer != null) {
                timer.cancel();
                timer = null;
            }
        }

        @Override
        public void delete(ObjectKey key, String uid) {
            tasks.execute(() -> {
                try {
                    ports.runs().delete(key, uid);
                } catch (Refusal | StoreUnavailable | CompletionException e) {
                    LOG.log(Level.DEBUG, "{0} is kept for now: {1}", key, e.getMessage());
                }
            });
        }

        @Override
        public void retired() {
            cancel();
            crons.values().remove(this);
        }
    }

    private static String place(String namespace, String name) {
        return namespace + "/" + name;
    }

    /// Takes up what is there, looks at what was due meanwhile, and follows the objects.
    public void start() {
        long version = ports.store().version();
        takeUp();
        watches.add(new ObjectsWatch(ports.store(), ResourceTypes.CRON_WORKFLOW, version, this::changed).start());
        watches.add(new ObjectsWatch(ports.store(), ResourceTypes.WORKFLOW, version, this::runChanged).start());
    }

    /// The same without following.
    public void takeUp() {
        StoredPages.each(
                ports.store(),
                ResourceTypes.CRON_WORKFLOW,
                Optional.empty(),
                object -> {
                    changed(ObjectsWatch.added(object));
                    find(object.namespace(), object.name(), object.uid()).ifPresent(this::again);
                });
    }

    /// What may have happened to the runs of one while nobody looked.
    private void again(Live live) {
        var _ =
                live.actor
                        .query(() -> live.decider.state().runs())
                        .thenAccept(runs -> runs.forEach(run -> again(live, run)));
    }

    private void again(Live live, CronState.Run run) {
        var key = new ObjectKey(ResourceTypes.WORKFLOW, live.decider.spec().namespace(), run.name());
        var object = ports.store().get(key).filter(found -> found.uid().equals(run.uid()));
        if (object.isEmpty()) {
            live.actor.tell(new CronMessage.Decide(new CronCommand.RunGone(run.uid())));
        } else if (over(object.get())) {
            live.actor.tell(seen(object.get()));
        } else if (run.replaced()) {
            ports.terminate().accept(key);
        }
    }

    private static boolean over(ApiObject workflow) {
        return workflow.status().textAt("finishedAt").filter(text -> !text.isEmpty()).isPresent();
    }

    private static CronMessage seen(ApiObject workflow) {
        return new CronMessage.Decide(
                new CronCommand.RunSeen(workflow.uid(), workflow.name(), workflow.status().textAt("phase").orElse("")));
    }

    /// A CronWorkflow object was made, changed or deleted.
    public void changed(ObjectChange change) {
        var object = change.object();
        if (change.type() == ObjectChange.Type.DELETED) {
            uids.remove(place(object.namespace(), object.name()), object.uid());
            var live = crons.get(object.uid());
            if (live != null) {
                live.actor.tell(new CronMessage.Retire());
            }
            return;
        }
        uids.put(place(object.namespace(), object.name()), object.uid());
        crons.computeIfAbsent(object.uid(), _ -> new Live(object)).actor.tell(new CronMessage.Respec(object));
    }

    /// A Workflow object was made, changed or deleted.
    public void runChanged(ObjectChange change) {
        var workflow = change.object();
        var name = workflow.labels().get(CronRun.LABEL);
        var live = name == null ? Optional.<Live>empty() : find(workflow.namespace(), name);
        if (live.isEmpty()) {
            return;
        }
        if (change.type() == ObjectChange.Type.DELETED) {
            live.get().actor.tell(new CronMessage.Decide(new CronCommand.RunGone(workflow.uid())));
        } else if (change.type() == ObjectChange.Type.ADDED || over(workflow)) {
            live.get().actor.tell(seen(workflow));
        }
    }

    private Optional<Live> find(String namespace, String name) {
        return Optional.ofNullable(uids.get(place(namespace, name))).flatMap(uid -> find(namespace, name, uid));
    }

    private Optional<Live> find(String namespace, String name, String uid) {
        return Optional.ofNullable(crons.get(uid)).filter(live -> live.place.equals(place(namespace, name)));
    }

    /// Lets one that was set aside be tried again; without effect if it was not.
    public void repair(StreamName stream) {
        var live = stream.kind().equals(CronFacts.KIND) ? crons.remove(stream.key()) : null;
        if (live != null) {
            live.cancel();
            takeUp();
        }
    }

    @Override
    public List<Value.Mapping> list(String namespace) {
        var asked =
                crons.values().stream()
                        .filter(live -> namespace.isEmpty() || live.place.startsWith(namespace + "/"))
                        .sorted(Comparator.comparing(live -> live.place))
                        .map(live ->
                                live.actor.query(() ->
                                        CronView.row(
                                                live.decider.spec(), live.decider.state(), ports.clock().instant())))
                        .toList();
        return asked.stream().map(CronWorkflows::answer).toList();
    }

    private static <T> T answer(CompletableFuture<T> asked) {
        return asked.orTimeout(ANSWER.toSeconds(), TimeUnit.SECONDS).join();
    }

    @Override
    public Optional<Value.Mapping> page(String namespace, String name) {
        return find(namespace, name)
                .map(live ->
                        answer(
                                live.actor.query(() ->
                                        CronView.page(
                                                live.decider.spec(), live.decider.state(), ports.clock().instant()))));
    }

    private Optional<CronSpec> spec(String namespace, String name) {
        return find(namespace, name).map(live -> answer(live.actor.query(live.decider::spec)));
    }

    @Override
    public Optional<ApiObject> byHand(String namespace, String name, Map<String, String> parameters) {
        return spec(namespace, name).map(spec -> CronRun.byHand(spec, ports.clock().instant(), parameters));
    }

    @Override
    public Optional<List<ApiObject>> backfill(String namespace, String name, CronBackfill.Wish wish) {
        return spec(namespace, name).map(spec -> CronBackfill.workflows(spec, wish));
    }

    /// How many there are.
    public int count() {
        return crons.size();
    }

    @Override
    public void close() {
        watches.forEach(ObjectsWatch::close);
        crons.values().forEach(Live::cancel);
        wakeups.close();
        if (own != null) {
            own.shutdown();
            try {
                if (!own.awaitTermination(DRAIN.toSeconds(), TimeUnit.SECONDS)) {
                    LOG.log(Level.WARNING, "CronWorkflows were still at work when the server ended");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
