package tiphys.artifacts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.artifacts.gcs.GcsDriver;
import tiphys.engine.Artifacts;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Against a stand-in that goes on with uploads and downloads as Google's own servers are documented to.
class GcsLargeObjectTest implements RemoteContract {
    @TempDir Path directory;

    @SuppressWarnings("NullAway.Init")
    private GcsServer server;

    @BeforeEach
    void open() throws IOException {
        server = new GcsServer(directory);
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Override
    public int port() {
        return server.port();
    }

    @Override
    public int large() {
        return 40;
    }

    @Override
    public Value.Mapping location(int port, String key) {
        return Value.object("gcs", Value.object("bucket", "bucket", "key", key, "port", port));
    }

    @Override
    public Artifacts artifacts() {
        return new ByPort(directory);
    }

    @Test
    void an_upload_goes_on_where_the_server_says_that_it_stands(@TempDir Path scratch) throws IOException {
        var file = FilesContract.large(scratch, large());
        try (var line = new CutLine(port())) {
            line.cutUpOnceAfter(Files.size(file) / 2);
            new ByPort(directory).save(file, FilesContract.plain(location(line.port(), "large")));
            assertThat(line.went()).isLessThan(Files.size(file) * 5 / 4);
        }
        var to = scratch.resolve("back");
        artifacts().load(FilesContract.plain(location(port(), "large")), to);
        assertThat(Files.mismatch(file, to)).isEqualTo(-1);
    }

    /// The place does not say where its server is, so a port of another one is another driver.
    private record ByPort(Path directory) implements Artifacts {
        private Artifacts of(Kept kept) {
            var port = kept.location().mapAt("gcs").find("port").map(Json::text).orElseThrow();
            return new PackedPlaces("gcs", GcsDriver.emulated("http://127.0.0.1:" + port), directory);
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
    }
}
