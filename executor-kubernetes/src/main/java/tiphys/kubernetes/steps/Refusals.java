package tiphys.kubernetes.steps;

import java.util.ArrayList;
import java.util.List;
import tiphys.engine.StepOrder;
import tiphys.kubernetes.pod.PodSettings;
import tiphys.kubernetes.pod.Pods;
import tiphys.manifest.workflow.Template;

/// What this executor does not honour yet, by name.
final class Refusals {
    private Refusals() {}

    private static boolean runs(Template.Type type) {
        return type == Template.Type.CONTAINER || type == Template.Type.SCRIPT || type == Template.Type.CONTAINER_SET;
    }

    static List<String> of(StepOrder order, PodSettings settings) {
        var refusals = new ArrayList<String>();
        var json = order.template().json();
        var template = "template '" + json.textAt("name").orElse(order.nodeName()) + "' ";
        var type = new Template(json).type();
        if (type.filter(Refusals::runs).isEmpty()) {
            refusals.add(
                    template
                            + "is of type "
                            + type.map(Template.Type::field).orElse("?")
                            + ", which this version of Tiphys does not do on a cluster");
        } else if (!Pods.light(order, settings)) {
            refusals.add(
                    template
                            + "moves artifacts or files, or has sidecars or containers that wait for one another: its pod needs Argo's"
                            + " executor beside it, and this version of Tiphys does not read what that reports");
        }
        for (var asked : Pods.texts(order.pod(), "asks")) {
            refusals.add(asked + " is not supported on a cluster by this version of Tiphys");
        }
        for (var volume : json.listAt("volumes")) {
            var claim = volume.textAt("persistentVolumeClaim", "claimName").orElse("");
            if (claim.startsWith(order.runName() + "-")) {
                refusals.add(
                        template
                                + "mounts '"
                                + volume.textAt("name").orElse("")
                                + "' of volumeClaimTemplates, which this version of Tiphys does not make on a cluster");
            }
        }
        return refusals;
    }
}
