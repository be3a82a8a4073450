package tiphys.engine.lock;

import java.util.List;

/// What became of a wish for locks.
public sealed interface LockAnswer {
    /// All of them are held now.
    record Granted() implements LockAnswer {}

    /// Not now; it will be told.
    ///
    /// @param lock the first that is not to be had
    /// @param free how many could still hold it
    /// @param limit how many may hold it
    /// @param holders who holds it, as Argo writes them
    record Waiting(LockName lock, int free, int limit, List<String> holders) implements LockAnswer {
        public Waiting {
            holders = List.copyOf(holders);
        }
    }

    /// Never.
    ///
    /// @param why in Argo's words
    record Refused(String why) implements LockAnswer {}
}
