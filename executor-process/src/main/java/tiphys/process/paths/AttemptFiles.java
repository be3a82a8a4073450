package tiphys.process.paths;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Says where on this machine the bytes of a path are that a step's template names. So whoever stages an input before the step, or
/// collects an output after it, works in the attempt's folder, whatever the step itself sees there.
///
/// | the path | its bytes |
/// |---|---|
/// | below a volume's `mountPath` | in the volume: `volumes/NAME/…` of the attempt's folder, or the claimed or host directory |
/// | any other absolute path | `root/PATH` of the attempt's folder |
/// | a relative one | below the working directory; without one, `root/` if the step has a root of its own, else `work/` |
///
/// A path *as seen* is normal (no `.`, `..` and empty parts) and absolute for a step with a root of its own, else relative to
/// `work`. Links that the host has in the directories on the way (`/var/run` to `/run`) are followed, for the step sees them,
/// too. Immutable, safe for every thread; looks at links on the disk, and changes nothing.
///
/// @param folder where the files of the process are: the attempt's folder, or that of one of its containers
/// @param volumes where the attempt's own volumes are, which all its containers share
public record AttemptFiles(Path folder, Path volumes, Layout layout) {
    /// Directories in which a step with a root of its own finds nothing of the host's.
    static final Set<String> FRESH = Set.of("/tmp", "/run", "/root", "/argo");

    private static final List<String> PROGRAMS = List.of("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc");

    /// The files of an attempt that is one process.
    public AttemptFiles(Path folder, Layout layout) {
        this(folder, folder.resolve("volumes"), layout);
    }

    private static final int MOST_LINKS = 40;

    /// Where the bytes of a path are, or belong.
    ///
    /// @param path as the template names it, absolute or relative
    /// @throws IllegalArgumentException if it leaves the step's directory by `..`, or holds NUL
    public Path place(String path) {
        return placeOf(seen(path));
    }

    /// Where the bytes of a path are once the step has ended: in a root of its own, links that the step made are followed as the
    /// step saw them, also from one volume to another. Without such a root as [#place].
    ///
    /// @throws IllegalArgumentException as of [#place], or if the links lead in a circle
    public Path found(String path) {
        if (!layout.isPrivate()) {
            return place(path);
        }
        var todo = new ArrayDeque<>(parts(seen(path)));
        var done = "/";
        for (int links = 0; !todo.isEmpty(); ) {
            var next = normal(done + "/" + todo.pollFirst());
            var link = link(placeOf(next));
            if (link.isEmpty()) {
                done = next;
            } else if (++links > MOST_LINKS) {
                throw new IllegalArgumentException("too many levels of links: " + path);
            } else {
                parts(link.get()).reversed().forEach(todo::addFirst);
                done = link.get().startsWith("/") ? "/" : done;
            }
        }
        var place = placeOf(done);
        return isHosts(done) && place.startsWith(folder.resolve("root")) && isEmpty(place) ? Path.of(done) : place;
    }

    /// Whether a path is a directory of the host's programs and their files, which a step reads and never writes: as an output it is
    /// what an image's own directory would be.
    static boolean isHosts(String seen) {
        return PROGRAMS.stream().anyMatch(top -> seen.equals(top) || seen.startsWith(top + "/"))
                && Files.isDirectory(Path.of(seen));
    }

    private static boolean isEmpty(Path directory) {
        try (var all = Files.newDirectoryStream(directory)) {
            return !all.iterator().hasNext();
        } catch (NotDirectoryException | NoSuchFileException _) {
            return Files.notExists(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The directory that what is at a path must not leave: its volume, or the attempt's folder.
    public Path within(Path place) {
        var whole = java.util.Objects.requireNonNull(volumes.getParent());
        return layout.mounts().stream()
                .filter(mount -> mount.source() instanceof Layout.Source.Place)
                .map(this::source)
                .filter(place::startsWith)
                .max(Comparator.comparingInt(Path::getNameCount))
                .orElseGet(() -> place.startsWith(whole) || !isHosts(place.toString()) ? whole : place);
    }

    /// Where the files of a mount are.
    public Path source(Layout.Mount mount) {
        var volume =
                switch (mount.source()) {
                    case Layout.Source.Own(var name) -> volume(name);
                    case Layout.Source.Memory(var name, _) -> volume(name);
                    case Layout.Source.Place(var place) -> place;
                };
        return below(volume, mount.part());
    }

    /// Where the files of a volume of the attempt's own are.
    public Path volume(String name) {
        return below(volumes, name);
    }

    /// Where the step sees a mount.
    public String target(Layout.Mount mount) {
        return normal(layout.isPrivate() ? "/" + mount.path() : mount.path());
    }

    /// A path as the step sees it; `.` is its working directory.
    public String seen(String path) {
        if (path.startsWith("/")) {
            return normal(path);
        }
        var below = layout.directory() + "/" + path;
        return normal(layout.isPrivate() || layout.directory().startsWith("/") ? "/" + below : "./" + below);
    }

    private Path placeOf(String seen) {
        var mount =
                layout.mounts().stream()
                        .filter(one -> isBelow(seen, target(one)))
                        .max(Comparator.comparingInt(one -> target(one).length()));
        if (mount.isPresent()) {
            var rest = seen.substring(target(mount.get()).length());
            return below(source(mount.get()), rest.startsWith("/") ? rest.substring(1) : rest);
        }
        return seen.startsWith("/")
                ? below(folder.resolve("root"), seen.substring(1))
                : below(folder.resolve("work"), seen);
    }

    private static boolean isBelow(String seen, String directory) {
        return seen.equals(directory) || seen.startsWith(directory.endsWith("/") ? directory : directory + "/");
    }

    /// A path without `.`, `..` and empty parts; an absolute one with the host's links followed, but for its last part.
    static String normal(String path) {
        if (path.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a path holds NUL");
        }
        boolean absolute = path.startsWith("/");
        var todo = new ArrayDeque<>(parts(path));
        var done = new ArrayDeque<String>();
        for (int links = 0; !todo.isEmpty(); ) {
            var part = todo.pollFirst();
            if (part.equals("..")) {
                if (done.pollLast() == null && !absolute) {
                    throw new IllegalArgumentException("leaves the step's directory: " + path);
                }
                continue;
            }
            done.addLast(part);
            if (absolute && !todo.isEmpty() && !FRESH.contains("/" + done.peekFirst())) {
                var link = link(Path.of("/" + String.join("/", done)));
                if (link.isPresent() && links++ < MOST_LINKS) {
                    done.removeLast();
                    if (link.get().startsWith("/")) {
                        done.clear();
                    }
                    parts(link.get()).reversed().forEach(todo::addFirst);
                }
            }
        }
        return (absolute ? "/" : "") + String.join("/", done);
    }

    private static List<String> parts(String path) {
        return Arrays.stream(path.split("/", -1)).filter(part -> !part.isEmpty() && !part.equals(".")).toList();
    }

    private static Optional<String> link(Path file) {
        try {
            return Files.isSymbolicLink(file) ? Optional.of(Files.readSymbolicLink(file).toString()) : Optional.empty();
        } catch (IOException _) {
            return Optional.empty(); // gone meanwhile
        }
    }

    private static Path below(Path directory, String relative) {
        var path = directory.resolve(relative).normalize();
        if (!path.startsWith(directory)) {
            throw new IllegalArgumentException("leaves its volume: " + relative);
        }
        return path;
    }
}
