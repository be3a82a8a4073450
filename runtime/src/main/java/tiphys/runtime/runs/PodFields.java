package tiphys.runtime.runs;

import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tiphys.engine.Quantity;
import tiphys.engine.StepOrder;
import tiphys.manifest.Json;
import tiphys.runtime.runs.MaterialsResolver.Missing;

/// What a step can ask of the pod that it would be on a cluster: by `fieldRef` and `resourceFieldRef` of variables and of downward
/// API volumes.
final class PodFields {
    private static final String ARGO = "workflows.argoproj.io/";
    private static final Pattern KEY = Pattern.compile("metadata\\.(labels|annotations)\\['([^']*)'\\]");
    private static final String HERE = "127.0.0.1";

    private final StepOrder order;

    PodFields(StepOrder order) {
        this.order = order;
    }

    /// A field's value; of a label or annotation that is not there the empty text.
    ///
    /// @throws Missing if Kubernetes gives no such field
    String field(String path) {
        var key = KEY.matcher(path);
        if (key.matches()) {
            return (key.group(1).equals("labels") ? labels() : annotations()).getOrDefault(key.group(2), "");
        }
        return switch (path) {
            case "metadata.name" -> order.podName();
            case "metadata.namespace" -> order.namespace();
            case "metadata.uid" ->
                    UUID.nameUUIDFromBytes(order.attempt().text().getBytes(StandardCharsets.UTF_8)).toString();
            case "metadata.labels" -> lines(labels());
            case "metadata.annotations" -> lines(annotations());
            case "spec.nodeName" -> "localhost";
            case "spec.serviceAccountName" -> order.template().json().textAt("serviceAccountName").orElse("default");
            case "status.podIP", "status.podIPs", "status.hostIP", "status.hostIPs" -> HERE;
            default -> throw new Missing("field label not supported: " + path);
        };
    }

    /// What Argo puts on a pod, with the template's own; the template's wins but for Argo's names.
    private Map<String, String> labels() {
        var labels = texts("labels");
        labels.put(ARGO + "workflow", order.runName());
        labels.put(ARGO + "completed", "false");
        return labels;
    }

    private Map<String, String> annotations() {
        var annotations = texts("annotations");
        annotations.put(ARGO + "node-id", order.nodeId());
        annotations.put(ARGO + "node-name", order.nodeName());
        annotations.put("kubectl.kubernetes.io/default-container", "main");
        return annotations;
    }

    private Map<String, String> texts(String field) {
        var texts = new LinkedHashMap<String, String>();
        order.template()
                .json()
                .mapAt("metadata", field)
                .fields()
                .forEach((key, value) -> texts.put(key, Json.text(value)));
        return texts;
    }

    /// As a downward API volume has them: sorted, a line each, quoted.
    private static String lines(Map<String, String> all) {
        return new TreeMap<>(all)
                .entrySet().stream()
                        .map(one -> one.getKey() + "=" + Json.write(tiphys.manifest.Value.text(one.getValue())))
                        .collect(Collectors.joining("\n"));
    }

    /// A limit or request of the step's container. A limit that is not given is what this machine has, a request that is not given is
    /// the limit, or nothing.
    ///
    /// @throws Missing if it is no such resource or the divisor is none
    String resource(String name, String divisor) {
        var unit = Quantity.parse(divisor.isEmpty() || divisor.equals("0") ? "1" : divisor);
        if (unit.isEmpty() || unit.get().value().signum() <= 0) {
            throw new Missing("invalid divisor: " + divisor);
        }
        var amount =
                switch (name) {
                    case "limits.cpu" -> given("limits", "cpu", PodFields::processors);
                    case "limits.memory" -> given("limits", "memory", PodFields::memory);
                    case "limits.ephemeral-storage" ->
                            given("limits", "ephemeral-storage", () -> new Quantity(BigDecimal.ZERO));
                    case "requests.cpu", "requests.memory", "requests.ephemeral-storage" -> {
                        var resource = name.substring(name.indexOf('.') + 1);
                        yield given(
                                "requests",
                                resource,
                                () -> given("limits", resource, () -> new Quantity(BigDecimal.ZERO)));
                    }
                    default -> throw new Missing("unsupported container resource : " + name);
                };
        return Long.toString(amount.in(unit.get()));
    }

    private Quantity given(String side, String resource, Supplier<Quantity> other) {
        var json = order.template().json();
        var container = json.find("script").isPresent() ? json.mapAt("script") : json.mapAt("container");
        return container.find("resources", side, resource).map(Json::text).flatMap(Quantity::parse).orElseGet(other);
    }

    private static Quantity processors() {
        return new Quantity(BigDecimal.valueOf(Runtime.getRuntime().availableProcessors()));
    }

    private static Quantity memory() {
        var system = ManagementFactory.getOperatingSystemMXBean();
        return new Quantity(
                BigDecimal.valueOf(
                        system instanceof com.sun.management.OperatingSystemMXBean machine
                                ? machine.getTotalMemorySize()
                                : Runtime.getRuntime().maxMemory()));
    }
}
