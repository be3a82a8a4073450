package tiphys.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Position;
import tiphys.manifest.Value;
import tiphys.manifest.schema.Schemas;

/// Says at which places of a manifest the things are that a server refused it for. A server sees objects, not files.
public final class ManifestFlaws {
    private static final Pattern PART = Pattern.compile("\\[(.*?)\\]|([^.\\[]+)");

    private ManifestFlaws() {}

    /// One thing that is wrong, in the server's words.
    ///
    /// @param field its path, `spec.templates[0].name`; empty if it is about the whole object
    public record Flaw(String field, String message) {}

    /// What is wrong with a refused object. If the schema finds an error, all that it finds: it knows what was probably
    /// meant, and a field that it does not know often explains one that is missing.
    ///
    /// @param source the file's name as the user gave it
    /// @param code of the errors that only the server found
    /// @param flaws at least one
    public static List<Diagnostic> of(Value.Mapping object, String source, String code, List<Flaw> flaws) {
        var own = new ArrayList<Diagnostic>();
        Schemas.find(object.textAt("apiVersion").orElse(""), object.textAt("kind").orElse(""))
                .ifPresent(
                        schema -> schema.check(object.without("status")).forEach(found -> own.add(found.in(source))));
        if (own.stream().anyMatch(found -> found.severity() == Diagnostic.Severity.ERROR)) {
            return own;
        }
        return flaws.stream()
                .map(flaw ->
                        Diagnostic.error(
                                        code,
                                        flaw.field().isEmpty() ? flaw.message() : flaw.field() + ": " + flaw.message(),
                                        place(object, flaw.field()),
                                        flaw.field())
                                .in(source))
                .toList();
    }

    /// The place of a field, or of the nearest thing around it that the manifest has.
    static Position place(Value.Mapping object, String field) {
        Value value = object;
        var place = object.at();
        var parts = PART.matcher(field);
        while (parts.find()) {
            var name = parts.group(1) == null ? parts.group(2) : parts.group(1);
            var inner = inner(value, name);
            if (inner.isEmpty()) {
                break;
            }
            var at = value instanceof Value.Mapping map ? map.keyAt(name) : inner.get().at();
            place = at.known() ? at : place;
            value = inner.get();
        }
        return place;
    }

    private static Optional<Value> inner(Value value, String name) {
        return switch (value) {
            case Value.Mapping map -> map.find(name);
            case Value.Sequence list when name.matches("[0-9]{1,6}") ->
                    list.items().stream().skip(Long.parseLong(name)).findFirst();
            case Value.Sequence _, Value.Text _, Value.Number _, Value.Bool _, Value.Null _ -> Optional.empty();
        };
    }
}
