package tiphys.artifacts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.engine.Artifacts.Kept;
import tiphys.engine.Artifacts.Trouble;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Artifact;

/// Files of a server that keeps what it is given, wants `name:word` below `/basic`, and a token of its own below `/token`.
class HttpDriverTest {
    private static final Map<String, String> SECRETS =
            Map.of("user", "name", "password", "word", "id", "me", "secret", "mine");

    @TempDir Path directory;

    private final Map<String, byte[]> files = new ConcurrentHashMap<>();

    @SuppressWarnings("NullAway.Init")
    private HttpServer server;

    @SuppressWarnings("NullAway.Init")
    private Repositories repositories;

    @BeforeEach
    void open() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    var path = exchange.getRequestURI().getPath();
                    var authorization =
                            Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization")).orElse("");
                    int code = 200;
                    byte[] answer = {};
                    if (path.startsWith("/basic") && !authorization.equals("Basic bmFtZTp3b3Jk")) {
                        code = 401;
                    } else if (path.startsWith("/token") && !authorization.equals("Bearer good")) {
                        code = 401;
                    } else if (path.equals("/oauth")) {
                        answer = "{\"access_token\":\"good\"}".getBytes(UTF_8);
                    } else if (path.startsWith("/moved")) {
                        exchange.getResponseHeaders().add("Location", path.replace("/moved", "/files"));
                        code = 307;
                    } else if (exchange.getRequestMethod().equals("PUT")) {
                        files.put(path, exchange.getRequestBody().readAllBytes());
                    } else if (files.containsKey(path)) {
                        answer = files.getOrDefault(path, answer);
                    } else {
                        code = 404;
                    }
                    exchange.sendResponseHeaders(code, answer.length == 0 ? -1 : answer.length);
                    exchange.getResponseBody().write(answer);
                    exchange.close();
                });
        server.start();
        repositories =
                new Repositories(
                        directory.resolve("data"),
                        (_, name, _) ->
                                Optional.ofNullable(name.equals("where") ? url("/oauth") : SECRETS.get(name))
                                        .map(text -> text.getBytes(UTF_8)));
    }

    @AfterEach
    void close() {
        server.stop(0);
    }

    private String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    private Kept kept(String path, Value.Mapping more) {
        return new Kept(
                "ns",
                new Artifact(Value.object("name", "a", "archive", Value.object("none", Value.Mapping.EMPTY))),
                Value.object("http", more.with("url", url(path))));
    }

    private String loaded(Kept kept) throws IOException {
        var to = directory.resolve("loaded");
        Files.deleteIfExists(to);
        repositories.load(kept, to);
        return Files.readString(to);
    }

    private Path file() throws IOException {
        return Files.writeString(directory.resolve("file"), "hello");
    }

    @Test
    void a_file_is_put_there_and_had_again() throws IOException {
        var kept = kept("/files/a", Value.Mapping.EMPTY);
        repositories.save(file(), kept);
        assertThat(loaded(kept)).isEqualTo("hello");
    }

    @Test
    void what_is_put_follows_a_redirect_with_its_body() throws IOException {
        repositories.save(file(), kept("/moved/b", Value.Mapping.EMPTY));
        assertThat(loaded(kept("/files/b", Value.Mapping.EMPTY))).isEqualTo("hello");
    }

    @Test
    void a_name_and_a_word_of_secrets_open_what_is_closed() throws IOException {
        files.put("/basic/c", "inside".getBytes(UTF_8));
        var basic =
                Value.object(
                        "auth",
                        Value.object(
                                "basicAuth",
                                Value.object(
                                        "usernameSecret",
                                        Value.object("name", "user", "key", "k"),
                                        "passwordSecret",
                                        Value.object("name", "password", "key", "k"))));
        assertThat(loaded(kept("/basic/c", basic))).isEqualTo("inside");
        assertThatThrownBy(() -> loaded(kept("/basic/c", Value.Mapping.EMPTY)))
                .isInstanceOf(Trouble.class)
                .hasMessageContaining("401");
    }

    @Test
    void a_token_is_asked_for_with_the_clients_own_credentials() throws IOException {
        files.put("/token/d", "behind".getBytes(UTF_8));
        var oauth =
                Value.object(
                        "auth",
                        Value.object(
                                "oauth2",
                                Value.object(
                                        "clientIDSecret",
                                        Value.object("name", "id", "key", "k"),
                                        "clientSecretSecret",
                                        Value.object("name", "secret", "key", "k"),
                                        "tokenURLSecret",
                                        Value.object("name", "where", "key", "k"),
                                        "scopes",
                                        List.of("read"))));
        assertThat(loaded(kept("/token/d", oauth))).isEqualTo("behind");
    }

    @Test
    void what_is_not_there_is_missing() {
        assertThatThrownBy(() -> loaded(kept("/files/nowhere", Value.Mapping.EMPTY)))
                .isInstanceOfSatisfying(
                        Trouble.class, trouble -> assertThat(trouble.kind()).isEqualTo(Trouble.Kind.MISSING));
    }
}
