package tiphys.language.jq;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.stream.Collectors;
import tiphys.manifest.Value;

/// `@json`, `@csv` and their kin.
final class JqFormats {
    private static final String UNRESERVED = "-_.~";

    private JqFormats() {}

    static String format(String name, Value value) {
        return switch (name) {
            case "@text" -> text(value);
            case "@json" -> JqValues.plainJson(value);
            case "@csv" -> row(value, "csv", ",");
            case "@tsv" -> row(value, "tsv", "\t");
            case "@html" ->
                    text(value)
                            .replace("&", "&amp;")
                            .replace("<", "&lt;")
                            .replace(">", "&gt;")
                            .replace("'", "&#39;")
                            .replace("\"", "&quot;");
            case "@uri" -> uri(text(value));
            case "@sh" ->
                    value instanceof Value.Sequence(var items, _)
                            ? items.stream().map(JqFormats::shell).collect(Collectors.joining(" "))
                            : shell(value);
            case "@base64" -> Base64.getEncoder().encodeToString(text(value).getBytes(StandardCharsets.UTF_8));
            case "@base64d" -> decoded(text(value));
            default -> throw new JqError("format not defined: " + name);
        };
    }

    static String text(Value value) {
        return value instanceof Value.Text(var text, _) ? text : JqValues.plainJson(value);
    }

    private static String decoded(String text) {
        try {
            var bare = text.replaceAll("=+$", "");
            return new String(Base64.getDecoder().decode(bare), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new JqError("@base64d cannot be applied to: " + JqValues.named(Value.text(text)));
        }
    }

    private static String uri(String text) {
        var out = new StringBuilder();
        for (byte one : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (one & 0xff);
            if ((c < 0x80 && Character.isLetterOrDigit(c)) || UNRESERVED.indexOf(c) >= 0) {
                out.append(c);
            } else {
                out.append('%').append(HexFormat.of().withUpperCase().toHexDigits(one));
            }
        }
        return out.toString();
    }

    private static String shell(Value value) {
        return switch (value) {
            case Value.Text(var text, _) -> "'" + text.replace("'", "'\\''") + "'";
            case Value.Null _, Value.Bool _, Value.Number _ -> JqValues.plainJson(value);
            case Value.Sequence _, Value.Mapping _ ->
                    throw new JqError("@sh cannot be applied to: " + JqValues.named(value));
        };
    }

    private static String row(Value value, String name, String separator) {
        return JqOperators.items(value, "@" + name).stream()
                .map(cell ->
                        switch (cell) {
                            case Value.Null _ -> "";
                            case Value.Bool _, Value.Number _ -> JqValues.plainJson(cell);
                            case Value.Text(var text, _) ->
                                    name.equals("csv")
                                            ? "\"" + text.replace("\"", "\"\"") + "\""
                                            : text.replace("\\", "\\\\")
                                                    .replace("\t", "\\t")
                                                    .replace("\n", "\\n")
                                                    .replace("\r", "\\r");
                            case Value.Sequence _, Value.Mapping _ ->
                                    throw new JqError("@" + name + " cannot be applied to: " + JqValues.named(value));
                        })
                .collect(Collectors.joining(separator));
    }
}
