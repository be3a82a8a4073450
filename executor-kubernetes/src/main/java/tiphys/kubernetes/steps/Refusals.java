package tiphys.kubernetes.steps;

import java.util.ArrayList;
import java.util.List;
import tiphys.engine.StepOrder;
import tiphys.kubernetes.pod.PodSettings;
import tiphys.kubernetes.pod.Pods;

/// What this executor does not honour yet, by name.
final class Refusals {
    private Refusals() {}

    static List<String> of(StepOrder order, PodSettings settings) {
        var refusals = new ArrayList<String>();
        var json = order.template().json();
        var template = "template '" + json.textAt("name").orElse(order.nodeName()) + "' ";
        if (!Pods.light(order, settings)) {
            refusals.add(
                    template
                            + "moves artifacts, files or sidecars, for which its pod needs Argo's executor beside it; this version of"
                            + " Tiphys does not read what that reports");
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
