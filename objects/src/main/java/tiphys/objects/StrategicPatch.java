package tiphys.objects;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tiphys.manifest.Value;

/// Kubernetes' strategic merge for the built-in kinds that are stored here: lists whose items have a key are merged item
/// by item, all other lists are replaced. `$setElementOrder` is passed over, because no order matters in those lists.
final class StrategicPatch {
    private static final String DIRECTIVE = "$patch";
    private static final String RETAIN = "$retainKeys";
    private static final String ORDER = "$setElementOrder/";
    private static final String DELETE_FROM = "$deleteFromPrimitiveList/";

    /// The lists whose items are merged, with the field that tells the items apart. A binding's subjects and a role's rules
    /// are not among them, as in Kubernetes.
    private static final Map<String, String> KEYS =
            Map.of("ownerReferences", "uid", "secrets", "name", "imagePullSecrets", "name", "ports", "port");

    /// The same within a pod's spec.
    private static final Map<String, String> POD_KEYS =
            Map.ofEntries(
                    Map.entry("containers", "name"),
                    Map.entry("initContainers", "name"),
                    Map.entry("ephemeralContainers", "name"),
                    Map.entry("env", "name"),
                    Map.entry("volumes", "name"),
                    Map.entry("volumeMounts", "mountPath"),
                    Map.entry("volumeDevices", "devicePath"),
                    Map.entry("ports", "containerPort"),
                    Map.entry("imagePullSecrets", "name"),
                    Map.entry("hostAliases", "ip"),
                    Map.entry("topologySpreadConstraints", "topologyKey"),
                    Map.entry("schedulingGates", "name"),
                    Map.entry("resourceClaims", "name"));

    private static final Set<String> MERGED_TEXTS = Set.of("finalizers");

    private final Map<String, String> keys;

    private StrategicPatch(Map<String, String> keys) {
        this.keys = keys;
    }

    /// The target with the patch merged in.
    static Value.Mapping merge(Value.Mapping target, Value.Mapping patch) {
        return new StrategicPatch(KEYS).patched(target, patch);
    }

    /// A pod's spec with the patch merged in.
    static Value.Mapping mergePod(Value.Mapping spec, Value.Mapping patch) {
        return new StrategicPatch(POD_KEYS).patched(spec, patch);
    }

    private Value.Mapping patched(Value.Mapping target, Value.Mapping patch) {
        var directive = patch.textAt(DIRECTIVE).orElse("");
        switch (directive) {
            case "", "merge" -> {}
            case "replace" -> {
                return patch.without(DIRECTIVE);
            }
            case "delete" -> {
                return Value.Mapping.EMPTY;
            }
            default -> throw unknownDirective(directive);
        }
        var merged = new LinkedHashMap<>(target.fields());
        if (patch.find(RETAIN).isPresent()) {
            var kept = patch.listAt(RETAIN);
            merged.keySet().removeIf(field -> !kept.contains(Value.text(field)));
        }
        patch.fields()
                .forEach((field, change) -> {
                    if (field.startsWith(DELETE_FROM)) {
                        var list = field.substring(DELETE_FROM.length());
                        if (merged.get(list) instanceof Value.Sequence(var items, _)) {
                            var gone = items(change);
                            merged.put(list, Value.list(items.stream().filter(item -> !gone.contains(item)).toList()));
                        }
                    }
                });
        patch.fields()
                .forEach((field, change) -> {
                    if (field.equals(DIRECTIVE)
                            || field.equals(RETAIN)
                            || field.startsWith(ORDER)
                            || field.startsWith(DELETE_FROM)) {
                        return;
                    }
                    merged(field, Optional.ofNullable(merged.get(field)), change)
                            .ifPresentOrElse(value -> merged.put(field, value), () -> merged.remove(field));
                });
        return new Value.Mapping(merged, target.keys(), target.at());
    }

    private Optional<Value> merged(String field, Optional<Value> target, Value change) {
        return switch (change) {
            case Value.Null _ -> Optional.empty();
            case Value.Mapping map -> {
                if (map.textAt(DIRECTIVE).orElse("").equals("delete")) {
                    yield Optional.empty();
                }
                yield Optional.of(
                        patched(
                                target.orElse(Value.Mapping.EMPTY) instanceof Value.Mapping inner
                                        ? inner
                                        : Value.Mapping.EMPTY,
                                map));
            }
            case Value.Sequence(var items, _) -> {
                var before = target.map(StrategicPatch::items).orElse(List.of());
                if (MERGED_TEXTS.contains(field)) {
                    yield Optional.of(united(before, items));
                }
                var key = keys.get(field);
                yield Optional.of(key == null ? change : mergedItems(before, items, key));
            }
            case Value.Bool _, Value.Number _, Value.Text _ -> Optional.of(change);
        };
    }

    private static Value united(List<Value> before, List<Value> more) {
        var all = new ArrayList<>(before);
        more.stream().filter(item -> !before.contains(item)).forEach(all::add);
        return Value.list(all);
    }

    private Value mergedItems(List<Value> before, List<Value> changes, String key) {
        boolean replace = changes.stream().anyMatch(item -> item.textAt(DIRECTIVE).orElse("").equals("replace"));
        var merged = new ArrayList<>(replace ? List.<Value>of() : before);
        for (var change : changes) {
            if (!(change instanceof Value.Mapping item)) {
                throw Refusal.badRequest(
                        "map: cannot be merged: items of this list are objects with the field \"" + key + "\"");
            }
            var directive = item.textAt(DIRECTIVE).orElse("");
            if (directive.equals("replace")) {
                continue;
            }
            var name =
                    item.find(key)
                            .orElseThrow(() ->
                                    Refusal.badRequest(
                                            "map: "
                                                    + tiphys.manifest.Json.write(item)
                                                    + " does not contain declared merge key: "
                                                    + key));
            int at = indexOf(merged, key, name);
            switch (directive) {
                case "delete" -> {
                    if (at >= 0) {
                        merged.remove(at);
                    }
                }
                case "", "merge" -> {
                    if (at >= 0 && merged.get(at) instanceof Value.Mapping old) {
                        merged.set(at, patched(old, item));
                    } else {
                        merged.add(patched(Value.Mapping.EMPTY, item));
                    }
                }
                default -> throw unknownDirective(directive);
            }
        }
        return Value.list(merged);
    }

    private static int indexOf(List<Value> items, String key, Value name) {
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i).find(key).filter(name::equals).isPresent()) {
                return i;
            }
        }
        return -1;
    }

    private static List<Value> items(Value value) {
        return value instanceof Value.Sequence(var items, _) ? items : List.of();
    }

    private static Refusal unknownDirective(String directive) {
        return Refusal.badRequest("Unknown patch type: " + directive);
    }
}
