package tiphys.manifest;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/// JSON in and out of [Value]. Parsing is strict (RFC 8259), keeps every number's literal and every position, refuses
/// duplicate keys, and is bounded in depth and length; writing is compact.
public final class Json {
    /// How deeply objects and lists may be nested.
    public static final int MAX_DEPTH = 200;

    private static final StreamReadConstraints LIMITS =
            StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH + 1) // so that it is said here, and where
                    .maxStringLength(64 << 20)
                    .maxNumberLength(1000)
                    .maxDocumentLength(256L << 20)
                    .build();

    private static final JsonFactory STRICT =
            JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(LIMITS)
                    .build();

    private static final JsonFactory TRUSTING = JsonFactory.builder().streamReadConstraints(LIMITS).build();

    private static final int MOST_BYTES = Integer.MAX_VALUE - 8;
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private Json() {}

    /// Reads one JSON text.
    ///
    /// @throws InvalidInput with the place and the reason
    public static Value parse(byte[] utf8) {
        return parse(STRICT, utf8, true);
    }

    /// Reads one JSON text that this program wrote: faster, for it keeps no position and does not look for keys that come twice.
    ///
    /// @throws InvalidInput if it is no JSON all the same
    public static Value parseOwn(byte[] utf8) {
        return parse(TRUSTING, utf8, false);
    }

    private static Value parse(JsonFactory factory, byte[] utf8, boolean places) {
        try (var parser = factory.createParser(ObjectReadContext.empty(), utf8)) {
            if (parser.nextToken() == null) {
                throw invalid("the JSON text is empty", new Position(1, 1));
            }
            var value = read(parser, places);
            if (parser.nextToken() != null) {
                throw invalid("there is more after the end of the JSON value", at(parser));
            }
            return value;
        } catch (JacksonException e) {
            throw invalid(e.getOriginalMessage(), position(e.getLocation()));
        }
    }

    /// Reads one JSON text.
    ///
    /// @throws InvalidInput with the place and the reason
    public static Value parse(String text) {
        return parse(text.getBytes(StandardCharsets.UTF_8));
    }

    /// The value as compact JSON in UTF-8.
    public static byte[] bytes(Value value) {
        var out = new Utf8();
        write(value, out);
        return out.toByteArray();
    }

    /// A value as text: a string itself, everything else as JSON.
    public static String text(Value value) {
        return value instanceof Value.Text(var text, _) ? text : write(value);
    }

    /// The value as compact JSON.
    public static String write(Value value) {
        return new String(bytes(value), StandardCharsets.UTF_8);
    }

    /// The value as JSON for people: two spaces a level.
    public static String pretty(Value value) {
        var out = new Utf8();
        pretty(value, 0, out);
        return out.toString();
    }

    /// @param places whether each value and key is to know where it stood
    private static Value read(JsonParser parser, boolean places) {
        var at = places ? at(parser) : Position.NONE;
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                requireDepth(parser);
                var fields = new OwnedMap<Value>();
                var keys = places ? new OwnedMap<Position>() : null;
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    var key = parser.currentName();
                    if (keys != null) {
                        keys.put(key, at(parser));
                    }
                    parser.nextToken();
                    fields.put(key, read(parser, places));
                }
                yield new Value.Mapping(fields, keys == null ? Map.of() : keys, at);
            }
            case START_ARRAY -> {
                requireDepth(parser);
                List<Value> items = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    items.add(read(parser, places));
                }
                yield new Value.Sequence(items, at);
            }
            case VALUE_STRING -> new Value.Text(parser.getString(), at);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Value.Number(parser.getString(), at);
            case VALUE_TRUE -> new Value.Bool(true, at);
            case VALUE_FALSE -> new Value.Bool(false, at);
            case VALUE_NULL -> new Value.Null(at);
            case NOT_AVAILABLE, END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT ->
                    throw new IllegalStateException("no value begins with " + parser.currentToken());
        };
    }

    private static void requireDepth(JsonParser parser) {
        if (parser.streamReadContext().getNestingDepth() > MAX_DEPTH) {
            throw invalid("values are nested deeper than " + MAX_DEPTH + " levels", at(parser));
        }
    }

    private static Position at(JsonParser parser) {
        return position(parser.currentTokenLocation());
    }

    private static Position position(TokenStreamLocation location) {
        return location == null || location.getLineNr() < 1
                ? Position.NONE
                : new Position(location.getLineNr(), Math.max(1, location.getColumnNr()));
    }

    private static InvalidInput invalid(String reason, Position at) {
        return new InvalidInput(List.of(Diagnostic.error("TIP-1001", "invalid JSON: " + reason, at, "")));
    }

    private static void write(Value value, Utf8 out) {
        switch (value) {
            case Value.Null _ -> out.ascii("null");
            case Value.Bool(var truth, _) -> out.ascii(truth ? "true" : "false");
            case Value.Number(var literal, _) -> out.ascii(literal);
            case Value.Text(var text, _) -> string(text, out);
            case Value.Sequence(var items, _) -> {
                out.write('[');
                for (int i = 0; i < items.size(); i++) {
                    if (i > 0) {
                        out.write(',');
                    }
                    write(items.get(i), out);
                }
                out.write(']');
            }
            case Value.Mapping(var fields, _, _) -> {
                out.write('{');
                var first = true;
                for (var field : fields.entrySet()) {
                    if (!first) {
                        out.write(',');
                    }
                    first = false;
                    string(field.getKey(), out);
                    out.write(':');
                    write(field.getValue(), out);
                }
                out.write('}');
            }
        }
    }

    private static void pretty(Value value, int depth, Utf8 out) {
        if (value instanceof Value.Sequence(var items, _) && !items.isEmpty()) {
            out.write('[');
            for (int i = 0; i < items.size(); i++) {
                line(i > 0, depth + 1, out);
                pretty(items.get(i), depth + 1, out);
            }
            line(false, depth, out);
            out.write(']');
        } else if (value instanceof Value.Mapping(var fields, _, _) && !fields.isEmpty()) {
            out.write('{');
            var more = false;
            for (var field : fields.entrySet()) {
                line(more, depth + 1, out);
                more = true;
                string(field.getKey(), out);
                out.ascii(": ");
                pretty(field.getValue(), depth + 1, out);
            }
            line(false, depth, out);
            out.write('}');
        } else {
            write(value, out);
        }
    }

    private static void line(boolean comma, int depth, Utf8 out) {
        out.ascii(comma ? ",\n" : "\n");
        out.ascii("  ".repeat(depth));
    }

    private static void string(String text, Utf8 out) {
        out.write('"');
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == text.length()) {
            ascii(text, bytes, out);
        } else {
            unicode(text, out);
        }
        out.write('"');
    }

    /// The content of a text of one byte for each character; half a surrogate is one too, for which the JDK gives `?`.
    private static void ascii(String text, byte[] bytes, Utf8 out) {
        int plainFrom = 0;
        for (int i = 0; i < bytes.length; i++) {
            byte c = bytes[i];
            if (c >= ' ' && c != '"' && c != '\\' && (c != '?' || text.charAt(i) == '?')) {
                continue;
            }
            out.write(bytes, plainFrom, i - plainFrom);
            plainFrom = i + 1;
            escaped(text.charAt(i), out);
        }
        out.write(bytes, plainFrom, bytes.length - plainFrom);
    }

    private static void unicode(String text, Utf8 out) {
        int plainFrom = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c != '"' && c != '\\' && !Character.isSurrogate(c)) {
                continue;
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
                continue;
            }
            out.utf8(text, plainFrom, i);
            plainFrom = i + 1;
            escaped(c, out);
        }
        out.utf8(text, plainFrom, text.length());
    }

    private static void escaped(char c, Utf8 out) {
        switch (c) {
            case '"' -> out.ascii("\\\"");
            case '\\' -> out.ascii("\\\\");
            case '\n' -> out.ascii("\\n");
            case '\r' -> out.ascii("\\r");
            case '\t' -> out.ascii("\\t");
            default -> {
                out.ascii("\\u");
                out.write(HEX[c >> 12]);
                out.write(HEX[(c >> 8) & 15]);
                out.write(HEX[(c >> 4) & 15]);
                out.write(HEX[c & 15]);
            }
        }
    }

    /// A byte buffer for one thread: the JDK's takes a lock for each byte.
    private static final class Utf8 {
        private byte[] buffer = new byte[256];
        private int size;

        void write(int b) {
            if (size == buffer.length) {
                grow(1);
            }
            buffer[size++] = (byte) b;
        }

        void write(byte[] bytes, int from, int length) {
            if (length > buffer.length - size) {
                grow(length);
            }
            System.arraycopy(bytes, from, buffer, size, length);
            size += length;
        }

        private void grow(int more) {
            if (more > MOST_BYTES - size) {
                throw new IllegalArgumentException("a JSON text of more than " + MOST_BYTES + " bytes");
            }
            buffer =
                    Arrays.copyOf(buffer, (int) Math.max(size + (long) more, Math.min(MOST_BYTES, buffer.length * 2L)));
        }

        void ascii(String text) {
            for (int i = 0; i < text.length(); i++) {
                write(text.charAt(i));
            }
        }

        void utf8(String text, int from, int to) {
            if (to > from) {
                var bytes = text.substring(from, to).getBytes(StandardCharsets.UTF_8);
                write(bytes, 0, bytes.length);
            }
        }

        byte[] toByteArray() {
            return Arrays.copyOf(buffer, size);
        }

        @Override
        public String toString() {
            return new String(buffer, 0, size, StandardCharsets.UTF_8);
        }
    }
}
