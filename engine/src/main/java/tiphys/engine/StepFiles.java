package tiphys.engine;

import java.io.IOException;
import java.nio.file.Path;

/// Where the files of attempts are on this machine, for whoever moves artifacts. Safe for every thread.
public interface StepFiles {
    /// An empty directory for the artifacts that an attempt is given, made anew: each is put there under its place in the order's
    /// list (`0`, `1`, …). The executor moves them into the step.
    Path staging(AttemptId attempt) throws IOException;

    /// What is at a path of a step that has ended.
    ///
    /// @param path as the order's template names it
    /// @throws java.nio.file.NoSuchFileException if nothing is there
    /// @throws IOException if it is outside of what the step may use
    Path output(StepOrder order, String path) throws IOException;
}
