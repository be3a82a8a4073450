package tiphys.cli.command;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// What a command's line may say. It is declared by code, not by annotations, so that no command pays for reflection.
///
/// A label tells what values are: `RUN`, `NODE`, `EVENT`, `TEMPLATE`, `KIND`, `NS` and `FILE` are completed in the shell.
public final class Form {
    private final CommandSpec spec;
    private int arguments;

    public Form(CommandSpec spec) {
        this.spec = spec;
    }

    /// What every command that talks to a server takes.
    public Form server() {
        option(
                "--server",
                "URL",
                "The server, https://HOST:PORT. Else TIPHYS_SERVER, else the one that runs on the data directory.");
        option("--data", "DIR", "The server's data directory. Else TIPHYS_DATA, else the usual one.");
        return this;
    }

    public Form common() {
        spec.addOption(
                OptionSpec.builder("-h", "--help").usageHelp(true).description("Shows this help.").order(1000).build());
        option("--color", "WHEN", "Colours: auto, always or never.");
        return this;
    }

    public Form namespace() {
        return option("-n,--namespace", "NS", "The namespace. Else TIPHYS_NAMESPACE, else default.");
    }

    public Form allNamespaces() {
        return flag("-A,--all-namespaces", "Of all namespaces.");
    }

    public Form output(String choices) {
        return option("-o,--output", "FORMAT", "The form of the output: " + choices + ".");
    }

    public Form flag(String names, String text) {
        spec.addOption(OptionSpec.builder(names.split(",")).type(boolean.class).arity("0").description(text).build());
        return this;
    }

    public Form option(String names, String label, String text) {
        spec.addOption(
                OptionSpec.builder(names.split(","))
                        .type(String.class)
                        .arity("1")
                        .paramLabel(label)
                        .description(text)
                        .build());
        return this;
    }

    public Form options(String names, String label, String text) {
        spec.addOption(
                OptionSpec.builder(names.split(","))
                        .type(String[].class)
                        .auxiliaryTypes(String.class)
                        .arity("1")
                        .paramLabel(label)
                        .description(text)
                        .build());
        return this;
    }

    /// The next argument.
    public Form argument(String label, String text) {
        return argument(label, "1", text);
    }

    public Form optionalArgument(String label, String text) {
        return argument(label, "0..1", text);
    }

    /// All further arguments.
    public Form arguments(String label, String text) {
        spec.addPositional(
                PositionalParamSpec.builder()
                        .index(arguments + "..*")
                        .arity("0..*")
                        .type(String[].class)
                        .auxiliaryTypes(String.class)
                        .paramLabel(label)
                        .description(text)
                        .build());
        return this;
    }

    private Form argument(String label, String arity, String text) {
        spec.addPositional(
                PositionalParamSpec.builder()
                        .index(Integer.toString(arguments++))
                        .arity(arity)
                        .type(String.class)
                        .paramLabel(label)
                        .description(text)
                        .build());
        return this;
    }
}
