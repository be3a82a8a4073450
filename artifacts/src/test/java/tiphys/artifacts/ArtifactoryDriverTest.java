package tiphys.artifacts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tiphys.engine.Artifacts;
import tiphys.engine.Artifacts.Kept;
import tiphys.engine.Artifacts.Trouble;
import tiphys.manifest.Value;

/// Against a server that keeps files by PUT and GET, as Artifactory does.
class ArtifactoryDriverTest extends FilesContract implements RemoteContract {
    private static final Map<String, String> SECRETS = Map.of("user", "name", "password", "word", "wrong", "another");

    @SuppressWarnings("NullAway.Init")
    private FileServer server;

    @SuppressWarnings("NullAway.Init")
    private Repositories repositories;

    @BeforeEach
    void open() throws IOException {
        server = new FileServer(directory, "Basic " + Base64.getEncoder().encodeToString("name:word".getBytes(UTF_8)));
        repositories =
                new Repositories(
                        directory.resolve("data"),
                        (_, name, _) -> Optional.ofNullable(SECRETS.get(name)).map(text -> text.getBytes(UTF_8)));
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Override
    public Artifacts artifacts() {
        return repositories;
    }

    @Override
    public int port() {
        return server.port();
    }

    @Override
    String missing(String key) {
        return "loading file from \"http://127.0.0.1:" + port() + "/repo/" + key + "\" failed with: 404";
    }

    @Override
    public Value.Mapping location(String key) {
        return location(port(), key);
    }

    @Override
    public Value.Mapping location(int port, String key) {
        return location(port, key, "password");
    }

    private static Value.Mapping location(int port, String key, String password) {
        return Value.object(
                "artifactory",
                Value.object(
                        "url",
                        "http://127.0.0.1:" + port + "/repo/" + key,
                        "usernameSecret",
                        Value.object("name", "user", "key", "k"),
                        "passwordSecret",
                        Value.object("name", password, "key", "k")));
    }

    @Test
    void a_wrong_password_is_refused_and_the_right_one_is_not() throws IOException {
        var kept = kept("k", "none");
        var wrong = new Kept("ns", kept.artifact(), location(port(), "k", "wrong"));
        var file = file("in.txt", "hello");
        assertThatThrownBy(() -> artifacts().save(file, wrong))
                .isInstanceOfSatisfying(
                        Trouble.class, trouble -> assertThat(trouble.kind()).isEqualTo(Trouble.Kind.REFUSED))
                .hasMessageContaining("401");
        artifacts().save(file, kept);
        assertThatThrownBy(() -> artifacts().load(wrong, directory.resolve("no"))).hasMessageContaining("401");
        artifacts().load(kept, directory.resolve("back"));
        assertThat(directory.resolve("back")).hasContent("hello");
    }

    @Test
    void nothing_is_deleted_there_as_argo_deletes_nothing() {
        assertThatThrownBy(() -> artifacts().delete(kept("k", "none")))
                .hasMessage("delete not supported for artifactory artifacts");
    }
}
