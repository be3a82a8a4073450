package tiphys.engine.run.rules;

import java.util.ArrayList;
import java.util.List;
import tiphys.language.EvaluationFailed;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Template;

/// What an API server refuses of the pod that a step would be, in its words. In such a pod Argo's own volumes and containers
/// stand before those of the template, so the places are counted from there.
final class PodRules {
    /// Kinds of volumes in the order in which they are looked at: of two the later one is refused.
    private static final List<String> KINDS =
            List.of(
                    "emptyDir",
                    "hostPath",
                    "gitRepo",
                    "gcePersistentDisk",
                    "awsElasticBlockStore",
                    "secret",
                    "nfs",
                    "iscsi",
                    "glusterfs",
                    "flocker",
                    "persistentVolumeClaim",
                    "rbd",
                    "cinder",
                    "cephfs",
                    "quobyte",
                    "downwardAPI",
                    "fc",
                    "configMap",
                    "azureFile",
                    "vsphereVolume",
                    "photonPersistentDisk",
                    "portworxVolume",
                    "azureDisk",
                    "storageos",
                    "projected",
                    "scaleIO",
                    "csi",
                    "ephemeral",
                    "image");

    /// Argo's own: where its programs are, and a directory for its own files.
    private static final int OWN_VOLUMES = 2;

    /// What Argo's container beside the step mounts before the step's own mounts.
    private static final int OWN_MOUNTS = 1;

    private PodRules() {}

    /// The volumes of a step.
    ///
    /// @throws EvaluationFailed if one that is mounted is of several kinds
    static List<Value> volumes(String pod, Template template, List<Value> volumes) {
        var wrong = new ArrayList<String>();
        var mounts = template.container().listAt("volumeMounts");
        for (int i = 0; i < volumes.size(); i++) {
            var volume = volumes.get(i);
            var kinds = KINDS.stream().filter(kind -> volume.find(kind).isPresent()).toList();
            if (kinds.size() > 1) {
                for (var kind : kinds.subList(1, kinds.size())) {
                    wrong.add(
                            "spec.volumes[%d].%s: Forbidden: may not specify more than 1 volume type"
                                    .formatted(i + OWN_VOLUMES, kind));
                }
                var name = volume.textAt("name").orElse("");
                mounted(0, OWN_MOUNTS, mounts, name, wrong);
                mounted(1, 0, mounts, name, wrong);
            }
        }
        if (!wrong.isEmpty()) {
            var all = wrong.size() == 1 ? wrong.getFirst() : "[" + String.join(", ", wrong) + "]";
            throw new EvaluationFailed("Pod \"%s\" is invalid: %s".formatted(pod, all));
        }
        return volumes;
    }

    private static void mounted(int container, int first, List<Value> mounts, String volume, List<String> wrong) {
        for (int i = 0; i < mounts.size(); i++) {
            if (mounts.get(i).textAt("name").orElse("").equals(volume)) {
                wrong.add(
                        "spec.containers[%d].volumeMounts[%d].name: Not found: \"%s\""
                                .formatted(container, i + first, volume));
            }
        }
    }
}
