package tiphys.runtime;

import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import tiphys.engine.Artifacts;
import tiphys.engine.AttemptId;
import tiphys.engine.StepFiles;
import tiphys.engine.StepOrder;

/// Artifacts that are moved without anything being moved: everything that is wanted is there, and has one byte for each letter of
/// its name. One whose name begins with `missing` is not there.
final class NoArtifacts implements Artifacts, StepFiles {
    private static long bytes(Kept artifact) throws Trouble {
        if (artifact.artifact().name().startsWith("missing")) {
            throw new Trouble(Trouble.Kind.MISSING, "The specified key does not exist.");
        }
        return artifact.artifact().name().length();
    }

    @Override
    public long load(Kept artifact, Path to) throws Trouble {
        return bytes(artifact);
    }

    @Override
    public long save(Path from, Kept artifact) throws Trouble {
        return bytes(artifact);
    }

    @Override
    public List<Item> list(Kept artifact, int most) {
        return List.of();
    }

    @Override
    public Content open(Kept artifact, String part) throws Trouble {
        throw new Trouble(Trouble.Kind.MISSING, "The specified key does not exist.");
    }

    @Override
    public void delete(Kept artifact) {}

    @Override
    public Path staging(AttemptId attempt) {
        return Path.of("staging", attempt.text());
    }

    @Override
    public Path output(StepOrder order, String path) throws NoSuchFileException {
        return Optional.of(Path.of("work", path))
                .filter(_ -> !path.contains("missing"))
                .orElseThrow(() -> new NoSuchFileException(path));
    }
}
