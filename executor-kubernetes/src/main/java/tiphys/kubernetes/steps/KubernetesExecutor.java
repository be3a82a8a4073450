package tiphys.kubernetes.steps;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import tiphys.engine.ArtifactMoves;
import tiphys.engine.AttemptId;
import tiphys.engine.Executor;
import tiphys.engine.Logs;
import tiphys.engine.Materials;
import tiphys.engine.StepOrder;
import tiphys.engine.StepReport;
import tiphys.kubernetes.beside.Claims;
import tiphys.kubernetes.beside.DisruptionBudgets;
import tiphys.kubernetes.beside.RunSpec;
import tiphys.kubernetes.client.ApiClient;
import tiphys.kubernetes.client.Following;
import tiphys.kubernetes.client.Patience;
import tiphys.kubernetes.pod.PodSettings;
import tiphys.kubernetes.steps.PodAttempt.State;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectKey;

/// Steps as pods of a cluster. A pod's name is the attempt's claim: the API server takes a name once, so an order may be repeated
/// blindly, and an answer that was lost does no harm.
///
/// How a pod goes on is heard by one watch, and told within that event; what has to be asked for (a result in the log) is asked by a
/// thread of its own. Until its end is recorded a pod has a finalizer, so that nobody's deletion takes away how it ended, nor makes an
/// attempt look as if it had never been made.
public final class KubernetesExecutor implements Executor {
    private static final Logger LOG = System.getLogger(KubernetesExecutor.class.getName());
    private static final Duration LISTING = Duration.ofSeconds(30);

    /// A pod whose log is kept is not deleted sooner: who keeps it has begun by then, and is seen to be at it.
    private static final Duration SAVING = Duration.ofSeconds(2);

    private final PodCalls calls;
    private final PodSettings settings;
    private final String host;
    private final String collection;
    private final ConcurrentHashMap<AttemptId, PodAttempt> attempts = new ConcurrentHashMap<>();
    private final Set<AttemptId> neverMade = ConcurrentHashMap.newKeySet();
    private final ConcurrentHashMap<AttemptId, StepOrder> saving = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final DisruptionBudgets budgets;
    private final Claims claims;
    private final Optional<String> namespace;
    private final Refusals refusals;
    private final PodMaking making;
    private final PodReports reports;
    private final PodCleanup cleanup;
    private final Following pods;
    private volatile Consumer<List<StepReport>> listener = _ -> {};

    private KubernetesExecutor(
            ApiClient client,
            PodSettings settings,
            Optional<String> namespace,
            Surroundings surroundings,
            InstantSource clock,
            String host) {
        this.calls = new PodCalls(client);
        this.settings = settings;
        this.host = host;
        this.namespace = namespace;
        refusals = new Refusals(settings, surroundings.done());
        budgets = new DisruptionBudgets(client);
        claims = new Claims(client, surroundings.objects());
        making = new PodMaking(calls, budgets, claims, refusals, settings, clock);
        reports = new PodReports(new PodReading(calls, settings), clock, this::submit, told -> listener.accept(told));
        cleanup = new PodCleanup(calls, this::beingSaved);
        var selector =
                "?labelSelector=workflows.argoproj.io%2Fworkflow,workflows.argoproj.io%2Fcompleted%3Dfalse,"
                        + (settings.instanceId().isEmpty()
                                ? "!workflows.argoproj.io%2Fcontroller-instanceid"
                                : "workflows.argoproj.io%2Fcontroller-instanceid%3D" + settings.instanceId());
        collection = namespace.map(one -> "/api/v1/namespaces/" + one + "/pods").orElse("/api/v1/pods") + selector;
        pods = new Following(client, collection, new Heard());
    }

    /// What else there is in the server.
    ///
    /// @param objects those of this server: Workflows, and what they claim
    /// @param done what Workflows ask of a cluster beside their pods, by the names of the fields, and somebody else here does
    public record Surroundings(Function<ObjectKey, Optional<ApiObject>> objects, Set<String> done) {
        /// Nothing.
        public static final Surroundings NONE = new Surroundings(_ -> Optional.empty(), Set.of());

        public Surroundings {
            done = Set.copyOf(done);
        }
    }

    /// Opens it: asks the cluster what it is, and hears of its pods.
    ///
    /// @param namespace the only one whose pods are followed; empty for all
    /// @param surroundings of the server that it is a part of
    /// @throws IOException if the cluster does not answer
    public static KubernetesExecutor open(
            ApiClient client,
            PodSettings settings,
            Optional<String> namespace,
            Surroundings surroundings,
            InstantSource clock)
            throws IOException {
        var host = CLUSTER + new PodCalls(client).clusterUid(namespace);
        var executor = new KubernetesExecutor(client, settings, namespace, surroundings, clock, host);
        try {
            executor.pods.awaitListed(LISTING);
        } catch (IOException e) {
            executor.close();
            throw e;
        }
        return executor;
    }

    @Override
    public void onReports(Consumer<List<StepReport>> heard) {
        listener = heard;
    }

    @Override
    public String host() {
        return host;
    }

    @Override
    public void start(StepOrder order, Materials materials) {
        if (!order.host().equals(host)) {
            reports.lost(order, host);
            return;
        }
        if (neverMade.contains(order.attempt())) {
            reports.neverMade(order.attempt());
            return;
        }
        var fresh = new PodAttempt(order);
        var known = attempts.putIfAbsent(order.attempt(), fresh);
        if (known != null) {
            reports.repeat(known);
            if (known.state() != State.ORDERED) {
                return;
            }
        }
        submit(() -> make(known == null ? fresh : known));
    }

    // ------------------------------------------------------------------ making

    private void make(PodAttempt attempt) {
        switch (making.make(attempt)) {
            case PodMaking.Outcome.Made(var pod) -> seen(pod);
            case PodMaking.Outcome.None(var ending) -> {
                if (!threads.isShutdown()) { // else the order is given again after the restart
                    reports.end(attempt, ending);
                }
            }
            case PodMaking.Outcome.Known _ -> {}
        }
    }

    // ------------------------------------------------------------------ following

    /// The watch of pods.
    private final class Heard implements Following.Listener {
        @Override
        public void listed(List<Value.Mapping> objects) {
            var there = new HashSet<AttemptId>();
            for (var pod : objects) {
                PodMaking.attemptOf(pod).ifPresent(there::add);
                seen(pod);
            }
            for (var attempt : attempts.values()) {
                if (attempt.state() == State.MADE && !there.contains(attempt.order().attempt())) {
                    reports.vanished(attempt);
                }
            }
        }

        @Override
        public void seen(Value.Mapping pod) {
            KubernetesExecutor.this.seen(pod);
        }

        @Override
        public void gone(Value.Mapping pod) {
            PodMaking.attemptOf(pod)
                    .map(attempts::get)
                    .ifPresent(attempt -> {
                        seen(pod); // it may say how it ended
                        reports.vanished(attempt);
                    });
            cleanup.gone(SeenPod.of(pod));
        }
    }

    /// A pod as it is now.
    private void seen(Value.Mapping pod) {
        PodMaking.attemptOf(pod)
                .map(attempts::get)
                .ifPresent(attempt -> {
                    reports.seen(attempt, pod);
                    if (attempt.cancelled() && attempt.state() == State.MADE) {
                        submit(() -> stop(attempt));
                    }
                });
    }

    // ------------------------------------------------------------------ ending

    @Override
    public void cancel(AttemptId id) {
        var attempt = attempts.get(id);
        if (attempt == null) {
            neverMade.add(id);
            reports.neverMade(id);
            return;
        }
        switch (attempt.cancel()) {
            case ORDERED -> {} // whoever makes its pod looks
            case MADE -> submit(() -> stop(attempt));
            case OVER -> reports.repeat(attempt);
        }
    }

    /// Ends a pod that is there.
    private void stop(PodAttempt attempt) {
        var order = attempt.order();
        try {
            var found = Patience.ask(() -> calls.find(order.namespace(), order.podName()));
            if (found.code() == 404) {
                reports.vanished(attempt);
                return;
            }
            var pod = found.body();
            if (!found.done() || PodEnd.over(pod) || pod.find("metadata", "deletionTimestamp").isPresent()) {
                return; // its end is on its way
            }
            if (PodEnd.phase(pod).equals("Pending")) {
                Patience.ask(() -> calls.delete(order.namespace(), order.podName()));
            } else if (!pod.find("spec", "activeDeadlineSeconds").equals(Optional.of(Value.number(1)))) {
                var uid = pod.textAt("metadata", "uid").orElse("");
                Patience.ask(() -> calls.end(order.namespace(), order.podName(), uid));
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "pod {0} could not be ended yet: {1}", order.podName(), e.getMessage());
        }
    }

    @Override
    public void reconcile(Collection<StepOrder> underWay) {
        for (var order : underWay) {
            if (!order.host().equals(host)) {
                reports.lost(order, host);
                continue;
            }
            var attempt = attempts.computeIfAbsent(order.attempt(), _ -> new PodAttempt(order));
            reports.repeat(attempt);
            submit(() -> lookFor(attempt));
        }
        submit(this::sweep);
    }

    /// Takes up an attempt whose pod may be there.
    private void lookFor(PodAttempt attempt) {
        if (attempt.state() == State.OVER) {
            return;
        }
        var order = attempt.order();
        try {
            var found = Patience.ask(() -> calls.find(order.namespace(), order.podName()));
            if (found.done() && PodMaking.attemptOf(found.body()).equals(Optional.of(order.attempt()))) {
                seen(found.body());
            } else if (found.code() == 404 && attempt.claimed()) {
                reports.vanished(attempt);
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "pod {0} could not be looked for: {1}", order.podName(), e.getMessage());
        }
    }

    @Override
    public void claimed(AttemptId id) {
        var attempt = attempts.get(id);
        if (attempt != null) {
            attempt.claim();
            if (attempt.state() == State.ORDERED) {
                submit(() -> lookFor(attempt)); // recorded as begun, and not seen since the restart
            }
        }
    }

    /// Cleans up after pods that ended and that nobody waits for: their end was recorded before the server ended.
    private void sweep() {
        try {
            for (var pod : calls.list(collection)) {
                var attempt = PodMaking.attemptOf(pod);
                if (attempt.isPresent() && !attempts.containsKey(attempt.get()) && PodEnd.over(pod)) {
                    cleanup.left(pod);
                }
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "pods that nobody waits for could not be let go: {0}", e.getMessage());
        }
        try {
            claims.sweep(namespace);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "claims that nobody needs could not be deleted: {0}", e.getMessage());
        }
    }

    @Override
    public void forget(AttemptId id) {
        neverMade.remove(id);
        var attempt = attempts.remove(id);
        if (attempt != null) {
            attempt.pod().ifPresent(pod -> cleanup.recorded(pod, gc(attempt.order(), pod)));
        }
    }

    private static PodGc gc(StepOrder order, SeenPod pod) {
        var gc = PodGc.of(order.pod().mapAt("podGC"), pod.labels());
        boolean kept =
                order.template().json().find("archiveLocation", "archiveLogs").equals(Optional.of(Value.bool(true)));
        return kept && gc.delay().compareTo(SAVING) < 0 ? new PodGc(gc.strategy(), SAVING) : gc;
    }

    /// Whether the log of the pod of that name is being kept.
    private boolean beingSaved(String pod) {
        return saving.values().stream().anyMatch(order -> order.podName().equals(pod));
    }

    @Override
    public void release(String where, String claim) {
        submit(() -> {
            try {
                claims.release(where, claim);
            } catch (IOException e) {
                LOG.log(Level.WARNING, "claim {0} stays until the next start: {1}", claim, e.getMessage());
            }
        });
    }

    /// Who moves the artifacts of pods.
    ///
    /// @param usual keeps what light pods printed
    public ArtifactMoves moves(ArtifactMoves usual) {
        return new PodMoves(usual, calls, settings, saving);
    }

    /// What the steps under way printed, and those that ended and are not forgotten; Kubernetes keeps it as long as the pod is there.
    public Logs logs() {
        return new PodLogs(calls, this::order, "main");
    }

    private Optional<StepOrder> order(AttemptId id) {
        var attempt = attempts.get(id);
        return Optional.ofNullable(attempt == null ? saving.get(id) : attempt.order());
    }

    /// A Workflow is over, and that is recorded: what was made for it beside its pods goes, and its pods, if they are to.
    public void over(ApiObject workflow) {
        cleanup.over(workflow.uid(), workflow.status().textAt("phase").orElse(""));
        submit(() -> {
            try {
                budgets.delete(workflow.namespace(), workflow.name(), workflow.uid(), RunSpec.of(workflow.json()));
                if (settings.layout() != PodSettings.Layout.LIGHT) {
                    calls.deleteReports(workflow.namespace(), workflow.name());
                }
            } catch (IOException e) {
                LOG.log(Level.WARNING, "what was made for {0} stays: {1}", workflow.key(), e.getMessage());
            }
        });
    }

    @Override
    public List<String> refusals(StepOrder order) {
        return refusals.of(order);
    }

    /// What is asked of the cluster beside a step that is no pod, and not done.
    public List<String> refusalsBeside(StepOrder order) {
        return refusals.beside(order);
    }

    private void submit(Runnable work) {
        try {
            threads.execute(() -> {
                try {
                    work.run();
                } catch (RuntimeException e) {
                    LOG.log(Level.ERROR, "a pod could not be looked after", e);
                }
            });
        } catch (RejectedExecutionException _) {
            // closed: what is left is found again by reconcile
        }
    }

    @Override
    public void close() {
        pods.close();
        cleanup.close();
        threads.shutdownNow();
    }
}
