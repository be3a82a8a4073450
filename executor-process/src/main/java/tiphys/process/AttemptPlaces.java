package tiphys.process;

import java.io.IOException;
import java.nio.file.Path;
import tiphys.attempts.AttemptFolder;
import tiphys.attempts.LeftFiles;
import tiphys.engine.AttemptId;
import tiphys.engine.StepFiles;
import tiphys.engine.StepOrder;
import tiphys.process.paths.AttemptFiles;
import tiphys.process.paths.Layout;

/// Where the files of attempts are below the data directory.
record AttemptPlaces(Path data) implements StepFiles {
    @Override
    public Path staging(AttemptId attempt) throws IOException {
        return AttemptFolder.of(data, attempt).stage();
    }

    @Override
    public Path output(StepOrder attempt, String path) throws IOException {
        var order = LeftFiles.main(attempt);
        var folder = AttemptFolder.of(data, order.attempt()).root();
        try {
            var files = new AttemptFiles(folder, Layout.of(order, data, LeftFiles.variables(order)).in(folder));
            var found = files.found(path);
            return LeftFiles.real(found, files.within(found), path);
        } catch (IllegalArgumentException e) {
            throw new IOException(path + ": " + e.getMessage(), e);
        }
    }
}
