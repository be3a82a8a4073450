package tiphys.engine.run.view;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import tiphys.engine.run.state.Node;
import tiphys.engine.run.state.RunState;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// How the containers of a set hang together: each below those that it waits for, the first ones below their pod.
final class ContainerTree {
    private ContainerTree() {}

    /// What a container's node hangs below.
    static List<Integer> above(RunState state, Node container) {
        var pod = state.node(container.parent);
        var containers = containers(state, pod);
        var above = new ArrayList<Integer>();
        for (var name : dependencies(containers.get(container.ordinal))) {
            int index = indexOf(name, containers);
            if (index >= 0 && pod.parts != null && index < pod.parts.size()) {
                above.add(pod.parts.get(index));
            }
        }
        return above.isEmpty() ? List.of(pod.index) : above;
    }

    /// The containers of a pod that no other one waits for; empty if it has no nodes for its containers.
    static List<Integer> last(RunState state, Node pod) {
        if (pod.parts == null) {
            return List.of();
        }
        var containers = containers(state, pod);
        var waitedFor = new HashSet<String>();
        containers.forEach(container -> waitedFor.addAll(dependencies(container)));
        return pod.parts.stream()
                .filter(part -> !waitedFor.contains(containers.get(state.node(part).ordinal).textAt("name").orElse("")))
                .toList();
    }

    private static List<Value> containers(RunState state, Node pod) {
        return state.plan(pod).template().json().listAt("containerSet", "containers");
    }

    private static List<String> dependencies(Value container) {
        return container.listAt("dependencies").stream().map(Json::text).toList();
    }

    private static int indexOf(String name, List<Value> containers) {
        for (int i = 0; i < containers.size(); i++) {
            if (containers.get(i).textAt("name").orElse("").equals(name)) {
                return i;
            }
        }
        return -1;
    }
}
