package tiphys.artifacts.bucket;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import tiphys.engine.Artifacts.Content;
import tiphys.engine.Artifacts.Trouble;

/// Objects by key, with the credentials of one place. Blocks; safe for every thread.
public interface Bucket {
    /// An object.
    record Entry(String key, long bytes) {}

    /// Writes an object to a path.
    ///
    /// @throws Trouble of kind MISSING if it is not there
    void get(String key, Path to) throws IOException;

    /// Puts a file there, in the place of what was there; nothing of it is seen before all of it is there.
    void put(Path file, String key) throws IOException;

    /// Asks for the right to put an object there, without a body, and leaves nothing there. A server that refuses a large body closes the
    /// connection while it is sent, and its answer is lost.
    ///
    /// @throws Trouble if it is refused
    void ask(String key) throws IOException;

    /// The objects whose keys begin so, by key.
    List<Entry> list(String prefix, int most) throws IOException;

    /// How many bytes an object has; empty if it is not there.
    OptionalLong bytes(String key) throws IOException;

    /// The bytes of an object, from one on.
    ///
    /// @throws Trouble of kind MISSING if it is not there, and of kind REFUSED if it has no such byte
    Content open(String key, long from) throws IOException;

    /// Removes an object; without effect if it is not there.
    void delete(String key) throws IOException;

    /// What is done before the first object is put.
    default void prepare() throws IOException {}

    /// Whether an object without bytes may stand for a directory.
    default boolean marksDirectories() {
        return false;
    }
}
