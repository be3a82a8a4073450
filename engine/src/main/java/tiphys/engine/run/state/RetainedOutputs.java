package tiphys.engine.run.state;

import org.jspecify.annotations.Nullable;
import tiphys.engine.AttemptId;

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
