package tiphys.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Position;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;
import tiphys.objects.ApiObject;
import tiphys.objects.ResourceType;
import tiphys.objects.ResourceTypes;

/// The objects that manifest files hold, in the order in which they can be created.
final class ManifestFiles {
    private static final List<String> ENDINGS = List.of(".yaml", ".yml", ".json");

    private ManifestFiles() {}

    /// One object and the file that it is from.
    ///
    /// @param source the file's name as the user gave it
    record Found(ApiObject object, String source) {
        boolean is(ResourceType type) {
            return object.type().equals(type);
        }

        /// Another object from the same place.
        Found with(ApiObject other) {
            return new Found(other, source);
        }
    }

    /// Reads a file, or every manifest below a directory. A list (`kind: List`) gives its items.
    ///
    /// @throws InvalidInput if a file cannot be understood, with every finding of all files
    /// @throws IOException if a file cannot be read
    static List<Found> read(Path place) throws IOException {
        var objects = new ArrayList<Found>();
        var findings = new ArrayList<Diagnostic>();
        for (var file : files(place)) {
            try {
                for (var document : Yaml.parse(Files.readAllBytes(file), file.toString())) {
                    collect(document, file.toString(), objects, findings);
                }
            } catch (InvalidInput e) {
                findings.addAll(e.diagnostics());
            }
        }
        if (!findings.isEmpty()) {
            throw new InvalidInput(findings);
        }
        objects.sort(Comparator.comparingInt(found -> ResourceTypes.ALL.indexOf(found.object().type())));
        return objects;
    }

    /// The manifest files that a file or directory stands for.
    ///
    /// @throws NoSuchFileException if there is nothing at the place
    static List<Path> files(Path place) throws IOException {
        if (!Files.exists(place)) {
            throw new NoSuchFileException(place.toString());
        }
        if (!Files.isDirectory(place)) {
            return List.of(place);
        }
        try (var walk = Files.walk(place)) {
            return walk.filter(Files::isRegularFile)
                    .filter(file ->
                            ENDINGS.stream().anyMatch(file.getFileName().toString().toLowerCase(Locale.ROOT)::endsWith))
                    .sorted()
                    .toList();
        }
    }

    private static void collect(Value document, String source, List<Found> objects, List<Diagnostic> findings) {
        if (!(document instanceof Value.Mapping json)) {
            findings.add(Diagnostic.error("TIP-1005", "a manifest is an object", document.at(), "").in(source));
            return;
        }
        var items = json.listAt("items");
        if (json.textAt("kind").equals(Optional.of("List"))) {
            items.forEach(item -> collect(item, source, objects, findings));
            return;
        }
        var apiVersion = json.textAt("apiVersion").orElse("");
        var kind = json.textAt("kind").orElse("");
        var type = ResourceTypes.byKind(apiVersion, kind);
        if (type.isPresent()) {
            objects.add(new Found(new ApiObject(type.get(), json), source));
        } else {
            findings.add(unknown(json, apiVersion, kind).in(source));
        }
    }

    private static Diagnostic unknown(Value.Mapping json, String apiVersion, String kind) {
        if (apiVersion.isEmpty() || kind.isEmpty()) {
            return Diagnostic.error("TIP-1006", "a manifest needs apiVersion and kind", json.at(), "");
        }
        Position at = json.find("kind").map(Value::at).orElse(json.at());
        return Diagnostic.error(
                        "TIP-1007", "no kind \"" + kind + "\" in version \"" + apiVersion + "\" is known", at, "kind")
                .hint("`tiphys get --help` and `kubectl api-resources` list the kinds");
    }
}
