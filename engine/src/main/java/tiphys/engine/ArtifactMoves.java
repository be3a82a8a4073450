package tiphys.engine;

/// Moves the artifacts of attempts: into a step before its order is given, out of it after its end is recorded. May be asked for the same
/// again as often as is needed. Blocks; safe for every thread.
public interface ArtifactMoves {
    /// Puts the artifacts of an order where the executor takes them from.
    Transfer load(StepOrder order);

    /// Keeps the artifacts of a step that has ended.
    Transfer save(StepOrder order);
}
