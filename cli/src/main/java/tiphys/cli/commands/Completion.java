package tiphys.cli.commands;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tiphys.cli.command.Form;
import tiphys.cli.command.ProvidedArguments;
import tiphys.cli.command.Session;
import tiphys.cli.command.Verb;
import tiphys.cli.terminal.ExitCode;

/// `completion bash|zsh|fish`: prints what makes a shell complete commands, options and names. The shells ask the program
/// itself, so that new runs and templates are known at once.
public final class Completion implements Verb {
    private static final List<String> SHELLS = List.of("bash", "zsh", "fish");

    @Override
    public void form(Form form) {
        form.argument("SHELL", "bash, zsh or fish.");
    }

    @Override
    public ExitCode run(ProvidedArguments given, Session session) throws IOException {
        var shell = given.argument(0).orElse("");
        if (!SHELLS.contains(shell)) {
            throw ProvidedArguments.usage("there is no completion for \"" + shell + "\"")
                    .hint("there is one for bash, zsh and fish")
                    .fix("source <(tiphys completion bash)");
        }
        try (InputStream in = Completion.class.getResourceAsStream("completion." + shell)) {
            if (in == null) {
                throw new IllegalStateException("completion." + shell + " is not beside its class");
            }
            session.screen().out().print(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
        return ExitCode.OK;
    }
}
