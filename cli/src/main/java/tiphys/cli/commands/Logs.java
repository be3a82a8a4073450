package tiphys.cli.commands;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import tiphys.cli.command.Form;
import tiphys.cli.command.ProvidedArguments;
import tiphys.cli.command.RunFollower;
import tiphys.cli.command.RunNames;
import tiphys.cli.command.Session;
import tiphys.cli.command.Verb;
import tiphys.cli.render.LogPrinter;
import tiphys.cli.render.LogReaders;
import tiphys.cli.render.NodeTree;
import tiphys.cli.server.LogReader;
import tiphys.cli.server.LogStep;
import tiphys.cli.server.NodeView;
import tiphys.cli.server.RunView;
import tiphys.cli.terminal.ExitCode;
import tiphys.cli.terminal.Output;

/// `logs RUN|RUN/NODE`: what steps print; with `-f` until they end.
public final class Logs implements Verb {
    @Override
    public void form(Form form) {
        form.argument("RUN", "The run, or RUN/NODE for one step.")
                .flag("-f,--follow", "Goes on until the run, or the step, has ended.")
                .option("--tail", "LINES", "Only the last lines of each step.")
                .option("--since", "DURATION", "Only of steps that ran within that time.")
                .option("-c,--container", "NAME", "Of each step that container's output, instead of that of main.")
                .flag("--raw", "Sends control characters to the terminal, colours too; without it they are shown.")
                .flag("--no-prefix", "Does not name the step on each line.")
                .namespace()
                .output("json (a line for each line)")
                .server();
    }

    @Override
    public ExitCode run(ProvidedArguments given, Session session) throws InterruptedException {
        var target = new RunNames(session).target(given.argument(0).orElse(""));
        var output = given.output(Output.JSON);
        boolean single = target.node().filter(node -> !node.isGroup()).isPresent();
        var steps =
                new Steps(
                        target.node().map(NodeView::id),
                        given.duration("--since").map(span -> session.screen().now().minus(span)),
                        given.text("--container").orElse(""));
        var style =
                output == Output.JSON
                        ? LogPrinter.Style.JSON
                        : single || given.flag("--no-prefix") ? LogPrinter.Style.BARE : LogPrinter.Style.PREFIXED;
        boolean raw = given.flag("--raw") || !session.around().terminals().out();
        var printer = new LogPrinter(session.screen(), target.run(), style, raw);
        var tail = given.number("--tail");
        if (given.flag("--follow")) {
            return follow(session, target.run(), steps, printer, tail);
        }
        var all = steps.of(target.run());
        printer.align(all);
        for (var step : all) {
            new LogReader(session.api(), target.run(), step, printer::print).readAll(tail);
        }
        if (all.isEmpty()) {
            session.screen().note("Nothing was printed yet: no step " + (single ? "of this name " : "") + "has begun.");
        }
        return ExitCode.OK;
    }

    private static ExitCode follow(
            Session session, RunView run, Steps steps, LogPrinter printer, Optional<Integer> tail)
            throws InterruptedException {
        var where = run.name() + " -n " + run.namespace();
        try (var _ = session.onInterrupt("The run goes on. Follow it again:  tiphys logs -f " + where);
                var readers = new LogReaders(session.api(), printer, tail)) {
            new RunFollower(session)
                    .until(
                            steps::ended,
                            run,
                            Optional.empty(),
                            now -> {
                                var all = steps.of(now);
                                printer.align(all);
                                all.forEach(step -> readers.read(now, step));
                            },
                            printer::check);
            readers.finish();
        }
        return ExitCode.OK;
    }

    /// Which attempts of a run are wanted, in the order in which they began.
    private record Steps(Optional<String> node, Optional<Instant> since, String container) {
        List<LogStep> of(RunView run) {
            var inside = node.map(id -> within(run, id));
            var steps = new ArrayList<LogStep>();
            run.nodes().stream()
                    .filter(one -> inside.isEmpty() || inside.get().contains(one.id()))
                    .filter(one ->
                            since.isEmpty() || one.finishedAt().map(end -> end.isAfter(since.get())).orElse(true))
                    .sorted(Comparator.comparing(one -> one.startedAt().orElse(Instant.MAX)))
                    .forEach(one ->
                            one.attempts().stream()
                                    .filter(attempt -> !attempt.state().equals("waiting"))
                                    .forEach(attempt ->
                                            steps.add(
                                                    new LogStep(one, attempt, one.attempts().size() == 1, container))));
            return steps;
        }

        /// Whether the one node that is wanted has ended.
        boolean ended(RunView run) {
            return node.isPresent() && run.nodes().stream().anyMatch(one -> one.id().equals(node.get()) && one.ended());
        }

        /// The node and all that is inside it.
        private static java.util.Set<String> within(RunView run, String id) {
            var ids = new java.util.HashSet<String>();
            var tree = new NodeTree(run.nodes());
            var left = new java.util.ArrayDeque<NodeView>();
            run.nodes().stream().filter(node -> node.id().equals(id)).forEach(left::add);
            while (!left.isEmpty()) {
                var node = left.remove();
                if (ids.add(node.id())) {
                    left.addAll(tree.all(node));
                }
            }
            return ids;
        }
    }
}
