package tiphys.artifacts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.engine.Artifacts;
import tiphys.engine.Artifacts.Item;
import tiphys.engine.Artifacts.Trouble;
import tiphys.manifest.Value;
import tiphys.testkit.LocalServer;

/// Against Azurite, Microsoft's own emulator, which refuses wrong signatures.
class AzureDriverTest extends ArtifactsContract implements RemoteContract {
    /// The emulator's account, which everybody knows.
    private static final String ACCOUNT = "devstoreaccount1";

    private static final String KEY =
            "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private static final Map<String, String> SECRETS =
            Map.of("right", KEY + "\n", "wrong", KEY.replace('E', 'F'), "none", "no base64!");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    static Path place;

    private static @Nullable LocalServer server;

    @SuppressWarnings("NullAway.Init")
    private Repositories repositories;

    @BeforeAll
    static void start() throws IOException {
        var installed = Installed.find("azurite-3.37.0");
        var node = LocalServer.program("node");
        assumeTrue(node.isPresent(), "no node on this machine, which runs Azurite");
        assumeTrue(installed.isPresent(), "no Azurite in the cache: ./check puts it there");
        int port = LocalServer.freePort();
        var azurite =
                new LocalServer(
                        List.of(
                                node.orElseThrow().toString(),
                                installed
                                        .orElseThrow()
                                        .resolve("node_modules/azurite/dist/src/blob/main.js")
                                        .toString(),
                                "--blobHost",
                                "127.0.0.1",
                                "--blobPort",
                                Integer.toString(port),
                                "--location",
                                Files.createDirectory(place.resolve("data")).toString(),
                                "--skipApiVersionCheck",
                                "--disableTelemetry",
                                "--silent"),
                        Map.of(),
                        place,
                        port);
        azurite.start();
        server = azurite;
        AzuriteContainer.make(port, ACCOUNT, KEY, "artifacts");
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void open() throws IOException {
        repositories =
                new Repositories(
                        directory.resolve("data"),
                        (_, name, _) -> Optional.ofNullable(SECRETS.get(name)).map(text -> text.getBytes(UTF_8)));
    }

    @Override
    public int port() {
        return Optional.ofNullable(server).orElseThrow().port();
    }

    @Override
    public Artifacts artifacts() {
        return repositories;
    }

    @Override
    String missing(String key) {
        return "unable to download blob "
                + directory.getFileName()
                + "/"
                + key
                + ": The specified blob does not exist. ERROR CODE: BlobNotFound";
    }

    @Override
    public Value.Mapping location(String key) {
        return location(port(), key);
    }

    @Override
    public Value.Mapping location(int port, String key) {
        return location(port, "artifacts", key, "right");
    }

    private Value.Mapping location(int port, String container, String key, String secret) {
        return Value.object(
                "azure",
                Value.object(
                        "endpoint",
                        "http://127.0.0.1:" + port + "/" + ACCOUNT,
                        "container",
                        container,
                        "blob",
                        directory.getFileName() + "/" + key, // no test sees another's
                        "accountKeySecret",
                        Value.object("name", secret, "key", "k")));
    }

    private void refused(Value.Mapping location, String words) throws IOException {
        var file = file("in.txt", "hello");
        var plain = kept("k", "none");
        var kept = new Artifacts.Kept("ns", plain.artifact(), location);
        assertThatThrownBy(() -> artifacts().save(file, kept))
                .hasMessageContaining(words)
                .isInstanceOfSatisfying(
                        Trouble.class, trouble -> assertThat(trouble.kind()).isEqualTo(Trouble.Kind.REFUSED));
        assertThatThrownBy(() -> artifacts().load(kept, directory.resolve("no")))
                .hasMessageContaining(words)
                .isInstanceOfSatisfying(
                        Trouble.class, trouble -> assertThat(trouble.kind()).isEqualTo(Trouble.Kind.REFUSED));
        assertThatThrownBy(() -> artifacts().list(kept, 1)).hasMessageContaining(words);
        assertThatThrownBy(() -> artifacts().delete(kept)).hasMessageContaining(words);
    }

    @Test
    void a_wrong_key_is_refused_at_once_and_the_right_one_is_not() throws IOException {
        refused(location(port(), "artifacts", "k", "wrong"), "AuthorizationFailure");
        refused(location(port(), "artifacts", "k", "none"), "the key is no base64");
        refused(location(port(), "artifacts", "k", "nowhere"), "couldn't find key k in Secret ns/nowhere");
        artifacts().save(file("in.txt", "hello"), kept("k", "none"));
        assertThat(artifacts().list(kept("k", "none"), 1)).extracting(Item::path).containsExactly("");
    }

    @Test
    void a_container_that_is_not_there_is_told() throws IOException {
        refused(location(port(), "no-such", "k", "right"), "ContainerNotFound");
    }

    @Test
    void a_directory_is_a_blob_for_each_file_whatever_its_name() throws IOException {
        file("names/a b+c&d=é.txt", "first");
        file("names/sub/~'%41*", "second");
        artifacts().save(directory.resolve("names"), kept("some key", "none"));
        artifacts().load(kept("some key", "none"), directory.resolve("back"));
        assertThat(directory.resolve("back/a b+c&d=é.txt")).hasContent("first");
        assertThat(directory.resolve("back/sub/~'%41*")).hasContent("second");
    }

    @Test
    void a_signature_that_somebody_made_is_a_permit_too() throws IOException {
        var kept = kept("shared", "none");
        artifacts().save(file("in.txt", "hello"), kept);
        var query = AzuriteContainer.signature(ACCOUNT, KEY, "artifacts");
        var shared =
                new Repositories(directory.resolve("other"), (_, _, _) -> Optional.of(("?" + query).getBytes(UTF_8)));
        shared.load(kept, directory.resolve("back"));
        assertThat(shared.list(kept, 10)).hasSize(1);
        assertThat(directory.resolve("back")).hasContent("hello");
    }
}
