package tiphys.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
import tiphys.manifest.workflow.Artifact;
import tiphys.manifest.workflow.Template;

/// A leaf's template as an executor gets it: every tag is replaced, and the volumes that it mounts are joined to it, whether
/// they stand in the template or in the workflow. A process, a container and a pod are made from the same thing; the views read what
/// they name each time they are asked. Immutable.
///
/// @param json the template by the manifest's fields, without those that concern the engine alone (inputs, retries, conditions)
public record ResolvedTemplate(Value.Mapping json) {
    /// Where the rows for its images stand that somebody made: [#imageRules].
    public static final String IMAGE_RULES = "imageRules";

    private static final List<String> FILE_VOLUMES = List.of("configMap", "secret", "downwardAPI", "projected");

    private static final List<String> KEY_VOLUMES = List.of("configMap", "secret");

    /// The container image that the manifest names, of a container set its first one; may be empty.
    public String image() {
        if (json.find("containerSet").isPresent()) {
            return json.listAt("containerSet", "containers").stream()
                    .findFirst()
                    .flatMap(one -> one.textAt("image"))
                    .orElse("");
        }
        return container().textAt("image").orElse("");
    }

    /// The program and its first arguments; empty means the image's own entry point.
    public List<String> command() {
        return texts("command");
    }

    public List<String> args() {
        return texts("args");
    }

    /// The text of a script template, which is written to a file whose path becomes the last argument; empty if there is none, as in a
    /// script template without source, which Argo runs as a container.
    public Optional<String> script() {
        return json.find("script").isPresent()
                ? container().textAt("source").filter(source -> !source.isEmpty())
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
        if (from.find("fieldRef").isPresent() || from.find("resourceFieldRef").isPresent()) {
            return field(from);
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
                                            part(item),
                                            flag(item, "readOnly"),
                                            volume)));
        }
        return mounts;
    }

    private static StepOrder.Part part(Value item) {
        return item.textAt("subPathExpr")
                .filter(text -> !text.isEmpty())
                .<StepOrder.Part>map(StepOrder.Part.Expanded::new)
                .orElseGet(() -> new StepOrder.Part.At(text(item, "subPath")));
    }

    private Optional<Volume> volume(String name) {
        for (var volume : json.listAt("volumes")) {
            if (text(volume, "name").equals(name)) {
                return volume(volume);
            }
        }
        return Optional.empty();
    }

    /// What a volume of a manifest holds; empty if it is of a kind that executors do not know yet. A volume that names no kind is
    /// an empty directory.
    public static Optional<Volume> volume(Value volume) {
        if (volume.find("hostPath").isPresent()) {
            var source = volume.mapAt("hostPath");
            return Optional.of(new Volume.HostPath(text(source, "path"), text(source, "type")));
        }
        if (volume.find("persistentVolumeClaim").isPresent()) {
            return Optional.of(new Volume.Claim(text(volume.mapAt("persistentVolumeClaim"), "claimName")));
        }
        if (volume.find("projected").isPresent()) {
            var parts = new ArrayList<Volume>();
            for (var source : volume.mapAt("projected").listAt("sources")) {
                var part = files(source, "name");
                if (part.isEmpty()) {
                    return Optional.empty();
                }
                parts.add(part.get());
            }
            return Optional.of(new Volume.Projected(parts));
        }
        var files = files(volume, "secretName");
        if (files.isPresent()) {
            return files;
        }
        boolean other =
                volume instanceof Value.Mapping(var fields, _, _)
                        && fields.keySet().stream().anyMatch(kind -> !kind.equals("name") && !kind.equals("emptyDir"));
        return other ? Optional.empty() : Optional.of(emptyDir(volume.mapAt("emptyDir")));
    }

    private static Volume emptyDir(Value.Mapping source) {
        return new Volume.EmptyDir(
                text(source, "medium").equals("Memory"),
                source.find("sizeLimit").map(Json::text).flatMap(Quantity::parse).map(Quantity::whole));
    }

    private static Optional<Volume> files(Value volume, String secretName) {
        for (var kind : KEY_VOLUMES) {
            if (volume.find(kind).isPresent()) {
                var source = volume.mapAt(kind);
                boolean secret = kind.equals("secret");
                return Optional.of(
                        new Volume.Keys(
                                secret ? Origin.SECRET : Origin.CONFIG_MAP,
                                text(source, secret ? secretName : "name"),
                                source.listAt("items").stream()
                                        .map(item -> new Volume.Item(text(item, "key"), text(item, "path")))
                                        .toList(),
                                optional(source)));
            }
        }
        if (volume.find("downwardAPI").isPresent()) {
            return Optional.of(
                    new Volume.Fields(
                            volume.mapAt("downwardAPI").listAt("items").stream()
                                    .map(item -> new Volume.FieldFile(text(item, "path"), field(item)))
                                    .toList()));
        }
        return Optional.empty();
    }

    private static Source field(Value item) {
        if (item.find("resourceFieldRef").isPresent()) {
            var ref = item.mapAt("resourceFieldRef");
            return new Source.Resource(text(ref, "resource"), ref.find("divisor").map(Json::text).orElse(""));
        }
        return new Source.Field(text(item.mapAt("fieldRef"), "fieldPath"));
    }

    /// One of several containers of an attempt, each a process of its own.
    ///
    /// @param template what it runs, as if it were alone; only `main` has the template's outputs
    /// @param dependencies the containers that must have succeeded before it begins
    public record Container(String name, Kind kind, ResolvedTemplate template, List<String> dependencies) {
        public Container {
            dependencies = List.copyOf(dependencies);
        }
    }

    /// What a container is to its attempt.
    public enum Kind {
        /// Runs to its end before all that come after it.
        INIT,
        /// Begins before all that come after it, and ends when the mains have.
        EARLY_SIDECAR,
        /// The attempt is over when these are.
        MAIN,
        /// Begins with the mains and ends when they have.
        SIDECAR
    }

    /// Whether it goes on until it is ended, and says when it answers.
    public boolean daemon() {
        return new Template(json).daemon();
    }

    /// How its container is asked whether it answers; empty if it does as soon as it runs.
    public Optional<Readiness> readiness() {
        return Probe.of(container());
    }

    /// What is run beside its program once that is started; empty for nothing.
    public List<String> postStart() {
        return container().listAt("lifecycle", "postStart", "exec", "command").stream().map(Json::text).toList();
    }

    /// The ports that its container says it listens on, or is asked at.
    public List<Integer> ports() {
        return Probe.ports(container());
    }

    /// Whether the attempt has several processes, or one that is part of a container set.
    public boolean grouped() {
        return json.find("containerSet").isPresent()
                || !json.listAt("initContainers").isEmpty()
                || !json.listAt("sidecars").isEmpty();
    }

    /// Rules for its images beyond those that come with the program, a row each.
    public String imageRules() {
        return json.textAt(IMAGE_RULES).orElse("");
    }

    /// The containers in the order of the template: init containers, mains, sidecars. One, `main`, of a template that is a
    /// container or script alone.
    public List<Container> containers() {
        return Containers.of(json);
    }

    /// Of a container set: how often a container's process is started at most until it succeeds.
    public int containerTries() {
        return Math.max(
                1,
                json.find("containerSet", "retryStrategy", "retries")
                        .map(Json::text)
                        .map(ResolvedTemplate::whole)
                        .orElse(1));
    }

    private static int whole(String text) {
        try {
            return Integer.parseInt(text.strip());
        } catch (NumberFormatException e) {
            return 1; // as Argo takes it
        }
    }

    /// Of a container set: how long it waits before it starts a process again, as the manifest writes durations; empty for
    /// not at all.
    public String containerPause() {
        return json.textAt("containerSet", "retryStrategy", "duration").orElse("");
    }

    /// The files that are read into output parameters when the step has ended.
    public List<OutputFile> outputs() {
        return new Template(json)
                .outputs().stream()
                        .flatMap(one -> one.path().map(path -> new OutputFile(one.name(), path)).stream())
                        .toList();
    }

    /// The rights of the files of volumes that are made of keys and fields, where the manifest gives any: `VOLUME/PATH`, or
    /// `VOLUME` for all that it does not name.
    public Map<String, Integer> modes() {
        var modes = new LinkedHashMap<String, Integer>();
        for (var volume : json.listAt("volumes")) {
            var name = text(volume, "name");
            for (var kind : FILE_VOLUMES) {
                var source = volume.mapAt(kind);
                mode(source, "defaultMode").ifPresent(mode -> modes.put(name, mode));
                itemModes(name, source, modes);
                for (var part : source.listAt("sources")) {
                    FILE_VOLUMES.forEach(of -> itemModes(name, part.mapAt(of), modes));
                }
            }
        }
        return modes;
    }

    private static void itemModes(String volume, Value source, Map<String, Integer> modes) {
        for (var item : source.listAt("items")) {
            mode(item, "mode").ifPresent(mode -> modes.put(volume + "/" + text(item, "path"), mode));
        }
    }

    private static Optional<Integer> mode(Value map, String field) {
        return map.find(field)
                .filter(Value.Number.class::isInstance)
                .map(number -> ((Value.Number) number).decimal().intValue());
    }

    /// The absolute paths that the template names for files of its own: its outputs, its artifacts, its working directory.
    public List<String> absolutePaths() {
        var paths = new ArrayList<String>();
        outputs().forEach(output -> paths.add(output.path()));
        for (var side : List.of("inputs", "outputs")) {
            json.mapAt(side).listAt("artifacts").forEach(artifact -> artifact.textAt("path").ifPresent(paths::add));
        }
        workingDir().ifPresent(paths::add);
        return paths.stream().filter(path -> path.startsWith("/")).distinct().toList();
    }

    /// The artifacts that are put into the step before it runs, each with a key or a place; see [#located].
    public List<Artifact> inputArtifacts() {
        return new Template(json).inputArtifacts();
    }

    /// The artifacts that are taken out of the step when it has ended; what it printed is one without a path.
    public List<Artifact> outputArtifacts() {
        return new Template(json).outputArtifacts();
    }

    /// Where an artifact of the step is kept: its own place, or that of the step's repository with the artifact's key. One field,
    /// named by the driver.
    public Value.Mapping located(Artifact artifact) {
        var driver = artifact.driver();
        if (artifact.located()) {
            return Value.object(driver.orElseThrow(), artifact.json().mapAt(driver.orElseThrow()));
        }
        var location = json.mapAt("archiveLocation").without("own");
        return artifact.key().map(key -> Artifact.withKey(location, key)).orElse(location);
    }

    /// An annotation of the step's pod about this program, such as `tiphys.io/executor`.
    public Optional<String> annotation(String name) {
        return json.textAt("metadata", "annotations", name).filter(text -> !text.isEmpty());
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
