package tiphys.app;

import tiphys.cli.command.Form;
import tiphys.cli.command.ProvidedArguments;
import tiphys.cli.terminal.CliError;
import tiphys.cli.terminal.ExitCode;
import tiphys.container.api.Engines;
import tiphys.container.choice.Choice;

/// `--executor`: what runs steps that do not say it themselves by the annotation `tiphys.io/executor`.
final class ExecutorOption {
    private static final String NAME = "--executor";

    private ExecutorOption() {}

    static void form(Form form) {
        form.option(
                NAME,
                "auto|process|container",
                "What runs steps: processes of this machine, containers of podman or Docker, or (auto, the default) processes where"
                        + " they can and containers where not.");
    }

    /// What was said.
    ///
    /// @throws CliError if it means nothing, or says containers and no engine answers
    static Choice read(ProvidedArguments given) {
        var word = given.text(NAME).orElse(Choice.AUTO.word());
        var choice =
                Choice.of(word)
                        .orElseThrow(() ->
                                CliError.of(
                                        ExitCode.USAGE,
                                        "TIP-6074",
                                        NAME + " wants auto, process or container, but got \"" + word + "\""));
        if (choice == Choice.CONTAINER) {
            var search = Engines.find(System.getenv());
            if (search.engine().isEmpty()) {
                throw CliError.of(
                                ExitCode.FAILED,
                                "TIP-6073",
                                "no container engine answers: " + String.join("; ", search.problems()))
                        .hint(
                                "start podman (systemctl --user start podman.socket) or Docker, or name its socket by DOCKER_HOST");
            }
        }
        return choice;
    }
}
