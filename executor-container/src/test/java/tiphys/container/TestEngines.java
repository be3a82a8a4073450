package tiphys.container;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import tiphys.container.api.Engine;
import tiphys.container.api.EngineFailed;
import tiphys.testkit.Eventually;

/// Real engines for tests: services of podman and Docker that this process starts, with stores of their own below the user's cache,
/// so that nobody's containers and images are touched. What a machine lacks is a reason to skip.
public final class TestEngines {
    private static final Duration READY = Duration.ofSeconds(30);
    private static final Path CACHE =
            Path.of(
                            Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                                    .orElse(System.getProperty("user.home") + "/.cache"))
                    .resolve("tiphys");

    private static final Service PODMAN = new Service();
    private static final Service DOCKER = new Service();

    private TestEngines() {}

    /// A service that is started once, and ends with this process.
    private static final class Service {
        private Optional<Engine> engine = Optional.empty();
        private Optional<String> missing = Optional.empty();

        synchronized Engine get(Start start) {
            if (engine.isEmpty() && missing.isEmpty()) {
                try {
                    engine = Optional.of(start.start());
                } catch (IOException e) {
                    missing = Optional.of(String.valueOf(e.getMessage()));
                }
            }
            assumeTrue(engine.isPresent(), () -> missing.orElse(""));
            return engine.orElseThrow();
        }
    }

    @FunctionalInterface
    private interface Start {
        Engine start() throws IOException;
    }

    /// podman, with the images of [TestImages].
    public static Engine podman() {
        return PODMAN.get(TestEngines::startPodman);
    }

    /// Docker Engine, with the images of [TestImages].
    public static Engine docker() {
        return DOCKER.get(TestEngines::startDocker);
    }

    private static Engine startPodman() throws IOException {
        var socket = Files.createTempDirectory("tiphys-podman").resolve("podman.sock");
        return start(podmanAt(socket), socket, Optional.of(podmanSettings()));
    }

    /// Another podman on the same store, which the caller may end; with the images of [TestImages], once [#podman] was asked for.
    static Process podmanService(Path socket) throws IOException {
        var builder = new ProcessBuilder(podmanAt(socket)).redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("CONTAINERS_CONF", podmanSettings().toString());
        return builder.start();
    }

    private static Path podmanStore() throws IOException {
        return Files.createDirectories(CACHE.resolve("podman-for-tests"));
    }

    private static Path podmanSettings() throws IOException {
        var settings = podmanStore().resolve("containers.conf");
        // a machine whose own limits are lower than podman's defaults starts no container with those
        Files.writeString(
                settings,
                """
                [containers]
                default_ulimits = ["nofile=%s:%s", "nproc=32768:32768"]
                [engine]
                runtime = "%s"
                """
                        .formatted(limit("-Hn"), limit("-Hn"), find("runc").isPresent() ? "runc" : "crun"));
        return settings;
    }

    private static List<String> podmanAt(Path socket) throws IOException {
        return List.of(
                program("podman"),
                "--log-level=error",
                "--root",
                podmanStore().resolve("store").toString(),
                "--runroot",
                podmanStore().resolve("run").toString(),
                "system",
                "service",
                "--time=0",
                "unix://" + socket);
    }

    private static Engine startDocker() throws IOException {
        var docker = program("dockerd");
        if (!"root".equals(System.getProperty("user.name"))) {
            throw new IOException("Docker Engine is tested as root alone");
        }
        // one at a time can use a store: each checkout has its own
        var checkout = Path.of("").toAbsolutePath().getParent().toString();
        var store =
                Files.createDirectories(
                        CACHE.resolve("docker-for-tests").resolve(Integer.toHexString(checkout.hashCode())));
        var place = Files.createTempDirectory("tiphys-docker");
        var socket = place.resolve("docker.sock");
        return start(
                List.of(
                        docker,
                        "-H",
                        "unix://" + socket,
                        "--data-root",
                        store.resolve("data").toString(),
                        "--exec-root",
                        place.resolve("exec").toString(),
                        "--pidfile",
                        place.resolve("pid").toString(),
                        "--iptables=false",
                        "--ip6tables=false",
                        "--ip-forward=false",
                        "--oom-score-adjust",
                        "0",
                        "--exec-opt",
                        "native.cgroupdriver=cgroupfs"),
                socket,
                Optional.empty());
    }

    private static Engine start(List<String> command, Path socket, Optional<Path> settings) throws IOException {
        var log = socket.resolveSibling("log").toFile();
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log);
        settings.ifPresent(file -> builder.environment().put("CONTAINERS_CONF", file.toString()));
        var process = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
        var found = new ArrayList<Engine>();
        try {
            Eventually.within(
                    READY,
                    "the engine's answer",
                    () -> {
                        try {
                            found.add(Engine.at(socket));
                            return true;
                        } catch (EngineFailed _) {
                            return !process.isAlive();
                        }
                    });
        } catch (AssertionError e) {
            process.destroy();
        }
        if (found.isEmpty()) {
            var said = Files.readString(log.toPath()).lines().reduce((_, last) -> last).orElse("nothing");
            throw new IOException(command.getFirst() + " does not serve here: " + said);
        }
        TestImages.load(found.getFirst());
        return found.getFirst();
    }

    private static String program(String name) throws IOException {
        return find(name).orElseThrow(() -> new IOException("there is no " + name));
    }

    private static Optional<String> find(String name) {
        return List.of((System.getenv("PATH") + ":/usr/sbin:/sbin").split(":")).stream()
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }

    private static String limit(String which) throws IOException {
        var process = new ProcessBuilder("sh", "-c", "ulimit " + which).start();
        var text = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8).strip();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        return text.toLowerCase(Locale.ROOT).equals("unlimited") ? "1048576" : text;
    }
}
