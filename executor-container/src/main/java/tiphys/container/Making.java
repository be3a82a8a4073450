package tiphys.container;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import tiphys.attempts.AttemptFolder;
import tiphys.attempts.HostPaths;
import tiphys.attempts.Inputs;
import tiphys.attempts.LongArguments;
import tiphys.attempts.Machine;
import tiphys.attempts.Modes;
import tiphys.attempts.MountRules;
import tiphys.container.api.EngineFailed;
import tiphys.container.api.Image;
import tiphys.container.api.ImageName;
import tiphys.container.files.ContainerFiles;
import tiphys.container.files.Marker;
import tiphys.container.order.Body;
import tiphys.container.order.Refusals;
import tiphys.container.order.Security;
import tiphys.engine.Materials;
import tiphys.engine.StepOrder;
import tiphys.engine.StepOrder.Volume;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Template;

/// Makes the containers of an attempt, with the files that they see; none is started. May be done again, as long as none was.
final class Making {
    private final House house;
    private final StepOrder order;
    private final AttemptFolder folder;
    private final List<Member> members;
    private final Materials materials;

    Making(House house, StepOrder order, AttemptFolder folder, List<Member> members, Materials materials) {
        this.house = house;
        this.order = order;
        this.folder = folder;
        this.members = members;
        this.materials = materials;
    }

    /// Something of the order cannot be had.
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message);
        }

        String said() {
            return String.valueOf(getMessage());
        }
    }

    /// One container that is to be made.
    private record Planned(Member member, Image image, Body.Argv argv, Map<String, String> env, ContainerFiles files) {}

    /// Makes them all.
    ///
    /// @return what runs them, for people
    String make() throws Refused, EngineFailed, IOException, InterruptedException {
        var refusals = Refusals.of(order, house.engine().identity());
        if (!refusals.isEmpty()) {
            throw new Refused(String.join("; ", refusals));
        }
        Files.createDirectories(folder.root());
        var planned = new java.util.ArrayList<Planned>();
        for (var member : members) {
            planned.add(plan(member));
        }
        var program = planned.stream().map(this::program).distinct().collect(Collectors.joining(", "));
        var first =
                planned.stream()
                        .filter(one -> one.member().part.name().equals("main"))
                        .findFirst()
                        .orElse(planned.getFirst());
        new Marker(first.files().directory(), program).write(house.data(), order.attempt());
        volumes(planned);
        inputs(first.files());
        var network = network();
        if (order.template().grouped() && !network.equals("host") && !network.equals("none")) {
            Pause.ready(house.engine());
            create(Names.of(house.server(), order, Names.PAUSE), pause(network));
            network = "container:" + Names.of(house.server(), order, Names.PAUSE);
        }
        for (var one : planned) {
            create(one, network);
        }
        return program;
    }

    private String program(Planned one) {
        var digest = one.image().digest().isEmpty() ? one.image().id() : one.image().digest();
        return "%s (%s) in %s"
                .formatted(one.member().order.template().image(), digest, house.engine().identity().text());
    }

    private Planned plan(Member member) throws Refused, EngineFailed, InterruptedException {
        var one = member.order;
        var container = new Template(one.template().json()).container();
        Image image;
        try {
            image =
                    house.images()
                            .ready(
                                    one.template().image(),
                                    container.textAt("imagePullPolicy").orElse(""),
                                    login(one.template().image()),
                                    _ -> {});
        } catch (Images.Missing e) {
            throw new Refused(e.said());
        }
        var said = new Security(one.template().json(), container).rootRefused(image, member.part.name());
        if (said.isPresent()) {
            throw new Refused(said.get());
        }
        var own = order.template().grouped() ? materials.of(member.part.name()) : materials;
        var env = environment(one, own, member.part.name());
        var argv = Body.Argv.of(one, own.env());
        var tooLong = LongArguments.refusal(Math.max(1, argv.command().size()), argv.all(), env);
        if (tooLong.isPresent()) {
            throw new Refused(tooLong.get());
        }
        member.calledWith(argv.with(image));
        try {
            return new Planned(member, image, argv, env, member.files(env, Body.directory(one, image)));
        } catch (IllegalArgumentException e) {
            throw new Refused("the step's files cannot be prepared: " + e.getMessage());
        }
    }

    private Optional<Value> login(String image) {
        var name = ImageName.of(image);
        return Logins.find(name, materials.logins()).or(() -> Logins.find(name, Logins.ofThisUser(System.getenv())));
    }

    private static Map<String, String> environment(StepOrder order, Materials materials, String container) {
        var env = new LinkedHashMap<String, String>();
        env.put("ARGO_CONTAINER_NAME", container);
        env.put("ARGO_NODE_ID", order.nodeId());
        env.put("ARGO_WORKFLOW_NAME", order.runName());
        env.put("ARGO_INCLUDE_SCRIPT_OUTPUT", Boolean.toString(order.resultWanted()));
        env.put("ARGO_PROGRESS_FILE", "/var/run/argo/progress");
        env.put("ARGO_PROGRESS_FILE_TICK_DURATION", "3s");
        env.put("ARGO_PROGRESS_PATCH_TICK_DURATION", "1m0s");
        env.put("ARGO_DEADLINE", order.deadline().map(Object::toString).orElse("0001-01-01T00:00:00Z"));
        env.putAll(materials.env());
        env.put("TIPHYS_ATTEMPT", order.attempt().text());
        return env;
    }

    /// Writes what volumes hold that are made of keys, and makes the others.
    private void volumes(List<Planned> planned) throws IOException, Refused {
        var modes = new LinkedHashMap<String, Integer>();
        planned.forEach(one ->
                one.member()
                        .order
                        .template()
                        .modes()
                        .forEach((file, mode) -> MountRules.inside(file).ifPresent(safe -> modes.put(safe, mode))));
        var group = new Security(order.template().json(), Value.Mapping.EMPTY).filesGroup();
        for (var volume : materials.volumes().entrySet()) {
            var directory = AttemptFolder.below(folder.volumes(), volume.getKey());
            Inputs.delete(directory);
            Files.createDirectories(directory);
            for (var file : volume.getValue().entrySet()) {
                var safe = MountRules.inside(file.getKey());
                if (safe.isPresent()) {
                    var path = AttemptFolder.below(directory, safe.get());
                    Files.createDirectories(Objects.requireNonNull(path.getParent()));
                    Machine.writePrivate(path, file.getValue());
                    Files.setPosixFilePermissions(path, Modes.of(modes, volume.getKey() + "/" + safe.get()));
                    if (group.isPresent()) {
                        own(path, group.getAsLong());
                    }
                }
            }
        }
        for (var one : planned) {
            for (var mount : one.member().order.template().mounts()) {
                if (mount.source() instanceof Volume.Keys(_, var name, _, var optional)
                        && !optional
                        && !materials.volumes().containsKey(mount.volume())) {
                    throw new Refused("the volume %s has no content: %s is missing".formatted(mount.volume(), name));
                }
                if (mount.source() instanceof Volume.Keys) {
                    Files.createDirectories(AttemptFolder.below(folder.volumes(), mount.volume()));
                }
                if (mount.source() instanceof Volume.HostPath host) {
                    var problem = HostPaths.prepare(host);
                    if (problem.isPresent()) {
                        throw new Refused(problem.get());
                    }
                }
            }
            one.files().make();
        }
    }

    private static void own(Path file, long group) throws Refused {
        try {
            Files.setAttribute(file, "unix:gid", (int) group);
            var rights = new java.util.HashSet<>(Files.getPosixFilePermissions(file));
            rights.add(java.nio.file.attribute.PosixFilePermission.GROUP_READ);
            Files.setPosixFilePermissions(file, rights);
        } catch (IOException | UnsupportedOperationException e) {
            throw new Refused(
                    "TIP-6072: securityContext.fsGroup: files cannot be given to the group %d here: %s; run the server as root"
                            .formatted(group, e.getMessage()));
        }
    }

    private void inputs(ContainerFiles files) throws IOException {
        var paths = order.template().inputArtifacts().stream().map(input -> input.path().orElse("")).toList();
        if (Files.exists(folder.staged())) {
            Inputs.delete(folder.attempt().resolve("inputs"));
        }
        Inputs.place(folder, paths, files::place);
    }

    private String network() {
        var named = order.template().annotation(Refusals.NETWORK).orElse("");
        if (!named.isEmpty()) {
            return named;
        }
        return order.template().json().find("hostNetwork").equals(Optional.of(Value.bool(true))) ? "host" : "bridge";
    }

    private Value.Mapping pause(String network) {
        return Value.object(
                "Image",
                Pause.IMAGE,
                "Entrypoint",
                List.of("/pause"),
                "Hostname",
                order.podName().substring(0, Math.min(order.podName().length(), 63)).replaceAll("[-.]+$", ""),
                "Labels",
                Names.labels(house.server(), order, Names.PAUSE),
                "HostConfig",
                Value.object("NetworkMode", network));
    }

    private void create(Planned one, String network) throws IOException, Refused {
        var own = folder.container(one.member().part.name());
        Files.createDirectories(own.root());
        if (!Files.exists(own.log())) {
            Machine.writePrivate(own.log(), new byte[0]);
        }
        var script = Optional.<Path>empty();
        var text = one.member().order.template().script();
        if (text.isPresent()) {
            Files.deleteIfExists(own.script());
            Machine.writePrivate(own.script(), text.get().getBytes(UTF_8));
            Files.setPosixFilePermissions(own.script(), PosixFilePermissions.fromString("rwxr-xr-x"));
            script = Optional.of(own.script());
        }
        var run = own.root().resolve("argo");
        Files.createDirectories(run);
        Files.setPosixFilePermissions(run, PosixFilePermissions.fromString("rwxrwxrwx"));
        var pod = new Body.Pod(Names.labels(house.server(), order, one.member().part.name()), network, script, run);
        var body = new Body(one.member().order, one.image(), house.engine().identity(), pod);
        create(one.member().name, body.json(one.argv(), one.env(), one.files()));
    }

    /// Makes a container; one of this name that was made before and never started makes way.
    private void create(String name, Value.Mapping body) throws EngineFailed, Refused {
        try {
            house.engine().create(name, body);
            return;
        } catch (EngineFailed e) {
            if (e.isUnreachable()) {
                throw e;
            }
            var there = house.engine().find(name);
            if (there.isEmpty()) {
                throw new Refused("the engine does not make the container: " + e.said());
            }
            if (!order.attempt().text().equals(there.get().labels().get(Names.ATTEMPT)) || !there.get().isFresh()) {
                throw new Refused(
                        "a container called %s is there, and it is not this attempt's; remove it".formatted(name));
            }
        }
        house.engine().remove(name, false); // not one that was started meanwhile
        try {
            house.engine().create(name, body);
        } catch (EngineFailed e) {
            if (e.isUnreachable()) {
                throw e;
            }
            throw new Refused("the engine does not make the container: " + e.said());
        }
    }
}
