package tiphys.connectors.watch;

import java.io.IOException;
import java.util.List;

/// A connection to where a directory is. One thread looks; any may close it.
public interface RemoteDirectory extends AutoCloseable {
    /// The files that are there.
    ///
    /// @throws IOException why it cannot be looked at, in words for whoever looks after it
    List<RemoteFile> list() throws IOException, InterruptedException;

    /// Ends it, and whoever looks.
    @Override
    void close();

    /// A file as it was seen.
    ///
    /// @param name below the directory
    /// @param modified as the server says it
    record RemoteFile(String name, long size, long modified) {
        /// What it is known by until its content changes; never 0.
        long signature() {
            long mixed = size * 0x9E3779B97F4A7C15L ^ Long.rotateLeft(modified * 0xC2B2AE3D27D4EB4FL, 31);
            return mixed == 0 ? 1 : mixed;
        }
    }
}
