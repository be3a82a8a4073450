package tiphys.cli.command;

import java.io.IOException;
import tiphys.cli.terminal.ExitCode;

/// One command: what its line may say, and what it does.
public interface Verb {
    /// Declares options and arguments.
    void form(Form form);

    /// Does it. Trouble that the user can mend is a [CliError].
    ExitCode run(ProvidedArguments given, Session session) throws IOException, InterruptedException;
}
