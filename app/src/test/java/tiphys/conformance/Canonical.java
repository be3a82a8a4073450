package tiphys.conformance;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tiphys.engine.StepReport;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// A run in canonical form, as its recorded outcome is: nodes by name, the run's own name as `{{wf}}`, ids as the names of
/// their nodes; times, hosts, durations, and what goes by pace, left out. Plain maps, lists and texts.
///
/// @param phase null if there is none
/// @param nodes by canonical name, each with its fields
record Canonical(
        @Nullable Object phase,
        @Nullable Object message,
        @Nullable Object outputs,
        Map<String, Map<String, Object>> nodes) {
    private static final Pattern TIME =
            Pattern.compile(
                    "\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?( ?(Z|[+-]\\d\\d:?\\d\\d)( [A-Z]{3})?)?( m=[+-][\\d.]+)?");

    /// Where a daemon of ours is reached; the record has such a text in the place of what the cluster gave.
    private static final Pattern ADDRESS = Pattern.compile("\\b127\\.\\d+\\.\\d+\\.\\d+\\b");

    /// Fields of nodes that are not compared.
    private static final Set<String> DROPPED =
            Set.of(
                    "id",
                    "name",
                    "startedAt",
                    "finishedAt",
                    "estimatedDuration",
                    "resourcesDuration",
                    "hostNodeName",
                    "children",
                    "outboundNodes",
                    "boundaryID",
                    "progress",
                    "taskResultSynced",
                    "podIP",
                    "nodeFlag",
                    "templateScope",
                    "failedPodRestarts");

    /// Fields of nodes whose lists of nodes have no order.
    private static final List<String> NODE_LISTS = List.of("children", "outboundNodes");

    /// A Workflow object with its status.
    ///
    /// @param others the names that were made for Workflows which its steps created, in their order
    static Canonical of(Value.Mapping workflow, List<String> others) {
        var run = workflow.textAt("metadata", "name").orElseThrow();
        var nodes = new ArrayList<Value.Mapping>();
        workflow.mapAt("status", "nodes").fields().values().forEach(node -> nodes.add((Value.Mapping) node));
        var namesById = new HashMap<String, String>();
        nodes.forEach(node -> namesById.put(text(node, "id"), nodeName(text(node, "name"), run)));
        var names = new ArrayList<Map.Entry<String, String>>();
        namesById.forEach((id, name) -> {
            if (!id.equals(run)) {
                names.add(Map.entry(id, "{{id:" + name + "}}"));
            }
        });
        for (var node : nodes) {
            var shown = "{{pod:" + nodeName(text(node, "name"), run) + "}}";
            pod(node, run).ifPresent(pod -> names.add(Map.entry(pod, shown)));
        }
        for (int i = 0; i < others.size(); i++) {
            names.add(Map.entry(others.get(i), "{{wf" + (i + 2) + "}}"));
        }
        if (workflow.textAt("metadata", "generateName").isPresent()) {
            names.add(Map.entry(run, "{{wf}}"));
        }
        workflow.textAt("metadata", "namespace").ifPresent(namespace -> names.add(Map.entry(namespace, "argo")));
        names.sort(Comparator.comparingInt(pair -> -pair.getKey().length()));
        var made = new TreeMap<String, Map<String, Object>>();
        for (var node : nodes) {
            var kept = new TreeMap<String, Object>();
            node.fields()
                    .forEach((key, value) -> {
                        if (!DROPPED.contains(key)) {
                            kept.put(key, Objects.requireNonNullElse(plain(value, names), NOTHING));
                        }
                    });
            if (node.textAt("displayName").orElse("").equals(run)) {
                kept.put("displayName", "{{wf}}");
            }
            node.textAt("boundaryID")
                    .ifPresent(id ->
                            kept.put(
                                    "boundaryID", namesById.containsKey(id) ? named(namesById, id) : named(id, names)));
            for (var key : NODE_LISTS) {
                var ids =
                        node.listAt(key).stream()
                                .map(Json::text)
                                .map(id -> namesById.containsKey(id) ? named(namesById, id) : named(id, names))
                                .sorted()
                                .toList();
                if (!ids.isEmpty()) {
                    kept.put(key, ids);
                }
            }
            made.put(nodeName(text(node, "name"), run), kept);
        }
        var status = workflow.mapAt("status");
        return new Canonical(
                plain(status, "phase", names), plain(status, "message", names), plain(status, "outputs", names), made);
    }

    /// The name of a node's pod; empty if it has none, or is the run's only one, whose name is the run's.
    private static Optional<String> pod(Value.Mapping node, String run) {
        var id = text(node, "id");
        var pods =
                node.textAt("type").orElse("").equals("Pod")
                        && id.startsWith(run + "-")
                        && !node.textAt("message").orElse("").contains(" is invalid: "); // which was never made
        return pods
                ? node.textAt("templateName").map(template -> run + "-" + template + id.substring(run.length()))
                : Optional.empty();
    }

    /// An entry of `workflows` in a recorded outcome. Where a run has one pod, of the same name, the record may say the pod's.
    static Canonical recorded(Value recorded) {
        var entry = Json.parse(Json.write(recorded).replace("{{pod:{{wf}}}}", "{{wf}}"));
        var nodes = new TreeMap<String, Map<String, Object>>();
        entry.mapAt("nodes")
                .fields()
                .forEach((name, node) -> {
                    var kept = new TreeMap<String, Object>();
                    ((Value.Mapping) node)
                            .fields()
                            .forEach((key, value) -> {
                                if (NODE_LISTS.contains(key)) {
                                    kept.put(key, node.listAt(key).stream().map(Json::text).sorted().toList());
                                } else if (!DROPPED.contains(key) || key.equals("boundaryID")) {
                                    kept.put(key, Objects.requireNonNullElse(plain(value, List.of()), NOTHING));
                                }
                            });
                    nodes.put(name, kept);
                });
        var map = (Value.Mapping) entry;
        return new Canonical(
                plain(map, "phase", List.of()),
                plain(map, "message", List.of()),
                plain(map, "outputs", List.of()),
                nodes);
    }

    /// Stands for a null among a node's fields.
    private static final String NOTHING = "";

    private static String named(Map<String, String> namesById, String id) {
        return Objects.requireNonNull(namesById.get(id));
    }

    /// One line a difference: what is wanted, and what this run has.
    List<String> differences(Canonical have) {
        var lines = new ArrayList<String>();
        compare("phase", "phase", phase, have.phase, lines);
        compare("message", "message", message, have.message, lines);
        compare("outputs", "outputs", outputs, have.outputs, lines);
        var all = new TreeSet<>(nodes.keySet());
        all.addAll(have.nodes.keySet());
        for (var name : all) {
            var wanted = nodes.get(name);
            var had = have.nodes.get(name);
            if (had == null) {
                lines.add("node " + name + " " + shown(wanted) + " is missing");
            } else if (wanted == null) {
                lines.add("node " + name + " " + shown(had) + " should not be");
            } else {
                var keys = new TreeSet<>(wanted.keySet());
                keys.addAll(had.keySet());
                for (var key : keys) {
                    compare("node " + name + " " + key, key, byPace(wanted, key), byPace(had, key), lines);
                }
            }
        }
        return lines;
    }

    /// How the process of a node ended; empty if it ran none that ended by itself.
    Optional<StepReport.Ending> ending(String name) {
        if (!(nodes.getOrDefault(name, Map.of()).get("outputs") instanceof Map<?, ?> outputs)
                || !(outputs.get("exitCode") instanceof String code)) {
            return Optional.empty();
        }
        var parameters = new HashMap<String, String>();
        if (outputs.get("parameters") instanceof List<?> list) {
            for (var one : list) {
                var parameter = (Map<?, ?>) one;
                parameters.put(String.valueOf(parameter.get("name")), String.valueOf(parameter.get("value")));
            }
        }
        return Optional.of(
                new StepReport.Ending.Exited(
                        Integer.parseInt(code), Optional.ofNullable((String) outputs.get("result")), parameters));
    }

    /// What of a node is compared: of one that a deadline or a stop ended, it goes by pace which of both ended it first, and
    /// whether its process had an exit code by then.
    private static @Nullable Object byPace(Map<String, Object> node, String key) {
        var value = node.get(key);
        if (!(node.get("message") instanceof String message) || !ENDED.matcher(message).find()) {
            return value;
        }
        if (key.equals("message")) {
            return message.startsWith("retry") ? message : "ended";
        }
        if (key.equals("outputs") && value instanceof Map<?, ?> outputs) {
            var kept = new TreeMap<String, Object>();
            outputs.forEach((name, one) -> {
                if (!name.equals("exitCode") || !KILLED.contains(one)) {
                    kept.put((String) name, one);
                }
            });
            return kept;
        }
        return value;
    }

    private static final Pattern ENDED =
            Pattern.compile(
                    "^(Pod was active on the node longer than the specified deadline|Step exceeded its deadline"
                            + "|workflow shutdown with strategy:.*|retry exceeded workflow deadline.*)$");

    private static final Set<Object> KILLED = Set.of("137", "143");

    private static String shown(@Nullable Map<String, Object> node) {
        return node == null ? "" : "(" + node.get("type") + " " + node.get("phase") + ")";
    }

    private static void compare(
            String what, String key, @Nullable Object wanted, @Nullable Object had, List<String> lines) {
        var want = trimmed(key, wanted);
        var have = trimmed(key, had);
        if (!Objects.equals(want, have)) {
            lines.add(what + ": want " + want + ", have " + have);
        }
    }

    /// Artifacts by name and path, logs left out: where the bytes lie is not the manifest's business. What is empty is as
    /// what is not there.
    private static @Nullable Object trimmed(String key, @Nullable Object value) {
        var result = value;
        if ((key.equals("inputs") || key.equals("outputs")) && value instanceof Map<?, ?> map) {
            var kept = new TreeMap<String, Object>();
            map.forEach((name, one) -> {
                if (!name.equals("artifacts")) {
                    kept.put((String) name, one);
                } else {
                    var artifacts = artifacts((List<?>) one);
                    if (!artifacts.isEmpty()) {
                        kept.put("artifacts", artifacts);
                    }
                }
            });
            result = kept;
        }
        var empty =
                result == null
                        || result.equals("")
                        || result.equals(false)
                        || (result instanceof Map<?, ?> map && map.isEmpty())
                        || (result instanceof List<?> list && list.isEmpty());
        return empty ? null : result;
    }

    private static List<Object> artifacts(List<?> all) {
        var kept = new ArrayList<Object>();
        for (var one : all) {
            var artifact = (Map<?, ?>) one;
            if (!String.valueOf(artifact.get("name")).endsWith("-logs")) {
                var fields = new TreeMap<String, Object>();
                for (var key : List.of("name", "path", "optional")) {
                    var value = artifact.get(key);
                    if (value != null) {
                        fields.put(key, value);
                    }
                }
                kept.add(fields);
            }
        }
        return kept;
    }

    /// A node's name, the run's own as `{{wf}}`.
    static String nodeName(String name, String run) {
        if (name.equals(run)) {
            return "{{wf}}";
        }
        var own = name.startsWith(run) && ".[(".indexOf(name.charAt(run.length())) >= 0;
        return own ? "{{wf}}" + name.substring(run.length()) : name;
    }

    private static @Nullable Object plain(Value.Mapping map, String key, List<Map.Entry<String, String>> names) {
        return map.find(key).map(value -> plain(value, names)).orElse(null);
    }

    private static @Nullable Object plain(Value value, List<Map.Entry<String, String>> names) {
        return switch (value) {
            case Value.Null _ -> null;
            case Value.Bool(var truth, _) -> truth;
            case Value.Number number -> number.decimal().stripTrailingZeros();
            case Value.Text(var text, _) -> named(text, names);
            case Value.Sequence(var items, _) ->
                    items.stream().map(item -> Objects.requireNonNullElse(plain(item, names), NOTHING)).toList();
            case Value.Mapping(var fields, _, _) -> {
                var map = new TreeMap<String, Object>();
                fields.forEach((key, item) -> {
                    var plain = plain(item, names);
                    if (plain != null) {
                        map.put(named(key, names), plain);
                    }
                });
                yield map;
            }
        };
    }

    private static String named(String text, List<Map.Entry<String, String>> names) {
        var result = text;
        for (var pair : names) {
            result = result.replace(pair.getKey(), pair.getValue());
        }
        return ADDRESS.matcher(TIME.matcher(result).replaceAll("{{time}}")).replaceAll("{{ip}}");
    }

    private static String text(Value.Mapping map, String field) {
        return map.textAt(field).orElse("");
    }
}
