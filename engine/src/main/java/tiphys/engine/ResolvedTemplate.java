package tiphys.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tiphys.engine.StepOrder.EnvFrom;
import tiphys.engine.StepOrder.Mount;
import tiphys.engine.StepOrder.Origin;
import tiphys.engine.StepOrder.OutputFile;
import tiphys.engine.StepOrder.Source;
import tiphys.engine.StepOrder.Variable;
import tiphys.engine.StepOrder.Volume;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Template;

/// A leaf's template as an executor gets it: every tag is replaced, and the volumes that it mounts are joined to it, whether
/// they stand in the template or in the workflow. A process, a container and a pod are made from the same thing; the views read what
/// they name each time they are asked. Immutable.
///
/// @param json the template by the manifest's fields, without those that concern the engine alone (inputs, retries, conditions)
public record ResolvedTemplate(Value.Mapping json) {
    private static final List<String> KEY_VOLUMES = List.of("configMap", "secret");

    /// The container image that the manifest names; may be empty.
    public String image() {
        return container().textAt("image").orElse("");
    }

    /// The program and its first arguments; empty means the image's own entry point.
    public List<String> command() {
        return texts("command");
    }

    public List<String> args() {
        return texts("args");
    }

    /// The text of a script template, which is written to a file whose path becomes the last argument.
    public Optional<String> script() {
        return json.find("script").isPresent()
                ? Optional.of(container().textAt("source").orElse(""))
                : Optional.empty();
    }

    /// As the manifest says; empty means the step's own directory.
    public Optional<String> workingDir() {
        return container().textAt("workingDir").filter(text -> !text.isEmpty());
    }

    public List<Variable> env() {
        var env = new ArrayList<Variable>();
        for (var item : container().listAt("env")) {
            env.add(new Variable(text(item, "name"), source(item)));
        }
        return env;
    }

    private static Source source(Value item) {
        var from = item.mapAt("valueFrom");
        if (from.find("configMapKeyRef").isPresent()) {
            var ref = from.mapAt("configMapKeyRef");
            return new Source.ConfigMapKey(text(ref, "name"), text(ref, "key"), optional(ref));
        }
        if (from.find("secretKeyRef").isPresent()) {
            var ref = from.mapAt("secretKeyRef");
            return new Source.SecretKey(text(ref, "name"), text(ref, "key"), optional(ref));
        }
        return new Source.Literal(item.find("value").map(Json::text).orElse(""));
    }

    public List<EnvFrom> envFrom() {
        var all = new ArrayList<EnvFrom>();
        for (var item : container().listAt("envFrom")) {
            var prefix = text(item, "prefix");
            if (item.find("configMapRef").isPresent()) {
                var ref = item.mapAt("configMapRef");
                all.add(new EnvFrom(Origin.CONFIG_MAP, text(ref, "name"), prefix, optional(ref)));
            } else if (item.find("secretRef").isPresent()) {
                var ref = item.mapAt("secretRef");
                all.add(new EnvFrom(Origin.SECRET, text(ref, "name"), prefix, optional(ref)));
            }
        }
        return all;
    }

    /// Every mount of a volume that the template has.
    public List<Mount> mounts() {
        var mounts = new ArrayList<Mount>();
        for (var item : container().listAt("volumeMounts")) {
            var name = text(item, "name");
            volume(name)
                    .ifPresent(volume ->
                            mounts.add(
                                    new Mount(
                                            name,
                                            text(item, "mountPath"),
                                            item.textAt("subPath").filter(text -> !text.isEmpty()),
                                            flag(item, "readOnly"),
                                            volume)));
        }
        return mounts;
    }

    private Optional<Volume> volume(String name) {
        for (var volume : json.listAt("volumes")) {
            if (text(volume, "name").equals(name)) {
                return volume(volume);
            }
        }
        return Optional.empty();
    }

    /// What a volume of a manifest holds; empty if it is of a kind that executors do not know yet.
    public static Optional<Volume> volume(Value volume) {
        if (volume.find("emptyDir").isPresent()) {
            return Optional.of(new Volume.EmptyDir());
        }
        for (var kind : KEY_VOLUMES) {
            if (volume.find(kind).isPresent()) {
                var source = volume.mapAt(kind);
                boolean secret = kind.equals("secret");
                return Optional.of(
                        new Volume.Keys(
                                secret ? Origin.SECRET : Origin.CONFIG_MAP,
                                text(source, secret ? "secretName" : "name"),
                                source.listAt("items").stream()
                                        .map(item -> new Volume.Item(text(item, "key"), text(item, "path")))
                                        .toList(),
                                optional(source)));
            }
        }
        return Optional.empty();
    }

    /// The files that are read into output parameters when the step has ended.
    public List<OutputFile> outputs() {
        return new Template(json)
                .outputs().stream()
                        .flatMap(one -> one.path().map(path -> new OutputFile(one.name(), path)).stream())
                        .toList();
    }

    private Value.Mapping container() {
        return new Template(json).container();
    }

    private List<String> texts(String field) {
        return container().listAt(field).stream().map(Json::text).toList();
    }

    private static String text(Value map, String field) {
        return map.textAt(field).orElse("");
    }

    private static boolean optional(Value map) {
        return flag(map, "optional");
    }

    private static boolean flag(Value map, String field) {
        return map.find(field).map(value -> value.equals(Value.bool(true))).orElse(false);
    }
}
