package tiphys.cli.command;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import tiphys.cli.terminal.Cells;
import tiphys.cli.terminal.CliError;
import tiphys.manifest.DidYouMean;

/// Turns what picocli says about a wrong command line into our form, with the option or command that was probably meant.
public final class LineErrors {
    private LineErrors() {}

    public static CliError of(CommandLine.ParameterException exception) {
        var command = exception.getCommandLine();
        var path = command.getCommandSpec().qualifiedName();
        var error = ProvidedArguments.usage(Cells.oneLine(String.valueOf(exception.getMessage())));
        if (exception instanceof CommandLine.UnmatchedArgumentException unmatched) {
            var typed = unmatched.getUnmatched().getFirst();
            boolean option = typed.startsWith("-");
            boolean group = !command.getSubcommands().isEmpty();
            var what = option ? "option" : group ? "command" : "argument";
            error = ProvidedArguments.usage(path + " has no " + what + " \"" + typed + "\"");
            if (option || group) {
                var near = DidYouMean.nearest(typed.replaceAll("=.*", ""), names(command, option));
                if (near.isPresent()) {
                    error = error.hint("did you mean \"" + near.get() + "\"?");
                }
            }
        }
        return error.fix(path + " --help");
    }

    private static List<String> names(CommandLine command, boolean options) {
        var names = new ArrayList<String>();
        if (options) {
            command.getCommandSpec().options().forEach(option -> names.addAll(List.of(option.names())));
        } else {
            names.addAll(command.getSubcommands().keySet());
        }
        return names;
    }
}
