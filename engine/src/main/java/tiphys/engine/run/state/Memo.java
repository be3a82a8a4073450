package tiphys.engine.run.state;

/// Where a node's result is looked up and kept.
///
/// @param cache the ConfigMap's name
/// @param answered whether it was looked up
/// @param hit whether it was there, so that nothing ran
public record Memo(String cache, String key, boolean answered, boolean hit) {
    Memo answered(boolean found) {
        return new Memo(cache, key, true, found);
    }
}
