package tiphys.connectors.line;

import java.util.Optional;
import tiphys.events.spec.Fields;
import tiphys.manifest.Value;

/// Fields that many types of event sources have.
public final class LineFields {
    private LineFields() {}

    /// Texts that every event gets.
    public static Optional<Value.Mapping> metadata(Fields fields) {
        var metadata = fields.at("metadata").json();
        return metadata.fields().isEmpty() ? Optional.empty() : Optional.of(metadata);
    }

    /// A whole number that is not negative.
    public static int number(Fields fields, String field, int otherwise) {
        var text = fields.text(field);
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(text);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException _) {
            // told below
        }
        fields.invalid(field, "must be a whole number that is not negative, not \"" + text + "\"");
        return otherwise;
    }
}
