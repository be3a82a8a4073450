package tiphys.cli.command;

import java.util.List;
import java.util.Optional;
import tiphys.cli.server.Fields;
import tiphys.cli.server.NodeView;
import tiphys.cli.server.Paths;
import tiphys.cli.server.RunView;
import tiphys.cli.terminal.CliError;
import tiphys.cli.terminal.ExitCode;
import tiphys.manifest.DidYouMean;

/// Finds the run or node that a person names: `RUN`, a unique beginning of its name, `@latest`, `RUN/NODE`. Without `-n` the
/// default namespace is looked at first, then all.
public final class RunNames {
    private static final int LOOKED_AT = 50;

    private final Session session;

    /// A run, and one of its nodes if the name had one.
    public record Found(RunView run, Optional<NodeView> node) {}

    public RunNames(Session session) {
        this.session = session;
    }

    /// The run, with its nodes.
    public RunView run(String name) {
        return find(name).orElseThrow(() -> none(name).fix("tiphys get wf -A"));
    }

    /// The run or its node.
    public Found target(String address) {
        int slash = address.indexOf('/');
        if (slash < 0) {
            return new Found(run(address), Optional.empty());
        }
        var run = run(address.substring(0, slash));
        return new Found(run, Optional.of(node(run, address.substring(slash + 1))));
    }

    /// The run, if there is exactly one that is meant.
    ///
    /// @throws CliError if more than one is meant
    public Optional<RunView> find(String name) {
        if (name.equals("@latest")) {
            return list(session.wantedNamespace(), "", 1).stream().findFirst().map(this::whole);
        }
        var exact = session.api().find(Paths.run(session.namespace(), name)).map(RunView::of);
        if (exact.isPresent()) {
            return exact;
        }
        var matches = beginning(session.wantedNamespace().or(() -> Optional.of(session.namespace())), name);
        if (matches.isEmpty() && session.wantedNamespace().isEmpty()) {
            matches = beginning(Optional.empty(), name);
        }
        if (matches.size() > 1) {
            var names = matches.stream().map(RunView::place).limit(8).toList();
            throw CliError.of(ExitCode.USAGE, "TIP-7202", "more than one run begins with \"" + name + "\"")
                    .why(String.join("\n", names))
                    .hint("write more of the name, or name the namespace by -n");
        }
        return matches.stream().findFirst().map(this::whole);
    }

    private List<RunView> beginning(Optional<String> namespace, String name) {
        var all = list(namespace, name, LOOKED_AT).stream().filter(run -> run.name().startsWith(name)).toList();
        var exact = all.stream().filter(run -> run.name().equals(name)).toList();
        return exact.isEmpty() ? all : exact;
    }

    /// The newest runs whose name has the text in it.
    public List<RunView> list(Optional<String> namespace, String search, int limit) {
        var query = new StringBuilder(Paths.ROOT + "/runs?limit=" + limit);
        namespace.ifPresent(name -> query.append("&namespace=").append(Paths.part(name)));
        if (!search.isEmpty()) {
            query.append("&search=").append(Paths.part(search));
        }
        return Fields.of(session.api().get(query.toString())).items("items").stream()
                .map(item -> RunView.of(item.object()))
                .toList();
    }

    private RunView whole(RunView run) {
        return RunView.of(session.api().get(Paths.run(run.namespace(), run.name())));
    }

    /// The error for a run that is not there, with the one that may have been meant.
    public CliError none(String name) {
        var where = session.wantedNamespace().map(namespace -> " in namespace " + namespace).orElse("");
        if (name.equals("@latest")) {
            return CliError.of(ExitCode.NOT_FOUND, "TIP-7201", "there is no run yet" + where);
        }
        var error = CliError.of(ExitCode.NOT_FOUND, "TIP-7201", "there is no run \"" + name + "\"" + where);
        var names = list(Optional.empty(), "", LOOKED_AT).stream().map(RunView::name).distinct().toList();
        return DidYouMean.nearest(name, names).map(near -> error.hint("did you mean \"" + near + "\"?")).orElse(error);
    }

    /// The node of the run that is named by its id, its name, or a unique beginning of what it is called.
    static NodeView node(RunView run, String name) {
        var nodes = run.nodes();
        var exact =
                nodes.stream()
                        .filter(node ->
                                node.id().equals(name)
                                        || node.name().equals(name)
                                        || node.name().equals(run.name() + "." + name)
                                        || node.displayName().equals(name))
                        .toList();
        var matches = exact.isEmpty() ? nodes.stream().filter(node -> node.label().startsWith(name)).toList() : exact;
        var steps = matches.stream().filter(node -> !node.isGroup()).toList();
        var meant = matches.size() > 1 && !steps.isEmpty() ? steps : matches;
        if (meant.size() == 1) {
            return meant.getFirst();
        }
        if (meant.isEmpty()) {
            var labels = nodes.stream().map(NodeView::label).distinct().toList();
            var error =
                    CliError.of(ExitCode.NOT_FOUND, "TIP-7203", "run " + run.name() + " has no node \"" + name + "\"");
            throw DidYouMean.nearest(name, labels)
                    .map(near -> error.hint("did you mean \"" + near + "\"?"))
                    .orElseGet(() -> error.hint("its nodes are " + some(labels)));
        }
        throw CliError.of(ExitCode.USAGE, "TIP-7204", "\"" + name + "\" names " + meant.size() + " nodes")
                .why(some(meant.stream().map(NodeView::name).toList()))
                .hint("write the whole name, or the node's id");
    }

    private static String some(List<String> names) {
        var some = names.stream().limit(8).toList();
        return String.join(", ", some) + (names.size() > some.size() ? ", and more" : "");
    }
}
