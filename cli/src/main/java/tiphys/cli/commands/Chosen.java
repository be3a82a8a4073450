package tiphys.cli.commands;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tiphys.cli.command.ProvidedArguments;
import tiphys.cli.command.RunFollower;
import tiphys.cli.command.RunNames;
import tiphys.cli.command.Session;
import tiphys.cli.server.Kinds;
import tiphys.cli.server.Paths;
import tiphys.cli.server.RunView;
import tiphys.cli.terminal.ExitCode;
import tiphys.cli.terminal.Output;

/// Which runs a line means: those that it names, or those with labels.
final class Chosen {
    private Chosen() {}

    /// The runs, with their nodes.
    static List<RunView> runs(ProvidedArguments given, Session session) {
        return targets(given, session).stream().map(RunNames.Found::run).toList();
    }

    /// The runs, or nodes of them.
    static List<RunNames.Found> targets(ProvidedArguments given, Session session) {
        var names = new RunNames(session);
        var runs = new ArrayList<RunNames.Found>();
        given.argument(0).ifPresent(name -> runs.add(names.target(name)));
        given.arguments(1).forEach(name -> runs.add(names.target(name)));
        var labels = given.text("--selector");
        if (runs.isEmpty() == labels.isEmpty()) {
            throw ProvidedArguments.usage("name runs, or choose them by --selector").fix("tiphys get wf");
        }
        if (labels.isPresent()) {
            var path = Kinds.WORKFLOW.path(Optional.of(session.namespace()));
            for (var found : session.api().get(path + "?labelSelector=" + Paths.part(labels.get())).listAt("items")) {
                runs.add(names.target(found.textAt("metadata", "name").orElse("")));
            }
        }
        return runs;
    }

    /// Follows a run if the line wants that: `--watch` as a tree, `--wait` silently.
    static ExitCode follow(ProvidedArguments given, Session session, RunView run) throws InterruptedException {
        if (given.flag("--watch")) {
            return Watch.follow(session, run, Optional.empty(), Output.TABLE);
        }
        if (!given.flag("--wait")) {
            return ExitCode.OK;
        }
        return new RunFollower(session)
                .follow(run, Optional.empty(), _ -> {}, () -> {})
                .map(RunView::exit)
                .orElse(ExitCode.FAILED);
    }
}
