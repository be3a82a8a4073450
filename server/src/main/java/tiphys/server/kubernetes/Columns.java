package tiphys.server.kubernetes;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ResourceType;
import tiphys.objects.ResourceTypes;

/// Which columns `kubectl get` shows of a type: Kubernetes' for its own, Argo's for Workflow, and for the other Argo kinds
/// what one wants to know first.
final class Columns {
    /// @param priority 0 is always shown, 1 with `-o wide`
    /// @param cell what stands in it at an instant
    record Column(String name, String type, int priority, BiFunction<ApiObject, Instant, Value> cell) {
        Value.Mapping json() {
            return Value.object(
                    "name", name,
                    "type", type,
                    "format", name.equals("Name") ? "name" : "",
                    "description", name,
                    "priority", priority);
        }
    }

    private static final Column NAME = text("Name", ApiObject::name);
    private static final Column AGE = age("Age", object -> object.json().textAt("metadata", "creationTimestamp"));
    private static final Column READY = text("Ready", Columns::ready);
    private static final Column WHY = text("Message", Columns::whyNotReady);

    private static final Map<ResourceType, List<Column>> OF =
            Map.ofEntries(
                    Map.entry(
                            ResourceTypes.WORKFLOW,
                            List.of(
                                    NAME,
                                    text("Status", Columns::phase),
                                    age("Age", Columns::started),
                                    text("Message", at("status", "message")),
                                    wide(text("Progress", at("status", "progress"))),
                                    wide(text("Parameters", Columns::parameters)),
                                    wide(text("Template", at("spec", "workflowTemplateRef", "name"))))),
                    Map.entry(
                            ResourceTypes.WORKFLOW_TEMPLATE,
                            List.of(NAME, AGE, wide(text("Entrypoint", at("spec", "entrypoint"))))),
                    Map.entry(
                            ResourceTypes.CLUSTER_WORKFLOW_TEMPLATE,
                            List.of(NAME, AGE, wide(text("Entrypoint", at("spec", "entrypoint"))))),
                    Map.entry(
                            ResourceTypes.CRON_WORKFLOW,
                            List.of(
                                    NAME,
                                    text("Schedules", Columns::schedules),
                                    text("Suspended", object -> Boolean.toString(suspended(object))),
                                    number("Active", object -> object.status().listAt("active").size()),
                                    age("Last Run", object -> object.json().textAt("status", "lastScheduledTime")),
                                    AGE,
                                    wide(text("Timezone", at("spec", "timezone"))))),
                    Map.entry(ResourceTypes.EVENT_BUS, List.of(NAME, READY, AGE, WHY)),
                    Map.entry(
                            ResourceTypes.EVENT_SOURCE,
                            List.of(NAME, READY, text("Served at", WebhookServices::addresses), AGE, WHY)),
                    Map.entry(
                            ResourceTypes.SENSOR,
                            List.of(
                                    NAME,
                                    READY,
                                    text("Dependencies", names("dependencies", "name")),
                                    text("Triggers", names("triggers", "template", "name")),
                                    AGE,
                                    WHY)),
                    Map.entry(
                            ResourceTypes.POD,
                            List.of(
                                    NAME,
                                    text("Ready", Columns::readyContainers),
                                    text("Status", Columns::podStatus),
                                    number("Restarts", _ -> 0L),
                                    AGE,
                                    wide(text("Node", at("spec", "nodeName"))))),
                    Map.entry(
                            ResourceTypes.NAMESPACE,
                            List.of(NAME, text("Status", object -> at("status", "phase").apply(object)), AGE)),
                    Map.entry(
                            ResourceTypes.CONFIG_MAP,
                            List.of(NAME, number("Data", object -> entries(object, "data", "binaryData")), AGE)),
                    Map.entry(
                            ResourceTypes.SECRET,
                            List.of(
                                    NAME,
                                    text("Type", object -> object.json().textAt("type").orElse("Opaque")),
                                    number("Data", object -> entries(object, "data")),
                                    AGE)),
                    Map.entry(
                            ResourceTypes.SERVICE_ACCOUNT,
                            List.of(NAME, number("Secrets", object -> object.json().listAt("secrets").size()), AGE)),
                    Map.entry(
                            ResourceTypes.SERVICE,
                            List.of(
                                    NAME,
                                    text("Type", object -> object.json().textAt("spec", "type").orElse("ClusterIP")),
                                    text("Cluster-IP", or("<none>", at("spec", "clusterIP"))),
                                    text("External-IP", _ -> "<none>"),
                                    text("Port(s)", Columns::ports),
                                    AGE,
                                    wide(text("Selector", object -> pairs(object.spec().mapAt("selector")))))),
                    Map.entry(
                            ResourceTypes.ROLE, List.of(NAME, text("Created At", at("metadata", "creationTimestamp")))),
                    Map.entry(
                            ResourceTypes.CLUSTER_ROLE,
                            List.of(NAME, text("Created At", at("metadata", "creationTimestamp")))),
                    Map.entry(ResourceTypes.ROLE_BINDING, List.of(NAME, text("Role", Columns::role), AGE)),
                    Map.entry(ResourceTypes.CLUSTER_ROLE_BINDING, List.of(NAME, text("Role", Columns::role), AGE)),
                    Map.entry(
                            ResourceTypes.EVENT,
                            List.of(
                                    age("Last Seen", object -> object.json().textAt("lastTimestamp")),
                                    text("Type", at("type")),
                                    text("Reason", at("reason")),
                                    text(
                                            "Object",
                                            object ->
                                                    at("involvedObject", "kind").apply(object).toLowerCase(Locale.ROOT)
                                                            + "/"
                                                            + at("involvedObject", "name").apply(object)),
                                    text("Message", at("message")))));

    private Columns() {}

    static List<Column> of(ResourceType type) {
        return OF.getOrDefault(type, List.of(NAME, AGE));
    }

    /// A time span as kubectl words it: two units at most, fewer the longer it is.
    static String span(Duration span) {
        long seconds = span.toSeconds();
        if (seconds < -1) {
            return "<invalid>";
        }
        if (seconds < 120) {
            return Math.max(0, seconds) + "s";
        }
        long minutes = seconds / 60;
        if (minutes < 10) {
            return two(minutes, "m", seconds % 60, "s");
        }
        if (minutes < 180) {
            return minutes + "m";
        }
        long hours = minutes / 60;
        if (hours < 8) {
            return two(hours, "h", minutes % 60, "m");
        }
        if (hours < 48) {
            return hours + "h";
        }
        long days = hours / 24;
        if (hours < 192) {
            return two(days, "d", hours % 24, "h");
        }
        if (days < 365 * 2) {
            return days + "d";
        }
        return days < 365 * 8 ? two(days / 365, "y", days % 365, "d") : days / 365 + "y";
    }

    private static String two(long first, String unit, long second, String smaller) {
        return first + unit + (second == 0 ? "" : second + smaller);
    }

    private static Column text(String name, Function<ApiObject, String> cell) {
        return new Column(name, "string", 0, (object, _) -> Value.text(cell.apply(object)));
    }

    private static Column number(String name, Function<ApiObject, Number> cell) {
        return new Column(name, "integer", 0, (object, _) -> Value.number(cell.apply(object).longValue()));
    }

    private static Column age(String name, Function<ApiObject, Optional<String>> since) {
        return new Column(
                name,
                "string",
                0,
                (object, now) ->
                        Value.text(
                                since.apply(object)
                                        .flatMap(Columns::instant)
                                        .map(start -> span(Duration.between(start, now)))
                                        .orElse("<unknown>")));
    }

    private static Column wide(Column column) {
        return new Column(column.name(), column.type(), 1, column.cell());
    }

    private static Function<ApiObject, String> at(String first, String... rest) {
        return object -> object.json().textAt(first, rest).orElse("");
    }

    private static Function<ApiObject, String> or(String otherwise, Function<ApiObject, String> cell) {
        return object -> Optional.of(cell.apply(object)).filter(text -> !text.isEmpty()).orElse(otherwise);
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }

    private static Optional<String> started(ApiObject workflow) {
        return workflow.json()
                .textAt("status", "startedAt")
                .or(() -> workflow.json().textAt("metadata", "creationTimestamp"));
    }

    /// As `argo list` says it.
    private static String schedules(ApiObject object) {
        var texts = new ArrayList<String>();
        object.spec().listAt("schedules").forEach(one -> texts.add(Json.text(one)));
        object.spec().textAt("schedule").ifPresent(texts::add);
        return String.join(", ", texts);
    }

    private static boolean suspended(ApiObject object) {
        return object.spec().find("suspend").filter(Value.bool(true)::equals).isPresent();
    }

    private static String phase(ApiObject workflow) {
        var phase = workflow.json().textAt("status", "phase").orElse("");
        boolean suspended = workflow.json().find("spec", "suspend").filter(Value.bool(true)::equals).isPresent();
        return suspended && (phase.equals("Running") || phase.equals("Pending")) ? phase + " (Suspended)" : phase;
    }

    private static String parameters(ApiObject workflow) {
        return workflow.json().listAt("spec", "arguments", "parameters").stream()
                .map(parameter -> parameter.textAt("name").orElse("") + "=" + parameter.textAt("value").orElse(""))
                .collect(Collectors.joining(","));
    }

    private static String ready(ApiObject object) {
        var states =
                object.status().listAt("conditions").stream()
                        .map(condition -> condition.textAt("status").orElse("Unknown"))
                        .toList();
        if (states.contains("False")) {
            return "False";
        }
        return states.isEmpty() || states.contains("Unknown") ? "Unknown" : "True";
    }

    /// What its first condition that does not hold says; empty if all hold.
    static String whyNotReady(ApiObject object) {
        return object.status().listAt("conditions").stream()
                .filter(condition -> !condition.textAt("status").orElse("").equals("True"))
                .map(condition -> condition.textAt("message").or(() -> condition.textAt("reason")).orElse(""))
                .filter(message -> !message.isEmpty())
                .findFirst()
                .orElse("");
    }

    private static Function<ApiObject, String> names(String list, String first, String... rest) {
        return object ->
                object.spec().listAt(list).stream()
                        .flatMap(item -> item.textAt(first, rest).stream())
                        .collect(Collectors.joining(","));
    }

    private static String readyContainers(ApiObject pod) {
        var states = pod.status().listAt("containerStatuses");
        long ready = states.stream().filter(state -> state.find("ready").equals(Optional.of(Value.bool(true)))).count();
        return ready + "/" + Math.max(1, states.size());
    }

    private static String podStatus(ApiObject pod) {
        var phase = pod.status().textAt("phase").orElse("Unknown");
        return pod.status()
                .textAt("reason")
                .orElse(
                        switch (phase) {
                            case "Succeeded" -> "Completed";
                            case "Failed" -> "Error";
                            default -> phase;
                        });
    }

    private static long entries(ApiObject object, String... maps) {
        return Stream.of(maps).mapToLong(map -> object.json().mapAt(map).fields().size()).sum();
    }

    private static String ports(ApiObject service) {
        return service.spec().listAt("ports").stream()
                .map(port ->
                        port.find("port").map(Columns::plain).orElse("?") + "/" + port.textAt("protocol").orElse("TCP"))
                .collect(Collectors.joining(","));
    }

    private static String pairs(Value.Mapping map) {
        return map.fields().entrySet().stream()
                .map(entry -> entry.getKey() + "=" + plain(entry.getValue()))
                .collect(Collectors.joining(","));
    }

    private static String role(ApiObject binding) {
        return at("roleRef", "kind").apply(binding) + "/" + at("roleRef", "name").apply(binding);
    }

    private static String plain(Value value) {
        return switch (value) {
            case Value.Text(var text, _) -> text;
            case Value.Number(var literal, _) -> literal;
            case Value.Bool(var truth, _) -> Boolean.toString(truth);
            case Value.Null _, Value.Sequence _, Value.Mapping _ -> "";
        };
    }
}
