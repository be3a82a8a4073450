package tiphys.engine;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import tiphys.engine.ResolvedTemplate.Container;
import tiphys.engine.ResolvedTemplate.Kind;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Takes a template apart into its containers, each as a template of its own: so whoever can run one container can run several.
final class Containers {
    private static final String MAIN = "main";

    private Containers() {}

    static List<Container> of(Value.Mapping template) {
        var alone = template.without("containerSet").without("initContainers").without("sidecars");
        var mains = mains(template, alone);
        var all = new ArrayList<Container>();
        for (var item : template.listAt("initContainers")) {
            var stays = item.textAt("restartPolicy").orElse("").equals("Always");
            all.add(beside(item, stays ? Kind.EARLY_SIDECAR : Kind.INIT, alone, mains));
        }
        all.addAll(mains);
        for (var item : template.listAt("sidecars")) {
            all.add(beside(item, Kind.SIDECAR, alone, mains));
        }
        return List.copyOf(all);
    }

    private static List<Container> mains(Value.Mapping template, Value.Mapping alone) {
        if (template.find("containerSet").isEmpty()) {
            return List.of(new Container(MAIN, Kind.MAIN, new ResolvedTemplate(alone), List.of()));
        }
        var mains = new ArrayList<Container>();
        var shared = template.listAt("containerSet", "volumeMounts");
        for (var item : template.listAt("containerSet", "containers")) {
            var name = name(item);
            var mounts = new ArrayList<>(item.listAt("volumeMounts"));
            mounts.addAll(shared);
            var json = name.equals(MAIN) ? alone : alone.without("outputs").without("inputs");
            mains.add(
                    new Container(
                            name,
                            Kind.MAIN,
                            new ResolvedTemplate(
                                    json.with(
                                            "container",
                                            ((Value.Mapping) item).with("volumeMounts", Value.list(mounts)))),
                            item.listAt("dependencies").stream().map(Json::text).toList()));
        }
        return mains;
    }

    /// An init container or sidecar; one that mirrors the mounts of `main` has its input artifacts, too.
    private static Container beside(Value item, Kind kind, Value.Mapping alone, List<Container> mains) {
        var container = (Value.Mapping) item;
        var json = alone.without("script").without("outputs");
        if (container.find("mirrorVolumeMounts").equals(java.util.Optional.of(Value.bool(true)))) {
            container = container.with("volumeMounts", Value.list(mirrored(container, mains)));
        } else {
            json = json.without("inputs");
        }
        return new Container(
                name(item),
                kind,
                new ResolvedTemplate(json.with("container", container.without("mirrorVolumeMounts"))),
                List.of());
    }

    private static List<Value> mirrored(Value.Mapping container, List<Container> mains) {
        var mounts = new ArrayList<>(container.listAt("volumeMounts"));
        var taken = new HashSet<String>();
        mounts.forEach(mount -> taken.add(mount.textAt("mountPath").orElse("")));
        for (var main : mains) {
            var json = main.template().json();
            for (var mount :
                    json.mapAt(json.find("script").isPresent() ? "script" : "container").listAt("volumeMounts")) {
                if (taken.add(mount.textAt("mountPath").orElse(""))) {
                    mounts.add(mount);
                }
            }
        }
        return mounts;
    }

    private static String name(Value container) {
        return container.textAt("name").orElse("");
    }
}
