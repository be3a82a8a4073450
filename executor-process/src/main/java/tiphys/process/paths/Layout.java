package tiphys.process.paths;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tiphys.attempts.ClaimedVolumes;
import tiphys.attempts.References;
import tiphys.engine.ResolvedTemplate;
import tiphys.engine.StepOrder;
import tiphys.engine.StepOrder.Part;
import tiphys.engine.StepOrder.Volume;

/// What a step's template names of the file system, with everything resolved: the same thing for the server, which stages and
/// collects files, and for the runner, which shows them to the process.
///
/// @param isPrivate whether the attempt sees a root of its own: so it is as soon as the template names an absolute path
/// @param directory the working directory as the template names it; empty for none
/// @param named the absolute paths that the template names for files: they lie in the attempt's folder, and can be written
public record Layout(boolean isPrivate, String directory, List<Mount> mounts, List<String> named) {
    public Layout {
        mounts = List.copyOf(mounts);
        named = List.copyOf(named);
    }

    /// A step that names nothing: its own directory, no volumes.
    public static final Layout NONE = new Layout(false, "", List.of(), List.of());

    private static final Pattern TMP = Pattern.compile("(?<![\\w./-])/tmp(?:/([\\w.-]+)|(?![\\w.-]))");

    /// The layout of an order.
    ///
    /// @param data the data directory, which keeps claimed volumes
    /// @param env the step's variables, for `subPathExpr`
    /// @throws IllegalArgumentException if a `subPathExpr` names a variable that is not there
    public static Layout of(StepOrder order, Path data, Map<String, String> env) {
        var template = order.template();
        var named = template.absolutePaths().stream().map(path -> madeByTheStep(template, path)).distinct().toList();
        var mounts = new ArrayList<Mount>();
        for (var mount : template.mounts()) {
            var part =
                    switch (mount.part()) {
                        case Part.At(var path) -> path;
                        case Part.Expanded(var expression) -> References.expandAll(expression, env);
                    };
            mounts.add(new Mount(mount.path(), source(mount, order, data), part, readOnly(mount)));
        }
        var isPrivate =
                !named.isEmpty()
                        || namesTmp(template)
                        || mounts.stream().anyMatch(mount -> mount.path().startsWith("/"));
        var kept = mounts.stream().map(mount -> kept(mount, mounts, named)).toList();
        return new Layout(isPrivate, template.workingDir().orElse(""), kept, named);
    }

    /// The layout of an attempt that was started: whether it was given a root of its own is seen in its folder, for what this machine
    /// has in `/tmp` may be another thing by now.
    public Layout in(Path folder) {
        return new Layout(Files.isDirectory(folder.resolve("root")), directory, mounts, named);
    }

    /// Of an artifact that the step makes, its first directory that this machine has not: the step makes that itself, and may expect
    /// that it is not there.
    private static String madeByTheStep(ResolvedTemplate template, String path) {
        boolean made = template.outputArtifacts().stream().anyMatch(one -> one.path().filter(path::equals).isPresent());
        boolean given =
                template.inputArtifacts().stream().anyMatch(one -> one.path().filter(path::startsWith).isPresent());
        if (!made || given || template.outputs().stream().anyMatch(one -> one.path().equals(path))) {
            return path;
        }
        for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
            if (!Files.exists(Path.of(path.substring(0, slash)))) {
                return path.substring(0, slash);
            }
        }
        return path;
    }

    /// Whether what it runs names `/tmp`: there, steps of all manifests use the same names. If this machine has what it names
    /// there, that is meant.
    private static boolean namesTmp(ResolvedTemplate template) {
        var named =
                Stream.of(template.command(), template.args(), template.script().stream().toList())
                        .flatMap(List::stream)
                        .flatMap(text -> TMP.matcher(text).results())
                        .map(found -> Optional.ofNullable(found.group(1)))
                        .toList();
        return !named.isEmpty()
                && named.stream().flatMap(Optional::stream).noneMatch(entry -> Files.exists(Path.of("/tmp", entry)));
    }

    /// The volume in which the artifacts are that several processes are given, each under its number.
    public static final String INPUTS = ".inputs";

    /// The same for one of several processes: nothing is in memory, and what they are given as artifacts is a volume, too.
    ///
    /// @param inputs where the artifacts belong
    public Layout sharing(List<String> inputs) {
        var kept = new ArrayList<Mount>(onDisk());
        for (int i = 0; i < inputs.size(); i++) {
            if (!inputs.get(i).isEmpty()) {
                kept.add(new Mount(inputs.get(i), new Source.Own(INPUTS), Integer.toString(i), false));
            }
        }
        return new Layout(isPrivate, directory, kept, named);
    }

    private List<Mount> onDisk() {
        return mounts.stream()
                .map(mount ->
                        mount.source() instanceof Source.Memory(var volume, _)
                                ? new Mount(mount.path(), new Source.Own(volume), mount.part(), mount.readOnly())
                                : mount)
                .toList();
    }

    /// What is in memory is gone with the step: so a volume on which an output lies is on the disk, and so is one that is mounted
    /// twice, for each mount in memory is a new one.
    private static Mount kept(Mount mount, List<Mount> all, List<String> named) {
        if (mount.source() instanceof Source.Memory(var volume, _)
                && (named.stream().anyMatch(path -> path.startsWith(mount.path() + "/"))
                        || all.stream().filter(other -> other.source().equals(mount.source())).count() > 1)) {
            return new Mount(mount.path(), new Source.Own(volume), mount.part(), mount.readOnly());
        }
        return mount;
    }

    private static Source source(StepOrder.Mount mount, StepOrder order, Path data) {
        return switch (mount.source()) {
            case Volume.EmptyDir(var inMemory, var limit) ->
                    inMemory ? new Source.Memory(mount.volume(), limit) : new Source.Own(mount.volume());
            case Volume.Keys _, Volume.Fields _, Volume.Projected _ -> new Source.Own(mount.volume());
            case Volume.HostPath(var path, _) -> new Source.Place(Path.of(path));
            case Volume.Claim(var name) -> new Source.Place(ClaimedVolumes.directory(data, order.namespace(), name));
        };
    }

    /// What is made of keys and fields is always read-only, as in Kubernetes.
    private static boolean readOnly(StepOrder.Mount mount) {
        return switch (mount.source()) {
            case Volume.Keys _, Volume.Fields _, Volume.Projected _ -> true;
            case Volume.EmptyDir _, Volume.HostPath _, Volume.Claim _ -> mount.readOnly();
        };
    }

    /// A volume or a part of it where the step wants it.
    ///
    /// @param path absolute, or below the step's own directory
    /// @param part what of the volume is shown, relative; empty for all of it
    public record Mount(String path, Source source, String part, boolean readOnly) {}

    /// Where a volume's files are.
    public sealed interface Source {
        /// In the attempt's folder.
        ///
        /// @param volume the volume's name
        record Own(String volume) implements Source {}

        /// In memory while the step runs, if the step has a root of its own, else as [Own].
        ///
        /// @param bytes the most that it takes; empty for no limit but the machine's
        record Memory(String volume, Optional<Long> bytes) implements Source {}

        /// At a place of this machine that outlives the attempt: a claimed volume, or a path of the host.
        record Place(Path path) implements Source {}
    }
}
