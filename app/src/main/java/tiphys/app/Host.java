package tiphys.app;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import tiphys.container.choice.Choice;
import tiphys.engine.Runs;
import tiphys.events.Events;
import tiphys.journal.StreamName;
import tiphys.objects.ObjectKey;
import tiphys.objects.Objects;
import tiphys.runtime.EventHub;
import tiphys.runtime.cron.CronPorts;
import tiphys.runtime.cron.CronRuns;
import tiphys.runtime.cron.CronWorkflows;
import tiphys.runtime.events.EventPorts;
import tiphys.runtime.runs.TimeToLive;
import tiphys.runtime.settings.KeptWorkflows;
import tiphys.runtime.stream.Wakeups;
import tiphys.server.ApiServer;
import tiphys.server.access.Audit;
import tiphys.server.api.TiphysApi;
import tiphys.server.follow.Followers;
import tiphys.server.http.Metrics;
import tiphys.server.kubernetes.KubernetesApi;
import tiphys.server.webhook.WebhookListeners;
import tiphys.server.webhook.WebhookSources;
import tiphys.store.SqliteStore;

/// The whole system in one process: a [Core], the events, and the ports to the outside. Reading [#open] is reading how the
/// parts hang together.
final class Host implements AutoCloseable {
    /// Triggers wait with further events while more runs than this are live.
    private static final int MOST_LIVE_RUNS = 2_000;

    private static final Logger LOG = System.getLogger(Host.class.getName());

    private final Core core;
    private final EventHub events;
    private final ApiServer api;
    private final CloseStack closing;

    /// How it is set up.
    ///
    /// @param data the data directory
    /// @param host the address that the API listens on
    /// @param port the API's port; 0 for any
    /// @param executor what runs steps that do not say it themselves
    /// @param flushFailed called when a flush failed; the process must end then
    record Settings(Path data, String host, int port, Choice executor, Consumer<Throwable> flushFailed) {
        /// With what runs steps as processes, as far as they can be.
        Settings(Path data, String host, int port, Consumer<Throwable> flushFailed) {
            this(data, host, port, Choice.AUTO, flushFailed);
        }

        /// The same on a port that is free.
        Settings onAnyPort() {
            return new Settings(data, host, 0, executor, flushFailed);
        }
    }

    private Host(Core core, EventHub events, ApiServer api, CloseStack closing) {
        this.core = core;
        this.events = events;
        this.api = api;
        this.closing = closing;
    }

    /// Builds and starts the system; what was under way goes on.
    ///
    /// @throws tiphys.store.keep.DirectoryInUse if another process holds the data directory
    /// @throws tiphys.store.sql.IncompatibleStore if a newer program wrote it
    /// @throws tiphys.server.http.Ports.InUse if the API's port is taken
    static Host open(Settings settings) throws IOException {
        return open(settings, SqliteStore::open);
    }

    static Host open(Settings settings, Core.Stores stores) throws IOException {
        var closing = new CloseStack();
        try {
            return open(settings, stores, closing);
        } catch (IOException | RuntimeException e) {
            closing.close();
            throw e;
        }
    }

    private static Host open(Settings settings, Core.Stores stores, CloseStack closing) throws IOException {
        var core =
                closing.add(
                        Core.open(
                                settings.data(),
                                Core.Steps.RUNNER,
                                settings.executor(),
                                stores,
                                settings.flushFailed()));
        var metrics = new Metrics();
        var webhooks = closing.add(new WebhookSources(WebhookListeners.Options.LOOPBACK.on(settings.host()), metrics));
        var events =
                new EventHub(
                        new EventPorts(
                                core.store(),
                                core.store(),
                                core.store().events(),
                                core.store().deliveries(),
                                core.store().runs(),
                                core.objects(),
                                EventSourceKinds.of(webhooks, core.store(), core.store()),
                                EventTriggerKinds.of(core),
                                core.clock(),
                                () -> newId(core.clock()),
                                core.runs()::created,
                                core.runs()::liveRuns,
                                MOST_LIVE_RUNS,
                                core.quarantine()));
        closing.add(events);
        var crons =
                closing.add(
                        new CronWorkflows(
                                new CronPorts(
                                        core.store(),
                                        core.store(),
                                        CronRuns.in(core.objects()),
                                        core.clock(),
                                        ZoneId.systemDefault(),
                                        core.runs()::created,
                                        key -> replace(core.runs(), key),
                                        core.quarantine())));
        for (var state : List.of("running", "waiting", "stopped")) {
            metrics.gauge(
                    "tiphys_event_sources",
                    "Events of event sources, by the state of what takes them in.",
                    () -> events.sourceStates().getOrDefault(state, 0L),
                    "state",
                    state);
        }
        var retention = new EventRetention(core.store());
        retention.show(metrics);
        var status = new ServerStatus(core, retention, settings.data(), core.clock().instant());
        status.show(metrics);
        metrics.also(core.metrics()::text);
        var followers = new Followers(Followers.Limits.ofThisProcess());
        var kubernetes =
                new KubernetesApi(
                        new KubernetesApi.Ports(
                                core.objects(),
                                core.store(),
                                core.logs(),
                                core.clock(),
                                Version.TEXT,
                                Version.BUILD.commit(),
                                Version.BUILD.date(),
                                followers));
        var tiphys =
                new TiphysApi(
                        new TiphysApi.Faces(
                                core.runs(),
                                events,
                                events.past(),
                                crons,
                                core.objects(),
                                core.logs(),
                                core.artifacts(),
                                core.store(),
                                status::json,
                                new OwnRules(core.runs().images(), core.executor()),
                                followers,
                                stream -> repair(core, events, crons, stream),
                                core.clock()));
        events.start();
        crons.start();
        closing.add(timeToLive(core)).start();
        closing.add(keptWorkflows(core)).start();
        var api =
                closing.add(
                        ApiServer.open(
                                new ApiServer.Options(
                                        settings.data(), settings.host(), settings.port(), Version.TEXT, core.clock()),
                                new ApiServer.Parts(kubernetes, tiphys, () -> true, metrics, followers, Audit.NONE)));
        var authority = settings.data().resolve("tls").resolve("ca.pem");
        closing.add(new RootCertificates(core.objects(), core.store(), authority)).start();
        closing.add(Upkeep.of(core, retention)).start();
        core.executor().warmUp(); // not before the API is open: two JVMs that start at once start slowly
        return new Host(core, events, api, closing);
    }

    private static TimeToLive timeToLive(Core core) {
        return new TimeToLive(
                core.store(),
                TimeToLive.in(core.objects()),
                core.clock(),
                new Wakeups(core.clock()),
                task -> Thread.ofVirtual().name("time-to-live").start(task));
    }

    private static KeptWorkflows keptWorkflows(Core core) {
        return new KeptWorkflows(
                core.store(),
                core.objects(),
                core.runs().controllers(),
                task -> Thread.ofVirtual().name("retention-policy").start(task));
    }

    /// Ends a run whose place another run of its CronWorkflow takes. One that is over refuses, which is as good; what could not be
    /// recorded is wanted again at the next start.
    private static void replace(Runs runs, ObjectKey run) {
        var _ =
                runs.control(run.namespace(), run.name(), new Runs.Control.Terminate(), "its CronWorkflow")
                        .whenComplete((_, failure) -> {
                            if (failure != null) {
                                LOG.log(Level.WARNING, run + " is not terminated yet", failure);
                            }
                        });
    }

    /// Lets what was set aside go on.
    ///
    /// @return whether it was set aside
    private static boolean repair(Core core, EventHub events, CronWorkflows crons, StreamName stream) {
        if (!core.quarantine().release(stream)) {
            return false;
        }
        core.runs().repair(stream);
        events.repair(stream);
        crons.repair(stream);
        return true;
    }

    /// An event's id: time first, so that ids sort as they came, then chance. It opens nothing, so chance may be cheap.
    private static String newId(InstantSource clock) {
        var chance = ThreadLocalRandom.current();
        var hex = HexFormat.of();
        return hex.toHexDigits(clock.millis(), 12)
                + hex.toHexDigits(chance.nextLong())
                + hex.toHexDigits((short) chance.nextInt());
    }

    Core core() {
        return core;
    }

    Runs runs() {
        return core.runs();
    }

    Events events() {
        return events;
    }

    Objects objects() {
        return core.objects();
    }

    ApiServer api() {
        return api;
    }

    @Override
    public void close() {
        closing.close();
    }
}
