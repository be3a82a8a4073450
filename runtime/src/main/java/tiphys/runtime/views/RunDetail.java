package tiphys.runtime.views;

import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.engine.Logs;
import tiphys.engine.RunRow;
import tiphys.engine.Runs;
import tiphys.engine.run.Run;
import tiphys.engine.run.state.NodeType;
import tiphys.engine.run.state.Outputs;
import tiphys.engine.run.view.RunView.AttemptView;
import tiphys.engine.run.view.RunView.NodeView;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.runtime.runs.RunParameters;
import tiphys.runtime.runs.RunProjection;

/// A run in the JSON of docs/api.md.
public final class RunDetail {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    /// Of a run with more nodes the lengths of the logs are not looked up.
    private static final int MOST_LOGS = 1_000;

    /// What a node takes on its way into an answer, at most: the run, its tree, its JSON.
    private static final long NODE_BYTES = 8 << 10;

    private final Logs logs;
    private final String executor;
    private final long mostNodes;

    public RunDetail(Logs logs, String executor) {
        this(logs, executor, Runtime.getRuntime().maxMemory() / NODE_BYTES);
    }

    /// @param mostNodes of a run with more of them none is shown
    public RunDetail(Logs logs, String executor, long mostNodes) {
        this.logs = logs;
        this.executor = executor;
        this.mostNodes = mostNodes;
    }

    public static String time(Instant at) {
        return TIME.format(at);
    }

    private static String tooMany(int nodes, String message) {
        return (message.isEmpty() ? "" : message + "; ")
                + nodes
                + " nodes are more than a server of this memory shows at once (TIPHYS_HEAP gives it more)";
    }

    private static String time(Optional<Instant> at) {
        return at.map(RunDetail::time).orElse("");
    }

    public static Runs.Summary summary(RunRow row) {
        return new Runs.Summary(
                row.uid(),
                row.namespace(),
                row.name(),
                row.phase(),
                row.message(),
                time(row.created()),
                time(row.started()),
                time(row.finished()),
                row.progress(),
                row.template(),
                row.event(),
                row.suspended(),
                row.shutdown(),
                Json.parse(row.parameters()) instanceof Value.Sequence(var parameters, _) ? parameters : List.of());
    }

    /// `RUN` of a run that is set aside: what its row says, and why; its stream is not read.
    public Value.Mapping aside(RunRow row, String why) {
        var summary = summary(row);
        return Value.object(
                "uid",
                row.uid(),
                "namespace",
                row.namespace(),
                "name",
                row.name(),
                "phase",
                row.phase(),
                "message",
                why,
                "createdAt",
                summary.createdAt(),
                "startedAt",
                summary.startedAt(),
                "finishedAt",
                summary.finishedAt(),
                "progress",
                row.progress(),
                "template",
                row.template(),
                "event",
                row.event(),
                "parameters",
                summary.parameters(),
                "suspended",
                row.suspended(),
                "shutdown",
                row.shutdown(),
                "quarantined",
                true,
                "executor",
                executor,
                "images",
                List.of(),
                "nodes",
                List.of());
    }

    /// `RUN` with its nodes.
    ///
    /// @param quarantine why the run is set aside; empty if it is not
    public Value.Mapping of(Run run, Optional<String> quarantine) {
        var view = run.view();
        var row = RunProjection.row(run);
        var all = view.tree();
        boolean shown = all.size() <= mostNodes;
        var nodes = shown ? all : List.<NodeView>of();
        return Value.object(
                "uid",
                row.uid(),
                "namespace",
                row.namespace(),
                "name",
                row.name(),
                "phase",
                row.phase(),
                "message",
                quarantine.orElse(shown ? row.message() : tooMany(all.size(), row.message())),
                "createdAt",
                time(row.created()),
                "startedAt",
                time(row.started()),
                "finishedAt",
                time(row.finished()),
                "progress",
                row.progress(),
                "template",
                row.template(),
                "event",
                row.event(),
                "parameters",
                RunParameters.of(view),
                "suspended",
                view.suspended(),
                "shutdown",
                view.shutdown(),
                "quarantined",
                quarantine.isPresent(),
                "executor",
                executor,
                "images",
                images(nodes),
                "nodes",
                nodes.stream().map(node -> node(node, nodes.size() <= MOST_LOGS)).toList());
    }

    private static List<Value> images(List<NodeView> nodes) {
        var programs = new LinkedHashMap<String, String>();
        for (var node : nodes) {
            for (var attempt : node.attempts()) {
                programs.merge(attempt.image(), attempt.program(), (one, other) -> one.isEmpty() ? other : one);
            }
        }
        programs.remove("");
        var all = new ArrayList<Value>();
        programs.forEach((image, program) -> all.add(Value.object("image", image, "program", program)));
        return all;
    }

    private Value node(NodeView node, boolean withLogs) {
        var last = node.attempts().isEmpty() ? Optional.<AttemptView>empty() : Optional.of(node.attempts().getLast());
        var attempts = new ArrayList<Value>();
        for (int i = 0; i < node.attempts().size(); i++) {
            attempts.add(attempt(node.attempts().get(i), i, withLogs));
        }
        return Value.object(
                "id",
                node.id(),
                "name",
                node.name(),
                "displayName",
                node.displayName(),
                "type",
                node.type().text(),
                "template",
                node.template(),
                "phase",
                node.phase().text(),
                "message",
                node.message(),
                "startedAt",
                time(node.startedAt()),
                "finishedAt",
                time(node.finishedAt()),
                "boundary",
                node.boundary(),
                "children",
                node.children(),
                "podName",
                node.podName(),
                "attempts",
                node.type() == NodeType.POD ? attempts : List.of(),
                "inputs",
                Value.object("parameters", values(node.inputs())),
                "outputs",
                outputs(node.outputs()),
                "image",
                last.map(AttemptView::image).orElse(""),
                "program",
                last.map(AttemptView::program).orElse(""));
    }

    private Value attempt(AttemptView attempt, int number, boolean withLogs) {
        return Value.object(
                "id",
                attempt.attempt().text(),
                "number",
                number,
                "startedAt",
                time(attempt.startedAt()),
                "finishedAt",
                time(attempt.finishedAt()),
                "state",
                attempt.state(),
                "exitCode",
                attempt.exitCode().orElse(null),
                "logBytes",
                withLogs ? logBytes(attempt) : null);
    }

    private long logBytes(AttemptView attempt) {
        try {
            return logs.size(attempt.attempt());
        } catch (IOException e) {
            return 0; // no log (any more)
        }
    }

    private static Value outputs(Outputs outputs) {
        return Value.object(
                "parameters",
                values(outputs.parameters()),
                "result",
                outputs.result().orElse(""),
                "exitCode",
                outputs.exitCode().orElse(""));
    }

    private static List<Value> values(Map<String, String> parameters) {
        var all = new ArrayList<Value>();
        parameters.forEach((name, value) -> all.add(Value.object("name", name, "value", value)));
        return all;
    }
}
