package tiphys.kubernetes.pod;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// A pod as it is compared: without what an API server adds by itself, in an order that does not depend on who wrote it. What a
/// recorded pod has of tracing is left out (we trace nothing), and of the template that it is told what the executor never reads.
final class CanonicalPod {
    /// What an API server puts where nothing stands; also what stands for nothing.
    private static final Map<String, Set<String>> DEFAULTS =
            Map.ofEntries(
                    Map.entry("terminationMessagePath", Set.of("\"/dev/termination-log\"")),
                    Map.entry("terminationMessagePolicy", Set.of("\"File\"")),
                    Map.entry("terminationGracePeriodSeconds", Set.of("30")),
                    Map.entry("dnsPolicy", Set.of("\"ClusterFirst\"")),
                    Map.entry("serviceAccountName", Set.of("\"default\"")),
                    Map.entry("schedulerName", Set.of("\"default-scheduler\"")),
                    Map.entry("priority", Set.of("0")),
                    Map.entry("enableServiceLinks", Set.of("true")),
                    Map.entry("defaultMode", Set.of("420")),
                    Map.entry("protocol", Set.of("\"TCP\"")),
                    Map.entry("scheme", Set.of("\"HTTP\"")),
                    Map.entry("timeoutSeconds", Set.of("1")),
                    Map.entry("periodSeconds", Set.of("10")),
                    Map.entry("successThreshold", Set.of("1")),
                    Map.entry("failureThreshold", Set.of("3")),
                    Map.entry("readOnly", Set.of("false")),
                    Map.entry("divisor", Set.of("\"0\"", "0")),
                    Map.entry("mountPropagation", Set.of("\"None\"")),
                    Map.entry("policy", Set.of("\"Always\"")));

    private static final List<String> DEFAULT_TOLERATIONS =
            List.of("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable");

    /// Of the template that argoexec is told: what the engine alone, or the pod itself, is about.
    private static final List<String> UNREAD =
            List.of(
                    "metadata",
                    "retryStrategy",
                    "timeout",
                    "activeDeadlineSeconds",
                    "pendingTimeout",
                    "nodeSelector",
                    "affinity",
                    "tolerations",
                    "schedulerName",
                    "priorityClassName",
                    "serviceAccountName",
                    "automountServiceAccountToken",
                    "executor",
                    "hostAliases",
                    "securityContext",
                    "podSpecPatch",
                    "podResources",
                    "resourceClaims",
                    "metrics",
                    "synchronization",
                    "memoize",
                    "parallelism",
                    "failFast",
                    "daemon",
                    "annotations",
                    "volumes");

    private CanonicalPod() {}

    /// The lines in which two pods differ; empty if they do not.
    static List<String> differences(Value wanted, Value made) {
        var differences = new ArrayList<String>();
        compare("", of(wanted), of(made), differences);
        return differences;
    }

    private static void compare(String path, Value wanted, Value made, List<String> differences) {
        if (wanted.equals(made)) {
            return;
        }
        if (wanted instanceof Value.Mapping(var left, _, _) && made instanceof Value.Mapping(var right, _, _)) {
            var all = new TreeMap<String, Value>(left);
            all.putAll(right);
            for (var field : all.keySet()) {
                if (!left.containsKey(field)) {
                    differences.add(path + "." + field + " is too much: " + Json.write(right.get(field)));
                } else if (!right.containsKey(field)) {
                    differences.add(path + "." + field + " is missing: " + Json.write(left.get(field)));
                } else {
                    compare(path + "." + field, left.get(field), right.get(field), differences);
                }
            }
            return;
        }
        if (wanted instanceof Value.Sequence(var left, _)
                && made instanceof Value.Sequence(var right, _)
                && left.size() == right.size()) {
            for (int i = 0; i < left.size(); i++) {
                var name = left.get(i).textAt("name").orElse("" + i);
                compare(path + "[" + name + "]", left.get(i), right.get(i), differences);
            }
            return;
        }
        if (path.endsWith(".activeDeadlineSeconds")
                && wanted instanceof Value.Number left
                && made instanceof Value.Number right
                && Math.abs(left.decimal().intValue() - right.decimal().intValue()) <= 2) {
            return; // the rest of a deadline, by how fast a controller is
        }
        differences.add(path + " is " + Json.write(made) + " and should be " + Json.write(wanted));
    }

    private static Value of(Value pod) {
        var json = (Value.Mapping) pod;
        var annotations = json.mapAt("metadata", "annotations");
        for (var key : List.copyOf(annotations.fields().keySet())) {
            if (key.endsWith("/span-id") || key.endsWith("/trace-id") || key.startsWith("tiphys/")) {
                annotations = annotations.without(key);
            }
        }
        json = json.with("metadata", json.mapAt("metadata").with("annotations", annotations).without("namespace"));
        var spec = json.mapAt("spec").without("serviceAccount");
        spec = spec.with("volumes", sorted(spec.listAt("volumes"), "name"));
        for (var list : List.of("initContainers", "containers")) {
            spec = spec.with(list, Value.list(spec.listAt(list).stream().map(CanonicalPod::container).toList()));
        }
        var tolerations =
                spec.listAt("tolerations").stream()
                        .filter(one -> !DEFAULT_TOLERATIONS.contains(one.textAt("key").orElse("")))
                        .toList();
        spec = spec.with("tolerations", Value.list(tolerations));
        return plain(json.with("spec", spec), "");
    }

    private static Value container(Value value) {
        var container = (Value.Mapping) value;
        var image = container.textAt("image").orElse("");
        boolean latest = image.endsWith(":latest") || !image.substring(image.lastIndexOf('/') + 1).contains(":");
        if (container.textAt("imagePullPolicy").orElse("").equals(latest ? "Always" : "IfNotPresent")) {
            container = container.without("imagePullPolicy");
        }
        var env = new ArrayList<Value>();
        for (var one : container.listAt("env")) {
            var name = one.textAt("name").orElse("");
            if (name.equals("ARGO_TEMPLATE") && one.textAt("value").filter(text -> text.startsWith("{")).isPresent()) {
                env.add(Value.object("name", name, "value", template(one.textAt("value").orElse("{}"))));
            } else if (name.equals("ARGO_DEADLINE")) {
                env.add(Value.object("name", name, "value", "{{time}}"));
            } else if (!name.startsWith("TRACE")) {
                env.add(one);
            }
        }
        var limits = container.mapAt("resources", "limits").fields();
        var requests = new LinkedHashMap<>(limits);
        requests.putAll(container.mapAt("resources", "requests").fields());
        if (!limits.isEmpty()) {
            container = container.with("resources", container.mapAt("resources").with("requests", Value.of(requests)));
        }
        return container
                .with("env", Value.list(env))
                .with("volumeMounts", sorted(container.listAt("volumeMounts"), "mountPath"));
    }

    private static Value template(String text) {
        var json = (Value.Mapping) Json.parse(text.getBytes(StandardCharsets.UTF_8));
        for (var field : UNREAD) {
            json = json.without(field);
        }
        for (var list : List.of("container", "script")) {
            if (json.find(list).isPresent()) {
                json = json.with(list, Value.object("source", json.mapAt(list).textAt("source").orElse(null)));
            }
        }
        if (json.find("archiveLocation", "archiveLogs").equals(Optional.of(Value.bool(false)))) {
            json = json.with("archiveLocation", json.mapAt("archiveLocation").without("archiveLogs"));
        }
        return plain(json, "");
    }

    private static Value sorted(List<Value> items, String by) {
        return Value.list(
                items.stream()
                        .filter(one -> !one.textAt("name").orElse("").startsWith("kube-api-access"))
                        .sorted(Comparator.comparing((Value one) -> one.textAt(by).orElse("")))
                        .toList());
    }

    /// Without what is empty or as it would be anyway.
    private static Value plain(Value value, String field) {
        return switch (value) {
            case Value.Mapping map -> {
                var fields = new TreeMap<String, Value>();
                map.fields()
                        .forEach((name, inner) -> {
                            var plain = plain(inner, name);
                            var defaults = DEFAULTS.getOrDefault(name, Set.of());
                            boolean version = name.equals("apiVersion") && field.equals("fieldRef");
                            if (!empty(plain) && !defaults.contains(Json.write(plain)) && !version) {
                                fields.put(name, plain);
                            }
                        });
                yield Value.of(fields);
            }
            case Value.Sequence(var items, _) -> {
                var plain = items.stream().map(item -> plain(item, field)).toList();
                yield field.equals("items") ? sorted(plain, "key") : Value.list(plain);
            }
            case Value.Text _, Value.Number _, Value.Bool _, Value.Null _ -> value;
        };
    }

    private static boolean empty(Value value) {
        return switch (value) {
            case Value.Mapping map -> map.fields().isEmpty();
            case Value.Sequence(var items, _) -> items.isEmpty();
            case Value.Text(var text, _) -> text.isEmpty();
            case Value.Null _ -> true;
            case Value.Number _, Value.Bool _ -> false;
        };
    }
}
