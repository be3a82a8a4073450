package tiphys.process.paths;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import tiphys.process.spawn.View;
import tiphys.process.spawn.View.Access;

/// Makes the root that a step sees instead of the host's: the directory `root` of its attempt, in which the host's directories are
/// bound, read-only.
///
/// Directories on the way to what the template names are the attempt's *own*: they are directories of `root` itself, can be written,
/// and what the host has in them is bound entry by entry. So nothing must be mounted to give a step its `/tmp/out`, `/work` or
/// `/opt/app/data`, and its bytes are where [AttemptFiles] says. What nobody named stays the host's: a bind for each of its
/// top directories. The data directory is hidden, but for the programs that come with us.
public final class PrivateRoot {
    /// What is found in every root, made by us.
    private static final List<String> MADE = List.of("/tmp", "/run/argo", "/root", "/argo/staging");

    /// What a step finds of the host's `/run`: without these no name is resolved, or no program found.
    private static final List<String> OF_RUN =
            List.of(
                    "/run/systemd/resolve",
                    "/run/resolvconf",
                    "/run/NetworkManager",
                    "/run/nscd",
                    "/run/current-system",
                    "/run/wrappers");

    /// What of the host is no file system of files: bound as it is.
    private static final Set<String> DEVICES = Set.of("/dev", "/proc");

    private static final Set<String> SYSTEM =
            Set.of("/", "/bin", "/sbin", "/usr", "/lib", "/lib32", "/lib64", "/etc", "/proc", "/sys", "/dev");

    private static final Path HOME = Path.of("/root");

    private static final String HOSTS = "/etc/hosts";

    private static final String SHARED_MEMORY = "/dev/shm";

    /// Of a host's file that is an output's own: a larger one is not copied.
    private static final long COPIED_BYTES = 16 << 20;

    private static final long HIDDEN_BYTES = 64 << 10;

    private final AttemptFiles files;
    private final Path root;
    private final Path data;
    private final TreeSet<String> own =
            new TreeSet<>(Comparator.comparingInt(PrivateRoot::depth).thenComparing(s -> s));
    private final Set<String> kept = new HashSet<>();
    private final List<View.Step> steps = new ArrayList<>();

    private PrivateRoot(AttemptFiles files, Path data) {
        this.files = files;
        this.root = files.folder().resolve("root");
        this.data = data;
    }

    /// Whether nothing can be mounted at a path, for the programs of the host would be gone.
    ///
    /// @param path absolute
    public static boolean isSystem(String path) {
        var seen = AttemptFiles.normal(path);
        return SYSTEM.contains(seen)
                || (List.of("/proc/", "/sys/", "/dev/").stream().anyMatch(seen::startsWith)
                        && !seen.startsWith(SHARED_MEMORY));
    }

    /// Makes the directories of an attempt's root, with mount points for all that is shown in it.
    ///
    /// @param programs directories and files of the host that must be seen although what is around them is not
    /// @param hostname what the step takes for the machine's name, as its pod's would be
    /// @throws IOException if the disk cannot be written
    public static View furnish(AttemptFiles files, Path data, List<Path> programs, String hostname) throws IOException {
        var made = new PrivateRoot(files, data);
        made.collect();
        made.make();
        made.mounts();
        made.programs(programs);
        made.name(hostname);
        return new View(made.root, data.resolve("mnt"), made.steps, hostname);
    }

    private void collect() {
        own("/");
        MADE.forEach(this::own);
        own(files.seen("."));
        for (var path : files.layout().named()) {
            var seen = files.seen(path);
            if (!seen.startsWith("/dev/") && !onVolume(seen)) {
                own(existing(parent(seen)));
                kept.add(seen);
            }
        }
        for (var mount : files.layout().mounts()) {
            var target = files.target(mount);
            if (!target.startsWith("/dev/")) {
                own(parent(target));
                kept.add(target);
            }
        }
    }

    /// The nearest directory that is there before the step: like Argo, nobody makes directories for outputs.
    private static String existing(String directory) {
        var seen = directory;
        while (!seen.equals("/")
                && !AttemptFiles.FRESH.contains(seen)
                && (isFresh(seen) || !Files.isDirectory(Path.of(seen)))) {
            seen = parent(seen);
        }
        return seen;
    }

    private boolean onVolume(String seen) {
        return files.layout().mounts().stream()
                .map(files::target)
                .anyMatch(target -> seen.equals(target) || seen.startsWith(target + "/"));
    }

    private void own(String directory) {
        if (onVolume(directory)) {
            return;
        }
        for (var seen = directory; own.add(seen) && !seen.equals("/"); ) {
            seen = parent(seen);
        }
    }

    private void make() throws IOException {
        for (var directory : own) {
            Files.createDirectories(at(directory));
            if (!isFresh(directory)) {
                show(directory);
            }
        }
        bind(Files.createDirectories(files.folder().resolve("tmp")), "/var/tmp");
        if (!kept.contains(SHARED_MEMORY)) {
            bind(Files.createDirectories(at(SHARED_MEMORY)), SHARED_MEMORY);
        }
    }

    /// Binds a directory of the attempt over one that the host has; where the host has none, nobody misses it.
    private void bind(Path source, String target) {
        if (!own.contains(target) && !kept.contains(target) && Files.isDirectory(Path.of(target))) {
            steps.add(new View.Step.Bind(source, target, Access.READ_WRITE));
        }
    }

    /// Shows what the host has in a directory of the attempt's own.
    private void show(String directory) throws IOException {
        var host = Path.of(directory);
        if (!Files.isDirectory(host)) {
            return;
        }
        var entries = new ArrayList<Path>();
        try (var all = Files.newDirectoryStream(host)) {
            all.forEach(entries::add);
        }
        // what holds the data directory comes first, for what is mounted there would be bound along with it
        entries.sort(Comparator.comparing((Path entry) -> !data.startsWith(entry)).thenComparing(entry -> entry));
        for (var entry : entries) {
            var seen = entry.toString();
            if (own.contains(seen) || seen.equals("/lost+found")) {
                continue;
            }
            var here = at(seen);
            if (kept.contains(seen) && !(AttemptFiles.isHosts(seen) && !Files.exists(here))) {
                keep(entry, here);
            } else if (Files.isSymbolicLink(entry)) {
                link(here, Files.readSymbolicLink(entry));
            } else if (entry.equals(data)) {
                Files.createDirectories(here);
            } else {
                mountPoint(entry, here);
                steps.add(
                        new View.Step.Bind(entry, seen, DEVICES.contains(seen) ? Access.READ_WRITE : Access.READ_ONLY));
                if (data.startsWith(entry)) {
                    steps.add(new View.Step.Memory(data.toString(), HIDDEN_BYTES));
                }
            }
        }
    }

    /// What an output of the step lies over begins as the host's, if it is a file, and empty, if it is a directory.
    private static void keep(Path host, Path here) throws IOException {
        if (Files.isDirectory(host)) {
            if (!Files.exists(here)) {
                Files.createDirectories(here);
            }
        } else if (Files.isRegularFile(host) && Files.isReadable(host) && Files.size(host) <= COPIED_BYTES) {
            try {
                Files.copy(host, here);
            } catch (FileAlreadyExistsException _) {
                // an input was put there
            }
        }
    }

    private void mounts() throws IOException {
        var mounts = new ArrayList<>(files.layout().mounts());
        mounts.sort(Comparator.comparingInt(mount -> depth(files.target(mount))));
        for (var mount : mounts) {
            var target = files.target(mount);
            var source = files.source(mount);
            if (mount.source() instanceof Layout.Source.Memory(_, var bytes) && mount.part().isEmpty()) {
                mountPoint(files.folder(), beneath(mount));
                steps.add(new View.Step.Memory(target, bytes.orElse(0L)));
                continue;
            }
            if (!Files.exists(source)) {
                Files.createDirectories(source);
            }
            if (!target.startsWith(SHARED_MEMORY)) {
                mountPoint(source, beneath(mount));
            }
            steps.add(new View.Step.Bind(source, target, mount.readOnly() ? Access.READ_ONLY : Access.READ_WRITE));
        }
    }

    /// Where the mount point of a volume is: in the root, or in the volume around it.
    private Path beneath(Layout.Mount mount) {
        var others = new ArrayList<>(files.layout().mounts());
        others.remove(mount);
        var layout = new Layout(true, files.layout().directory(), others, files.layout().named());
        return new AttemptFiles(files.folder(), files.volumes(), layout).place(files.target(mount));
    }

    private void programs(List<Path> programs) throws IOException {
        for (var path : OF_RUN) {
            if (Files.exists(Path.of(path))) {
                showAlso(Path.of(path));
            }
        }
        var shown = new HashSet<Path>();
        for (var program : programs) {
            var whole = installation(program);
            if (Files.exists(whole) && isHidden(whole) && shown.add(whole)) {
                showAlso(whole);
            }
        }
    }

    /// The directory that programs were installed with, if that is in root's home: what is in `/root/.pyenv/versions/3.12/bin` needs
    /// more of `/root/.pyenv`.
    private Path installation(Path programs) {
        boolean installed = programs.startsWith(HOME) && !programs.equals(HOME) && !programs.startsWith(data);
        return installed ? HOME.resolve(programs.getName(HOME.getNameCount())) : programs;
    }

    /// The step's name for the machine leads to the machine, as in a pod.
    private void name(String hostname) throws IOException {
        var hosts = Path.of(HOSTS);
        if (!hostname.isEmpty() && Files.isRegularFile(hosts) && !own.contains(parent(HOSTS))) {
            var file = files.folder().resolve("hosts");
            Files.writeString(file, Files.readString(hosts).stripTrailing() + "\n127.0.0.1\t" + hostname + "\n");
            steps.add(new View.Step.Bind(file, HOSTS, Access.READ_WRITE));
        }
    }

    private boolean isHidden(Path path) {
        return path.startsWith(data) || isFresh(path.toString());
    }

    private void showAlso(Path path) throws IOException {
        var seen = path.toString();
        if (own.contains(seen) || kept.contains(seen)) {
            return;
        }
        boolean covered =
                steps.stream().anyMatch(step -> step.equals(new View.Step.Memory(data.toString(), HIDDEN_BYTES)));
        if (path.startsWith(data) && covered) {
            steps.add(new View.Step.Directory(seen));
        } else {
            mountPoint(path, at(seen));
        }
        steps.add(new View.Step.Bind(path, seen, Access.READ_ONLY));
        if (data.startsWith(path) && !data.equals(path)) {
            steps.add(new View.Step.Memory(data.toString(), HIDDEN_BYTES));
        }
    }

    private static boolean isFresh(String seen) {
        return AttemptFiles.FRESH.stream().anyMatch(fresh -> seen.equals(fresh) || seen.startsWith(fresh + "/"));
    }

    private static void mountPoint(Path source, Path here) throws IOException {
        if (Files.exists(here, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (Files.isDirectory(source)) {
            Files.createDirectories(here);
        } else {
            Files.createDirectories(Objects.requireNonNull(here.getParent()));
            Files.createFile(here);
        }
    }

    private static void link(Path here, Path target) throws IOException {
        try {
            Files.createSymbolicLink(here, target);
        } catch (FileAlreadyExistsException _) {
            // somebody staged something there, which counts more
        }
    }

    private Path at(String seen) {
        return root.resolve(seen.substring(1));
    }

    private static String parent(String seen) {
        int slash = seen.lastIndexOf('/');
        return slash <= 0 ? "/" : seen.substring(0, slash);
    }

    private static int depth(String seen) {
        return seen.equals("/") ? 0 : (int) seen.chars().filter(c -> c == '/').count();
    }
}
