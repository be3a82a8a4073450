package tiphys.artifacts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import tiphys.artifacts.archive.Trees;
import tiphys.artifacts.driver.RawDriver;
import tiphys.artifacts.local.LocalStore;
import tiphys.engine.Artifacts;
import tiphys.manifest.workflow.Artifact;

/// Every kind of place that artifacts may be in, each by the name of its field in a manifest.
public final class Repositories implements Artifacts {
    private final LocalStore local;
    private final Map<String, Artifacts> byKind;

    /// @param data the data directory: what is kept here, and archives on their way, are below its `artifacts`
    public Repositories(Path data) throws IOException {
        var root = data.toAbsolutePath().normalize().resolve("artifacts");
        var scratch = root.resolve("on-the-way");
        Trees.delete(scratch);
        Files.createDirectories(scratch);
        local = new LocalStore(root, data.toAbsolutePath().normalize().resolve("attempts"));
        byKind = Map.of("local", local, "raw", new PackedPlaces("raw", new RawDriver(), scratch));
    }

    private Artifacts of(Kept artifact) throws Trouble {
        var kind = Artifact.driver(artifact.location()).orElse("");
        var found = byKind.get(kind);
        if (found == null) {
            throw new Trouble(
                    Trouble.Kind.REFUSED,
                    kind.isEmpty()
                            ? "TIP-6056: the artifact does not say where it is kept"
                            : "TIP-6057: artifacts in " + kind + " are not supported by this version of Tiphys");
        }
        return found;
    }

    @Override
    public long load(Kept artifact, Path to) throws IOException {
        return of(artifact).load(artifact, to);
    }

    @Override
    public long save(Path from, Kept artifact) throws IOException {
        return of(artifact).save(from, artifact);
    }

    @Override
    public List<Item> list(Kept artifact, int most) throws IOException {
        return of(artifact).list(artifact, most);
    }

    @Override
    public Content open(Kept artifact, String part) throws IOException {
        return of(artifact).open(artifact, part);
    }

    @Override
    public void delete(Kept artifact) throws IOException {
        of(artifact).delete(artifact);
    }

    /// Removes bytes from this server's own store that nothing stands on any more and that were not kept since an instant.
    ///
    /// @return how many files
    public int sweep(Instant before) throws IOException {
        return local.sweep(before);
    }
}
