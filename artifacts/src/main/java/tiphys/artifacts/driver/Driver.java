package tiphys.artifacts.driver;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import tiphys.engine.Artifacts.Content;
import tiphys.engine.Artifacts.Item;
import tiphys.engine.Artifacts.Trouble;
import tiphys.manifest.Value;

/// One kind of place, which knows whole files and directories and nothing of how they are packed. What it throws says whether it is
/// worth to be tried again. Blocks; safe for every thread.
public interface Driver {
    /// A place of this kind.
    ///
    /// @param namespace whose Secrets its fields name
    /// @param fields as the manifest has them
    record Place(String namespace, Value.Mapping fields) {
        public String text(String field) {
            return fields.textAt(field).orElse("");
        }
    }

    /// Puts what is there, a file or all that is below the key as a directory, at a path where nothing is.
    ///
    /// @throws Trouble if it cannot be had
    void fetch(Place place, Path to) throws IOException;

    /// Puts a file or a directory there, in the place of what was there before.
    ///
    /// @throws Trouble if it cannot be put there, or this kind of place takes nothing
    void store(Path from, Place place) throws IOException;

    /// What is at the key, or below it as in a directory; the path of the thing itself is empty.
    List<Item> list(Place place, int most) throws IOException;

    /// The bytes of a file.
    ///
    /// @param part below the key; empty for what is at the key
    Content open(Place place, String part) throws IOException;

    /// The same for somebody who needs no byte before that one; more may come all the same.
    default Content open(Place place, String part, long from) throws IOException {
        return open(place, part);
    }

    /// Removes what is at the key and below it; nothing there is as well.
    ///
    /// @throws Trouble if it cannot be removed, or this kind of place removes nothing
    void delete(Place place) throws IOException;
}
