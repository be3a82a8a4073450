package tiphys.cli;

import java.io.IOException;

/// One command: what its line may say, and what it does.
public interface Verb {
    /// Declares options and arguments.
    void form(Form form);

    /// Does it. Trouble that the user can mend is a [CliError].
    ExitCode run(Given given, Session session) throws IOException, InterruptedException;
}
