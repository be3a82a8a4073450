package tiphys.manifest;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// YAML in and out of [Value], with the scalar rules of Go's YAML as Kubernetes uses it.
public final class Yaml {
    /// The longest text that is read, in bytes.
    public static final int MAX_BYTES = 16 << 20;

    private static final Position START = new Position(1, 1);

    private Yaml() {}

    /// Reads every document of a YAML (or JSON) text; empty documents are left out. Of a key that is set twice in one object the
    /// last value counts, as with kubectl and Argo.
    ///
    /// @param source the file's name, for the diagnostics
    /// @throws InvalidInput with the place and the reason
    public static List<Value> parse(byte[] utf8, String source) {
        return parse(utf8, source, doubt -> {});
    }

    /// Reads every document, and tells of what is doubtful in them.
    ///
    /// @param source the file's name, for the diagnostics
    /// @param doubts hears a warning for each key that is set twice (TIP-1003)
    /// @throws InvalidInput with the place and the reason
    public static List<Value> parse(byte[] utf8, String source, Consumer<Diagnostic> doubts) {
        try {
            var events = new Parse(settings(source)).parseString(decode(utf8)).iterator();
            return new YamlReader(events, doubt -> doubts.accept(doubt.in(source))).documents();
        } catch (InvalidInput e) {
            throw new InvalidInput(e.diagnostics().stream().map(found -> found.in(source)).toList());
        } catch (MarkedYamlEngineException e) {
            var at =
                    e.getProblemMark()
                            .map(mark -> new Position(mark.getLine() + 1, mark.getColumn() + 1))
                            .orElse(START);
            var problem = YamlProblem.of(e);
            var found = Diagnostic.error("TIP-1001", "invalid YAML: " + problem.message(), at, "").in(source);
            throw new InvalidInput(List.of(problem.hint().map(found::hint).orElse(found)));
        } catch (ReaderException e) {
            var character = String.format("U+%04X", e.getCodePoint());
            var message =
                    "invalid YAML: the character "
                            + character
                            + " is not allowed; write it as an escape in double quotes";
            var at = at(decode(utf8), e.getPosition());
            throw new InvalidInput(List.of(Diagnostic.error("TIP-1001", message, at, "").in(source)));
        } catch (YamlEngineException e) {
            var message = "invalid YAML: " + e.getMessage();
            throw new InvalidInput(List.of(Diagnostic.error("TIP-1001", message, START, "").in(source)));
        }
    }

    private static LoadSettings settings(String source) {
        return LoadSettings.builder().setLabel(source).setCodePointLimit(MAX_BYTES + 1).build();
    }

    private static String decode(byte[] utf8) {
        if (utf8.length > MAX_BYTES) {
            throw YamlReader.invalid("TIP-1002", "the text is longer than " + MAX_BYTES + " bytes (16 MiB)", START);
        }
        var bytes = ByteBuffer.wrap(utf8);
        var characters = CharBuffer.allocate(utf8.length);
        var decoder = StandardCharsets.UTF_8.newDecoder();
        boolean broken = decoder.decode(bytes, characters, true).isError() || decoder.flush(characters).isError();
        var text = characters.flip().toString();
        if (broken) {
            var at = at(text, text.codePointCount(0, text.length()));
            throw YamlReader.invalid("TIP-1001", "invalid YAML: the text is not UTF-8 from here on", at);
        }
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    /// The place of a character that is counted from the text's beginning in code points.
    private static Position at(String text, int codePoints) {
        int end = text.offsetByCodePoints(0, Math.min(codePoints, text.codePointCount(0, text.length())));
        int lineStart = text.lastIndexOf('\n', end - 1) + 1;
        int line = 1 + (int) text.substring(0, end).chars().filter(c -> c == '\n').count();
        return new Position(line, 1 + text.codePointCount(lineStart, end));
    }

    /// The value as block YAML in the way of kubectl, with its keys in their order; it ends with a line's end. Read back it
    /// is equal, except for numbers that Go's YAML cannot hold (whole ones beyond 64 bits lose digits).
    public static String write(Value value) {
        return YamlWriter.write(value);
    }
}
