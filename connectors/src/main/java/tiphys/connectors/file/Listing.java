package tiphys.connectors.file;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tiphys.connectors.watch.Operation;

/// What is in a directory, and what happened since another listing.
record Listing(Map<String, Entry> entries) {
    /// A file as it was seen.
    ///
    /// @param key the system's own name of it, which it keeps when it gets another name
    record Entry(@Nullable Object key, long size, long modified, boolean directory) {
        boolean isSameFile(Entry other) {
            return key != null && Objects.equals(key, other.key);
        }

        boolean hasSameContent(Entry other) {
            return size == other.size && modified == other.modified;
        }
    }

    /// Something that happened to a file.
    record Happening(Operation operation, String name) {}

    static Listing of(Path directory) throws IOException {
        var entries = new TreeMap<String, Entry>();
        try (var files = Files.newDirectoryStream(directory)) {
            for (var file : files) {
                entry(file).ifPresent(entry -> entries.put(file.getFileName().toString(), entry));
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return new Listing(entries);
    }

    /// A file as it is; empty if it is gone.
    static Optional<Entry> entry(Path file) throws IOException {
        try {
            var about = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return Optional.of(
                    new Entry(about.fileKey(), about.size(), about.lastModifiedTime().toMillis(), about.isDirectory()));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    /// What happened between an earlier listing and this one: old names first, then new ones and changes.
    List<Happening> since(Listing earlier) {
        var happenings = new ArrayList<Happening>();
        earlier.entries.forEach((name, entry) -> {
            if (!entries.containsKey(name)) {
                boolean renamed =
                        entries.entrySet().stream()
                                .anyMatch(now ->
                                        !earlier.entries.containsKey(now.getKey()) && now.getValue().isSameFile(entry));
                happenings.add(new Happening(renamed ? Operation.RENAME : Operation.REMOVE, name));
            }
        });
        entries.forEach((name, entry) -> {
            var before = earlier.entries.get(name);
            if (before == null) {
                happenings.add(new Happening(Operation.CREATE, name));
            } else if (!entry.directory() && !entry.hasSameContent(before)) {
                happenings.add(new Happening(Operation.WRITE, name));
            }
        });
        return happenings;
    }
}
