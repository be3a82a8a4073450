package tiphys.engine;

import java.io.IOException;
import java.io.InputStream;

/// What steps printed. Safe for every thread.
public interface Logs {
    /// The attempt's output (stdout and stderr as they came) from an offset in bytes; at most `limit` bytes. Empty if there
    /// is nothing (yet).
    byte[] read(AttemptId attempt, long offset, int limit) throws IOException;

    /// How many bytes there are.
    long size(AttemptId attempt) throws IOException;

    /// The whole output as it is now.
    InputStream open(AttemptId attempt) throws IOException;

    /// What one of several containers of each attempt printed; the others are those of `main`. Empty for a container that is not
    /// there.
    ///
    /// @param container a DNS label
    default Logs of(String container) {
        return this;
    }
}
