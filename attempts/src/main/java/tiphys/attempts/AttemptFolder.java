package tiphys.attempts;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tiphys.engine.AttemptId;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;

/// Everything that is kept of one attempt: `<data>/attempts/<attempt>/`.
///
/// | name | what it is |
/// |---|---|
/// | `claim` | made exclusively before the start; who holds it runs the attempt, once. How it ended is appended, as a line of JSON |
/// | `log` | stdout and stderr as they came |
/// | `stdout`, `stderr`, `order` | beside an empty `log`, if stdout is the step's result: two files and in which order they grew |
/// | `cuts` | what was left out of too long output |
/// | `work`, `tmp`, `volumes`, `script` | the step's own directory, its TMPDIR, its volumes, its script |
/// | `containers/<name>` | of an attempt with several processes: the log, `work`, `tmp` and `script` of each but `main` |
///
/// The claim is not flushed: it outlives the runner, and after a reboot the attempt is lost by its boot id anyway.
///
/// @param root where the files of a container lie: the attempt's own folder for `main`, else one below it
/// @param attempt the folder of the attempt, which has its claim and the volumes that its containers share
public record AttemptFolder(Path root, Path attempt) {
    private static final String CONTAINERS = "containers";

    /// The folder at a place, of an attempt that is one container.
    public AttemptFolder(Path root) {
        this(root, root);
    }

    public static AttemptFolder of(Path data, AttemptId attempt) {
        var name = attempt.text();
        if (name.isEmpty() || name.startsWith(".") || name.indexOf('/') >= 0 || name.indexOf('\0') >= 0) {
            throw new IllegalStateException("no file name: attempt " + name);
        }
        return new AttemptFolder(data.resolve("attempts").resolve(name));
    }

    /// An attempt's id begins with its run's uid, which has this many characters.
    private static final int UID_LENGTH = 36;

    /// What begins the line that says how an attempt ended, after the claim's own lines.
    private static final String END = "\n{";

    /// More than a claim's own lines take.
    private static final int HOLDER_BYTES = 1024;

    /// How large all folders are together. Files come and go while they are counted.
    public static long bytes(Path data) {
        var total = new long[1];
        try {
            Files.walkFileTree(
                    data.resolve("attempts"),
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                            total[0] += attributes.size();
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFileFailed(Path file, IOException gone) {
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException gone) {
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return total[0];
    }

    /// Removes the folders of runs that are gone and that were last touched before an instant.
    ///
    /// @return how many
    public static long purgeWhere(Path data, Predicate<String> gone, Instant before) throws IOException {
        var known = new HashMap<String, Boolean>();
        long purged = 0;
        try (var folders = Files.newDirectoryStream(data.resolve("attempts"))) {
            for (var folder : folders) {
                var name = folder.getFileName().toString();
                if (name.length() > UID_LENGTH
                        && known.computeIfAbsent(name.substring(0, UID_LENGTH), gone::test)
                        && Files.getLastModifiedTime(folder).toInstant().isBefore(before)) {
                    try {
                        new AttemptFolder(folder).purge();
                        purged++;
                    } catch (AccessDeniedException e) { // files of a user of a container: the others go all the same
                        System.err.println("what is kept of " + name + " cannot be removed: " + e.getMessage());
                    }
                }
            }
        }
        return purged;
    }

    /// The folder of one of several containers.
    ///
    /// @throws IllegalStateException if its name is none for a file
    public AttemptFolder container(String name) {
        if (name.equals("main")) {
            return this;
        }
        if (name.isEmpty() || name.startsWith(".") || name.indexOf('/') >= 0 || name.indexOf('\0') >= 0) {
            throw new IllegalStateException("no file name: container " + name);
        }
        return new AttemptFolder(attempt.resolve(CONTAINERS).resolve(name), attempt);
    }

    public Path claim() {
        return attempt.resolve("claim");
    }

    public Path log() {
        return root.resolve("log");
    }

    public Path stdout() {
        return root.resolve("stdout");
    }

    public Path stderr() {
        return root.resolve("stderr");
    }

    public Path order() {
        return root.resolve("order");
    }

    public Path cuts() {
        return root.resolve("cuts");
    }

    public Path work() {
        return root.resolve("work");
    }

    public Path tmp() {
        return root.resolve("tmp");
    }

    public Path volumes() {
        return attempt.resolve("volumes");
    }

    /// Where the artifacts that it is given wait for its start, each under its number: beside the attempts, for the folder itself
    /// may be made by a rename.
    public Path staged() {
        var data = java.util.Objects.requireNonNull(java.util.Objects.requireNonNull(attempt.getParent()).getParent());
        return data.resolve("staged").resolve(attempt.getFileName());
    }

    /// Makes the place of [#staged] anew, empty.
    public Path stage() throws IOException {
        Inputs.delete(staged());
        return Files.createDirectories(staged());
    }

    public Path script() {
        return root.resolve("script");
    }

    /// A path below one of the attempt's directories. Every path that a manifest had a part in is made here.
    ///
    /// @throws IllegalStateException if it leaves the directory: whoever made the launch has not looked at it
    public static Path below(Path directory, String relative) {
        var path = directory.resolve(relative).normalize();
        if (relative.startsWith("/") || relative.indexOf('\0') >= 0 || !path.startsWith(directory)) {
            throw new IllegalStateException("not below the attempt's directory: " + relative);
        }
        return path;
    }

    /// Claims the attempt: true for one caller only, ever.
    public boolean claim(String holder) throws IOException {
        try {
            Files.createDirectory(root);
        } catch (FileAlreadyExistsException _) {
            // another try, or purged in part; the claim alone decides
        }
        try {
            Files.writeString(claim(), holder, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            return true;
        } catch (FileAlreadyExistsException _) {
            return false;
        } catch (NoSuchFileException e) {
            // a folder that was ready took the place of the empty one between the two steps, with its claim
            if (claimed()) {
                return false;
            }
            throw e;
        }
    }

    /// Makes what each step has.
    public void furnish() throws IOException {
        if (!root.equals(attempt)) {
            Files.createDirectories(root);
        }
        Files.createDirectory(work());
        Files.createDirectory(tmp());
        Machine.writePrivate(log(), new byte[0]);
    }

    public boolean claimed() {
        return Files.exists(claim());
    }

    /// Whether its end is written down, all of it or a part.
    public boolean over() throws IOException {
        try (var in = Beneath.stream(claim())) {
            return new String(in.readNBytes(HOLDER_BYTES), UTF_8).contains(END);
        } catch (NoSuchFileException _) {
            return false;
        }
    }

    /// Writes how the attempt ended. To readers a line that was cut off is none.
    public void end(Outcome ended) throws IOException {
        var line = (END + Json.write(Endings.write(ended)).substring(1) + "\n").getBytes(UTF_8);
        try {
            append(line);
        } catch (NoSuchFileException _) {
            if (ended.started().isEmpty()) { // it never began, so there may be no folder yet
                Files.createDirectories(root);
                Files.write(
                        claim(), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS);
            } // else it was purged meanwhile, and stays so
        }
    }

    private void append(byte[] line) throws IOException {
        Files.write(claim(), line, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS);
    }

    /// How the attempt ended, if it has.
    public Optional<Outcome> ended() throws IOException {
        String text;
        try (var in = Beneath.stream(claim())) {
            text = new String(in.readAllBytes(), UTF_8); // the end of a line that was cut off may be half a character
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
        return text.lines().filter(line -> line.startsWith("{")).flatMap(line -> whole(line).stream()).findFirst();
    }

    private static Optional<Outcome> whole(String line) {
        try {
            return Optional.of(Endings.read(Json.parseOwn(line.getBytes(UTF_8))));
        } catch (InvalidInput _) {
            return Optional.empty(); // cut off: the next one counts
        }
    }

    /// Removes everything, the claim last: a removal that was cut short never lets an attempt run again.
    public void purge() throws IOException {
        Inputs.delete(staged());
        if (!Files.exists(root)) {
            return;
        }
        try (var all = Files.walk(root)) {
            for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
                if (!path.equals(root) && !path.equals(claim())) {
                    Files.deleteIfExists(path);
                }
            }
        }
        Files.deleteIfExists(claim());
        Files.deleteIfExists(root);
    }

    /// Removes a directory with all that is in it; links are removed, and not followed.
    public static void remove(Path directory) throws IOException {
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (var all = Files.walk(directory)) {
            for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    /// A text file's lines; none if it is not there.
    public static java.util.List<String> lines(Path file) throws IOException {
        try (var in = Beneath.stream(file)) {
            return new String(in.readAllBytes(), UTF_8).lines().toList();
        } catch (NoSuchFileException _) {
            return java.util.List.of();
        }
    }
}
