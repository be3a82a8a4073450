package tiphys.artifacts.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tiphys.artifacts.archive.Packing;
import tiphys.artifacts.archive.Tarball;
import tiphys.artifacts.archive.Trees;
import tiphys.artifacts.archive.Zipped;
import tiphys.artifacts.local.Stored.Part;
import tiphys.engine.Artifacts;
import tiphys.manifest.workflow.Artifact;

/// Keeps artifacts below the data directory: the repository of workflows that name none.
///
/// An artifact that would be a gzipped tar is kept as the files that would be in it, so that a step that hands on a file of any size
/// to another costs a link. To everyone it is that tar: whoever asks for it as it is (`archive: none`, a download) gets one,
/// packed on the way. Keys are apart by namespace.
public final class LocalStore implements Artifacts {
    private static final int EVERYTHING = Integer.MAX_VALUE;

    private final Keys keys;
    private final Blobs blobs;
    private final Path scratch;

    /// @param root where everything is kept
    /// @param ours the directory whose files are nobody's any more when they are saved; they may be linked
    public LocalStore(Path root, Path ours) throws IOException {
        keys = new Keys(root.resolve("keys"));
        blobs = new Blobs(root.resolve("blobs"), ours);
        scratch = root.resolve("scratch");
        Trees.delete(scratch);
        Files.createDirectories(scratch);
    }

    private static String key(Kept artifact) {
        return artifact.location().textAt("local", "key").orElse("").replaceFirst("^/+", "");
    }

    private static Trouble missing() {
        return new Trouble(Trouble.Kind.MISSING, "The specified key does not exist.");
    }

    @Override
    public long load(Kept artifact, Path to) throws IOException {
        var found = keys.find(artifact.namespace(), key(artifact));
        long bytes;
        if (found.isPresent()) {
            bytes = load(found.get(), artifact.artifact(), to);
        } else {
            var below = keys.below(artifact.namespace(), key(artifact), EVERYTHING);
            if (below.isEmpty()) {
                throw missing();
            }
            bytes = 0;
            for (var entry : below) {
                var path = Trees.below(to, entry.key());
                Files.createDirectories(Objects.requireNonNull(path.getParent()));
                bytes += asItIs(entry.kept(), path);
            }
        }
        Trees.rights(to, artifact.artifact().mode(), artifact.artifact().recurseMode());
        return bytes;
    }

    private long load(Stored kept, Artifact artifact, Path to) throws IOException {
        return switch (kept) {
            case Stored.Tree tree -> {
                if (artifact.archive().filter(how -> !how.equals("tar")).isPresent()) {
                    yield asItIs(tree, to);
                }
                unpacked(tree, artifact.mode(), to);
                yield tree.bytes();
            }
            case Stored.File file -> {
                var from = blobs.checked(file.blob());
                var how = Packing.how(artifact, from);
                if (how == Packing.How.AS_IT_IS) {
                    blobs.put(file.blob(), artifact.mode().orElse(file.mode()), to);
                } else {
                    Packing.unpack(from, how, to);
                }
                yield how == Packing.How.AS_IT_IS ? file.bytes() : Trees.bytes(to);
            }
        };
    }

    private long asItIs(Stored kept, Path to) throws IOException {
        switch (kept) {
            case Stored.File file -> blobs.put(file.blob(), file.mode(), to);
            case Stored.Tree tree -> {
                try (var out = Files.newOutputStream(to)) {
                    pack(tree, out);
                }
            }
        }
        return kept.bytes();
    }

    /// What would be in the archive; one thing at its top is put at the path itself.
    ///
    /// @param mode of the one file that is to be put there; empty for its own
    private void unpacked(Stored.Tree tree, OptionalInt mode, Path to) throws IOException {
        if (tree.parts().size() == 1 && tree.parts().getFirst() instanceof Part.File(_, var own, _, var blob)) {
            blobs.put(blob, mode.orElse(own), to);
            return;
        }
        for (var part : tree.parts()) {
            int slash = part.path().indexOf('/');
            var path = slash < 0 ? to : Trees.below(to, part.path().substring(slash + 1));
            switch (part) {
                case Part.Directory _ -> Files.createDirectory(path);
                case Part.Link(_, var target, _) -> Files.createSymbolicLink(path, Path.of(target));
                case Part.File(_, var rights, _, var blob) -> blobs.put(blob, rights, path);
            }
        }
        for (var part : tree.parts().reversed()) { // when nothing is made in them any more
            if (part instanceof Part.Directory(var name, var rights, _)) {
                int slash = name.indexOf('/');
                Files.setPosixFilePermissions(
                        slash < 0 ? to : to.resolve(name.substring(slash + 1)), Trees.permissions(rights));
            }
        }
    }

    @Override
    public long save(Path from, Kept artifact) throws IOException {
        var how = artifact.artifact().archive().orElse("tar");
        var attributes = Files.readAttributes(from, BasicFileAttributes.class);
        return switch (how) {
            case "none" -> attributes.isDirectory() ? saveEach(from, artifact) : saveFile(from, attributes, artifact);
            case "zip" -> {
                var packed = scratch.resolve(UUID.randomUUID().toString());
                try {
                    Packing.pack(from, artifact.artifact(), packed);
                    saveFile(packed, Files.readAttributes(packed, BasicFileAttributes.class), artifact);
                } finally {
                    Files.deleteIfExists(packed);
                }
                yield Trees.bytes(from);
            }
            default -> {
                var tree = new Stored.Tree(artifact.artifact().compressionLevel(), parts(from));
                put(artifact, tree);
                yield tree.bytes();
            }
        };
    }

    private void put(Kept artifact, Stored kept) throws IOException {
        keys.put(artifact.namespace(), key(artifact), kept);
    }

    private long saveFile(Path from, BasicFileAttributes attributes, Kept artifact) throws IOException {
        var file = new Stored.File(blobs.keep(from, attributes), Trees.mode(from.toRealPath()));
        put(artifact, file);
        return file.bytes();
    }

    /// Each file of a directory under a key of its own, as in a bucket: rights stay, links become copies, what holds no file is lost.
    private long saveEach(Path from, Kept artifact) throws IOException {
        long bytes = 0;
        var real = from.toRealPath();
        try (var files = Files.walk(from)) {
            for (var file : (Iterable<Path>) files.sorted()::iterator) {
                if (Files.isRegularFile(file)) {
                    Zipped.inside(real, file);
                    var below = from.relativize(file).toString();
                    var whole = file.toRealPath();
                    var kept =
                            new Stored.File(
                                    blobs.keep(whole, Files.readAttributes(whole, BasicFileAttributes.class)),
                                    Trees.mode(whole));
                    keys.put(artifact.namespace(), key(artifact).replaceAll("/+$", "") + "/" + below, kept);
                    bytes += kept.bytes();
                }
            }
        }
        return bytes;
    }

    private List<Part> parts(Path from) throws IOException {
        var parts = new ArrayList<Part>();
        var top = Objects.requireNonNull(from.getFileName()).toString();
        Files.walkFileTree(
                from,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                            throws IOException {
                        parts.add(new Part.Directory(name(directory), Trees.mode(directory), at(attributes)));
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                        if (attributes.isSymbolicLink()) {
                            parts.add(
                                    new Part.Link(name(file), Files.readSymbolicLink(file).toString(), at(attributes)));
                        } else if (attributes.isRegularFile()) {
                            int mode = Trees.mode(file);
                            parts.add(new Part.File(name(file), mode, at(attributes), blobs.keep(file, attributes)));
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    private String name(Path file) {
                        var below = from.relativize(file).toString();
                        return below.isEmpty() ? top : top + "/" + below;
                    }
                });
        return parts;
    }

    private static long at(BasicFileAttributes attributes) {
        return attributes.lastModifiedTime().toMillis();
    }

    @Override
    public List<Item> list(Kept artifact, int most) throws IOException {
        var found = keys.find(artifact.namespace(), key(artifact));
        if (found.isEmpty()) {
            return keys.below(artifact.namespace(), key(artifact), most).stream()
                    .map(entry -> new Item(entry.key(), OptionalLong.of(entry.kept().bytes())))
                    .toList();
        }
        return switch (found.get()) {
            case Stored.Tree tree -> tree.parts().stream().limit(most).map(LocalStore::item).toList();
            case Stored.File file -> {
                var bytes = blobs.checked(file.blob());
                if (Tarball.is(bytes)) {
                    try (var in = Files.newInputStream(bytes)) {
                        yield Tarball.list(in, most);
                    }
                }
                if (Zipped.is(bytes)) {
                    try (var in = Files.newInputStream(bytes)) {
                        yield Zipped.list(in, most);
                    }
                }
                yield List.of(new Item("", OptionalLong.of(file.bytes())));
            }
        };
    }

    private static Item item(Part part) {
        return switch (part) {
            case Part.Directory(var path, _, _) -> new Item(path + "/", OptionalLong.of(0));
            case Part.Link(var path, _, _) -> new Item(path, OptionalLong.of(0));
            case Part.File(var path, _, _, var blob) -> new Item(path, OptionalLong.of(blob.bytes()));
        };
    }

    @Override
    public Content open(Kept artifact, String part) throws IOException {
        var found = keys.find(artifact.namespace(), key(artifact));
        if (found.isEmpty()) {
            var below = part.isEmpty() ? found : keys.find(artifact.namespace(), key(artifact) + "/" + part);
            return content(below.orElseThrow(LocalStore::missing));
        }
        if (part.isEmpty()) {
            return content(found.get());
        }
        return switch (found.get()) {
            case Stored.Tree tree -> {
                for (var one : tree.parts()) {
                    if (one instanceof Part.File(var path, var mode, _, var blob) && path.equals(part)) {
                        yield content(new Stored.File(blob, mode));
                    }
                }
                throw new Trouble(Trouble.Kind.MISSING, "there is no " + part + " in the archive");
            }
            case Stored.File file -> {
                var bytes = blobs.checked(file.blob());
                var in = Files.newInputStream(bytes);
                yield new Content(
                        Zipped.is(bytes) ? Zipped.open(in, part) : Tarball.open(in, part), OptionalLong.empty());
            }
        };
    }

    private Content content(Stored kept) throws IOException {
        return switch (kept) {
            case Stored.File file ->
                    new Content(Files.newInputStream(blobs.checked(file.blob())), OptionalLong.of(file.bytes()));
            case Stored.Tree tree -> new Content(packed(tree), OptionalLong.empty());
        };
    }

    /// The archive of a tree, packed while it is read.
    private InputStream packed(Stored.Tree tree) throws IOException {
        var failure =
                new Object() {
                    volatile @Nullable IOException what;
                };
        var in =
                new PipedInputStream(1 << 16) {
                    @Override
                    public synchronized int read() throws IOException {
                        return checked(super.read());
                    }

                    @Override
                    public synchronized int read(byte[] into, int from, int length) throws IOException {
                        return checked(super.read(into, from, length));
                    }

                    private int checked(int read) throws IOException {
                        var what = failure.what;
                        if (read < 0 && what != null) {
                            throw what;
                        }
                        return read;
                    }
                };
        var out = new PipedOutputStream(in);
        Thread.ofVirtual()
                .name("packing")
                .start(() -> {
                    try (out) {
                        pack(tree, out);
                    } catch (IOException e) {
                        failure.what = e; // told to the reader, or nobody reads any more
                    }
                });
        return in;
    }

    private void pack(Stored.Tree tree, java.io.OutputStream out) throws IOException {
        try (var writer = new Tarball.Writer(Tarball.gzip(out, tree.level()))) {
            for (var part : tree.parts()) {
                var at = FileTime.fromMillis(part.changedMillis());
                switch (part) {
                    case Part.Directory(var path, var mode, _) -> writer.directory(path, mode, at);
                    case Part.Link(var path, var target, _) -> writer.link(path, target, at);
                    case Part.File(var path, var mode, _, var blob) ->
                            writer.file(path, mode, at, blob.bytes(), blobs.checked(blob));
                }
            }
        }
    }

    @Override
    public void delete(Kept artifact) throws IOException {
        keys.remove(artifact.namespace(), key(artifact));
    }

    /// Removes bytes that no key stands on any more and that were not kept since an instant.
    ///
    /// @return how many files
    public int sweep(Instant before) throws IOException {
        var named = new HashSet<String>();
        keys.all().forEach(kept -> kept.blobs().forEach(named::add));
        return blobs.sweep(named, before);
    }
}
