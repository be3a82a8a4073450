package tiphys.cli.server;

/// One attempt whose output is wanted.
///
/// @param only whether its node has no other attempt
public record LogStep(NodeView node, NodeView.AttemptView attempt, boolean only) {
    public String label() {
        return only ? node.label() : node.label() + "#" + attempt.number();
    }
}
