package tiphys.manifest.schema;

import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.DidYouMean;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Compares a value with a type, as Kubernetes' and Argo's own decoding do: a null is an absent field, a number is no string.
final class SchemaCheck {
    private static final Pattern WHOLE = Pattern.compile("-?[0-9]+");
    private static final Pattern QUANTITY =
            Pattern.compile("[-+]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][-+]?[0-9]+)?");
    private static final Pattern INSTANT =
            Pattern.compile(
                    "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?(Z|[-+][0-9]{2}:[0-9]{2})");
    private static final int SHOWN = 60;

    private final Catalogue catalogue;
    private final boolean open;
    private final List<Diagnostic> found;

    SchemaCheck(Catalogue catalogue, boolean open, List<Diagnostic> found) {
        this.catalogue = catalogue;
        this.open = open;
        this.found = found;
    }

    void structure(Structure structure, Value.Mapping object, String path) {
        for (var entry : object.fields().entrySet()) {
            var field = structure.fields().get(entry.getKey());
            var inner = path.isEmpty() ? entry.getKey() : path + "." + entry.getKey();
            if (field == null) {
                unknown(structure, object, entry.getKey(), inner);
            } else {
                int before = found.size();
                value(field.type(), entry.getValue(), inner);
                if (found.size() == before || entry.getValue() instanceof Value.Sequence) {
                    limits(field.limits(), entry.getValue(), inner);
                }
            }
        }
        for (var rule : structure.rules()) {
            atMostOne(rule, object, path);
        }
        for (var field : structure.fields().values()) {
            if (field.required() && object.find(field.name()).filter(SchemaCheck::given).isEmpty()) {
                var inner = path.isEmpty() ? field.name() : path + "." + field.name();
                var missing =
                        Diagnostic.error("TIP-1103", "missing required field \"" + inner + "\"", object.at(), inner);
                found.add(
                        field.description().isEmpty()
                                ? missing
                                : missing.hint(field.name() + ": " + field.description()));
            }
        }
    }

    private void limits(Limits limits, Value value, String path) {
        for (var breach : limits.breaches(value, path)) {
            var at = value;
            var where = path;
            if (breach.item() >= 0 && value instanceof Value.Sequence(var items, _)) {
                at = items.get(breach.item());
                where = path + "[" + breach.item() + "]";
            }
            found.add(Diagnostic.error(breach.duplicate() ? "TIP-1106" : "TIP-1105", breach.message(), at.at(), where));
        }
    }

    private void atMostOne(Structure.AtMostOne rule, Value.Mapping object, String path) {
        var set =
                rule.fields().stream()
                        .filter(name -> object.find(name).filter(SchemaCheck::given).isPresent())
                        .toList();
        if (set.size() > 1) {
            var message = "Invalid value: \"object\": " + rule.why();
            found.add(Diagnostic.error("TIP-1107", message, object.keyAt(set.get(1)), path));
        }
    }

    private static boolean given(Value value) {
        return !(value instanceof Value.Null);
    }

    private void unknown(Structure structure, Value.Mapping object, String name, String path) {
        var message = "unknown field \"" + path + "\"";
        var at = object.keyAt(name);
        var unknown =
                open && path.startsWith("spec.")
                        ? Diagnostic.warning("TIP-1101", message, at, path)
                        : Diagnostic.error("TIP-1101", message, at, path);
        found.add(DidYouMean.hint(name, structure.fields().keySet()).map(unknown::hint).orElse(unknown));
    }

    private void value(Type type, Value value, String path) {
        if (value instanceof Value.Null) {
            return;
        }
        switch (type) {
            case Type.Plain plain -> plain(plain, value, path);
            case Type.Words(var words, var others) -> word(words, others, value, path);
            case Type.ListOf(var item, _) -> {
                if (value instanceof Value.Sequence(var items, _)) {
                    for (int i = 0; i < items.size(); i++) {
                        value(item, items.get(i), path + "[" + i + "]");
                    }
                } else {
                    wrong("a list", value, path);
                }
            }
            case Type.MapOf(var inner) -> {
                if (value instanceof Value.Mapping(var fields, _, _)) {
                    fields.forEach((key, one) -> value(inner, one, path + "." + key));
                } else {
                    wrong("an object", value, path);
                }
            }
            case Type.Reference reference -> {
                if (value instanceof Value.Mapping object) {
                    structure(catalogue.get(reference), object, path);
                } else {
                    wrong("an object", value, path);
                }
            }
        }
    }

    private void plain(Type.Plain type, Value value, String path) {
        switch (type) {
            case STRING -> expect(value instanceof Value.Text, "a string", value, path);
            case INT -> expect(whole(value), "a whole number", value, path);
            case NUMBER -> expect(value instanceof Value.Number, "a number", value, path);
            case BOOL -> expect(value instanceof Value.Bool, "true or false", value, path);
            case BYTES -> expect(value instanceof Value.Text(var text, _) && base64(text), "base64", value, path);
            case TIME -> expect(matches(INSTANT, value), "an instant such as 2026-01-31T09:00:00Z", value, path);
            case QUANTITY ->
                    expect(
                            value instanceof Value.Number || matches(QUANTITY, value),
                            "a quantity such as 500m or 1Gi",
                            value,
                            path);
            case INT_OR_STRING ->
                    expect(whole(value) || value instanceof Value.Text, "a whole number or a string", value, path);
            case SCALAR ->
                    expect(
                            !(value instanceof Value.Sequence) && !(value instanceof Value.Mapping),
                            "a single value",
                            value,
                            path);
            case ITEMS ->
                    expect(
                            value instanceof Value.Sequence || tagged(value),
                            "a list or a text with a tag",
                            value,
                            path);
            case ANY -> {}
        }
    }

    private void word(List<String> words, boolean others, Value value, String path) {
        if (!(value instanceof Value.Text(var text, _))) {
            wrong("a string", value, path);
        } else if (!words.contains(text) && !text.isEmpty() && !tagged(value)) {
            var message =
                    "unsupported value " + shown(value) + " of \"" + path + "\": expected " + String.join(", ", words);
            var unsupported =
                    others
                            ? Diagnostic.warning("TIP-1104", message, value.at(), path)
                            : Diagnostic.error("TIP-1104", message, value.at(), path);
            found.add(
                    DidYouMean.nearest(text, words)
                            .map(near -> unsupported.hint("did you mean \"" + near + "\"?"))
                            .orElse(unsupported));
        }
    }

    private void expect(boolean holds, String expected, Value value, String path) {
        if (!holds) {
            wrong(expected, value, path);
        }
    }

    private void wrong(String expected, Value value, String path) {
        var message = "wrong type of \"" + path + "\": expected " + expected + ", found " + kind(value);
        var wrong = Diagnostic.error("TIP-1102", message, value.at(), path);
        boolean quoting = expected.equals("a string") && (value instanceof Value.Number || value instanceof Value.Bool);
        found.add(quoting ? wrong.hint("put it in quotes: \"" + Json.write(value) + "\"") : wrong);
    }

    private static String kind(Value value) {
        return switch (value) {
            case Value.Null _ -> "nothing";
            case Value.Bool _ -> "the truth value " + shown(value);
            case Value.Number _ -> "the number " + shown(value);
            case Value.Text _ -> "the string " + shown(value);
            case Value.Sequence _ -> "a list";
            case Value.Mapping _ -> "an object";
        };
    }

    private static String shown(Value value) {
        var text = Json.write(value);
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }

    private static boolean whole(Value value) {
        return value instanceof Value.Number(var literal, _) && WHOLE.matcher(literal).matches();
    }

    private static boolean matches(Pattern pattern, Value value) {
        return value instanceof Value.Text(var text, _) && (pattern.matcher(text).matches() || tagged(value));
    }

    private static boolean tagged(Value value) {
        return value instanceof Value.Text(var text, _) && text.contains("{{");
    }

    private static boolean base64(String text) {
        try {
            Base64.getMimeDecoder().decode(text);
            return text.chars().allMatch(c -> Character.isWhitespace(c) || c < 128);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
