package tiphys.runtime.views;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import tiphys.engine.RunRow;
import tiphys.engine.RunRows;
import tiphys.engine.Runs;
import tiphys.engine.run.Run;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ResourceTypes;
import tiphys.runtime.runs.RunReader;
import tiphys.runtime.settings.ControllerSettings;
import tiphys.runtime.settings.Controllers;

/// What happened to runs, as the Events that Argo's controller writes on Kubernetes: of the workflow, and of each of its nodes. They
/// are made up when somebody asks, of what is known of the runs, so they cost nothing else and outlive a restart. As on
/// Kubernetes they are gone after an hour.
final class RunEvents {
    private static final Duration KEPT = Duration.ofHours(1);
    private static final int LISTED_RUNS = 200;
    private static final int LISTED_EVENTS = 5_000;
    private static final String COMPONENT = "workflow-controller";
    private static final String ANNOTATIONS = "workflows.argoproj.io/";

    /// How many events of one second can be told apart by name, in their order.
    private static final long PLACES = 1_000_000_000;

    private static final int LAST = (int) PLACES - 1;

    /// Nodes that never were anything but over.
    private static final Set<String> NEVER_RAN = Set.of("Skipped", "Omitted");

    private final RunReader reader;
    private final RunRows rows;
    private final InstantSource clock;
    private final Controllers controllers;

    RunEvents(RunReader reader, RunRows rows, InstantSource clock, Controllers controllers) {
        this.controllers = controllers;
        this.reader = reader;
        this.rows = rows;
        this.clock = clock;
    }

    List<ApiObject> list(Optional<String> namespace) {
        var since = clock.instant().minus(KEPT);
        var events = new ArrayList<ApiObject>();
        for (var row : rows.list(new Runs.Query(namespace.orElse(""), "", "", "", "", LISTED_RUNS))) {
            if (events.size() >= LISTED_EVENTS) {
                break;
            }
            var told = controllers.lately(row.namespace()).events();
            if ((told.workflows() || told.nodes()) && !row.finished().filter(end -> end.isBefore(since)).isPresent()) {
                events.addAll(of(row, since, LISTED_EVENTS - events.size(), told));
            }
        }
        return events;
    }

    private List<ApiObject> of(RunRow row, Instant since, int limit, ControllerSettings.Events wanted) {
        return reader.read(row.uid(), run -> of(run, since, limit, wanted)).orElse(List.of());
    }

    static List<ApiObject> of(Run run, Instant since, int limit, ControllerSettings.Events wanted) {
        var told = new Told(run, since, limit);
        var view = run.view();
        view.startedAt()
                .filter(_ -> wanted.workflows())
                .ifPresent(at -> told.add(at, 0, "Normal", "WorkflowRunning", "Workflow Running", Value.Mapping.EMPTY));
        int index = 0;
        if (wanted.nodes()) {
            for (var node : run.status().mapAt("nodes").fields().values()) {
                told.node(node, index++);
            }
        }
        view.finishedAt()
                .filter(_ -> wanted.workflows())
                .ifPresent(at -> {
                    var well = view.phase().equals("Succeeded");
                    told.add(
                            at,
                            LAST,
                            well ? "Normal" : "Warning",
                            well ? "WorkflowSucceeded" : "WorkflowFailed",
                            well ? "Workflow completed" : view.message(),
                            Value.Mapping.EMPTY);
                });
        return told.events;
    }

    /// The events of one run as they are found.
    private static final class Told {
        private final Run run;
        private final Instant since;
        private final int limit;
        private final List<ApiObject> events = new ArrayList<>();

        private Told(Run run, Instant since, int limit) {
            this.run = run;
            this.since = since;
            this.limit = limit;
        }

        private void node(Value node, int index) {
            var phase = node.textAt("phase").orElse("");
            if (NEVER_RAN.contains(phase) || phase.equals("Pending")) {
                return;
            }
            var name = node.textAt("name").orElse("");
            var about =
                    Value.object(
                            ANNOTATIONS + "node-name", name, ANNOTATIONS + "node-type", node.textAt("type").orElse(""));
            if (!node.textAt("type").orElse("").equals("Skipped")) {
                time(node, "startedAt")
                        .ifPresent(at ->
                                add(at, 1 + index, "Normal", "WorkflowNodeRunning", "Running node " + name, about));
            }
            if (!phase.equals("Running")) {
                var message =
                        node.textAt("message").filter(text -> !text.isEmpty()).map(text -> ": " + text).orElse("");
                time(node, "finishedAt")
                        .ifPresent(at ->
                                add(
                                        at,
                                        LAST - 1 - index,
                                        phase.equals("Succeeded") ? "Normal" : "Warning",
                                        "WorkflowNode" + phase,
                                        phase + " node " + name + message,
                                        about));
            }
        }

        private static Optional<Instant> time(Value node, String field) {
            return node.textAt(field).map(Instant::parse);
        }

        /// @param rank its place among those of the same second: what begins in the order of the nodes, what ends against it
        private void add(Instant at, int rank, String type, String reason, String message, Value.Mapping annotations) {
            if (at.isBefore(since) || events.size() >= limit) {
                return;
            }
            var view = run.view();
            var time = at.truncatedTo(ChronoUnit.SECONDS).toString();
            var key = run.uid() + "/" + reason + "/" + time + "/" + message;
            var uid = UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8));
            events.add(
                    new ApiObject(
                            ResourceTypes.EVENT,
                            Value.object(
                                    "apiVersion",
                                    "v1",
                                    "kind",
                                    "Event",
                                    "metadata",
                                    Value.object(
                                            "name",
                                            view.name() + "." + Long.toHexString(at.getEpochSecond() * PLACES + rank),
                                            "namespace",
                                            view.namespace(),
                                            "uid",
                                            uid.toString(),
                                            "resourceVersion",
                                            "1",
                                            "creationTimestamp",
                                            time,
                                            "annotations",
                                            annotations.fields().isEmpty() ? null : annotations),
                                    "involvedObject",
                                    Value.object(
                                            "apiVersion",
                                            ResourceTypes.WORKFLOW.apiVersion(),
                                            "kind",
                                            ResourceTypes.WORKFLOW.kind(),
                                            "namespace",
                                            view.namespace(),
                                            "name",
                                            view.name(),
                                            "uid",
                                            run.uid()),
                                    "reason",
                                    reason,
                                    "message",
                                    message,
                                    "source",
                                    Value.object("component", COMPONENT),
                                    "firstTimestamp",
                                    time,
                                    "lastTimestamp",
                                    time,
                                    "count",
                                    1,
                                    "type",
                                    type,
                                    "reportingComponent",
                                    COMPONENT,
                                    "reportingInstance",
                                    "")));
        }
    }
}
