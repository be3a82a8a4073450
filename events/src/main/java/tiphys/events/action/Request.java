package tiphys.events.action;

import java.util.Map;
import java.util.Optional;
import tiphys.manifest.Value;

/// What a firing asks a kind to do. Values of Secrets are in none of it; they are read when they are needed, and kept nowhere.
///
/// @param block of the template, with every parameter in its place
/// @param payload what is sent, see [TriggerKind.Content]
/// @param headers what `dynamicHeaders` found
/// @param puts puts the parameters into an object that has to be fetched first
/// @param values reads what the block names
public record Request(Value.Mapping block, String payload, Map<String, String> headers, Puts puts, Values values) {
    /// A request without parameters that wait for an object.
    public Request(Value.Mapping block, String payload, Map<String, String> headers, Values values) {
        this(block, payload, headers, object -> object, values);
    }

    /// Puts recorded values into an object.
    public interface Puts {
        /// @throws tiphys.language.EvaluationFailed in Argo's words
        Value.Mapping into(Value.Mapping object);
    }

    /// Reads values of the sensor's namespace as they are now.
    public interface Values {
        /// A value of a Secret, without a line break at its end.
        Optional<String> secret(String name, String key);

        /// A value of a ConfigMap, without a line break at its end.
        Optional<String> configMap(String name, String key);
    }

    /// A text of the block; empty if it is not there. A number or a truth value counts as its text.
    public String text(String first, String... rest) {
        return block.find(first, rest)
                .map(value ->
                        switch (value) {
                            case Value.Text(var text, _) -> text;
                            case Value.Number(var literal, _) -> literal;
                            case Value.Bool(var truth, _) -> Boolean.toString(truth);
                            case Value.Null _, Value.Sequence _, Value.Mapping _ -> "";
                        })
                .orElse("");
    }

    public boolean truth(String first, String... rest) {
        return block.find(first, rest).filter(Value.bool(true)::equals).isPresent();
    }

    /// A whole number of the block.
    public Optional<Long> whole(String first, String... rest) {
        try {
            var text = text(first, rest);
            return text.isEmpty() ? Optional.empty() : Optional.of(Long.parseLong(text));
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    /// The value of the Secret that the block names there; empty if it names none.
    ///
    /// @throws TriggerFailed if the block names a value that is not there
    public Optional<String> secret(String first, String... rest) throws TriggerFailed {
        return block.find(first, rest).isEmpty()
                ? Optional.empty()
                : Optional.of(secret(block.mapAt(first, rest), rest.length == 0 ? first : rest[rest.length - 1]));
    }

    /// The value that a selector names.
    ///
    /// @param field for the message
    /// @throws TriggerFailed if it is not there
    public String secret(Value.Mapping selector, String field) throws TriggerFailed {
        return named("Secret", selector, field, values::secret);
    }

    /// The value that a selector names.
    ///
    /// @param field for the message
    /// @throws TriggerFailed if it is not there
    public String configMap(Value.Mapping selector, String field) throws TriggerFailed {
        return named("ConfigMap", selector, field, values::configMap);
    }

    private interface Reading {
        Optional<String> read(String name, String key);
    }

    private static String named(String kind, Value.Mapping selector, String field, Reading reading)
            throws TriggerFailed {
        var name = selector.textAt("name").orElse("");
        var key = selector.textAt("key").orElse("");
        var value = reading.read(name, key);
        if (value.isEmpty()) {
            throw new TriggerFailed(
                    field + " names the key " + key + " of " + kind + " " + name + ", which is not there",
                    Answer.NONE,
                    TriggerFailed.Again.MAY_HELP);
        }
        return value.get();
    }
}
