package tiphys.kubernetes.steps;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import tiphys.engine.ArtifactMoves;
import tiphys.engine.AttemptId;
import tiphys.engine.Executor;
import tiphys.engine.Logs;
import tiphys.engine.Materials;
import tiphys.engine.StepOrder;
import tiphys.engine.StepReport;
import tiphys.engine.StepReport.Ending;
import tiphys.kubernetes.client.ApiClient;
import tiphys.kubernetes.client.Following;
import tiphys.kubernetes.pod.NoPod;
import tiphys.kubernetes.pod.PodSettings;
import tiphys.kubernetes.pod.Pods;
import tiphys.kubernetes.steps.PodAttempt.State;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Steps as pods of a cluster. A pod's name is the attempt's claim: the API server takes a name once, so an order may be repeated
/// blindly, and an answer that was lost does no harm.
///
/// How a pod goes on is heard by one watch, and told within that event; what has to be asked for (a result in the log) is asked by a
/// thread of its own. Until its end is recorded a pod has a finalizer, so that nobody's deletion takes away how it ended, nor makes an
/// attempt look as if it had never been made.
public final class KubernetesExecutor implements Executor {
    private static final Logger LOG = System.getLogger(KubernetesExecutor.class.getName());
    private static final int CREATING_AT_ONCE = 32;
    private static final int READING_AT_ONCE = 16;
    private static final Duration LISTING = Duration.ofSeconds(30);
    private static final String DELETED = "pod deleted";

    private final PodCalls calls;
    private final PodSettings settings;
    private final InstantSource clock;
    private final String host;
    private final String collection;
    private final ConcurrentHashMap<AttemptId, PodAttempt> attempts = new ConcurrentHashMap<>();
    private final Set<AttemptId> neverMade = ConcurrentHashMap.newKeySet();
    private final ConcurrentHashMap<AttemptId, StepOrder> saving = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<AttemptId, String> uids = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore creating = new Semaphore(CREATING_AT_ONCE, true);
    private final Semaphore reading = new Semaphore(READING_AT_ONCE, true);
    private final Following pods;
    private volatile Consumer<List<StepReport>> listener = _ -> {};

    private KubernetesExecutor(
            ApiClient client, PodSettings settings, Optional<String> namespace, InstantSource clock, String host) {
        this.calls = new PodCalls(client);
        this.settings = settings;
        this.clock = clock;
        this.host = host;
        var selector =
                "?labelSelector=workflows.argoproj.io%2Fworkflow,workflows.argoproj.io%2Fcompleted%3Dfalse,"
                        + (settings.instanceId().isEmpty()
                                ? "!workflows.argoproj.io%2Fcontroller-instanceid"
                                : "workflows.argoproj.io%2Fcontroller-instanceid%3D" + settings.instanceId());
        collection = namespace.map(one -> "/api/v1/namespaces/" + one + "/pods").orElse("/api/v1/pods") + selector;
        pods = new Following(client, collection, new Heard());
    }

    /// Opens it: asks the cluster what it is, and hears of its pods.
    ///
    /// @param namespace the only one whose pods are followed; empty for all
    /// @throws IOException if the cluster does not answer
    public static KubernetesExecutor open(
            ApiClient client, PodSettings settings, Optional<String> namespace, InstantSource clock)
            throws IOException {
        var host = CLUSTER + new PodCalls(client).clusterUid();
        var executor = new KubernetesExecutor(client, settings, namespace, clock, host);
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
            tell(List.of(lost(order)));
            return;
        }
        if (neverMade.contains(order.attempt())) {
            tell(List.of(new StepReport.Ended(order.attempt(), clock.instant(), new Ending.Cancelled())));
            return;
        }
        var fresh = new PodAttempt(order);
        var known = attempts.putIfAbsent(order.attempt(), fresh);
        if (known != null) {
            repeat(known);
            if (known.state() != State.ORDERED) {
                return;
            }
        }
        submit(() -> make(known == null ? fresh : known));
    }

    /// Tells again what is known.
    private void repeat(PodAttempt attempt) {
        var reports = new ArrayList<StepReport>();
        attempt.started().ifPresent(reports::add);
        attempt.ended().ifPresent(reports::add);
        if (!reports.isEmpty()) {
            tell(reports);
        }
    }

    private StepReport lost(StepOrder order) {
        return new StepReport.Ended(
                order.attempt(),
                clock.instant(),
                new Ending.Lost("its pod is in another cluster (" + order.host() + "), this is " + host));
    }

    // ------------------------------------------------------------------ making

    private void make(PodAttempt attempt) {
        creating.acquireUninterruptibly();
        try {
            if (attempt.state() == State.ORDERED) {
                var refusals = refusals(attempt.order());
                if (attempt.cancelled()) {
                    end(attempt, new Ending.Cancelled(), clock.instant());
                } else if (!refusals.isEmpty()) {
                    end(attempt, new Ending.NotStarted(String.join("; ", refusals)), clock.instant());
                } else {
                    create(attempt);
                }
            }
        } catch (NoPod e) {
            end(attempt, new Ending.NotStarted(String.valueOf(e.getMessage())), clock.instant());
        } catch (IOException e) {
            if (!threads.isShutdown()) { // else the order is given again after the restart
                end(attempt, new Ending.NotStarted("the pod could not be made: " + e.getMessage()), clock.instant());
            }
        } finally {
            creating.release();
        }
    }

    private void create(PodAttempt attempt) throws IOException {
        var order = attempt.order();
        var made = Pods.of(order, settings, clock.instant());
        var answer = PodCalls.patiently(() -> calls.create(made, order.namespace()));
        if (answer.reason().equals("AlreadyExists")) {
            answer = PodCalls.patiently(() -> calls.find(order.namespace(), order.podName()));
            if (answer.done() && !attemptOf(answer.body()).equals(Optional.of(order.attempt()))) {
                end(
                        attempt,
                        new Ending.NotStarted(
                                "pods \"%s\" already exists, and is not of this attempt: delete it, or give the run another name"
                                        .formatted(order.podName())),
                        clock.instant());
                return;
            }
        }
        if (!answer.done()) {
            end(attempt, new Ending.NotStarted(answer.message()), clock.instant());
            return;
        }
        seen(answer.body());
    }

    // ------------------------------------------------------------------ following

    /// The watch of pods.
    private final class Heard implements Following.Listener {
        @Override
        public void listed(List<Value.Mapping> objects) {
            var there = new HashSet<AttemptId>();
            for (var pod : objects) {
                attemptOf(pod).ifPresent(there::add);
                seen(pod);
            }
            for (var attempt : attempts.values()) {
                if (attempt.state() == State.MADE && !there.contains(attempt.order().attempt())) {
                    vanished(attempt);
                }
            }
        }

        @Override
        public void seen(Value.Mapping pod) {
            KubernetesExecutor.this.seen(pod);
        }

        @Override
        public void gone(Value.Mapping pod) {
            attemptOf(pod)
                    .map(attempts::get)
                    .ifPresent(attempt -> {
                        seen(pod); // it may say how it ended
                        vanished(attempt);
                    });
        }
    }

    private static Optional<AttemptId> attemptOf(Value.Mapping pod) {
        return pod.textAt("metadata", "annotations", PodCalls.ATTEMPT).map(AttemptId::new);
    }

    /// A pod as it is now.
    private void seen(Value.Mapping pod) {
        var attempt = attemptOf(pod).map(attempts::get).orElse(null);
        if (attempt == null || attempt.state() == State.OVER) {
            return;
        }
        attempt.made();
        var order = attempt.order();
        pod.textAt("metadata", "uid").ifPresent(uid -> uids.put(order.attempt(), uid));
        if (PodEnd.over(pod)) {
            over(attempt, pod);
            return;
        }
        var deleted = pod.find("metadata", "deletionTimestamp").isPresent();
        if (deleted && (pod.textAt("spec", "nodeName").isEmpty() || PodEnd.started(pod).isEmpty())) {
            end(attempt, attempt.cancelled() ? new Ending.Cancelled() : deleted(OptionalInt.empty()), clock.instant());
            return;
        }
        var reports = new ArrayList<StepReport>();
        PodEnd.started(pod).ifPresent(at -> attempt.start(started(attempt, pod, at)).ifPresent(reports::add));
        if (order.template().daemon() && PodEnd.phase(pod).equals("Running") && PodEnd.ready(pod)) {
            var address = pod.textAt("status", "podIP").orElse("");
            reports.add(new StepReport.Ready(order.attempt(), clock.instant(), address));
        }
        if (!reports.isEmpty()) {
            tell(reports);
        }
        if (attempt.cancelled()) {
            submit(() -> stop(attempt));
        }
    }

    private static StepReport.Started started(PodAttempt attempt, Value.Mapping pod, Instant at) {
        var node = pod.textAt("spec", "nodeName").orElse("");
        var image = attempt.order().template().image();
        return new StepReport.Started(
                attempt.order().attempt(), at, "pod " + attempt.order().podName() + " on " + node + ": " + image);
    }

    private void over(PodAttempt attempt, Value.Mapping pod) {
        if (!attempt.beginReading()) {
            return;
        }
        if (attempt.cancelled() || !leaves(attempt.order())) {
            finish(attempt, pod, PodEnd.Left.NOTHING);
        } else {
            submit(() -> finish(attempt, pod, left(attempt)));
        }
    }

    /// Whether something of a step is to be read when it is over.
    private boolean leaves(StepOrder order) {
        return order.resultWanted() || !Pods.light(order, settings);
    }

    /// What a step left, or why that cannot be read.
    private record Reading(PodEnd.Left left, String problem) {}

    /// Reads what a step left: from the log of a light pod, else from what Argo's executor reported.
    private Reading left(PodAttempt attempt) {
        var order = attempt.order();
        reading.acquireUninterruptibly();
        try {
            if (Pods.light(order, settings)) {
                return new Reading(new PodEnd.Left(Optional.of(calls.result(order)), Map.of()), "");
            }
            var outputs = calls.report(order).mapAt("outputs");
            var parameters = new LinkedHashMap<String, String>();
            for (var one : outputs.listAt("parameters")) {
                one.find("value").ifPresent(value -> parameters.put(one.textAt("name").orElse(""), Json.text(value)));
            }
            return new Reading(new PodEnd.Left(outputs.textAt("result"), parameters), "");
        } catch (IOException e) {
            return new Reading(PodEnd.Left.NOTHING, String.valueOf(e.getMessage()));
        } finally {
            reading.release();
        }
    }

    private void finish(PodAttempt attempt, Value.Mapping pod, Reading read) {
        if (!read.problem().isEmpty() && PodEnd.phase(pod).equals("Succeeded")) {
            told(
                    attempt,
                    pod,
                    new Ending.Served(
                            Ending.Outcome.ERROR,
                            "what the step left cannot be read from the cluster: " + read.problem(),
                            OptionalInt.of(0),
                            Optional.empty(),
                            Map.of()));
            return;
        }
        finish(attempt, pod, read.left());
    }

    private void finish(PodAttempt attempt, Value.Mapping pod, PodEnd.Left left) {
        var ending = PodEnd.of(pod, attempt.order().template(), left);
        if (attempt.cancelled() && !(ending instanceof Ending.Exited(var code, _, _) && code == 0)) {
            told(attempt, pod, new Ending.Cancelled(PodEnd.mainCode(pod)));
        } else if (pod.find("metadata", "deletionTimestamp").isPresent() && PodEnd.phase(pod).equals("Failed")) {
            told(attempt, pod, deleted(PodEnd.mainCode(pod)));
        } else {
            told(attempt, pod, ending);
        }
    }

    private static Ending deleted(OptionalInt exit) {
        return new Ending.Served(Ending.Outcome.ERROR, DELETED, exit, Optional.empty(), Map.of());
    }

    private void told(PodAttempt attempt, Value.Mapping pod, Ending ending) {
        var reports = new ArrayList<StepReport>();
        PodEnd.started(pod).ifPresent(at -> attempt.start(started(attempt, pod, at)).ifPresent(reports::add));
        var ended = new StepReport.Ended(attempt.order().attempt(), PodEnd.ended(pod, clock.instant()), ending);
        if (attempt.end(ended)) {
            reports.add(ended);
            tell(reports);
        }
    }

    private void end(PodAttempt attempt, Ending ending, Instant at) {
        var ended = new StepReport.Ended(attempt.order().attempt(), at, ending);
        if (attempt.end(ended)) {
            tell(List.of(ended));
        }
    }

    /// Its pod is not there any more, in spite of the finalizer: somebody removed that, too.
    private void vanished(PodAttempt attempt) {
        end(attempt, attempt.cancelled() ? new Ending.Cancelled() : deleted(OptionalInt.empty()), clock.instant());
    }

    // ------------------------------------------------------------------ ending

    @Override
    public void cancel(AttemptId id) {
        var attempt = attempts.get(id);
        if (attempt == null) {
            neverMade.add(id);
            tell(List.of(new StepReport.Ended(id, clock.instant(), new Ending.Cancelled())));
            return;
        }
        switch (attempt.cancel()) {
            case ORDERED -> {} // whoever makes its pod looks
            case MADE -> submit(() -> stop(attempt));
            case OVER -> repeat(attempt);
        }
    }

    /// Ends a pod that is there.
    private void stop(PodAttempt attempt) {
        var order = attempt.order();
        try {
            var found = PodCalls.patiently(() -> calls.find(order.namespace(), order.podName()));
            if (found.code() == 404) {
                vanished(attempt);
                return;
            }
            var pod = found.body();
            if (!found.done() || PodEnd.over(pod) || pod.find("metadata", "deletionTimestamp").isPresent()) {
                return; // its end is on its way
            }
            if (PodEnd.phase(pod).equals("Pending")) {
                PodCalls.patiently(() -> calls.delete(order.namespace(), order.podName()));
            } else if (!pod.find("spec", "activeDeadlineSeconds").equals(Optional.of(Value.number(1)))) {
                var uid = pod.textAt("metadata", "uid").orElse("");
                PodCalls.patiently(() -> calls.end(order.namespace(), order.podName(), uid));
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "pod {0} could not be ended yet: {1}", order.podName(), e.getMessage());
        }
    }

    @Override
    public void reconcile(Collection<StepOrder> underWay) {
        for (var order : underWay) {
            if (!order.host().equals(host)) {
                tell(List.of(lost(order)));
                continue;
            }
            var attempt = attempts.computeIfAbsent(order.attempt(), _ -> new PodAttempt(order));
            repeat(attempt);
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
            var found = PodCalls.patiently(() -> calls.find(order.namespace(), order.podName()));
            if (found.done() && attemptOf(found.body()).equals(Optional.of(order.attempt()))) {
                seen(found.body());
            } else if (found.code() == 404 && attempt.claimed()) {
                vanished(attempt);
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

    /// Lets go of pods that ended and that nobody waits for: their end was recorded before the server ended.
    private void sweep() {
        try {
            for (var pod : calls.list(collection)) {
                var attempt = attemptOf(pod);
                if (attempt.isPresent() && !attempts.containsKey(attempt.get()) && PodEnd.over(pod)) {
                    calls.release(
                            pod.textAt("metadata", "namespace").orElse(""),
                            pod.textAt("metadata", "name").orElse(""),
                            pod.textAt("metadata", "uid").orElse(""));
                }
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "pods that nobody waits for could not be let go: {0}", e.getMessage());
        }
    }

    @Override
    public void forget(AttemptId id) {
        neverMade.remove(id);
        var attempt = attempts.remove(id);
        var uid = uids.remove(id);
        if (attempt == null || uid == null) {
            return;
        }
        var order = attempt.order();
        submit(() -> {
            try {
                calls.release(order.namespace(), order.podName(), uid);
            } catch (IOException e) {
                LOG.log(Level.WARNING, "pod {0} could not be let go: {1}", order.podName(), e.getMessage());
            }
        });
    }

    @Override
    public void release(String namespace, String claim) {
        // no claims are made: orders that want one are refused
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

    /// A Workflow is over, and that is recorded: the reports of its pods are not needed any more.
    public void over(String namespace, String workflow) {
        if (settings.layout() != PodSettings.Layout.LIGHT) {
            submit(() -> {
                try {
                    calls.deleteReports(namespace, workflow);
                } catch (IOException e) {
                    LOG.log(Level.WARNING, "the reports of {0} stay: {1}", workflow, e.getMessage());
                }
            });
        }
    }

    @Override
    public List<String> refusals(StepOrder order) {
        return Refusals.of(order, settings);
    }

    private void tell(List<StepReport> reports) {
        listener.accept(reports);
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
        threads.shutdownNow();
    }
}
