package tiphys.artifacts.local;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import tiphys.artifacts.local.Blobs.Blob;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// What is kept under a key, as its record says.
sealed interface Stored {
    /// How many bytes its files have.
    long bytes();

    /// The blobs that it stands on.
    Stream<String> blobs();

    Value.Mapping json();

    /// One file.
    record File(Blob blob, int mode) implements Stored {
        @Override
        public long bytes() {
            return blob.bytes();
        }

        @Override
        public Stream<String> blobs() {
            return Stream.of(blob.name());
        }

        @Override
        public Value.Mapping json() {
            return write(blob).with("mode", Value.number(mode));
        }
    }

    /// A gzipped tar that nobody has packed yet: what would be in it. It is packed when somebody wants the archive itself.
    ///
    /// @param level how hard it is packed then
    record Tree(OptionalInt level, List<Part> parts) implements Stored {
        public Tree {
            parts = List.copyOf(parts);
        }

        @Override
        public long bytes() {
            return parts.stream().mapToLong(part -> part instanceof Part.File file ? file.blob().bytes() : 0).sum();
        }

        @Override
        public Stream<String> blobs() {
            return parts.stream()
                    .flatMap(part -> part instanceof Part.File file ? Stream.of(file.blob().name()) : Stream.empty());
        }

        @Override
        public Value.Mapping json() {
            return Value.object(
                    "tar",
                    Value.list(parts.stream().map(Part::json).toList()),
                    "level",
                    level.isPresent() ? level.getAsInt() : null);
        }
    }

    /// An entry of a tree, after those of the directories that it is in.
    sealed interface Part {
        String path();

        long changedMillis();

        Value.Mapping json();

        record Directory(String path, int mode, long changedMillis) implements Part {
            @Override
            public Value.Mapping json() {
                return Value.object("path", path, "directory", true, "mode", mode, "at", changedMillis);
            }
        }

        record File(String path, int mode, long changedMillis, Blob blob) implements Part {
            @Override
            public Value.Mapping json() {
                return write(blob)
                        .with("path", path)
                        .with("mode", Value.number(mode))
                        .with("at", Value.number(changedMillis));
            }
        }

        record Link(String path, String target, long changedMillis) implements Part {
            @Override
            public Value.Mapping json() {
                return Value.object("path", path, "link", target, "at", changedMillis);
            }
        }
    }

    private static Value.Mapping write(Blob blob) {
        return Value.object(
                "blob",
                blob.name(),
                "bytes",
                blob.bytes(),
                "changed",
                blob.changedMicros() == 0 ? null : blob.changedMicros());
    }

    static Stored of(Value.Mapping json) {
        if (json.find("tar").isEmpty()) {
            return new File(blob(json), (int) whole(json, "mode"));
        }
        return new Tree(
                json.find("level").isPresent() ? OptionalInt.of((int) whole(json, "level")) : OptionalInt.empty(),
                json.listAt("tar").stream().map(Stored::part).toList());
    }

    private static Part part(Value json) {
        var path = json.textAt("path").orElse("");
        long at = whole(json, "at");
        if (json.find("directory").isPresent()) {
            return new Part.Directory(path, (int) whole(json, "mode"), at);
        }
        if (json.find("link").isPresent()) {
            return new Part.Link(path, json.textAt("link").orElse(""), at);
        }
        return new Part.File(path, (int) whole(json, "mode"), at, blob(json));
    }

    private static Blob blob(Value json) {
        return new Blob(json.textAt("blob").orElse(""), whole(json, "bytes"), whole(json, "changed"));
    }

    private static long whole(Value json, String field) {
        return json.find(field).map(value -> Long.parseLong(Json.text(value))).orElse(0L);
    }
}
