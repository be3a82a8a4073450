package tiphys.process;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tiphys.attempts.HostPaths;
import tiphys.attempts.LongArguments;
import tiphys.attempts.MountRules;
import tiphys.attempts.References;
import tiphys.engine.Materials;
import tiphys.engine.ResolvedTemplate;
import tiphys.engine.StepOrder;
import tiphys.engine.StepOrder.Mount;
import tiphys.engine.StepOrder.Volume;
import tiphys.language.gotext.GoDuration;
import tiphys.process.images.Busybox;
import tiphys.process.images.ImageRules;
import tiphys.process.images.Interpreters;
import tiphys.process.paths.Layout;
import tiphys.process.paths.PrivateRoot;
import tiphys.process.spawn.Host;
import tiphys.process.spawn.Programs;
import tiphys.process.wire.Launch;

/// Turns an order into what the runner runs: the image into host programs, volumes into directories of the attempt, references
/// into values. What cannot be done honestly is a refusal.
final class Preparation {
    private static final int LONGEST_HOSTNAME = 63;

    private static final String WAYS_OUT = "run it with an executor for containers, or ";

    private final ImageRules images;
    private final Interpreters interpreters;
    private final String hostPath;
    private final Path data;

    /// @param hostPath the `PATH` that steps get
    Preparation(ImageRules images, Interpreters interpreters, String hostPath, Path data) {
        this.data = data;
        this.images = images;
        this.interpreters = interpreters;
        this.hostPath = hostPath;
    }

    /// The rules for an order's images: those that somebody made count first.
    ///
    /// @throws IllegalArgumentException if one of these is none
    private ImageRules images(StepOrder order) {
        var own = order.template().imageRules();
        return own.isEmpty() ? images : images.after(own);
    }

    /// Which program stands for an image, and whether this machine has it.
    ///
    /// @param own rules that somebody made
    HostImage check(String image, String own) {
        Optional<ImageRules.Rule> rule;
        try {
            rule = images.after(own).find(image);
        } catch (IllegalArgumentException e) {
            return new HostImage(image, "", "", String.valueOf(e.getMessage()));
        }
        if (rule.isEmpty()) {
            return new HostImage(image, "", "", "no rule fits it");
        }
        var row = rule.get().row();
        var language = rule.get().language();
        if (language.isPresent()) {
            return interpreters
                    .find(language.get())
                    .map(found -> new HostImage(image, row, found.path() + " " + found.version(), ""))
                    .orElseGet(() -> new HostImage(image, row, "", rule.get().entry() + " is not on this machine"));
        }
        if (!rule.get().aliases().isEmpty()) {
            return new HostImage(image, row, rule.get().entry() + " of Tiphys", "");
        }
        return switch (new Programs().find(rule.get().entry(), hostPath, data)) {
            case Host.Program(var path) -> new HostImage(image, row, path.toString(), "");
            case Host.NoProgram(var why) -> new HostImage(image, row, "", why);
        };
    }

    List<String> refusals(StepOrder order) {
        ImageRules rules;
        try {
            rules = images(order);
        } catch (IllegalArgumentException e) {
            return List.of("TIP-6001: a rule for images in the ConfigMap tiphys-images is none: " + e.getMessage());
        }
        if (!order.template().grouped()) {
            return refusalsOfOne(order, rules);
        }
        var refusals = new LinkedHashSet<String>();
        for (var container : order.template().containers()) {
            MountRules.container(container.name()).ifPresent(refusals::add);
            refusals.addAll(refusalsOfOne(order.of(container), rules));
        }
        return List.copyOf(refusals);
    }

    private List<String> refusalsOfOne(StepOrder order, ImageRules rules) {
        var refusals = new ArrayList<String>();
        var rule = rules.find(order.template().image());
        if (rule.isEmpty()) {
            refusals.add(
                    ("TIP-6001: no host program stands for the image %s; %suse an image with a rule (python, node, alpine,"
                                    + " busybox, debian, ubuntu, bash), or add a rule for it (tiphys images add)")
                            .formatted(order.template().image(), WAYS_OUT));
        } else if (rule.get().language().isPresent() && interpreters.find(rule.get().language().get()).isEmpty()) {
            refusals.add(
                    "TIP-6002: the image %s needs %s, which this host has not; install it, or %suse another image"
                            .formatted(order.template().image(), rule.get().entry(), WAYS_OUT));
        }
        order.template().workingDir().ifPresent(path -> refusePath("workingDir", path, refusals));
        var places = new HashSet<String>();
        for (var mount : order.template().mounts()) {
            refuseMount(mount, refusals);
            if (!places.add(mount.path())) {
                refusals.add(
                        "TIP-6003: Invalid value: \"%s\": must be unique: two volumes are mounted there"
                                .formatted(mount.path()));
            }
        }
        order.template()
                .outputs()
                .forEach(output ->
                        refusePath("the path of output parameter " + output.parameter(), output.path(), refusals));
        Stream.concat(order.template().inputArtifacts().stream(), order.template().outputArtifacts().stream())
                .forEach(artifact ->
                        artifact.path()
                                .ifPresent(
                                        path -> refusePath("the path of artifact " + artifact.name(), path, refusals)));
        return List.copyOf(refusals);
    }

    private static void refuseMount(Mount mount, List<String> refusals) {
        var what = "volume " + mount.volume();
        refusePath("the mountPath of " + what, mount.path(), refusals);
        if (mount.path().startsWith("/") ? PrivateRoot.isSystem(mount.path()) : isOwn(mount.path())) {
            refusals.add(
                    "TIP-6003: the mountPath of %s is %s, where this host's own programs are; mount it below, or elsewhere"
                            .formatted(what, mount.path().isEmpty() ? "the step's own directory" : mount.path()));
        }
        MountRules.refuse(mount, refusals);
    }

    private static boolean isOwn(String path) {
        return MountRules.inside(path).filter(String::isEmpty).isPresent();
    }

    private static void refusePath(String what, String path, List<String> refusals) {
        if (!path.startsWith("/") && MountRules.inside(path).isEmpty()) {
            refusals.add("TIP-6006: %s leaves the step's directory: %s".formatted(what, path));
        }
    }

    Launch launch(StepOrder order, Materials materials) {
        var launch = processes(order, materials);
        if (!order.template().daemon()) {
            return launch;
        }
        var main =
                order.template().containers().stream()
                        .filter(container -> container.kind() == ResolvedTemplate.Kind.MAIN)
                        .findFirst()
                        .orElseThrow()
                        .template();
        return launch.as(new Launch.Daemon(Addresses.of(order.attempt()), main.ports(), main.readiness()));
    }

    private Launch processes(StepOrder order, Materials materials) {
        var refusals = refusals(order);
        if (!refusals.isEmpty()) {
            return refused(order, String.join("; ", refusals));
        }
        var rules = images(order);
        if (!order.template().grouped()) {
            return launchOfOne(order, rules, materials, "main");
        }
        var parts = new ArrayList<Launch.Part>();
        var files = new LinkedHashMap<String, byte[]>();
        var modes = new LinkedHashMap<String, Integer>();
        for (var container : order.template().containers()) {
            var one = launchOfOne(order.of(container), rules, materials.of(container.name()), container.name());
            if (one.problem().isPresent()) {
                return refused(order, container.name() + ": " + one.problem().get());
            }
            files.putAll(one.files());
            modes.putAll(one.modes());
            parts.add(new Launch.Part(container.name(), container.kind(), container.dependencies(), one.sharing()));
        }
        var pause = GoDuration.parse(order.template().containerPause()).orElse(Duration.ZERO);
        var programs =
                parts.stream()
                        .map(part -> part.launch().program())
                        .filter(program -> !program.isEmpty())
                        .distinct()
                        .collect(Collectors.joining(", "));
        return launch(order, programs, Optional.empty())
                .with(
                        new Launch.Group(parts, order.template().containerTries(), pause),
                        files,
                        modes,
                        order.template().inputArtifacts().size());
    }

    private Launch launchOfOne(StepOrder order, ImageRules rules, Materials materials, String container) {
        for (var mount : order.template().mounts()) {
            if (mount.source() instanceof Volume.Keys(_, var name, _, var optional)
                    && !optional
                    && !materials.volumes().containsKey(mount.volume())) {
                return refused(order, "the volume %s has no content: %s is missing".formatted(mount.volume(), name));
            }
            if (mount.source() instanceof Volume.HostPath host) {
                var problem = HostPaths.prepare(host);
                if (problem.isPresent()) {
                    return refused(order, problem.get());
                }
            }
        }
        try {
            return allowed(order, materials, rules.find(order.template().image()).orElseThrow(), container);
        } catch (IllegalArgumentException e) {
            return refused(order, "the step's files cannot be prepared: " + e.getMessage());
        } catch (IOException e) {
            return refused(order, "the host's programs cannot be prepared: " + e);
        }
    }

    private Launch allowed(StepOrder order, Materials materials, ImageRules.Rule rule, String container)
            throws IOException {
        var interpreter = rule.language().flatMap(interpreters::find);
        var busybox = rule.busybox() ? interpreters.busybox() : Optional.<Busybox>empty();
        var path = busybox.map(found -> found.links() + ":" + hostPath).orElse(hostPath);
        if (interpreter.isPresent()) {
            path = interpreters.searchPath(interpreter.get(), rule) + ":" + path;
        } else if (!rule.aliases().isEmpty()) {
            path = interpreters.ownPrograms() + ":" + path;
        }
        var env = environment(order, materials, path, container);
        var argv = new ArrayList<String>();
        var args = order.template().args();
        boolean said = !order.template().command().isEmpty() || (!rule.entryPoint() && isCommand(args));
        var byItself = order.template().script().isPresent() && !said && !rule.entryPoint() && args.isEmpty();
        var command = said || byItself ? order.template().command() : List.of(rule.entry());
        command.forEach(word -> argv.add(References.expand(word, materials.env())));
        args.forEach(word -> argv.add(References.expand(word, materials.env())));
        var post = order.template().postStart().stream().map(word -> References.expand(word, materials.env())).toList();
        var tooLong = LongArguments.refusal(Math.max(1, order.template().command().size()), argv, env);
        if (tooLong.isPresent()) {
            return refused(order, tooLong.get());
        }
        var called = argv.isEmpty() ? "" : argv.getFirst();
        var program = called;
        if (byItself) {
            program = "the script itself, on this host for " + order.template().image();
        } else if (interpreter.isPresent() && rule.aliases().contains(lastName(called))) {
            argv.set(0, interpreter.get().path().toString());
            program = interpreter.get().standsFor(order.template().image());
        } else if (rule.aliases().contains(lastName(called))) {
            argv.set(0, rule.entry());
            program = rule.entry() + " of Tiphys for " + order.template().image();
        } else if (busybox.flatMap(found -> found.link(called)).isPresent()) {
            if (called.contains("/")) {
                argv.set(0, busybox.get().links().resolve(lastName(called)).toString());
            }
            program = busybox.get().standsFor(lastName(called), order.template().image());
        } else {
            program = lastName(called) + " of this host for " + order.template().image();
        }
        if (!post.isEmpty()) {
            argv.addAll(0, List.of("sh", "-c", beside(post), "sh"));
        }
        var files = new LinkedHashMap<String, byte[]>();
        var modes = new LinkedHashMap<String, Integer>();
        materials
                .volumes()
                .forEach((volume, content) ->
                        content.forEach((file, bytes) ->
                                MountRules.inside(file).ifPresent(safe -> files.put(volume + "/" + safe, bytes))));
        order.template()
                .modes()
                .forEach((file, mode) -> MountRules.inside(file).ifPresent(safe -> modes.put(safe, mode)));
        return new Launch(
                order.attempt(),
                order.host(),
                program,
                argv,
                env,
                order.template().script(),
                files,
                modes,
                Layout.of(order, data, env),
                order.resultWanted(),
                order.template().outputs(),
                order.template().inputArtifacts().stream().map(input -> input.path().orElse("")).toList(),
                order.deadline(),
                order.grace(),
                Optional.empty(),
                Optional.empty(),
                Launch.Group.NONE);
    }

    /// Whether arguments without a command are one: an image without an entry point starts them. Options are meant for the program that
    /// it starts by itself.
    private static boolean isCommand(List<String> args) {
        return !args.isEmpty() && !args.getFirst().startsWith("-");
    }

    /// A line of a shell that becomes the program that follows it, and runs another beside it: as in a pod nobody sees what that prints,
    /// and the program is ended if it fails.
    private static String beside(List<String> words) {
        var quoted =
                words.stream().map(word -> "'" + word.replace("'", "'\\''") + "'").collect(Collectors.joining(" "));
        return "{ " + quoted + " >/dev/null 2>&1 || kill -TERM $$; } & exec \"$@\"";
    }

    private static Launch refused(StepOrder order, String problem) {
        return launch(order, "", Optional.of(problem));
    }

    /// A launch that runs nothing itself.
    private static Launch launch(StepOrder order, String program, Optional<String> problem) {
        return new Launch(
                order.attempt(),
                order.host(),
                program,
                List.of(),
                Map.of(),
                Optional.empty(),
                Map.of(),
                Map.of(),
                Layout.NONE,
                order.resultWanted(),
                List.of(),
                List.of(),
                order.deadline(),
                order.grace(),
                problem,
                Optional.empty(),
                Launch.Group.NONE);
    }

    private static Map<String, String> environment(
            StepOrder order, Materials materials, String path, String container) {
        var env = new LinkedHashMap<String, String>();
        env.put("PATH", path);
        env.put("LANG", "C.UTF-8");
        env.put("HOSTNAME", hostname(order.podName()));
        env.put("ARGO_CONTAINER_NAME", container);
        env.put("ARGO_NODE_ID", order.nodeId());
        env.put("ARGO_WORKFLOW_NAME", order.runName());
        env.put("ARGO_INCLUDE_SCRIPT_OUTPUT", Boolean.toString(order.resultWanted()));
        env.put("ARGO_PROGRESS_FILE_TICK_DURATION", "3s");
        env.put("ARGO_PROGRESS_PATCH_TICK_DURATION", "1m0s");
        env.put("ARGO_DEADLINE", order.deadline().map(Object::toString).orElse("0001-01-01T00:00:00Z"));
        env.putAll(materials.env());
        env.put("TIPHYS_ATTEMPT", order.attempt().text());
        if (order.template().daemon()) {
            env.putIfAbsent("TIPHYS_ADDRESS", Addresses.of(order.attempt()));
        }
        return env;
    }

    /// A pod's host is called as the pod, as far as a name of a host can be.
    private static String hostname(String pod) {
        var cut = pod.substring(0, Math.min(pod.length(), LONGEST_HOSTNAME));
        int end = cut.length();
        while (end > 0 && (cut.charAt(end - 1) == '-' || cut.charAt(end - 1) == '.')) {
            end--;
        }
        return cut.substring(0, end);
    }

    private static String lastName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
