package tiphys.app;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import tiphys.app.trial.EventsTest;
import tiphys.cli.Commands;
import tiphys.cli.terminal.Surroundings;

/// The entry point: the commands that host parts themselves, and those of [Commands] that talk to a server.
public final class Main {
    private Main() {}

    /// Runs a command and ends with its exit code.
    public static void main(String[] args) {
        // Java's client reads it once, when it is first used: manifests may say to which host a request is
        System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host");
        System.exit(run(Surroundings.ofProcess(), args));
    }

    /// Runs a command.
    ///
    /// @return its exit code
    static int run(Surroundings around, String... line) {
        var args = Commands.arranged(line);
        var root = new CommandLine(CommandSpec.create().name("tiphys"));
        root.getCommandSpec()
                .usageMessage()
                .description(
                        "Runs event-driven ML pipelines: Argo Workflows and Argo Events manifests, without a cluster.");
        var commands = new Commands(around, Version.BUILD, List.of(new LocalChecks(around)));
        commands.add(root, "up", "Serves until Ctrl-C.", Up::new);
        commands.add(
                root, "controller", "Runs the Workflows of a Kubernetes cluster, each step a pod.", Controller::new);
        commands.add(root, "demo", "Shows an example pipeline from webhook to finished run.", Demo::new);
        commands.add(root, "run", "Runs a workflow file to its end, without a server.", RunFile::new);
        commands.add(root, "lint", "Looks for mistakes in manifests.", LintCommand::new);
        commands.addToEvents(
                "test",
                "Tries events on sensors, both of files, without a server.",
                () -> new EventsTest(Lint.SOURCES, Lint.ACTIONS));
        commands.addTo(root, args);
        commands.addHidden(root, "rehearse", Rehearse::new);
        return root.execute(args);
    }
}
