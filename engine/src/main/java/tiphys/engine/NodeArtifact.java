package tiphys.engine;

/// An artifact of a run's node, and where it is kept.
///
/// @param nodeId as Argo's status has it
/// @param nodeName the node's whole name
/// @param index the node's place in its run
/// @param side whether it was given or made
/// @param deletion when it is deleted, in Argo's words; empty for never
public record NodeArtifact(String nodeId, String nodeName, int index, Side side, Artifacts.Kept kept, String deletion) {
    /// Which artifacts of a node.
    public enum Side {
        INPUTS,
        OUTPUTS
    }

    public String name() {
        return kept.artifact().name();
    }
}
