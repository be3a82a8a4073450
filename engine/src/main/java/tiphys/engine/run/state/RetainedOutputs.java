package tiphys.engine.run.state;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tiphys.engine.AttemptId;
import tiphys.manifest.Value;

/// A leaf that keeps how it ended though the run was restarted, and when it did.
///
/// @param phase how it ended
/// @param message empty for one that succeeded
/// @param attempt the attempt whose output is still to be read; null for a node without a process
public record RetainedOutputs(
        NodePhase phase,
        String message,
        Outputs outputs,
        @Nullable AttemptId attempt,
        String program,
        String image,
        long startedMicros,
        long ranMicros,
        long finishedMicros) {
    /// As JSON.
    public Value.Mapping json() {
        return Value.object(
                "phase",
                phase.name(),
                "message",
                message,
                "outputs",
                outputs.json(),
                "attempt",
                attempt == null ? null : attempt.text(),
                "program",
                program,
                "image",
                image,
                "times",
                List.of(startedMicros, ranMicros, finishedMicros));
    }

    /// What [#json] says.
    public static RetainedOutputs of(Value.Mapping json) {
        return new RetainedOutputs(
                json.textAt("phase").map(NodePhase::valueOf).orElse(NodePhase.SUCCEEDED),
                json.textAt("message").orElse(""),
                Outputs.of(json.mapAt("outputs")),
                json.textAt("attempt").map(AttemptId::new).orElse(null),
                json.textAt("program").orElse(""),
                json.textAt("image").orElse(""),
                time(json, 0),
                time(json, 1),
                time(json, 2));
    }

    private static long time(Value.Mapping json, int which) {
        var times = json.listAt("times");
        return which < times.size() && times.get(which) instanceof Value.Number(var literal, _)
                ? Long.parseLong(literal)
                : 0;
    }

    /// The same in another run, which says where it comes from.
    RetainedOutputs saying(String text) {
        return new RetainedOutputs(
                phase, text, outputs, attempt, program, image, startedMicros, ranMicros, finishedMicros);
    }

    static RetainedOutputs of(Node node) {
        return new RetainedOutputs(
                node.phase,
                node.message,
                node.outputs,
                node.attempt,
                node.program,
                node.image,
                node.startedMicros,
                node.ranMicros,
                node.finishedMicros);
    }
}
