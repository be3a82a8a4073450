package tiphys.container.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.attempts.AttemptFolder;
import tiphys.attempts.ClaimedVolumes;
import tiphys.attempts.References;
import tiphys.engine.StepOrder;
import tiphys.engine.StepOrder.Part;
import tiphys.engine.StepOrder.Volume;

/// Says where on this machine the bytes of a path are that a step's template names, and what of this machine its container sees.
///
/// | the path | its bytes |
/// |---|---|
/// | below a volume's `mountPath` | in the volume: `volumes/NAME/…` of the attempt's folder, or the claimed or host directory |
/// | at or below an input artifact that is on no volume | `inputs/NUMBER` of the attempt's folder, which the container sees there |
/// | any other | in the container alone; once it has ended, what was taken out of it is at `root/PATH` |
///
/// Immutable, safe for every thread.
///
/// @param folder of the attempt
/// @param directory the working directory, which relative paths are below
public record ContainerFiles(AttemptFolder folder, String directory, List<Shown> shown, List<InMemory> inMemory) {
    /// Everybody may write into an empty directory, as a kubelet makes it.
    private static final String FOR_ALL = "rwxrwxrwx";

    public ContainerFiles {
        shown = List.copyOf(shown);
        inMemory = List.copyOf(inMemory);
    }

    /// Something of this machine that the container sees.
    ///
    /// @param source where it is here
    /// @param whole the directory that it must not leave
    /// @param path where the container sees it
    public record Shown(Path source, Path whole, String path, boolean readOnly, Kind kind) {}

    /// What is shown.
    public enum Kind {
        /// A directory that is made if it is not there.
        DIRECTORY,
        /// Whatever is there.
        AS_IT_IS,
        /// An input artifact, which may be missing.
        INPUT
    }

    /// An empty directory that is gone with the container.
    ///
    /// @param bytes the most that it takes; empty for no limit
    public record InMemory(String path, Optional<Long> bytes) {}

    /// The files of one container of an order.
    ///
    /// @param variables for `subPathExpr`
    /// @param directory as the manifest or the image says; empty for `/`
    /// @throws IllegalArgumentException if a path leaves its volume, or a variable is missing
    public static ContainerFiles of(StepOrder order, Path data, Map<String, String> variables, String directory) {
        var folder = AttemptFolder.of(data, order.attempt());
        var template = order.template();
        var named = new ArrayList<>(template.absolutePaths());
        var shown = new ArrayList<Shown>();
        var memory = new ArrayList<InMemory>();
        for (var mount : template.mounts()) {
            var path = normal("/", mount.path());
            if (mount.source() instanceof Volume.EmptyDir(var inMemory, var limit)
                    && inMemory
                    && !template.grouped()
                    && mount.part().equals(Part.WHOLE)
                    && named.stream().noneMatch(one -> isBelow(one, path))
                    && template.mounts().stream().filter(one -> one.volume().equals(mount.volume())).count() == 1) {
                memory.add(new InMemory(path, limit));
                continue;
            }
            var whole = whole(mount, order, data, folder);
            var part =
                    switch (mount.part()) {
                        case Part.At(var text) -> text;
                        case Part.Expanded(var expression) -> References.expandAll(expression, variables);
                    };
            var kind =
                    switch (mount.source()) {
                        case Volume.EmptyDir _, Volume.Claim _ -> Kind.DIRECTORY;
                        case Volume.Keys _, Volume.Fields _, Volume.Projected _, Volume.HostPath _ -> Kind.AS_IT_IS;
                    };
            boolean readOnly =
                    switch (mount.source()) {
                        case Volume.Keys _, Volume.Fields _, Volume.Projected _ -> true;
                        case Volume.EmptyDir _, Volume.Claim _, Volume.HostPath _ -> mount.readOnly();
                    };
            shown.add(new Shown(below(whole, part), whole, path, readOnly, kind));
        }
        var volumes = List.copyOf(shown);
        var inputs = template.inputArtifacts();
        for (int i = 0; i < inputs.size(); i++) {
            var path = inputs.get(i).path().filter(text -> !text.isEmpty());
            if (path.isPresent()) {
                var seen = normal(directory, path.get());
                if (volumes.stream().noneMatch(volume -> isBelow(seen, volume.path()))) {
                    var source = folder.attempt().resolve("inputs").resolve(Integer.toString(i));
                    shown.add(new Shown(source, folder.attempt().resolve("inputs"), seen, false, Kind.INPUT));
                }
            }
        }
        return new ContainerFiles(folder, directory, shown, memory);
    }

    private static Path whole(StepOrder.Mount mount, StepOrder order, Path data, AttemptFolder folder) {
        return switch (mount.source()) {
            case Volume.EmptyDir _, Volume.Keys _, Volume.Fields _, Volume.Projected _ ->
                    below(folder.volumes(), mount.volume());
            case Volume.HostPath(var path, _) -> Path.of(path);
            case Volume.Claim(var name) -> ClaimedVolumes.directory(data, order.namespace(), name);
        };
    }

    /// Where the bytes of a path are, or come to be.
    public Path place(String path) {
        var seen = normal(directory, path);
        return showing(seen)
                .map(one -> {
                    var rest = seen.substring(one.path().equals("/") ? 0 : one.path().length());
                    return below(one.source(), rest.startsWith("/") ? rest.substring(1) : rest);
                })
                .orElseGet(() -> below(taken(), seen.substring(1)));
    }

    /// Whether what is at a path is in the container alone.
    public boolean isInside(String path) {
        return showing(normal(directory, path)).isEmpty();
    }

    /// The directory that what is at a place must not leave.
    public Path within(Path place) {
        return shown.stream()
                .map(Shown::whole)
                .filter(place::startsWith)
                .max(Comparator.comparingInt(Path::getNameCount))
                .orElse(taken());
    }

    /// Where lies what was taken out of the container.
    public Path taken() {
        return folder.root().resolve("root");
    }

    /// A path as the container sees it, absolute and normal.
    public String seen(String path) {
        return normal(directory, path);
    }

    private Optional<Shown> showing(String seen) {
        return shown.stream()
                .filter(one -> isBelow(seen, one.path()))
                .max(Comparator.comparingInt(one -> one.path().length()));
    }

    /// Makes the directories that are shown.
    ///
    /// @throws IOException if one leads out of its volume by a link
    public void make() throws IOException {
        for (var one : shown) {
            if (one.kind() == Kind.DIRECTORY) {
                directory(one.source());
            }
            if (one.kind() != Kind.INPUT
                    && Files.exists(one.source())
                    && !one.source().toRealPath().startsWith(one.whole().toRealPath())) {
                throw new IOException("what is mounted at " + one.path() + " leads out of its volume by a link");
            }
        }
    }

    private static void directory(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory);
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(FOR_ALL));
        }
    }

    /// A path without `.`, `..` and empty parts, absolute: a relative one is below a directory.
    static String normal(String directory, String path) {
        if (path.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a path holds NUL");
        }
        var done = new ArrayDeque<String>();
        for (var part : (path.startsWith("/") ? path : directory + "/" + path).split("/", -1)) {
            if (part.equals("..")) {
                done.pollLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                done.addLast(part);
            }
        }
        return "/" + String.join("/", done);
    }

    private static boolean isBelow(String seen, String directory) {
        return seen.equals(directory) || seen.startsWith(directory.endsWith("/") ? directory : directory + "/");
    }

    private static Path below(Path directory, String relative) {
        var path = directory.resolve(relative.isEmpty() ? "." : relative).normalize();
        if (!path.startsWith(directory.normalize())) {
            throw new IllegalArgumentException("leaves its volume: " + relative);
        }
        return path;
    }
}
