package tiphys.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import tiphys.cli.commands.Doctor;
import tiphys.cli.commands.Doctor.Finding;
import tiphys.cli.commands.Doctor.Health;
import tiphys.cli.server.ServerPlace;
import tiphys.cli.terminal.Surroundings;
import tiphys.container.api.Engines;
import tiphys.process.PrivateRoots;
import tiphys.store.quarantine.QuarantineFiles;

/// What `doctor` looks at on this machine, whether a server runs or not.
final class LocalChecks implements Doctor.Check {
    private static final int RELEASE = 25;
    private static final long LITTLE_SPACE = 1L << 30;
    private static final long NO_SPACE = 100L << 20;

    private final Surroundings around;

    LocalChecks(Surroundings around) {
        this.around = around;
    }

    @Override
    public List<Finding> look(Path data) {
        var found = new ArrayList<Finding>();
        found.add(jdk());
        found.add(program("sh", "steps with a shell"));
        found.add(program("python3", "steps with a python image"));
        found.add(roots());
        found.add(engine());
        found.add(port(data));
        found.add(space(data));
        found.addAll(directory(data));
        if (!Files.exists(data.resolve(ServerPlace.FILE))) { // a server says it itself
            QuarantineFiles.look(data)
                    .forEach((stream, why) ->
                            found.add(Doctor.aside(stream.toString(), why, stream + " once a server runs")));
        }
        return found;
    }

    private static Finding roots() {
        var way = PrivateRoots.probe();
        return way.works()
                ? Finding.ok("paths", "steps that name absolute paths get " + way.text())
                : new Finding(
                        Health.DOUBT,
                        "paths",
                        "steps that name absolute paths cannot run: " + way.text(),
                        "install bubblewrap, run the server as root, or allow user namespaces (sysctl user.max_user_namespaces,"
                                + " kernel.apparmor_restrict_unprivileged_userns)");
    }

    private static Finding engine() {
        var search = Engines.find(System.getenv());
        return search.engine()
                .map(engine ->
                        Finding.ok(
                                "containers",
                                engine.identity().text()
                                        + " at "
                                        + engine.path()
                                        + (engine.identity().rootless()
                                                ? ", as an ordinary user"
                                                : "; whoever may use this socket is root on this machine")))
                .orElseGet(() ->
                        Finding.ok("containers", "no engine answers; steps run as processes of this machine alone"));
    }

    private static Finding jdk() {
        var version = Runtime.version();
        var text = version + " at " + System.getProperty("java.home");
        return version.feature() >= RELEASE
                ? Finding.ok("java", text)
                : new Finding(Health.BAD, "java", text + " is older than " + RELEASE, "install JDK " + RELEASE);
    }

    private Finding program(String name, String who) {
        return onPath(name)
                .map(found -> Finding.ok(name, found.toString()))
                .orElseGet(() ->
                        new Finding(
                                Health.DOUBT,
                                name,
                                "it is not on the PATH: " + who + " cannot run",
                                "install it, or add its directory to PATH"));
    }

    private Optional<Path> onPath(String name) {
        for (var place : around.variable("PATH").orElse("").split(":", -1)) {
            var program = around.directory().resolve(place).resolve(name);
            if (Files.isRegularFile(program) && Files.isExecutable(program)) {
                return Optional.of(program);
            }
        }
        return Optional.empty();
    }

    /// The port that a server takes if nobody says otherwise.
    private static Finding port(Path data) {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), Up.DEFAULT_PORT));
            return Finding.ok("port", Up.DEFAULT_PORT + " is free");
        } catch (IOException e) {
            return Files.exists(data.resolve(ServerPlace.FILE))
                    ? Finding.ok("port", Up.DEFAULT_PORT + " is taken, as a server is running")
                    : new Finding(
                            Health.DOUBT,
                            "port",
                            Up.DEFAULT_PORT + " is taken by another program",
                            "tiphys up --port PORT");
        }
    }

    private static Finding space(Path data) {
        var place = data;
        while (!Files.exists(place) && place.getParent() != null) {
            place = place.getParent();
        }
        try {
            long free = Files.getFileStore(place).getUsableSpace();
            var text = String.format(Locale.ROOT, "%.1f GB are free at %s", free / 1e9, place);
            if (free >= LITTLE_SPACE) {
                return Finding.ok("space", text);
            }
            return new Finding(
                    free < NO_SPACE ? Health.BAD : Health.DOUBT,
                    "space",
                    text,
                    "make room, or choose another directory with --data");
        } catch (IOException e) {
            return new Finding(Health.DOUBT, "space", "the free space at " + place + " cannot be read: " + e, "");
        }
    }

    private List<Finding> directory(Path data) {
        if (!Files.exists(data)) {
            return List.of(Finding.ok("directory", data + " is not there yet; `tiphys up` makes it"));
        }
        if (!Files.isDirectory(data) || !Files.isWritable(data)) {
            return List.of(
                    new Finding(
                            Health.BAD,
                            "directory",
                            data + " cannot be written",
                            "give it to you, or choose another one with --data"));
        }
        var found = new ArrayList<Finding>();
        for (var secret : List.of("token", "secret.key", "tls/ca.key", "tls/server.key", ServerPlace.FILE)) {
            openToOthers(data.resolve(secret)).ifPresent(found::add);
        }
        if (found.isEmpty()) {
            found.add(Finding.ok("directory", data + " can be written, and its secrets are only yours"));
            found.add(
                    Finding.ok(
                            "secrets",
                            "what Secrets hold is encrypted in tiphys.db with secret.key, so a backup needs both; as files and"
                                    + " variables of steps they are readable while the steps' folders in attempts/ are kept"));
        }
        return found;
    }

    private static Optional<Finding> openToOthers(Path secret) {
        try {
            if (!Files.exists(secret)) {
                return Optional.empty();
            }
            var permissions = Files.getPosixFilePermissions(secret);
            var others = Set.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);
            return permissions.stream().noneMatch(others::contains)
                    ? Optional.empty()
                    : Optional.of(
                            new Finding(
                                    Health.BAD,
                                    "directory",
                                    secret
                                            + " can be read by others ("
                                            + PosixFilePermissions.toString(permissions)
                                            + ")",
                                    "chmod 600 " + secret));
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.of(
                    new Finding(Health.DOUBT, "directory", "who can read " + secret + " is not known: " + e, ""));
        }
    }
}
