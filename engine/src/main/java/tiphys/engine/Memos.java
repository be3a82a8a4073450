package tiphys.engine;

import java.io.IOException;

/// Keeps results that steps leave for others (`memoize`) where this server's own store does not hold them. Safe for every thread.
public interface Memos {
    /// Keeps one, in the place of an earlier one of its key; other keys are not touched. Blocks.
    ///
    /// @param cache the name of a ConfigMap, which is made if it is not there
    /// @throws IOException if it cannot be kept
    void keep(String namespace, String cache, String key, String entry) throws IOException;
}
