package tiphys.cli.render;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tiphys.cli.server.NodeView;

/// A run's nodes as the tree that people see. Argo's nodes are a graph whose edges mean "then"; the tree is of what is
/// inside what: a node hangs on its boundary, the items of a loop on their group, the tries of a retry on the retry.
/// Step groups are not shown, nor is the only try of a retry.
public final class NodeTree {
    private final Map<String, NodeView> nodes = new LinkedHashMap<>();
    private final Map<String, List<NodeView>> inside = new HashMap<>();
    private final List<NodeView> roots = new ArrayList<>();

    public NodeTree(List<NodeView> all) {
        all.forEach(node -> nodes.put(node.id(), node));
        var groups = groups(all);
        var order = order(all);
        for (var node : all) {
            if (node.type().equals("StepGroup")) {
                continue;
            }
            var group = groups.get(node.id());
            var parent = group != null ? group : shownBoundary(node);
            if (parent == null) {
                roots.add(node);
            } else {
                inside.computeIfAbsent(parent.id(), _ -> new ArrayList<>()).add(node);
            }
        }
        Comparator<NodeView> asTheyBegan =
                Comparator.<NodeView, Instant>comparing(node -> node.startedAt().orElse(Instant.MAX))
                        .thenComparing(node -> order.getOrDefault(node.id(), 0));
        roots.sort(asTheyBegan);
        inside.values().forEach(list -> list.sort(asTheyBegan));
    }

    /// The nodes that are inside none: the root, and the exit handler's.
    List<NodeView> roots() {
        return List.copyOf(roots);
    }

    /// What is shown inside a node.
    List<NodeView> inside(NodeView node) {
        var all = inside.getOrDefault(node.id(), List.of());
        return node.type().equals("Retry") && all.size() < 2 ? List.of() : List.copyOf(all);
    }

    /// All that is inside a node, shown or not.
    public List<NodeView> all(NodeView node) {
        return List.copyOf(inside.getOrDefault(node.id(), List.of()));
    }

    /// The items of loops and the tries of retries, by their group.
    private Map<String, NodeView> groups(List<NodeView> all) {
        var groups = new HashMap<String, NodeView>();
        for (var node : all) {
            if (node.type().equals("TaskGroup") || node.type().equals("Retry")) {
                for (var child : node.children()) {
                    groups.putIfAbsent(child, node);
                }
            }
        }
        // The edge from a group to what comes after it is not one into it: those have other names.
        groups.entrySet()
                .removeIf(entry -> {
                    var member = nodes.get(entry.getKey());
                    return member == null || !member.name().startsWith(entry.getValue().name() + "(");
                });
        return groups;
    }

    private @Nullable NodeView shownBoundary(NodeView node) {
        Set<String> seen = new HashSet<>();
        var at = node.boundary();
        while (!at.isEmpty() && seen.add(at)) {
            var boundary = nodes.get(at);
            if (boundary == null || boundary.id().equals(node.id())) {
                return null;
            }
            if (!boundary.type().equals("StepGroup")) {
                return boundary;
            }
            at = boundary.boundary();
        }
        return null;
    }

    private static Map<String, Integer> order(List<NodeView> all) {
        var order = new HashMap<String, Integer>();
        for (var node : all) {
            order.put(node.id(), order.size());
        }
        return order;
    }
}
