package tiphys.language.jsonpath;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tiphys.language.EvaluationFailed;
import tiphys.language.jsonpath.Step.Place;

/// Reads one step.
final class StepReader {
    private StepReader() {}

    static Step read(String given, int depth) {
        var text = given.strip();
        return switch (text) {
            case "" -> throw new EvaluationFailed("invalid token. token string is empty");
            case "$" -> new Step.Root();
            case "@" -> new Step.Current();
            case "*" -> new Step.Wildcard();
            case ".." -> new Step.Everywhere();
            case "length" -> new Step.Length();
            default -> text.startsWith("[") ? subscript(text, depth) : new Step.Key(text);
        };
    }

    private static Step subscript(String text, int depth) {
        if (!text.endsWith("]")) {
            throw wrong(text);
        }
        var inside = text.substring(1, text.length() - 1).strip();
        if (inside.isEmpty()) {
            throw wrong(text);
        }
        if (inside.equals("*")) {
            return new Step.Wildcard();
        }
        if (inside.startsWith("?")) {
            if (!inside.startsWith("?(") || !inside.endsWith(")")) {
                throw wrong(text);
            }
            return new Step.Filter(Script.parse(inside.substring(2, inside.length() - 1).strip(), depth));
        }
        var commas = cut(inside, ',');
        var colons = cut(inside, ':');
        if (commas.size() > 1 && colons.size() > 1) {
            throw wrong(text);
        }
        if (colons.size() > 1) {
            if (colons.size() > 3) {
                throw wrong(text);
            }
            return new Step.Range(
                    border(colons, 0, text, depth), border(colons, 1, text, depth), border(colons, 2, text, depth));
        }
        if (commas.size() > 1) {
            var places = new ArrayList<Place>();
            for (var part : commas) {
                places.add(place(part.strip(), text, depth));
            }
            return new Step.Union(List.copyOf(places));
        }
        return switch (place(inside, text, depth)) {
            case Place.Name(var name) -> new Step.Key(name);
            case Place.Number(var number) -> new Step.Index(number);
            case Place.Of(var script) -> new Step.Computed(script);
        };
    }

    private static Optional<Place> border(List<String> parts, int index, String text, int depth) {
        if (index >= parts.size() || parts.get(index).isBlank()) {
            return Optional.empty();
        }
        var place = place(parts.get(index).strip(), text, depth);
        if (place instanceof Place.Name) {
            throw wrong(text);
        }
        return Optional.of(place);
    }

    private static Place place(String part, String text, int depth) {
        if (part.length() > 1 && (quoted(part, '\'') || quoted(part, '"'))) {
            var quote = part.substring(0, 1);
            return new Place.Name(part.substring(1, part.length() - 1).replace("\\" + quote, quote));
        }
        if (part.length() > 2 && part.startsWith("(") && part.endsWith(")")) {
            return new Place.Of(Script.parse(part.substring(1, part.length() - 1), depth));
        }
        try {
            return new Place.Number(Long.parseLong(part));
        } catch (NumberFormatException _) {
            throw wrong(text);
        }
    }

    private static boolean quoted(String part, char quote) {
        return part.charAt(0) == quote && part.charAt(part.length() - 1) == quote;
    }

    /// Cuts at a separator that stands outside of quotes and brackets.
    private static List<String> cut(String text, char separator) {
        var parts = new ArrayList<String>();
        int from = 0;
        int open = 0;
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote != 0) {
                quote = c == quote && text.charAt(i - 1) != '\\' ? 0 : quote;
            } else if (open == 0 && (c == '\'' || c == '"')) {
                quote = c;
            } else if (c == '(' || c == ')') {
                open += c == '(' ? 1 : -1;
            } else if (c == separator && open == 0) {
                parts.add(text.substring(from, i));
                from = i + 1;
            }
        }
        parts.add(text.substring(from));
        return parts;
    }

    private static EvaluationFailed wrong(String text) {
        return new EvaluationFailed("invalid token. '" + text + "' does not match any token format");
    }
}
