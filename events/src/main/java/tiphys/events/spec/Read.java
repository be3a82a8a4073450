package tiphys.events.spec;

import java.util.List;
import java.util.stream.Collectors;
import tiphys.manifest.Diagnostic;

/// What was read from an object, and what is wrong with it; with an error it must not be used.
public record Read<T>(T value, List<Diagnostic> diagnostics) {
    public Read {
        diagnostics = List.copyOf(diagnostics);
    }

    /// Whether it can be used. Conditions, scripts and templates that cannot be read are the trouble of what needs them alone.
    public boolean usable() {
        return errors().stream()
                .allMatch(one -> one.code().equals(Codes.CONDITIONS) || one.code().equals(Codes.SCRIPT));
    }

    /// What stands against its use.
    public List<Diagnostic> errors() {
        return diagnostics.stream().filter(found -> found.severity() == Diagnostic.Severity.ERROR).toList();
    }

    /// The errors in one line, for a status condition.
    public String message() {
        return errors().stream()
                .map(found -> found.message() + found.hint().map(hint -> " (" + hint + ")").orElse(""))
                .collect(Collectors.joining("; "));
    }
}
