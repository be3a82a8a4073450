package tiphys.kubernetes.mirror;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import tiphys.journal.Conflict;
import tiphys.journal.Journal;
import tiphys.journal.StoreUnavailable;
import tiphys.journal.Transaction;
import tiphys.kubernetes.client.ApiClient;
import tiphys.kubernetes.client.Following;
import tiphys.kubernetes.client.Paths;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectKey;
import tiphys.objects.ObjectStore;
import tiphys.objects.ObjectWrite;
import tiphys.objects.ResourceType;
import tiphys.objects.ResourceTypes;

/// Keeps the objects that runs need in this server's store as they are in a cluster: one watch for each type. The cluster owns that they
/// exist, their spec and their uid; the status of a Workflow or a CronWorkflow is this
/// server's, and is written there by [StatusWriter].
///
/// Level-based: whatever it is told may be told again, and what was missed while nobody listened is found by the next list.
public final class Mirror implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Mirror.class.getName());

    /// What runs refer to comes before the runs.
    private static final List<ResourceType> TYPES =
            List.of(
                    ResourceTypes.CONFIG_MAP,
                    ResourceTypes.CLUSTER_WORKFLOW_TEMPLATE,
                    ResourceTypes.WORKFLOW_TEMPLATE,
                    ResourceTypes.WORKFLOW,
                    ResourceTypes.CRON_WORKFLOW);

    /// Of these a label says whose they are, and their status is this server's.
    private static final Set<ResourceType> OWN = Set.of(ResourceTypes.WORKFLOW, ResourceTypes.CRON_WORKFLOW);

    private static final String ARGO = "workflows.argoproj.io/";
    private static final String INSTANCE = ARGO + "controller-instanceid";

    /// What a run puts on its object; the cluster's may be older.
    private static final List<String> RUN_LABELS =
            List.of(ARGO + "phase", ARGO + "completed", "cronworkflows.argoproj.io/completed");

    private static final Duration LISTING = Duration.ofSeconds(30);
    private static final int TRIES = 10;
    private static final int FORBIDDEN = 403;

    private final ObjectStore store;
    private final Journal journal;
    private final InstantSource clock;
    private final BiConsumer<ResourceType, Value.Mapping> seen;
    private final List<Following> following = new ArrayList<>();

    private Mirror(
            ObjectStore store, Journal journal, InstantSource clock, BiConsumer<ResourceType, Value.Mapping> seen) {
        this.store = store;
        this.journal = journal;
        this.clock = clock;
        this.seen = seen;
    }

    /// Begins to follow, and returns when everything that is there is here.
    ///
    /// @param namespace the only one; empty for all
    /// @param instanceId whose Workflows and CronWorkflows they are; empty for those that nobody's id stands on
    /// @param seen hears each Workflow and CronWorkflow as it is in the cluster
    /// @throws IOException if the cluster does not list its objects: Argo's definitions are not installed, or they may not be listed
    public static Mirror open(
            ApiClient client,
            ObjectStore store,
            Journal journal,
            InstantSource clock,
            Optional<String> namespace,
            String instanceId,
            BiConsumer<ResourceType, Value.Mapping> seen)
            throws IOException {
        var mirror = new Mirror(store, journal, clock, seen);
        try {
            for (var type : TYPES) {
                if (!type.namespaced() && namespace.isPresent() && hidden(client, type)) {
                    continue;
                }
                var selector =
                        OWN.contains(type)
                                ? "?labelSelector="
                                        + (instanceId.isEmpty()
                                                ? "!" + INSTANCE.replace("/", "%2F")
                                                : INSTANCE.replace("/", "%2F") + "%3D" + instanceId)
                                : "";
                var path = Paths.of(type, namespace) + selector;
                var followed = new Following(client, path, mirror.new Heard(type));
                mirror.following.add(followed);
                followed.awaitListed(LISTING);
            }
            return mirror;
        } catch (IOException e) {
            mirror.close();
            throw e;
        }
    }

    /// Whether what is of the whole cluster may not be seen, by who is to look after one namespace.
    private static boolean hidden(ApiClient client, ResourceType type) throws IOException {
        boolean hidden = client.get(Paths.of(type, Optional.empty()) + "?limit=1").code() == FORBIDDEN;
        if (hidden) {
            LOG.log(Level.INFO, "{0} may not be listed, so there are none for the Workflows here", type.plural());
        }
        return hidden;
    }

    private final class Heard implements Following.Listener {
        private final ResourceType type;

        Heard(ResourceType type) {
            this.type = type;
        }

        @Override
        public void listed(List<Value.Mapping> objects) {
            var there = new HashSet<ObjectKey>();
            for (var one : objects) {
                there.add(object(one).key());
                seen(one);
            }
            store.uids(type)
                    .forEach((key, uid) -> {
                        if (!there.contains(key)) {
                            commit(() -> Optional.of(new ObjectWrite.Delete(key, uid)));
                        }
                    });
        }

        @Override
        public void seen(Value.Mapping json) {
            if (OWN.contains(type)) {
                seen.accept(type, json);
            }
            var object = object(json);
            if (type.equals(ResourceTypes.WORKFLOW) && json.find("metadata", "deletionTimestamp").isPresent()) {
                gone(json); // whatever keeps it there: its run ends, as with Argo
                return;
            }
            var before = store.get(object.key());
            if (before.isPresent() && !before.get().uid().equals(object.uid())) {
                commit(() -> Optional.of(new ObjectWrite.Delete(object.key(), before.get().uid())));
            }
            commit(() -> write(object));
        }

        @Override
        public void gone(Value.Mapping json) {
            var object = object(json);
            commit(() -> Optional.of(new ObjectWrite.Delete(object.key(), object.uid())));
        }

        /// An object as it is kept here: without what only its own server may say.
        private ApiObject object(Value.Mapping json) {
            var metadata = json.mapAt("metadata").without("managedFields").without("resourceVersion");
            return new ApiObject(
                    type,
                    json.with("apiVersion", type.apiVersion()).with("kind", type.kind()).with("metadata", metadata));
        }

        /// What makes the store's object like the cluster's; empty if it is.
        private Optional<ObjectWrite> write(ApiObject object) {
            var here = store.get(object.key());
            if (here.isEmpty()) {
                return Optional.of(new ObjectWrite.Create(object));
            }
            var wanted = OWN.contains(type) ? kept(object, here.get()) : object;
            return plain(wanted).equals(plain(here.get()))
                    ? Optional.empty()
                    : Optional.of(
                            new ObjectWrite.Update(
                                    wanted, OptionalLong.empty(), OptionalLong.of(here.get().resourceVersion())));
        }

        private Value plain(ApiObject object) {
            return object.json().with("metadata", object.json().mapAt("metadata").without("resourceVersion"));
        }

        /// The run's own view of its object stays: its status, and the labels that go with it.
        private ApiObject kept(ApiObject object, ApiObject here) {
            var labels = object.json().mapAt("metadata", "labels");
            for (var label : RUN_LABELS) {
                var own = here.json().mapAt("metadata", "labels").find(label);
                labels = own.isPresent() ? labels.with(label, own.get()) : labels;
            }
            var kept = labels.fields().isEmpty() ? object : object.withMetadata("labels", labels);
            return here.status().fields().isEmpty() ? kept : kept.withStatus(here.status());
        }
    }

    /// What is to be written, worked out from what is there.
    private interface Decision {
        Optional<ObjectWrite> now();
    }

    /// Writes, again if somebody else was faster. What cannot be written now is found by the next list.
    private void commit(Decision decision) {
        for (int i = 0; i < TRIES; i++) {
            try {
                var write = decision.now();
                if (write.isPresent()) {
                    journal.commit(new Transaction(clock.instant(), List.of(), List.of(), List.of(write.get()))).join();
                }
                return;
            } catch (CompletionException e) {
                if (!(e.getCause() instanceof Conflict)) {
                    LOG.log(Level.WARNING, "an object of the cluster could not be kept", e.getCause());
                    throw new StoreUnavailable("an object of the cluster could not be kept", e);
                }
            }
        }
    }

    @Override
    public void close() {
        following.forEach(Following::close);
    }
}
