package tiphys.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import tiphys.cli.command.ProgramBuild;
import tiphys.cli.terminal.Surroundings;

/// The commands as a program, for people who want to see them before the whole program is built.
final class SeeCommands {
    private SeeCommands() {}

    public static void main(String[] args) {
        var root = new CommandLine(CommandSpec.create().name("tiphys"));
        new Commands(Surroundings.ofProcess(), new ProgramBuild("0.1.0", "0123abc", "2026-11-24T12:00:00Z"), List.of())
                .addTo(root, args);
        System.exit(root.execute(args));
    }
}
