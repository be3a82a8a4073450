package tiphys.cli.server;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tiphys.manifest.Value;

/// One node of a run as the API shows it; as much of it as the commands use.
///
/// @param type `Pod`, `DAG`, `Steps`, `StepGroup`, `TaskGroup`, `Retry`, `Skipped`, `Suspend`
/// @param boundary the id of the node inside which this one is; empty for the root
/// @param outputs `name=value`, the result included
public record NodeView(
        String id,
        String name,
        String displayName,
        String type,
        String template,
        String phase,
        String message,
        Optional<Instant> startedAt,
        Optional<Instant> finishedAt,
        String boundary,
        List<String> children,
        List<AttemptView> attempts,
        List<String> outputs) {

    /// One try at running the node's process.
    public record AttemptView(String id, long number, String state, Optional<Long> exitCode, long logBytes) {
        static AttemptView of(Fields attempt) {
            return new AttemptView(
                    attempt.text("id"),
                    attempt.number("number"),
                    attempt.text("state"),
                    attempt.has("exitCode") ? Optional.of(attempt.number("exitCode")) : Optional.empty(),
                    attempt.number("logBytes"));
        }

        boolean ended() {
            return switch (state) {
                case "exited", "lost", "cancelled" -> true;
                default -> false;
            };
        }
    }

    public NodeView {
        children = List.copyOf(children);
        attempts = List.copyOf(attempts);
        outputs = List.copyOf(outputs);
    }

    /// The node in the API's JSON.
    public static NodeView of(Value node) {
        var fields = Fields.of(node);
        return new NodeView(
                fields.text("id"),
                fields.text("name"),
                fields.text("displayName"),
                fields.text("type"),
                fields.text("template"),
                fields.text("phase"),
                fields.text("message"),
                fields.instant("startedAt"),
                fields.instant("finishedAt"),
                fields.text("boundary"),
                fields.texts("children"),
                fields.items("attempts").stream().map(AttemptView::of).toList(),
                outputs(fields.in("outputs")));
    }

    private static List<String> outputs(Fields outputs) {
        var all = new java.util.ArrayList<String>();
        outputs.items("parameters")
                .forEach(parameter -> all.add(parameter.text("name") + "=" + parameter.text("value")));
        if (!outputs.text("result").isEmpty()) {
            all.add("result=" + outputs.text("result"));
        }
        return all;
    }

    /// What a reader calls it; the whole name where there is no shorter one.
    public String label() {
        return displayName.isEmpty() ? name : displayName;
    }

    /// Whether it has ended.
    public boolean ended() {
        return RunView.isEnd(phase);
    }

    /// How long it has run, or ran.
    public Optional<Duration> duration(Instant now) {
        return startedAt.map(from -> Duration.between(from, finishedAt.orElse(now)));
    }

    public boolean isGroup() {
        return switch (type) {
            case "DAG", "Steps", "StepGroup", "TaskGroup", "Retry" -> true;
            default -> false;
        };
    }
}
