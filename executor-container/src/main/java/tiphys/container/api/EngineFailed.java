package tiphys.container.api;

import java.io.IOException;

/// The engine did not do what it was asked for, in its own words.
public final class EngineFailed extends IOException {
    private static final long serialVersionUID = 1;

    /// No status: the engine was not reached, or went away before it answered.
    private static final int NONE = 0;

    private final int status;

    EngineFailed(int status, String message) {
        super(message);
        this.status = status;
    }

    EngineFailed(String message, IOException cause) {
        super(message, cause);
        status = NONE;
    }

    /// Whether the engine was not there, or went away: nobody knows whether it did what it was asked for.
    public boolean isUnreachable() {
        return status == NONE;
    }

    /// Whether what it was asked about is not there.
    public boolean isMissing() {
        return status == 404;
    }

    /// What the engine said, on one line.
    public String said() {
        return String.valueOf(getMessage()).replaceAll("\\s*\\n\\s*", " ");
    }
}
