package tiphys.store.keep;

import java.nio.file.Path;

/// Says that another process holds the data directory, and which.
public final class DirectoryInUse extends RuntimeException {
    private static final long serialVersionUID = 1;

    DirectoryInUse(Path directory, String holder) {
        super("the data directory " + directory + " is in use by " + holder);
    }
}
