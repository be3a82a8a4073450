package tiphys.container.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tiphys.attempts.AttemptFolder;
import tiphys.attempts.LeftFiles;
import tiphys.engine.AttemptId;
import tiphys.engine.StepFiles;
import tiphys.engine.StepOrder;

/// Where the files of steps are that ran in containers.
///
/// @param data the data directory
public record TakenPlaces(Path data) implements StepFiles {
    @Override
    public Path staging(AttemptId attempt) throws IOException {
        return AttemptFolder.of(data, attempt).stage();
    }

    @Override
    public Path output(StepOrder attempt, String path) throws IOException {
        var order = LeftFiles.main(attempt);
        try {
            var files =
                    ContainerFiles.of(
                            order, data, LeftFiles.variables(order), Marker.of(data, order.attempt()).directory());
            var place = files.place(path);
            return LeftFiles.real(place, files.within(place), path);
        } catch (IllegalArgumentException e) {
            throw new IOException(path + ": " + e.getMessage(), e);
        }
    }

    /// Whether an attempt ran in containers, or is about to.
    public boolean has(AttemptId attempt) {
        return Files.exists(Marker.file(data, attempt));
    }
}
