package tiphys.container.order;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tiphys.attempts.MountRules;
import tiphys.container.api.Engine;
import tiphys.engine.StepOrder;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Template;

/// What a container engine cannot honour in an order, each as a sentence.
public final class Refusals {
    private static final List<String> NETWORKS = List.of("", "none", "bridge", "host");

    /// Which network a step's containers have: `none`, `bridge` or `host`.
    public static final String NETWORK = "tiphys.io/network";

    private Refusals() {}

    /// All of them, of an order of whichever number of containers.
    public static List<String> of(StepOrder order, Engine.Identity engine) {
        var refusals = new LinkedHashSet<String>();
        var network = order.template().annotation(NETWORK).orElse("");
        if (!NETWORKS.contains(network)) {
            refusals.add(
                    "TIP-6071: the annotation %s is %s; it must be none, bridge or host"
                            .formatted(NETWORK, Json.write(Value.text(network))));
        }
        if (!order.template().grouped()) {
            ofOne(order, engine, refusals);
        }
        for (var container :
                order.template().grouped()
                        ? order.template().containers()
                        : List.<tiphys.engine.ResolvedTemplate.Container>of()) {
            MountRules.container(container.name()).ifPresent(refusals::add);
            ofOne(order.of(container), engine, refusals);
        }
        return List.copyOf(refusals);
    }

    private static void ofOne(StepOrder order, Engine.Identity engine, Set<String> refusals) {
        var container = new Template(order.template().json()).container();
        if (order.template().image().isEmpty()) {
            refusals.add("TIP-6072: the template names no image for its container");
        }
        var found = new ArrayList<String>();
        var places = new HashSet<String>();
        for (var mount : order.template().mounts()) {
            MountRules.refuse(mount, found);
            if (!places.add(mount.path())) {
                found.add(
                        "TIP-6003: Invalid value: \"%s\": must be unique: two volumes are mounted there"
                                .formatted(mount.path()));
            }
            if (mount.path().isEmpty() || mount.path().equals("/")) {
                found.add(
                        "TIP-6003: the volume %s cannot be mounted at \"%s\", where the image itself is"
                                .formatted(mount.volume(), mount.path()));
            }
        }
        refusals.addAll(found);
        var resources = new Resources(container);
        var unknown = new ArrayList<>(resources.refused());
        unknown.addAll(new Security(order.template().json(), container).refused());
        unknown.forEach(what ->
                refusals.add(
                        "TIP-6072: %s cannot honour %s; take it out, or run it on a cluster"
                                .formatted(engine.text(), what)));
        if (resources.isLimited() && engine.limitless()) {
            refusals.add(
                    "TIP-6072: %s holds no container to limits here; take resources.limits out, or run the engine as root"
                            .formatted(engine.text()));
        }
    }
}
