package tiphys.artifacts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import tiphys.artifacts.archive.Packing;
import tiphys.artifacts.archive.Trees;
import tiphys.artifacts.driver.Driver;
import tiphys.artifacts.driver.Driver.Place;
import tiphys.engine.Artifacts;

/// Keeps artifacts in one kind of place: packs before it stores, unpacks after it fetched.
final class PackedPlaces implements Artifacts {
    private final String kind;
    private final Driver driver;
    private final Path scratch;

    /// @param kind the field of a manifest that names such a place
    /// @param scratch where archives are on their way
    PackedPlaces(String kind, Driver driver, Path scratch) {
        this.kind = kind;
        this.driver = driver;
        this.scratch = scratch;
    }

    private Place place(Kept artifact) {
        return new Place(artifact.namespace(), artifact.location().mapAt(kind));
    }

    @Override
    public long load(Kept artifact, Path to) throws IOException {
        var fetched = to.resolveSibling(to.getFileName() + ".fetched");
        Trees.delete(fetched);
        try {
            driver.fetch(place(artifact), fetched);
            var how = Packing.how(artifact.artifact(), fetched);
            if (how == Packing.How.AS_IT_IS) {
                Files.move(fetched, to);
            } else {
                Packing.unpack(fetched, how, to);
            }
        } finally {
            Trees.delete(fetched);
        }
        Trees.rights(to, artifact.artifact().mode(), artifact.artifact().recurseMode());
        return Trees.bytes(to);
    }

    @Override
    public long save(Path from, Kept artifact) throws IOException {
        if (artifact.artifact().archive().filter("none"::equals).isPresent()) {
            driver.store(from, place(artifact));
        } else {
            var packed = scratch.resolve(UUID.randomUUID().toString());
            try {
                Packing.pack(from, artifact.artifact(), packed);
                driver.store(packed, place(artifact));
            } finally {
                Files.deleteIfExists(packed);
            }
        }
        return Trees.bytes(from);
    }

    @Override
    public List<Item> list(Kept artifact, int most) throws IOException {
        return driver.list(place(artifact), most);
    }

    @Override
    public Content open(Kept artifact, String part) throws IOException {
        return driver.open(place(artifact), part);
    }

    @Override
    public Content open(Kept artifact, String part, long from) throws IOException {
        return driver.open(place(artifact), part, from);
    }

    @Override
    public void delete(Kept artifact) throws IOException {
        driver.delete(place(artifact));
    }
}
