package tiphys.cli.server;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tiphys.cli.terminal.ExitCode;
import tiphys.manifest.Value;

/// One run as the API shows it; as much of it as the commands use.
///
/// @param event the id of the event that made it, or empty
/// @param shutdown `Stop`, `Terminate` or empty
/// @param images what programs stand for the images
/// @param nodes empty in lists
public record RunView(
        String uid,
        String namespace,
        String name,
        String phase,
        String message,
        Optional<Instant> createdAt,
        Optional<Instant> startedAt,
        Optional<Instant> finishedAt,
        String progress,
        String template,
        String event,
        List<ParameterView> parameters,
        boolean suspended,
        String shutdown,
        List<ImageView> images,
        List<NodeView> nodes) {

    /// An argument of the run.
    ///
    /// @param fallback why it has its default; empty if it was given
    public record ParameterView(String name, String value, String fallback) {}

    /// The program that stands for an image.
    public record ImageView(String image, String program) {}

    public RunView {
        parameters = List.copyOf(parameters);
        images = List.copyOf(images);
        nodes = List.copyOf(nodes);
    }

    /// The run in the API's JSON.
    public static RunView of(Value run) {
        var fields = Fields.of(run);
        return new RunView(
                fields.text("uid"),
                fields.text("namespace"),
                fields.text("name"),
                fields.text("phase"),
                fields.text("message"),
                fields.instant("createdAt"),
                fields.instant("startedAt"),
                fields.instant("finishedAt"),
                fields.text("progress"),
                fields.text("template"),
                fields.text("event"),
                fields.items("parameters").stream()
                        .map(one -> new ParameterView(one.text("name"), one.text("value"), one.text("fallback")))
                        .toList(),
                fields.flag("suspended"),
                fields.text("shutdown"),
                fields.items("images").stream()
                        .map(one -> new ImageView(one.text("image"), one.text("program")))
                        .toList(),
                fields.items("nodes").stream().map(node -> NodeView.of(node.object())).toList());
    }

    /// Whether a phase is an end.
    static boolean isEnd(String phase) {
        return switch (phase) {
            case "Succeeded", "Failed", "Error", "Skipped", "Omitted" -> true;
            default -> false;
        };
    }

    /// Whether the run has ended.
    public boolean ended() {
        return isEnd(phase);
    }

    /// How a command that waited for the run ends.
    public ExitCode exit() {
        return phase.equals("Succeeded") ? ExitCode.OK : shutdown.isEmpty() ? ExitCode.FAILED : ExitCode.CANCELLED;
    }

    /// The phase as people see it: a suspended run says so, a run not yet begun is pending.
    public String shownPhase() {
        return phase.isEmpty() ? "Pending" : suspended && !ended() ? "Suspended" : phase;
    }

    /// How long it has run, or ran.
    public Optional<Duration> duration(Instant now) {
        return startedAt.map(from -> Duration.between(from, finishedAt.orElse(now)));
    }

    /// Where it is, for messages.
    public String place() {
        return namespace + "/" + name;
    }
}
