package tiphys.events.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Position;
import tiphys.manifest.Value;
import tiphys.manifest.schema.FieldClaims;

/// One object of a manifest while it is read: gives fields and collects what is wrong with them.
public final class Fields {
    private final Value.Mapping json;
    private final String path;
    private final List<Diagnostic> found;

    public Fields(Value.Mapping json, String path, List<Diagnostic> found) {
        this.json = json;
        this.path = path;
        this.found = found;
    }

    public Value.Mapping json() {
        return json;
    }

    public String path() {
        return path;
    }

    /// Where what is wrong is told.
    public List<Diagnostic> found() {
        return found;
    }

    public boolean has(String field) {
        return json.find(field).filter(value -> !(value instanceof Value.Null)).isPresent();
    }

    public Fields at(String field) {
        return new Fields(json.mapAt(field), path(field), found);
    }

    /// The objects of a list; other things in it are errors.
    public List<Fields> each(String field) {
        var all = new ArrayList<Fields>();
        int index = 0;
        for (var item : json.listAt(field)) {
            var where = path(field) + "[" + index++ + "]";
            if (item instanceof Value.Mapping map) {
                all.add(new Fields(map, where, found));
            } else {
                found.add(Diagnostic.error(Codes.INVALID, where + " must be an object", item.at(), where));
            }
        }
        return all;
    }

    /// A string; a number or truth value counts as its text, as people leave quotes away.
    public String text(String field) {
        return json.find(field)
                .map(value ->
                        switch (value) {
                            case Value.Text(var text, _) -> text;
                            case Value.Number(var literal, _) -> literal;
                            case Value.Bool(var truth, _) -> Boolean.toString(truth);
                            case Value.Null _ -> "";
                            case Value.Sequence _, Value.Mapping _ -> {
                                invalid(field, "must be a string");
                                yield "";
                            }
                        })
                .orElse("");
    }

    public Optional<String> optional(String field) {
        return has(field) ? Optional.of(text(field)) : Optional.empty();
    }

    public String required(String field) {
        var text = text(field);
        if (text.isEmpty()) {
            found.add(
                    Diagnostic.error(
                            Codes.MISSING, path(field) + " is required, but it is not there", json.at(), path));
        }
        return text;
    }

    public boolean truth(String field) {
        return json.find(field).filter(Value.bool(true)::equals).isPresent();
    }

    public List<String> texts(String field) {
        var texts = new ArrayList<String>();
        for (var item : json.listAt(field)) {
            if (item instanceof Value.Text(var text, _)) {
                texts.add(text);
            } else if (item instanceof Value.Number(var literal, _)) {
                texts.add(literal);
            } else if (item instanceof Value.Bool(var truth, _)) {
                texts.add(Boolean.toString(truth));
            }
        }
        return texts;
    }

    /// Refuses by name what the object sets and nobody claims, also in what it holds.
    ///
    /// @param structure its type in the schema
    public void refuseUnclaimed(String structure, FieldClaims claims) {
        claims.unclaimed(
                structure,
                json,
                path,
                unclaimed -> {
                    var field = unclaimed.field();
                    var refused =
                            Diagnostic.error(
                                    Codes.UNSUPPORTED,
                                    field.path() + " is not supported by this version",
                                    field.at(),
                                    field.path());
                    found.add(unclaimed.hint().isEmpty() ? refused : refused.hint(unclaimed.hint()));
                });
    }

    public void invalid(String field, String why) {
        found.add(Diagnostic.error(Codes.INVALID, path(field) + " " + why, place(field), path(field)));
    }

    public void error(String code, String field, String message) {
        found.add(Diagnostic.error(code, message, place(field), path(field)));
    }

    public void warn(String field, String message) {
        found.add(Diagnostic.warning(Codes.DOUBTFUL, message, place(field), path(field)));
    }

    Position place(String field) {
        return json.find(field).map(Value::at).orElse(json.at());
    }

    public String path(String field) {
        return path.isEmpty() ? field : path + "." + field;
    }
}
