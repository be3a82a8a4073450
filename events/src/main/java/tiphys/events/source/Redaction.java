package tiphys.events.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tiphys.events.EventData;
import tiphys.events.spec.Codes;
import tiphys.events.spec.Fields;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Which values of a payload are replaced before it is recorded. Everywhere a path leads, also where a sender wrote a key
/// twice; the rest stays letter for letter.
///
/// A path has its parts between dots: `body.user.ssn`; `*` stands for every key or item. What is below `header` is found in
/// upper and lower case.
public record Redaction(List<List<String>> paths) {
    /// The annotation of an EventSource that names the paths, with commas between.
    public static final String ANNOTATION = "tiphys.io/redact";

    /// What stands in place of a value.
    public static final String MASK = "[redacted]";

    private static final int LONGEST = 32;
    private static final int MOST = 100;

    public Redaction {
        paths = List.copyOf(paths);
    }

    /// Nothing is replaced.
    public static Redaction none() {
        return new Redaction(List.of());
    }

    /// What an EventSource's annotations ask for.
    static Redaction read(Fields annotations) {
        var paths = new ArrayList<List<String>>();
        for (var text : annotations.text(ANNOTATION).split(",", -1)) {
            var path = List.of(text.strip().split("\\.", -1));
            if (text.isBlank()) {
                continue;
            }
            if (path.contains("") || path.size() > LONGEST || paths.size() == MOST) {
                annotations.error(
                        Codes.INVALID,
                        ANNOTATION,
                        "the annotation "
                                + ANNOTATION
                                + " has paths such as body.user.ssn with commas between, not \""
                                + text.strip()
                                + "\"");
                return none();
            }
            paths.add(path);
        }
        return new Redaction(paths);
    }

    /// The payload as it may be recorded.
    public EventData of(EventData payload) {
        if (paths.isEmpty()) {
            return payload;
        }
        var masked = new Masking(payload.text()).all(paths);
        return masked.equals(payload.text()) ? payload : EventData.of(masked);
    }

    /// Goes through a JSON text that is valid and compact, and writes it again.
    private static final class Masking {
        private final String json;
        private final StringBuilder out;
        private int at;

        Masking(String json) {
            this.json = json;
            this.out = new StringBuilder(json.length());
        }

        String all(List<List<String>> wanted) {
            value(wanted, false);
            return out.toString();
        }

        /// One value; deeper than the longest path it only skips, so no payload is too deep for it.
        ///
        /// @param wanted what is left of the paths that lead here
        private void value(List<List<String>> wanted, boolean header) {
            int from = at;
            if (wanted.stream().anyMatch(List::isEmpty)) {
                skip();
                out.append('"').append(MASK).append('"');
            } else if (!wanted.isEmpty() && json.charAt(at) == '{') {
                object(wanted, header);
            } else if (!wanted.isEmpty() && json.charAt(at) == '[') {
                list(wanted, header);
            } else {
                skip();
                out.append(json, from, at);
            }
        }

        private void object(List<List<String>> wanted, boolean header) {
            take(); // {
            while (json.charAt(at) != '}') {
                int from = at;
                skip();
                var key = key(json.substring(from, at));
                out.append(json, from, at);
                take(); // :
                value(below(wanted, key, header), header || key.equals("header"));
                comma();
            }
            take();
        }

        private void list(List<List<String>> wanted, boolean header) {
            take(); // [
            for (int i = 0; json.charAt(at) != ']'; i++) {
                value(below(wanted, Integer.toString(i), header), header);
                comma();
            }
            take();
        }

        private static List<List<String>> below(List<List<String>> wanted, String key, boolean header) {
            var rest = new ArrayList<List<String>>();
            for (var path : wanted) {
                var part = path.getFirst();
                boolean fits =
                        part.equals("*")
                                || part.equals(key)
                                || (header && part.toLowerCase(Locale.ROOT).equals(key.toLowerCase(Locale.ROOT)));
                if (fits) {
                    rest.add(path.subList(1, path.size()));
                }
            }
            return rest;
        }

        private static String key(String token) {
            if (token.indexOf('\\') < 0) {
                return token.substring(1, token.length() - 1);
            }
            try {
                return Json.parse(token) instanceof Value.Text(var text, _) ? text : token;
            } catch (InvalidInput _) {
                return token; // no path can name it
            }
        }

        private void take() {
            out.append(json.charAt(at++));
        }

        private void comma() {
            if (json.charAt(at) == ',') {
                take();
            }
        }

        /// Goes behind the value that begins here.
        private void skip() {
            int depth = 0;
            do {
                char c = json.charAt(at++);
                if (c == '"') {
                    text();
                } else if (c == '{' || c == '[') {
                    depth++;
                } else if (c == '}' || c == ']') {
                    depth--;
                } else if (depth == 0) {
                    scalar();
                }
            } while (depth > 0);
        }

        private void text() {
            while (json.charAt(at) != '"') {
                at += json.charAt(at) == '\\' ? 2 : 1;
            }
            at++;
        }

        private void scalar() {
            while (at < json.length() && ",:]}".indexOf(json.charAt(at)) < 0) {
                at++;
            }
        }
    }

    /// The paths as people write them.
    @Override
    public String toString() {
        return String.join(", ", paths.stream().map(path -> String.join(".", path)).toList());
    }
}
