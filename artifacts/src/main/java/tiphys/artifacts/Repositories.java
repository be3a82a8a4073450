package tiphys.artifacts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tiphys.artifacts.archive.Trees;
import tiphys.artifacts.azure.AzureDriver;
import tiphys.artifacts.driver.RawDriver;
import tiphys.artifacts.driver.Secrets;
import tiphys.artifacts.gcs.GcsDriver;
import tiphys.artifacts.git.GitDriver;
import tiphys.artifacts.hdfs.HdfsDriver;
import tiphys.artifacts.http.HttpDriver;
import tiphys.artifacts.local.LocalStore;
import tiphys.artifacts.oss.OssDriver;
import tiphys.artifacts.s3.S3Driver;
import tiphys.engine.Artifacts;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Artifact;

/// Every kind of place that artifacts may be in, each by the name of its field in a manifest.
public final class Repositories implements Artifacts {
    private final LocalStore local;
    private final Map<String, Artifacts> byKind;
    private final ClusterNames clusterNames = new ClusterNames();

    /// @param data the data directory: what is kept here, and archives on their way, are below its `artifacts`
    /// @param secrets the Secrets that places name
    public Repositories(Path data, Secrets secrets) throws IOException {
        var root = data.toAbsolutePath().normalize().resolve("artifacts");
        var scratch = root.resolve("on-the-way");
        Trees.delete(scratch);
        Files.createDirectories(scratch);
        local = new LocalStore(root, data.toAbsolutePath().normalize().resolve("attempts"));
        byKind = new HashMap<>();
        byKind.put("local", local);
        Map.of(
                        "raw", new RawDriver(),
                        "http", new HttpDriver(secrets),
                        "artifactory", new HttpDriver(secrets, "artifactory"),
                        "git", new GitDriver(secrets, scratch),
                        "s3", new Late(() -> S3Driver.of(secrets)),
                        "gcs", new Late(() -> GcsDriver.of(secrets)),
                        "azure", new Late(() -> AzureDriver.of(secrets)),
                        "oss", new Late(() -> OssDriver.of(secrets)),
                        "hdfs", new Late(HdfsDriver::new))
                .forEach((kind, driver) -> byKind.put(kind, new PackedPlaces(kind, driver, scratch)));
    }

    /// What is in a cluster's own object store, which is not on this machine, is kept here in its stead: a bucket of the server
    /// `minio:9000` is what is below `s3/minio:9000/BUCKET` in the local store.
    private Kept here(Kept artifact) {
        var s3 = artifact.location().mapAt("s3");
        if (s3.fields().isEmpty() || !clusterNames.absent(s3.textAt("endpoint").orElse(""))) {
            return artifact;
        }
        var key =
                "s3/"
                        + s3.textAt("endpoint").orElse("")
                        + "/"
                        + s3.textAt("bucket").orElse("")
                        + "/"
                        + s3.textAt("key").orElse("").replaceFirst("^/+", "");
        return new Kept(artifact.namespace(), artifact.artifact(), Value.object("local", Value.object("key", key)));
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
        return of(here(artifact)).load(here(artifact), to);
    }

    @Override
    public long save(Path from, Kept artifact) throws IOException {
        return of(here(artifact)).save(from, here(artifact));
    }

    @Override
    public List<Item> list(Kept artifact, int most) throws IOException {
        return of(here(artifact)).list(here(artifact), most);
    }

    @Override
    public Content open(Kept artifact, String part) throws IOException {
        return of(here(artifact)).open(here(artifact), part);
    }

    @Override
    public Content open(Kept artifact, String part, long from) throws IOException {
        return of(here(artifact)).open(here(artifact), part, from);
    }

    @Override
    public void delete(Kept artifact) throws IOException {
        of(here(artifact)).delete(here(artifact));
    }

    /// Removes bytes from this server's own store that nothing stands on any more and that were not kept since an instant.
    ///
    /// @return how many files
    public int sweep(Instant before) throws IOException {
        return local.sweep(before);
    }
}
