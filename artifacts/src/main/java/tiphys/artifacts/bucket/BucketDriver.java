package tiphys.artifacts.bucket;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import tiphys.artifacts.archive.Trees;
import tiphys.artifacts.archive.Zipped;
import tiphys.artifacts.driver.Driver;
import tiphys.engine.Artifacts.Content;
import tiphys.engine.Artifacts.Item;
import tiphys.engine.Artifacts.Trouble;

/// Files and directories in a store of objects: a directory is an object for each file, with the directory's key and a slash before its
/// name.
public final class BucketDriver implements Driver {
    private final Opener opener;
    private final String field;

    /// What reaches the bucket that a place names.
    @FunctionalInterface
    public interface Opener {
        /// @throws Trouble if the place names none, or a Secret that is not there
        Bucket open(Place place) throws IOException;
    }

    /// @param field of a place that holds the key
    public BucketDriver(Opener opener, String field) {
        this.opener = opener;
        this.field = field;
    }

    private String key(Place place) {
        return place.text(field).replaceFirst("^/+", "");
    }

    private String folder(Place place) {
        var key = key(place).replaceAll("/+$", "");
        return key.isEmpty() ? "" : key + "/";
    }

    @Override
    public void fetch(Place place, Path to) throws IOException {
        var bucket = opener.open(place);
        var missing = new Trouble(Trouble.Kind.MISSING, "The specified key does not exist.");
        if (!key(place).endsWith("/") && !key(place).isEmpty()) {
            try {
                bucket.get(key(place), to);
                if (!bucket.marksDirectories() || Files.size(to) > 0 || bucket.list(folder(place), 1).isEmpty()) {
                    return;
                }
            } catch (Trouble e) {
                if (e.kind() != Trouble.Kind.MISSING) {
                    throw e;
                }
                missing = e;
            }
            Files.deleteIfExists(to);
        }
        var objects = bucket.list(folder(place), Integer.MAX_VALUE);
        if (objects.isEmpty()) {
            throw missing;
        }
        var jobs = new ArrayList<Callable<@Nullable Void>>();
        for (var object : objects) {
            var path = Trees.below(to, object.key().substring(folder(place).length()));
            if (object.key().endsWith("/")) { // a mark that stands for a directory
                Files.createDirectories(path);
                continue;
            }
            Files.createDirectories(Objects.requireNonNull(path.getParent()));
            jobs.add(() -> {
                bucket.get(object.key(), path);
                return null;
            });
        }
        Together.all(jobs);
    }

    @Override
    public void store(Path from, Place place) throws IOException {
        var bucket = opener.open(place);
        bucket.prepare();
        if (!Files.isDirectory(from)) {
            put(bucket, from, key(place));
            return;
        }
        var real = from.toRealPath();
        var jobs = new ArrayList<Callable<@Nullable Void>>();
        try (var files = Files.walk(from)) {
            for (var file : (Iterable<Path>) files.sorted()::iterator) {
                if (Files.isRegularFile(file)) {
                    Zipped.inside(real, file);
                    var key = folder(place) + from.relativize(file);
                    jobs.add(() -> {
                        put(bucket, file, key);
                        return null;
                    });
                }
            }
        }
        Together.all(jobs);
    }

    private static void put(Bucket bucket, Path file, String key) throws IOException {
        try {
            bucket.put(file, key);
        } catch (Trouble e) {
            if (e.kind() == Trouble.Kind.UNAVAILABLE) {
                refused(bucket, key, e);
            }
            throw e;
        }
    }

    /// @throws Trouble if it was lost because it is refused, in the server's words
    private static void refused(Bucket bucket, String key, Trouble lost) throws IOException {
        try {
            bucket.ask(key);
        } catch (Trouble e) {
            if (e.kind() != Trouble.Kind.UNAVAILABLE) {
                e.addSuppressed(lost);
                throw e;
            }
            lost.addSuppressed(e);
        }
    }

    @Override
    public List<Item> list(Place place, int most) throws IOException {
        var bucket = opener.open(place);
        var folder = folder(place);
        var below = bucket.list(folder, most);
        if (!below.isEmpty() || folder.isEmpty()) {
            return below.stream()
                    .map(one -> new Item(one.key().substring(folder.length()), OptionalLong.of(one.bytes())))
                    .toList();
        }
        var bytes = bucket.bytes(key(place));
        return bytes.isPresent() ? List.of(new Item("", bytes)) : List.of();
    }

    @Override
    public Content open(Place place, String part) throws IOException {
        return open(place, part, 0);
    }

    @Override
    public Content open(Place place, String part, long from) throws IOException {
        var bucket = opener.open(place);
        var key = part.isEmpty() ? key(place) : folder(place) + part;
        try {
            return bucket.open(key, from);
        } catch (Trouble e) {
            if (e.kind() != Trouble.Kind.REFUSED || from == 0) {
                throw e;
            }
            return bucket.open(key, 0); // it has fewer bytes; or this is refused, too
        }
    }

    @Override
    public void delete(Place place) throws IOException {
        if (folder(place).isEmpty()) {
            throw new Trouble(
                    Trouble.Kind.REFUSED,
                    "the artifact has no " + field + ": what else is kept there is not deleted with it");
        }
        var bucket = opener.open(place);
        for (var object : bucket.list(folder(place), Integer.MAX_VALUE)) {
            bucket.delete(object.key());
        }
        bucket.delete(key(place));
    }
}
