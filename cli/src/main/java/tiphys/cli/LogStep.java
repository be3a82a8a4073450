package tiphys.cli;

/// One attempt whose output is wanted.
///
/// @param only whether its node has no other attempt
record LogStep(NodeView node, NodeView.AttemptView attempt, boolean only) {
    String label() {
        return only ? node.label() : node.label() + "#" + attempt.number();
    }
}
