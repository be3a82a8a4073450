package tiphys.manifest;

import java.util.List;

/// Says that an input could not be used, with every diagnostic that was found in it.
public final class InvalidInput extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient List<Diagnostic> diagnostics;

    public InvalidInput(List<Diagnostic> diagnostics) {
        super(diagnostics.isEmpty() ? "invalid input" : diagnostics.getFirst().message());
        this.diagnostics = List.copyOf(diagnostics);
    }

    /// What is wrong; at least one.
    public List<Diagnostic> diagnostics() {
        return diagnostics;
    }
}
