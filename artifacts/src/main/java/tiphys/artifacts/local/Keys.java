package tiphys.artifacts.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import tiphys.artifacts.archive.Trees;
import tiphys.engine.Artifacts.Trouble;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// What is kept under which key, as files. A key's parts are directories, each with `+` at its end, and the last is a file with `=`
/// at its end: so `a` and `a/b` may both be there, and no key leads out of the directory, whatever is in it.
final class Keys {
    private static final int LONGEST_PART_BYTES = 254;

    private final Path root;

    Keys(Path root) throws IOException {
        this.root = Files.createDirectories(root);
    }

    /// What is kept under a key.
    record Entry(String key, Stored kept) {}

    Optional<Stored> find(String namespace, String key) throws IOException {
        try {
            return Optional.of(read(file(namespace, key)));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    private static Stored read(Path file) throws IOException {
        try {
            return Stored.of((Value.Mapping) Json.parseOwn(Files.readAllBytes(file)));
        } catch (InvalidInput e) {
            throw new Trouble(
                    Trouble.Kind.REFUSED,
                    "TIP-6052: the artifact's record is damaged: " + file + ": " + e.getMessage(),
                    e);
        }
    }

    /// Writes what a key stands for, whole or not at all.
    void put(String namespace, String key, Stored kept) throws IOException {
        var file = file(namespace, key);
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        var draft = root.resolve("new-" + UUID.randomUUID());
        try {
            try (var channel = FileChannel.open(draft, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                var bytes = java.nio.ByteBuffer.wrap(Json.bytes(kept.json()));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(false);
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /// Everything below a key as in a directory, by key, which is relative to it.
    List<Entry> below(String namespace, String key, int most) throws IOException {
        var entries = new ArrayList<Entry>();
        collect(directory(namespace, key), "", most, entries);
        return entries;
    }

    private static void collect(Path directory, String prefix, int most, List<Entry> into) throws IOException {
        List<Path> names;
        try (var files = Files.list(directory)) {
            names = files.sorted().toList();
        } catch (NoSuchFileException | NotDirectoryException _) {
            return;
        }
        for (var name : names) {
            if (into.size() >= most) {
                return;
            }
            var file = name.getFileName().toString();
            var part = file.substring(0, file.length() - 1);
            if (file.endsWith("=")) {
                into.add(new Entry(prefix + part, read(name)));
            } else if (file.endsWith("+")) {
                collect(name, prefix + part + "/", most, into);
            }
        }
    }

    /// Everything, of all namespaces.
    List<Stored> all() throws IOException {
        var all = new ArrayList<Stored>();
        try (var files = Files.walk(root)) {
            for (var file : (Iterable<Path>) files.filter(one -> one.toString().endsWith("="))::iterator) {
                try {
                    all.add(read(file));
                } catch (NoSuchFileException _) {
                    // removed meanwhile
                }
            }
        }
        return all;
    }

    /// Forgets a key, and everything below it as in a directory.
    void remove(String namespace, String key) throws IOException {
        Files.deleteIfExists(file(namespace, key));
        Trees.delete(directory(namespace, key));
    }

    private Path file(String namespace, String key) throws Trouble {
        int slash = key.lastIndexOf('/');
        var above = slash < 0 ? directory(namespace, "") : directory(namespace, key.substring(0, slash));
        return above.resolve(part(key.substring(slash + 1)) + "=");
    }

    private Path directory(String namespace, String key) throws Trouble {
        var path = root.resolve(part(namespace) + "+");
        var trimmed = key.replaceAll("/+$", "");
        if (!trimmed.isEmpty()) {
            for (var part : trimmed.split("/", -1)) {
                path = path.resolve(part(part) + "+");
            }
        }
        return path;
    }

    private static String part(String part) throws Trouble {
        if (part.indexOf('\0') >= 0 || part.getBytes(UTF_8).length > LONGEST_PART_BYTES) {
            throw new Trouble(
                    Trouble.Kind.REFUSED,
                    "TIP-6055: a part of the artifact's key holds NUL or is longer than "
                            + LONGEST_PART_BYTES
                            + " bytes");
        }
        return part;
    }
}
