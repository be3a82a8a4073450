package tiphys.kubernetes.steps;

import java.util.LinkedHashMap;
import java.util.Map;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// What is kept of a pod that was seen: what says which one it is, and what its cleaning up depends on.
///
/// @param workflow the uid of its Workflow
/// @param phase in Kubernetes' words
record SeenPod(String namespace, String name, String uid, String workflow, String phase, Map<String, String> labels) {
    SeenPod {
        labels = Map.copyOf(labels);
    }

    static SeenPod of(Value.Mapping pod) {
        var labels = new LinkedHashMap<String, String>();
        pod.mapAt("metadata", "labels").fields().forEach((label, value) -> labels.put(label, Json.text(value)));
        var owner =
                pod.listAt("metadata", "ownerReferences").stream()
                        .filter(one -> one.textAt("kind").orElse("").equals("Workflow"))
                        .findFirst();
        return new SeenPod(
                pod.textAt("metadata", "namespace").orElse(""),
                pod.textAt("metadata", "name").orElse(""),
                pod.textAt("metadata", "uid").orElse(""),
                owner.flatMap(one -> one.textAt("uid")).orElse(""),
                PodEnd.phase(pod),
                labels);
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
