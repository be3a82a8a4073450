package tiphys.manifest;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// YAML in and out of [Value], with the scalar rules of Go's YAML as Kubernetes uses it.
public final class Yaml {
    /// The longest text that is read, in bytes.
    public static final int MAX_BYTES = 16 << 20;

    private Yaml() {}

    /// Reads every document of a YAML (or JSON) text; empty documents are left out.
    ///
    /// @param source the file's name, for the diagnostics
    /// @throws InvalidInput with the place and the reason
    public static List<Value> parse(byte[] utf8, String source) {
        try {
            return new YamlReader(new Parse(settings(source)).parseString(decode(utf8)).iterator()).documents();
        } catch (InvalidInput e) {
            throw new InvalidInput(e.diagnostics().stream().map(found -> found.in(source)).toList());
        } catch (MarkedYamlEngineException e) {
            var at =
                    e.getProblemMark()
                            .map(mark -> new Position(mark.getLine() + 1, mark.getColumn() + 1))
                            .orElse(Position.NONE);
            throw new InvalidInput(
                    List.of(Diagnostic.error("TIP-1001", "invalid YAML: " + e.getProblem(), at, "").in(source)));
        } catch (YamlEngineException e) {
            var message = "invalid YAML: " + e.getMessage();
            throw new InvalidInput(List.of(Diagnostic.error("TIP-1001", message, Position.NONE, "").in(source)));
        }
    }

    private static LoadSettings settings(String source) {
        return LoadSettings.builder().setLabel(source).setCodePointLimit(MAX_BYTES + 1).build();
    }

    private static String decode(byte[] utf8) {
        if (utf8.length > MAX_BYTES) {
            throw YamlReader.invalid(
                    "TIP-1002", "the text has " + utf8.length + " bytes, more than " + MAX_BYTES, Position.NONE);
        }
        try {
            var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw YamlReader.invalid("TIP-1001", "invalid YAML: the text is not UTF-8", Position.NONE);
        }
    }

    /// The value as YAML; for now in its JSON form, which every YAML reader takes.
    public static String write(Value value) {
        return Json.pretty(value);
    }
}
