package tiphys.events.webhook;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tiphys.manifest.Value;

/// Reads `a=1&b=2` as Go's `url.ParseQuery` does: each key with the list of its values, the keys in order.
///
/// @param fields what could be read
/// @param error the first thing that could not be read, in Go's words; Go goes on behind it
public record Form(Map<String, List<String>> fields, Optional<String> error) {

    public static Form parse(String text) {
        var fields = new TreeMap<String, List<String>>();
        var error = Optional.<String>empty();
        for (var pair : text.split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            if (pair.indexOf(';') >= 0) {
                error = error.or(() -> Optional.of("invalid semicolon separator in query"));
                continue;
            }
            int equals = pair.indexOf('=');
            try {
                var key = unescaped(equals < 0 ? pair : pair.substring(0, equals));
                var value = unescaped(equals < 0 ? "" : pair.substring(equals + 1));
                fields.computeIfAbsent(key, _ -> new ArrayList<>()).add(value);
            } catch (BadEscape e) {
                error = error.or(() -> Optional.of("invalid URL escape \"" + e.escape + "\""));
            }
        }
        return new Form(fields, error);
    }

    /// A field's first value; empty if it is not there.
    String first(String field) {
        return fields.getOrDefault(field, List.of("")).getFirst();
    }

    /// The fields as the event's body.
    public Value.Mapping body() {
        return (Value.Mapping) Value.of(fields);
    }

    private static String unescaped(String text) throws BadEscape {
        if (text.indexOf('%') < 0) {
            return text.replace('+', ' ');
        }
        var out = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
                int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    throw new BadEscape(text.substring(i, Math.min(i + 3, text.length())));
                }
                out.write(high << 4 | low);
                i += 2;
            } else if (c == '+') {
                out.write(' ');
            } else {
                out.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
            }
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static final class BadEscape extends Exception {
        private static final long serialVersionUID = 1;

        private final String escape;

        BadEscape(String escape) {
            super(escape, null, false, false);
            this.escape = escape;
        }
    }
}
