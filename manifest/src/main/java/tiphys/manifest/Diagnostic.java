package tiphys.manifest;

import java.util.Optional;

/// One thing that is wrong or doubtful in an input: what, where, why and what to do, under a code that never changes its
/// meaning.
///
/// @param code `TIP-` and four digits; `tiphys explain CODE` tells more
/// @param message what is wrong, in one sentence without a full stop
/// @param source the file's name as the user gave it, or the object (`WorkflowTemplate/x`); empty if there is none
/// @param at where in the source; [Position#NONE] if it is the whole
/// @param path the field, `spec.templates[0].name`; empty if it is the whole
/// @param hint what to do about it, such as `did you mean "parameters"?`
public record Diagnostic(
        String code,
        Severity severity,
        String message,
        String source,
        Position at,
        String path,
        Optional<String> hint) {

    /// Whether the input can be used all the same.
    public enum Severity {
        ERROR,
        WARNING
    }

    /// An error without a hint.
    public static Diagnostic error(String code, String message, Position at, String path) {
        return new Diagnostic(code, Severity.ERROR, message, "", at, path, Optional.empty());
    }

    /// A warning without a hint.
    public static Diagnostic warning(String code, String message, Position at, String path) {
        return new Diagnostic(code, Severity.WARNING, message, "", at, path, Optional.empty());
    }

    /// This diagnostic with a hint.
    public Diagnostic hint(String hint) {
        return new Diagnostic(code, severity, message, source, at, path, Optional.of(hint));
    }

    /// This diagnostic in a named source.
    public Diagnostic in(String source) {
        return new Diagnostic(code, severity, message, source, at, path, hint);
    }
}
