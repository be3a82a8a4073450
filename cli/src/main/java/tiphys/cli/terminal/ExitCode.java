package tiphys.cli.terminal;

/// How a command ends. Scripts may rely on each number.
public enum ExitCode {
    OK(0),
    /// The run failed, or the server refused or could not do what was asked.
    FAILED(1),
    /// The command line or a manifest is wrong.
    USAGE(2),
    NOT_FOUND(3),
    /// The token is missing, wrong, or may not do this.
    FORBIDDEN(4),
    /// No server, or it does not answer.
    UNREACHABLE(5),
    /// The command stopped waiting; the run goes on.
    TIMED_OUT(6),
    /// The run was stopped or terminated.
    CANCELLED(7);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    /// The process's exit code.
    public int number() {
        return number;
    }
}
