package tiphys.cli.server;

/// One attempt whose output is wanted.
///
/// @param only whether its node has no other attempt
/// @param container which of its containers' output; empty for that of `main`
public record LogStep(NodeView node, NodeView.AttemptView attempt, boolean only, String container) {
    /// The output of `main`.
    public LogStep(NodeView node, NodeView.AttemptView attempt, boolean only) {
        this(node, attempt, only, "");
    }

    public String label() {
        var label = only ? node.label() : node.label() + "#" + attempt.number();
        return container.isEmpty() ? label : label + "/" + container;
    }
}
