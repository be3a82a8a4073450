package tiphys.language.jq;

import tiphys.manifest.Value;

/// An error of a filter, which `try` catches.
final class JqError extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Value value;
    private final boolean raised;

    JqError(String message) {
        super(message, null, false, false);
        this.value = Value.text(message);
        this.raised = false;
    }

    /// @param value what `error` was called with
    JqError(Value value) {
        super(JqValues.json(value), null, false, false);
        this.value = value;
        this.raised = true;
    }

    /// What `catch` gets.
    Value value() {
        return value;
    }

    String shown() {
        var text = value instanceof Value.Text(var message, _) ? message : JqValues.json(value);
        return raised ? "error: " + text : text;
    }
}
