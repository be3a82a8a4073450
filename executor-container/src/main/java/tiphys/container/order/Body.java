package tiphys.container.order;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.attempts.References;
import tiphys.container.api.Engine;
import tiphys.container.api.Image;
import tiphys.container.files.ContainerFiles;
import tiphys.engine.StepOrder;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Template;

/// What an engine is asked for to make a container, in the fields of its API.
public final class Body {
    /// Where Argo has the script of a step.
    public static final String SCRIPT = "/argo/staging/script";

    /// Where a step may say how far it is.
    private static final String RUN = "/var/run/argo";

    private static final int LONGEST_HOSTNAME = 63;

    private final StepOrder order;
    private final Value.Mapping container;
    private final Image image;
    private final Engine.Identity engine;
    private final Pod pod;

    /// @param order of one container
    public Body(StepOrder order, Image image, Engine.Identity engine, Pod pod) {
        this.order = order;
        this.container = new Template(order.template().json()).container();
        this.image = image;
        this.engine = engine;
        this.pod = pod;
    }

    /// What the containers of an attempt share.
    ///
    /// @param labels that each bears
    /// @param network in the engine's words
    /// @param script where the script of this container is on this machine
    /// @param run the directory in which it may say how far it is
    public record Pod(
            Map<String, String> labels, String network, Optional<java.nio.file.Path> script, java.nio.file.Path run) {}

    /// The program and its arguments as the manifest has them, with references replaced.
    ///
    /// @param command empty for the image's own entry point
    /// @param args empty for the image's own, if the command is, too
    public record Argv(List<String> command, List<String> args) {
        public static Argv of(StepOrder order, Map<String, String> env) {
            var command = order.template().command().stream().map(word -> References.expand(word, env)).toList();
            var args =
                    new ArrayList<>(
                            order.template().args().stream().map(word -> References.expand(word, env)).toList());
            if (order.template().script().isPresent()) {
                args.add(SCRIPT);
            }
            return new Argv(command, List.copyOf(args));
        }

        /// All words.
        public List<String> all() {
            var all = new ArrayList<>(command);
            all.addAll(args);
            return all;
        }

        /// What is run, by an image that may have an entry point and arguments of its own.
        public List<String> with(Image image) {
            var all = new ArrayList<>(command.isEmpty() ? image.entrypoint() : command);
            all.addAll(command.isEmpty() && args.isEmpty() ? image.command() : args);
            return all;
        }
    }

    /// The working directory; `/` where nobody says one.
    public static String directory(StepOrder order, Image image) {
        var own = order.template().workingDir().orElse(image.workingDir());
        return own.isEmpty() ? "/" : own;
    }

    /// The whole request.
    public Value.Mapping json(Argv argv, Map<String, String> env, ContainerFiles files) {
        var body = new LinkedHashMap<String, Object>();
        body.put("Image", image.id());
        // no list is sent empty: podman takes an empty entry point as none
        put(body, "Entrypoint", argv.command());
        put(body, "Cmd", argv.args());
        body.put("Env", env.entrySet().stream().map(one -> one.getKey() + "=" + one.getValue()).toList());
        order.template().workingDir().ifPresent(directory -> body.put("WorkingDir", files.seen(directory)));
        var security = new Security(order.template().json(), container);
        security.user(image).ifPresent(user -> body.put("User", user));
        if (!pod.network().startsWith("container:") && !pod.network().equals("host")) {
            body.put("Hostname", hostname(order.podName()));
        }
        body.put("Labels", pod.labels());
        body.put("Tty", false);
        body.put("OpenStdin", false);
        body.put("HostConfig", host(security, files));
        return (Value.Mapping) Value.of(body);
    }

    private Map<String, Object> host(Security security, ContainerFiles files) {
        var host = new LinkedHashMap<String, Object>();
        host.put("NetworkMode", pod.network());
        host.put("Init", true); // the first process of a container ignores SIGTERM; behind an init it is not the first
        host.put("LogConfig", Value.object("Type", engine.isPodman() ? "k8s-file" : "json-file"));
        var mounts = mounts(files);
        put(host, "Mounts", mounts);
        Map<String, Object> tmpfs = new LinkedHashMap<>();
        files.inMemory()
                .forEach(one ->
                        tmpfs.put(one.path(), "mode=1777" + one.bytes().map(bytes -> ",size=" + bytes).orElse("")));
        if (!tmpfs.isEmpty()) {
            host.put("Tmpfs", tmpfs);
        }
        if (!pod.network().startsWith("container:")) {
            put(host, "ExtraHosts", aliases());
            var dns = order.template().json().mapAt("dnsConfig");
            put(host, "Dns", texts(dns, "nameservers"));
            put(host, "DnsSearch", texts(dns, "searches"));
            put(
                    host,
                    "DnsOptions",
                    dns.listAt("options").stream()
                            .map(one ->
                                    one.textAt("name").orElse("")
                                            + one.textAt("value").map(value -> ":" + value).orElse(""))
                            .toList());
        }
        security.put(host);
        if (engine.labelsFiles()) {
            var options = new ArrayList<Object>((List<?>) host.getOrDefault("SecurityOpt", List.of()));
            options.add("label=disable"); // else the container sees none of the directories it is shown
            host.put("SecurityOpt", options);
        }
        new Resources(container).put(host, engine);
        return host;
    }

    private List<Value> mounts(ContainerFiles files) {
        var mounts = new ArrayList<Value>();
        for (var shown : files.shown()) {
            if (shown.kind() != ContainerFiles.Kind.INPUT || java.nio.file.Files.exists(shown.source())) {
                mounts.add(bind(shown.source(), shown.path(), shown.readOnly()));
            }
        }
        if (files.shown().stream().noneMatch(shown -> (RUN + "/").startsWith(shown.path() + "/"))) {
            mounts.add(bind(pod.run(), RUN, false));
        }
        pod.script().ifPresent(script -> mounts.add(bind(script, SCRIPT, true)));
        return mounts;
    }

    private static Value bind(java.nio.file.Path source, String target, boolean readOnly) {
        return Value.object("Type", "bind", "Source", source.toString(), "Target", target, "ReadOnly", readOnly);
    }

    private List<String> aliases() {
        var aliases = new ArrayList<String>();
        for (var alias : order.template().json().listAt("hostAliases")) {
            for (var name : alias.listAt("hostnames")) {
                aliases.add(Json.text(name) + ":" + alias.textAt("ip").orElse(""));
            }
        }
        return aliases;
    }

    private static List<String> texts(Value map, String field) {
        return map.listAt(field).stream().map(Json::text).toList();
    }

    private static void put(Map<String, Object> map, String field, List<?> values) {
        if (!values.isEmpty()) {
            map.put(field, values);
        }
    }

    /// A pod's host is called as the pod, as far as a name of a host can be.
    private static String hostname(String podName) {
        var cut = podName.substring(0, Math.min(podName.length(), LONGEST_HOSTNAME));
        return cut.replaceAll("[-.]+$", "");
    }
}
