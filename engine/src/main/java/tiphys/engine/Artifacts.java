package tiphys.engine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Artifact;

/// Keeps artifacts. Adapters hold no rule of the engine; each kind of place passes `ArtifactsContract`. Everything may be done again:
/// the same artifact at the same place is the same artifact. Nothing half-written is ever found. Blocks; safe for every thread.
public interface Artifacts {
    /// An artifact and where it is kept.
    ///
    /// @param namespace whose Secrets its place names
    /// @param location one field, named by its driver, with everything that is needed to find it
    record Kept(String namespace, Artifact artifact, Value.Mapping location) {}

    /// Part of what is kept.
    ///
    /// @param path relative to what was listed; empty for that itself
    /// @param bytes as far as known
    record Item(String path, OptionalLong bytes) {}

    /// The bytes of an artifact as they are kept, or of a part of it. To be closed.
    ///
    /// @param bytes how many there are, with those before the first that comes; empty if that is not known before they are read
    /// @param from the first that comes; 0 where the length is not known
    record Content(InputStream in, OptionalLong bytes, long from) implements AutoCloseable {
        public Content(InputStream in, OptionalLong bytes) {
            this(in, bytes, 0);
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }

    /// Puts an artifact at a path where nothing is, unpacked and with the rights that it asks for.
    ///
    /// @return how many bytes its files have
    /// @throws Trouble if it cannot be had
    long load(Kept artifact, Path to) throws IOException;

    /// Keeps a file or directory, packed as the artifact says, in the place of what was kept there before.
    ///
    /// @return how many bytes its files have
    /// @throws Trouble if it cannot be kept
    long save(Path from, Kept artifact) throws IOException;

    /// What is kept at an artifact's key, or below it as in a directory, at most `most` of it, by path. Of something that is packed
    /// what is in it. Empty if there is nothing.
    ///
    /// @throws Trouble if it cannot be told
    List<Item> list(Kept artifact, int most) throws IOException;

    /// Opens what is kept as it is (packed, if it is), or what is in it.
    ///
    /// @param part a path of [#list]; empty for all
    /// @throws Trouble if it is not there
    Content open(Kept artifact, String part) throws IOException;

    /// The same for somebody who needs no byte before that one; more may come all the same.
    default Content open(Kept artifact, String part, long from) throws IOException {
        return open(artifact, part);
    }

    /// Removes what is kept; what is not there counts as removed.
    ///
    /// @throws Trouble if it cannot be removed
    void delete(Kept artifact) throws IOException;

    /// Why an artifact could not be moved, in words for people; Argo's where it has some.
    final class Trouble extends IOException {
        private static final long serialVersionUID = 1;

        private final Kind kind;

        public Trouble(Kind kind, String message) {
            super(message);
            this.kind = kind;
        }

        public Trouble(Kind kind, String message, Throwable cause) {
            super(message, cause);
            this.kind = kind;
        }

        public Kind kind() {
            return kind;
        }

        /// What it is.
        public enum Kind {
            /// It is not there.
            MISSING,
            /// It will be the same when tried again.
            REFUSED,
            /// It may be better when tried again.
            UNAVAILABLE
        }
    }
}
