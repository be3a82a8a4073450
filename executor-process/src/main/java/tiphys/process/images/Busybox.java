package tiphys.process.images;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// The host's busybox, whose programs stand for those of the images that are made of it: a shell that knows `$RANDOM` and takes
/// `echo` literally, `wget` and `nc` where the host has none.
///
/// @param program the busybox itself
/// @param version as it says
/// @param links a directory with one link for each of its programs, once they are made
/// @param names of its programs
public record Busybox(Path program, String version, Path links, Set<String> names) {
    /// What concerns a whole machine, or packages of another system.
    private static final Set<String> NOT_USED =
            Set.of(
                    "busybox",
                    "dpkg",
                    "dpkg-deb",
                    "getty",
                    "halt",
                    "init",
                    "linuxrc",
                    "login",
                    "mount",
                    "passwd",
                    "pivot_root",
                    "poweroff",
                    "reboot",
                    "rpm",
                    "rpm2cpio",
                    "run-init",
                    "su",
                    "sulogin",
                    "svc",
                    "svok",
                    "switch_root",
                    "udhcpc",
                    "umount");

    private static final Pattern VERSION = Pattern.compile("v([0-9][0-9.]*)");
    private static final Pattern SYSTEM = Pattern.compile("(/usr)?/s?bin/[^/]+");

    public Busybox {
        names = Set.copyOf(names);
    }

    /// Asks the host's busybox; empty if there is none. Takes as long as its start.
    ///
    /// @param searchPath where it may be
    /// @param programs the directory below which the links are made
    static Optional<Busybox> ask(String searchPath, Path programs) {
        for (var directory : searchPath.split(File.pathSeparator, -1)) {
            var program = Path.of(directory).resolve("busybox");
            if (directory.startsWith("/") && Files.isExecutable(program)) {
                return ask(program, programs);
            }
        }
        return Optional.empty();
    }

    private static Optional<Busybox> ask(Path program, Path programs) {
        try {
            var says = VERSION.matcher(said(program));
            var version = says.find() ? says.group(1) : "";
            var names = new LinkedHashSet<>(said(program, "--list").lines().map(String::strip).toList());
            names.removeAll(NOT_USED);
            names.removeIf(name -> name.isEmpty() || name.contains("/"));
            if (!names.contains("sh")) {
                return Optional.empty();
            }
            return Optional.of(new Busybox(program.toRealPath(), version, programs.resolve("busybox"), names));
        } catch (IOException _) {
            return Optional.empty();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /// Makes the links, those that are not there.
    void make() throws IOException {
        Files.createDirectories(links);
        for (var name : names) {
            link(links.resolve(name), program);
        }
    }

    private static void link(Path link, Path target) throws IOException {
        try {
            Files.createSymbolicLink(link, target);
        } catch (FileAlreadyExistsException _) {
            if (!Files.readSymbolicLink(link).equals(target)) {
                Files.delete(link);
                Files.createSymbolicLink(link, target);
            }
        }
    }

    private static String said(Path program, String... arguments) throws IOException, InterruptedException {
        var command = new java.util.ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        var process =
                new ProcessBuilder(command)
                        .redirectInput(Redirect.from(new File("/dev/null")))
                        .redirectErrorStream(true)
                        .start();
        try (var out = process.getInputStream()) {
            var text = new String(out.readAllBytes(), UTF_8);
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(program + " does not answer");
            }
            return text;
        }
    }

    /// The link that a command's first word stands for, whether it is a name or where an image has such a program; empty if this is
    /// none of its programs.
    public Optional<Path> link(String word) {
        var name = word.substring(word.lastIndexOf('/') + 1);
        return names.contains(name) && (!word.contains("/") || SYSTEM.matcher(word).matches())
                ? Optional.of(links.resolve(name))
                : Optional.empty();
    }

    /// For people: `sh of busybox 1.35.0 on this host for alpine:3`.
    public String standsFor(String name, String image) {
        return name + " of busybox " + version + " on this host for " + image;
    }
}
