package tiphys.kubernetes.pod;

import static tiphys.kubernetes.pod.Variables.variable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import tiphys.engine.ResolvedTemplate;
import tiphys.engine.StepOrder;
import tiphys.kubernetes.pod.Pods.Made;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Template;

/// Argo's own pod, so that its in-pod executor of a cluster serves unmodified: `init` prepares, `wait` saves and reports, and the
/// commands of all containers but the template's init containers are wrapped by the executor's program.
///
/// The order of things matters as in Argo: a patch of the manifest sees the commands before they are wrapped, and the mounts that are
/// added last are not the patch's to take away.
final class ArgoLayout {
    private static final String RUN = "var-run-argo";
    private static final String RUN_PLACE = "/var/run/argo";
    private static final String TMP = "tmp-dir-argo";
    private static final String INPUTS = "input-artifacts";
    private static final String STAGING = "argo-staging";
    private static final String STAGING_PLACE = "/argo/staging";
    private static final String MIRROR = "/mainctrfs";
    private static final String TOKEN = "exec-sa-token";
    private static final String TOKEN_PLACE = "/var/run/secrets/kubernetes.io/serviceaccount";
    private static final String OFFLOADED = "argo-env-config";

    /// The longest argument that a program can be given.
    private static final int LONGEST = 131_072;

    private static final List<String> LOGGING =
            List.of("--loglevel", "info", "--log-format", "text", "--gloglevel", "0");

    private final StepOrder order;
    private final PodSettings settings;
    private final ResolvedTemplate template;
    private final ArgoTemplate told;
    private final Variables variables;
    private final Template.Type type;
    private final boolean waits;

    ArgoLayout(StepOrder order, PodSettings settings) {
        this.order = order;
        this.settings = settings;
        template = order.template();
        told = ArgoTemplate.of(order);
        type =
                new Template(template.json())
                        .type()
                        .orElseThrow(() -> new NoPod("template '" + order.nodeName() + "' does not say what it runs"));
        variables = new Variables(order, settings, order.resultWanted() || type == Template.Type.DATA);
        waits = type != Template.Type.DATA && (type != Template.Type.RESOURCE || told.archivesLogs());
    }

    Made made() {
        var spec = Pods.common(order);
        spec.put("volumes", volumes());
        spec.put("initContainers", initContainers());
        spec.put("containers", containers());
        var patched = LightLayout.patched((Value.Mapping) Value.of(spec), order);
        return new Offload().apply(finished(patched));
    }

    // ------------------------------------------------------------------ volumes

    private List<Value> volumes() {
        var volumes = new ArrayList<Value>();
        volumes.add(emptyDir(RUN));
        volumes.add(emptyDir(TMP));
        volumes.addAll(template.json().listAt("volumes"));
        volumes.addAll(told.secretVolumes());
        if (!told.inputArtifacts().isEmpty()) {
            volumes.add(emptyDir(INPUTS));
        }
        if (script()) {
            volumes.add(emptyDir(STAGING));
        }
        account()
                .ifPresent(name ->
                        volumes.add(
                                Value.object(
                                        "name",
                                        TOKEN,
                                        "secret",
                                        Value.object(
                                                "secretName",
                                                settings.tokens()
                                                        .getOrDefault(name, name + ".service-account-token")))));
        return volumes;
    }

    private static Value emptyDir(String name) {
        return Value.object("name", name, "emptyDir", Value.Mapping.EMPTY);
    }

    private boolean script() {
        return template.script().isPresent();
    }

    /// In whose name the executor itself works, if not in that of the pod.
    private Optional<String> account() {
        var name = order.pod().textAt("executor", "serviceAccountName").filter(text -> !text.isEmpty());
        if (name.isEmpty()
                && order.pod()
                        .mapAt("spec")
                        .find("automountServiceAccountToken")
                        .equals(Optional.of(Value.bool(false)))) {
            throw new NoPod("executor.serviceAccountName must not be empty if automountServiceAccountToken is false");
        }
        return name;
    }

    private List<Value> secretMounts() {
        return told.secretVolumes().stream()
                .map(volume -> volume.textAt("name").orElse(""))
                .<Value>map(name -> mount(name, "/argo/secret/" + name).with("readOnly", Value.bool(true)))
                .toList();
    }

    private List<Value> tokenMount() {
        return account().isPresent()
                ? List.of(mount(TOKEN, TOKEN_PLACE).with("readOnly", Value.bool(true)))
                : List.of();
    }

    private static Value.Mapping mount(String volume, String path) {
        return Value.object("name", volume, "mountPath", path);
    }

    // ------------------------------------------------------------------ containers

    private List<Value> initContainers() {
        var all = new ArrayList<Value>();
        var mounts = new ArrayList<Value>(secretMounts());
        if (!told.inputArtifacts().isEmpty()) {
            mounts.add(mount(INPUTS, "/argo/inputs/artifacts"));
            mirrored(declaredMounts()).forEach(mounts::add);
        }
        if (script()) {
            mounts.add(mount(STAGING, STAGING_PLACE));
        }
        mounts.addAll(tokenMount());
        all.add(agent("init", List.of("argoexec", "init"), mounts, List.of(), false));
        for (var item : template.json().listAt("initContainers")) {
            all.add(beside((Value.Mapping) item));
        }
        return all;
    }

    private List<Value> containers() {
        var all = new ArrayList<Value>();
        var mains = mains();
        if (waits) {
            var mounts = new ArrayList<Value>(secretMounts());
            for (var main : mains) {
                if (main.textAt("name").orElse("").equals("main") || mains.size() == 1) {
                    mounts.addAll(mirrored(userMounts(main)));
                }
            }
            mounts.addAll(tokenMount());
            all.add(
                    agent(
                            "wait",
                            List.of("argoexec", "wait"),
                            mounts,
                            List.of(Value.object("name", "ARGO_ARTIFACT_PLUGIN_NAMES")),
                            false));
        }
        all.addAll(mains);
        template.json().listAt("sidecars").forEach(item -> all.add(beside((Value.Mapping) item)));
        return all;
    }

    private List<Value.Mapping> mains() {
        return switch (type) {
            case RESOURCE ->
                    List.of(
                            agent(
                                    "main",
                                    command("resource", template.json().textAt("resource", "action").orElse("")),
                                    tokenMount(),
                                    List.of(),
                                    true));
            case DATA ->
                    List.of(
                            agent(
                                    "main",
                                    command("data", Json.write(template.json().mapAt("data"))),
                                    secretMounts(),
                                    List.of(),
                                    false));
            case CONTAINER, SCRIPT, CONTAINER_SET -> Pods.mains(template, settings).stream().map(this::main).toList();
            case STEPS, DAG, SUSPEND, HTTP, PLUGIN ->
                    throw new NoPod("a template of type " + type.field() + " has no pod");
        };
    }

    private static List<String> command(String verb, String argument) {
        return List.of("argoexec", verb, argument);
    }

    private Value.Mapping main(Value.Mapping container) {
        var mounts = new ArrayList<Value>(container.listAt("volumeMounts"));
        if (container.textAt("name").orElse("").equals("main")) {
            mounts.addAll(artifactMounts());
        }
        var full = container;
        if (script()) {
            mounts.add(mount(STAGING, STAGING_PLACE));
            if (!template.script().orElse("").isEmpty()) {
                var args = new ArrayList<Value>(container.listAt("args"));
                args.add(Value.text(STAGING_PLACE + "/script"));
                full = full.with("args", Value.list(args));
            }
        }
        return full.with("volumeMounts", Value.list(mounts));
    }

    /// Where input artifacts are shown that are not inside of a volume.
    private List<Value> artifactMounts() {
        var mounts = new ArrayList<Value>();
        for (var artifact : told.inputArtifacts()) {
            var path = artifact.path().orElse("");
            boolean inVolume =
                    declaredMounts().stream().anyMatch(mount -> inside(path, mount.textAt("mountPath").orElse("")));
            if (!inVolume && (artifact.located() || artifact.key().isPresent())) {
                mounts.add(mount(INPUTS, path).with("subPath", Value.text(artifact.name())));
            }
        }
        return mounts;
    }

    private static boolean inside(String path, String mount) {
        var prefix = mount.replaceAll("/+$", "");
        return path.equals(prefix) || path.startsWith(prefix + "/");
    }

    /// What the template mounts; of a container set what all of its containers do.
    private List<Value> declaredMounts() {
        var json = template.json();
        return type == Template.Type.CONTAINER_SET
                ? json.listAt("containerSet", "volumeMounts")
                : json.listAt(script() ? "script" : "container", "volumeMounts");
    }

    /// An init container or sidecar of the template; one that mirrors has the mounts of the step.
    private Value.Mapping beside(Value.Mapping container) {
        var plain = container.without("mirrorVolumeMounts");
        if (!container.find("mirrorVolumeMounts").equals(Optional.of(Value.bool(true)))) {
            return plain;
        }
        var mounts = new ArrayList<Value>(container.listAt("volumeMounts"));
        for (var main : mains()) {
            main.listAt("volumeMounts").stream().filter(one -> !mounts.contains(one)).forEach(mounts::add);
        }
        return plain.with("volumeMounts", Value.list(mounts));
    }

    private static List<Value> userMounts(Value.Mapping container) {
        return container.listAt("volumeMounts");
    }

    /// The mounts of the step, writable, where the executor looks for them.
    private static List<Value> mirrored(List<Value> mounts) {
        return mounts.stream()
                .<Value>map(one ->
                        ((Value.Mapping) one)
                                .without("readOnly")
                                .with("mountPath", Value.text(MIRROR + one.textAt("mountPath").orElse(""))))
                .toList();
    }

    /// A container of the executor's own.
    private Value.Mapping agent(
            String name, List<String> command, List<? extends Value> mounts, List<Value> env, boolean sealed) {
        var all = new ArrayList<Value>(variables.agent());
        all.addAll(env);
        var agent = settings.agent();
        var line = new ArrayList<>(command);
        line.addAll(LOGGING);
        return Value.object(
                "name",
                name,
                "image",
                agent.image(),
                "imagePullPolicy",
                agent.pullPolicy().orElse(null),
                "command",
                line,
                "env",
                all,
                "resources",
                agent.resources().fields().isEmpty() ? null : agent.resources(),
                "securityContext",
                security(sealed),
                "volumeMounts",
                Value.list(List.copyOf(mounts)));
    }

    private @org.jspecify.annotations.Nullable Value security(boolean sealed) {
        var given = settings.agent().securityContext();
        if (!given.fields().isEmpty() || type != Template.Type.RESOURCE) {
            return given.fields().isEmpty() ? null : given;
        }
        return Value.object(
                "capabilities",
                Value.object("drop", List.of("ALL")),
                "privileged",
                false,
                "runAsNonRoot",
                true,
                "runAsUser",
                8737,
                "readOnlyRootFilesystem",
                sealed ? true : null,
                "allowPrivilegeEscalation",
                false,
                "seccompProfile",
                Value.object("type", "RuntimeDefault"));
    }

    // ------------------------------------------------------------------ what no patch changes

    private Value.Mapping finished(Value.Mapping spec) {
        var grace = spec.find("terminationGracePeriodSeconds").map(Json::text);
        var init = new ArrayList<Value>();
        for (var one : spec.listAt("initContainers")) {
            init.add(withVariables(withRun((Value.Mapping) one), Optional.of(told.text()), Optional.empty()));
        }
        var containers = new ArrayList<Value>();
        for (int i = 0; i < spec.listAt("containers").size(); i++) {
            var one = (Value.Mapping) spec.listAt("containers").get(i);
            boolean own = one.textAt("image").orElse("").equals(settings.agent().image());
            var name = one.textAt("name").orElse("");
            var ready = name.equals("wait") ? one : wrapped(one);
            if (own) {
                ready = withMount(ready, mount(TMP, "/tmp").with("subPath", Value.text(Integer.toString(i))));
            }
            containers.add(withVariables(withRun(ready), Optional.empty(), grace));
        }
        return spec.with("initContainers", Value.list(init)).with("containers", Value.list(containers));
    }

    private Value.Mapping withVariables(Value.Mapping container, Optional<String> template, Optional<String> grace) {
        var env = new ArrayList<Value>(container.listAt("env"));
        env.addAll(variables.everywhere(container.textAt("name").orElse(""), template));
        grace.ifPresent(seconds -> env.add(variable("ARGO_TERMINATION_GRACE_PERIOD_SECONDS", seconds)));
        return container.with("env", Value.list(env));
    }

    private static Value.Mapping withRun(Value.Mapping container) {
        return withMount(container, mount(RUN, RUN_PLACE));
    }

    private static Value.Mapping withMount(Value.Mapping container, Value mount) {
        var mounts = new ArrayList<Value>(container.listAt("volumeMounts"));
        mounts.add(mount);
        return container.with("volumeMounts", Value.list(mounts));
    }

    /// A container whose command is run by the executor's program.
    private Value.Mapping wrapped(Value.Mapping container) {
        var command = new ArrayList<>(Pods.texts(container, "command"));
        var full = container;
        if (command.isEmpty()) {
            var image = container.textAt("image").orElse("");
            var entrypoint = settings.images().get(image);
            if (entrypoint == null) {
                throw new NoPod(
                        "container \"%s\" names no command, and what the image \"%s\" runs by itself is not known: name a command, or the image in the controller's configuration (images)"
                                .formatted(container.textAt("name").orElse(""), image));
            }
            command.addAll(entrypoint.command());
            if (container.find("args").isEmpty()) {
                full = full.with("args", Value.of(entrypoint.args()));
            }
        }
        var line = new ArrayList<String>();
        line.add(RUN_PLACE + "/argoexec");
        line.add("emissary");
        line.addAll(LOGGING);
        line.add("--");
        line.addAll(command);
        return full.with("command", Value.of(line));
    }

    // ------------------------------------------------------------------ what is too long

    /// What is longer than a program's arguments may be stands in a ConfigMap of the pod's name.
    private final class Offload {
        private final LinkedHashMap<String, Object> data = new LinkedHashMap<>();

        Made apply(Value.Mapping spec) {
            var containers = new ArrayList<Value>();
            for (var one : spec.listAt("containers")) {
                var args = Json.write(Value.list(one.listAt("args")));
                if (data.isEmpty() && args.length() > LONGEST) {
                    data.put("ARGO_CONTAINER_ARGS_FILE", args);
                    var env = new ArrayList<Value>(one.listAt("env"));
                    env.add(variable("ARGO_CONTAINER_ARGS_FILE", "/argo/config/ARGO_CONTAINER_ARGS_FILE"));
                    containers.add(withConfig(((Value.Mapping) one).without("args").with("env", Value.list(env))));
                } else {
                    containers.add(one);
                }
            }
            var init = spec.listAt("initContainers");
            if (told.text().length() > LONGEST) {
                data.put("ARGO_TEMPLATE", told.text());
                init = init.stream().map(Offload::elsewhere).toList();
            }
            if (data.isEmpty()) {
                return new Made(spec, Optional.empty());
            }
            var volumes = new ArrayList<Value>(spec.listAt("volumes"));
            volumes.add(Value.object("name", OFFLOADED, "configMap", Value.object("name", order.podName())));
            var full =
                    spec.with("volumes", Value.list(volumes))
                            .with("initContainers", Value.list(init))
                            .with("containers", Value.list(containers));
            return new Made(full, Optional.of(configMap()));
        }

        private static Value withConfig(Value container) {
            return withMount((Value.Mapping) container, mount(OFFLOADED, "/argo/config"));
        }

        private static Value elsewhere(Value container) {
            var env =
                    container.listAt("env").stream()
                            .map(one ->
                                    one.textAt("name").orElse("").equals("ARGO_TEMPLATE")
                                            ? variable("ARGO_TEMPLATE", "offloaded")
                                            : one)
                            .toList();
            return withConfig(((Value.Mapping) container).with("env", Value.list(env)));
        }

        private Value.Mapping configMap() {
            return Value.object(
                    "apiVersion",
                    "v1",
                    "kind",
                    "ConfigMap",
                    "metadata",
                    Value.object(
                            "name", order.podName(),
                            "namespace", order.namespace(),
                            "labels", Value.object(Pods.ARGO + "workflow", order.runName()),
                            "annotations",
                                    Value.object(
                                            Pods.ARGO + "node-name", order.nodeName(),
                                            Pods.ARGO + "node-id", order.nodeId()),
                            "ownerReferences", List.of(Pods.owner(order, false))),
                    "data",
                    Value.of(data));
        }
    }
}
