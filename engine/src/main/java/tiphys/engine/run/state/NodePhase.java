package tiphys.engine.run.state;

/// Where a node stands, by Argo's names.
public enum NodePhase {
    PENDING("Pending"),
    RUNNING("Running"),
    SUCCEEDED("Succeeded"),
    SKIPPED("Skipped"),
    FAILED("Failed"),
    ERROR("Error"),
    OMITTED("Omitted");

    private final String text;

    NodePhase(String text) {
        this.text = text;
    }

    /// Argo's name.
    public String text() {
        return text;
    }

    /// Whether it ran to an end: Succeeded, Failed or Error.
    public boolean completed() {
        return this == SUCCEEDED || failedOrError();
    }

    /// Whether nothing more happens to it.
    public boolean fulfilled() {
        return completed() || this == SKIPPED || this == OMITTED;
    }

    /// Failed or Error.
    public boolean failedOrError() {
        return this == FAILED || this == ERROR;
    }
}
