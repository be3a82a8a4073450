package tiphys.runtime.views;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import tiphys.engine.ResolvedTemplate;
import tiphys.engine.RunRow;
import tiphys.engine.RunRows;
import tiphys.engine.Runs;
import tiphys.engine.StepOrder;
import tiphys.engine.run.Run;
import tiphys.engine.run.view.RunView.PodView;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.Pods;
import tiphys.objects.Refusal;
import tiphys.objects.ResourceTypes;
import tiphys.runtime.runs.RunReader;
import tiphys.runtime.settings.Controllers;
import tiphys.runtime.stream.RecentSet;

/// The steps of runs as pods, made up when somebody asks: of each node the last attempt's. Those of the latest runs are
/// listed; one of an older run is found by its name. A pod that somebody deleted after its step was over stays hidden until
/// the server is started again.
public final class RunPods implements Pods {
    private static final String LABELS = "workflows.argoproj.io/";
    private static final String MAIN = "main";
    private static final int LISTED_RUNS = 200;
    private static final int LISTED_PODS = 5_000;
    private static final int HIDDEN = 10_000;

    private final RunReader reader;
    private final RunRows rows;
    private final Function<Asked, CompletableFuture<Optional<String>>> deletion;
    private final RunEvents events;
    private final Set<String> hidden = RecentSet.of(HIDDEN);

    /// A run that is asked to fail the node of a pod.
    public record Asked(String namespace, String run, String pod) {}

    public RunPods(
            RunReader reader,
            RunRows rows,
            InstantSource clock,
            Controllers controllers,
            Function<Asked, CompletableFuture<Optional<String>>> deletion) {
        events = new RunEvents(reader, rows, clock, controllers);
        this.reader = reader;
        this.rows = rows;
        this.deletion = deletion;
    }

    @Override
    public List<ApiObject> list(Optional<String> namespace) {
        var pods = new ArrayList<ApiObject>();
        for (var row : rows.list(new Runs.Query(namespace.orElse(""), "", "", "", "", LISTED_RUNS))) {
            if (pods.size() >= LISTED_PODS) {
                break;
            }
            pods.addAll(of(row, _ -> true, LISTED_PODS - pods.size()));
        }
        return pods;
    }

    @Override
    public List<ApiObject> events(Optional<String> namespace) {
        return events.list(namespace);
    }

    @Override
    public Optional<ApiObject> find(String namespace, String name) {
        // A pod is called RUN, or RUN-TEMPLATE-HASH, and each part may hold dashes.
        for (int end = name.length(); end > 0; end = name.lastIndexOf('-', end - 1)) {
            var found =
                    rows.find(namespace, name.substring(0, end)).stream()
                            .flatMap(row -> of(row, name::equals, 1).stream())
                            .findFirst();
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private List<ApiObject> of(RunRow row, Predicate<String> name, int limit) {
        return reader
                .read(row.uid(), run -> run.view().pods(name, limit).stream().map(pod -> pod(run, pod)).toList())
                .orElse(List.of())
                .stream()
                .filter(pod -> !hidden.contains(pod.uid()))
                .toList();
    }

    @Override
    public void delete(ApiObject pod) {
        var run = pod.labels().getOrDefault(LABELS + "workflow", "");
        var over = pod.labels().getOrDefault(LABELS + "completed", "").equals("true");
        if (!over) {
            var refusal =
                    deletion.apply(new Asked(pod.namespace(), run, pod.name())).orTimeout(10, TimeUnit.SECONDS).join();
            if (refusal.isPresent() && find(pod.namespace(), pod.name()).isEmpty()) {
                throw new Refusal(404, "NotFound", refusal.get());
            }
        }
        hidden.add(pod.uid());
    }

    private static ApiObject pod(Run run, PodView pod) {
        var view = run.view();
        var attempt = pod.attempt();
        var over = pod.phase().fulfilled();
        var created = attempt.startedAt().or(view::startedAt).orElse(Instant.EPOCH);
        var order = pod.order();
        return new ApiObject(
                ResourceTypes.POD,
                Value.object(
                        "apiVersion",
                        "v1",
                        "kind",
                        "Pod",
                        "metadata",
                        Value.object(
                                "name",
                                attempt.podName(),
                                "namespace",
                                view.namespace(),
                                "uid",
                                UUID.nameUUIDFromBytes(attempt.attempt().text().getBytes(StandardCharsets.UTF_8))
                                        .toString(),
                                "resourceVersion",
                                version(pod),
                                "creationTimestamp",
                                time(created),
                                "labels",
                                Value.object(
                                        LABELS + "workflow",
                                        view.name(),
                                        LABELS + "completed",
                                        over ? "true" : "false"),
                                "annotations",
                                Value.object(
                                        "kubectl.kubernetes.io/default-container",
                                        shown(order),
                                        LABELS + "node-id",
                                        attempt.nodeId(),
                                        LABELS + "node-name",
                                        pod.nodeName(),
                                        "tiphys.io/attempt",
                                        attempt.attempt().text(),
                                        "tiphys.io/program",
                                        attempt.program()),
                                "ownerReferences",
                                List.of(
                                        Value.object(
                                                "apiVersion",
                                                ResourceTypes.WORKFLOW.apiVersion(),
                                                "kind",
                                                "Workflow",
                                                "name",
                                                view.name(),
                                                "uid",
                                                run.uid(),
                                                "controller",
                                                true,
                                                "blockOwnerDeletion",
                                                true))),
                        "spec",
                        spec(attempt.image(), order),
                        "status",
                        status(pod, over)));
    }

    /// Grows with each step in a pod's life, and takes nothing to know.
    private static String version(PodView pod) {
        return switch (pod.phase()) {
            case PENDING -> "1";
            case RUNNING -> "2";
            case SUCCEEDED, SKIPPED, OMITTED, FAILED, ERROR -> "3";
        };
    }

    private static Value.Mapping spec(String image, Optional<StepOrder> order) {
        var template = order.map(StepOrder::template);
        var all = template.map(ResolvedTemplate::containers).orElse(List.of());
        var inits = all.stream().filter(RunPods::before).map(one -> container(one.name(), one.template())).toList();
        var containers =
                all.stream().filter(one -> !before(one)).map(one -> container(one.name(), one.template())).toList();
        return Value.object(
                "restartPolicy",
                "Never",
                "nodeName",
                "localhost",
                "serviceAccountName",
                "default",
                "initContainers",
                inits.isEmpty() ? null : inits,
                "containers",
                containers.isEmpty() ? List.of(Value.object("name", MAIN, "image", image)) : containers);
    }

    private static boolean before(ResolvedTemplate.Container container) {
        return container.kind() == ResolvedTemplate.Kind.INIT
                || container.kind() == ResolvedTemplate.Kind.EARLY_SIDECAR;
    }

    private static Value container(String name, ResolvedTemplate template) {
        var env = new ArrayList<Value>();
        template.env()
                .forEach(one -> {
                    if (one.source() instanceof StepOrder.Source.Literal(var text)) {
                        env.add(Value.object("name", one.name(), "value", text));
                    } else {
                        env.add(Value.object("name", one.name()));
                    }
                });
        return Value.object(
                "name",
                name,
                "image",
                template.image(),
                "command",
                template.command(),
                "args",
                template.args(),
                "env",
                env.isEmpty() ? null : env,
                "workingDir",
                template.workingDir().orElse(null));
    }

    /// The container whose log is shown if none is named: `main`, or the first of a set without one.
    private static String shown(Optional<StepOrder> order) {
        var names =
                order.map(StepOrder::template).map(ResolvedTemplate::containers).orElse(List.of()).stream()
                        .filter(one -> one.kind() == ResolvedTemplate.Kind.MAIN)
                        .map(ResolvedTemplate.Container::name)
                        .toList();
        return names.isEmpty() || names.contains(MAIN) ? MAIN : names.getFirst();
    }

    private static Value.Mapping status(PodView pod, boolean over) {
        var attempt = pod.attempt();
        var phase =
                switch (pod.phase()) {
                    case PENDING -> "Pending";
                    case RUNNING -> "Running";
                    case SUCCEEDED, SKIPPED, OMITTED -> "Succeeded";
                    case FAILED, ERROR -> "Failed";
                };
        var ready = phase.equals("Running");
        return Value.object(
                "phase",
                phase,
                "message",
                over && !pod.message().isEmpty() ? pod.message() : null,
                "startTime",
                attempt.startedAt().map(RunPods::time).orElse(null),
                "hostIP",
                "127.0.0.1",
                "podIP",
                "127.0.0.1",
                "qosClass",
                "BestEffort",
                "conditions",
                List.of(
                        condition("PodScheduled", true),
                        condition("Initialized", true),
                        condition("ContainersReady", ready),
                        condition("Ready", ready)),
                "containerStatuses",
                statuses(pod, ready));
    }

    /// Of several containers each is told to stand as its pod; their nodes, or the log, know more.
    private static List<Value> statuses(PodView pod, boolean ready) {
        var names =
                pod.order().map(StepOrder::template).map(ResolvedTemplate::containers).orElse(List.of()).stream()
                        .filter(one -> !before(one))
                        .toList();
        var statuses = new ArrayList<Value>();
        for (var one : names) {
            statuses.add(status(one.name(), one.template().image(), ready, pod));
        }
        return statuses.isEmpty() ? List.of(status(MAIN, pod.attempt().image(), ready, pod)) : statuses;
    }

    private static Value status(String name, String image, boolean ready, PodView pod) {
        return Value.object(
                "name", name,
                "image", image,
                "imageID", "",
                "ready", ready,
                "started", ready,
                "restartCount", 0,
                "state", state(pod));
    }

    private static Value.Mapping state(PodView pod) {
        var attempt = pod.attempt();
        return switch (pod.phase()) {
            case PENDING ->
                    Value.object("waiting", Value.object("reason", "ContainerCreating", "message", pod.message()));
            case RUNNING ->
                    Value.object(
                            "running", Value.object("startedAt", attempt.startedAt().map(RunPods::time).orElse(null)));
            case SUCCEEDED, SKIPPED, OMITTED, FAILED, ERROR -> {
                int code = attempt.exitCode().orElse(pod.phase().failedOrError() ? 128 : 0);
                yield Value.object(
                        "terminated",
                        Value.object(
                                "exitCode",
                                code,
                                "reason",
                                code == 0 ? "Completed" : "Error",
                                "message",
                                pod.message().isEmpty() ? null : pod.message(),
                                "startedAt",
                                attempt.startedAt().map(RunPods::time).orElse(null),
                                "finishedAt",
                                attempt.finishedAt().map(RunPods::time).orElse(null)));
            }
        };
    }

    private static Value.Mapping condition(String type, boolean holds) {
        return Value.object("type", type, "status", holds ? "True" : "False");
    }

    private static String time(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
