package tiphys.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import tiphys.cli.server.Kinds;
import tiphys.cli.terminal.CliError;
import tiphys.cli.terminal.ExitCode;
import tiphys.cli.terminal.Surroundings;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;

/// Reads the objects of manifests from files, directories and stdin, in the order in which they must be made.
public final class Manifests {
    private static final int MAX_FILES = 10_000;

    private Manifests() {}

    /// One object and where it was found.
    public record Found(Value.Mapping object, String source) {
        /// Its kind; empty if it says none.
        public String kind() {
            return object.textAt("kind").orElse("");
        }

        public String name() {
            return object.textAt("metadata", "name").orElse("");
        }

        public String place() {
            return object.at().known() ? source + ":" + object.at() : source;
        }

        /// The namespace in which it belongs.
        ///
        /// @throws CliError if the manifest and the command line name different ones
        public String namespace(Optional<String> wanted) {
            var own = object.textAt("metadata", "namespace").filter(name -> !name.isEmpty());
            if (own.isPresent() && wanted.isPresent() && !own.equals(wanted)) {
                throw CliError.of(
                                ExitCode.USAGE,
                                "TIP-7303",
                                "the manifest's namespace is " + own.get() + ", but -n says " + wanted.get())
                        .where(place());
            }
            return own.or(() -> wanted).orElse(Session.DEFAULT_NAMESPACE);
        }
    }

    /// Reads every object, those that others need first.
    ///
    /// @param names files, directories (their .yaml, .yml and .json files), or `-` for stdin
    /// @param deep whether directories inside directories are read too
    public static List<Found> read(Surroundings around, List<String> names, boolean deep) throws IOException {
        var all = new ArrayList<Found>();
        for (var name : names) {
            if (name.equals("-")) {
                parse(around.in().readNBytes(Yaml.MAX_BYTES + 1), "stdin", all);
                continue;
            }
            var path = around.directory().resolve(name);
            if (Files.isDirectory(path)) {
                for (var file : files(path, deep)) {
                    parse(bytes(file), shown(name, path, file), all);
                }
            } else if (Files.exists(path)) {
                parse(bytes(path), name, all);
            } else {
                throw CliError.of(ExitCode.NOT_FOUND, "TIP-7304", "there is no file \"" + name + "\"")
                        .why("looked in " + around.directory());
            }
        }
        if (all.isEmpty()) {
            throw CliError.of(ExitCode.USAGE, "TIP-7305", "there is no object in " + String.join(", ", names))
                    .hint("manifests are files that end in .yaml, .yml or .json");
        }
        all.sort(Comparator.comparing(found -> Kinds.of(found.object()).map(Kinds::ordinal).orElse(Integer.MAX_VALUE)));
        return all;
    }

    private static byte[] bytes(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return in.readNBytes(Yaml.MAX_BYTES + 1);
        }
    }

    private static String shown(String name, Path directory, Path file) {
        return Path.of(name).resolve(directory.relativize(file)).toString();
    }

    private static List<Path> files(Path directory, boolean deep) throws IOException {
        try (var files = Files.walk(directory, deep ? 32 : 1)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.getFileName().toString().matches(".*\\.(yaml|yml|json)"))
                    .limit(MAX_FILES)
                    .sorted()
                    .toList();
        }
    }

    private static void parse(byte[] bytes, String source, List<Found> into) {
        for (var value : Yaml.parse(bytes, source)) {
            add(value, source, into);
        }
    }

    private static void add(Value value, String source, List<Found> into) {
        if (!(value instanceof Value.Mapping object)
                || object.textAt("apiVersion").isEmpty()
                || object.textAt("kind").isEmpty()) {
            throw CliError.of(ExitCode.USAGE, "TIP-7306", "this is no object: apiVersion or kind is missing")
                    .where(value.at().known() ? source + ":" + value.at() : source)
                    .hint("every object begins with apiVersion and kind");
        }
        if (object.textAt("kind").orElse("").equals("List")) {
            object.listAt("items").forEach(item -> add(item, source, into));
        } else {
            into.add(new Found(object, source));
        }
    }
}
