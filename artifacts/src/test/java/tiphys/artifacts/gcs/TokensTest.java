package tiphys.artifacts.gcs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.artifacts.driver.Driver.Place;
import tiphys.engine.Artifacts.Trouble;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// A server that gives tokens to whom it knows, and an object to whoever has one.
class TokensTest {
    @TempDir Path directory;

    private final AtomicInteger given = new AtomicInteger();

    @SuppressWarnings("NullAway.Init")
    private HttpServer server;

    @SuppressWarnings("NullAway.Init")
    private KeyPair known;

    @BeforeEach
    void open() throws IOException, GeneralSecurityException {
        known = KeyPairGenerator.getInstance("RSA").generateKeyPair();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        server.createContext("/token", this::token);
        server.createContext(
                "/storage/v1/b/bucket/o/k",
                exchange -> {
                    var who = exchange.getRequestHeaders().getFirst("Authorization");
                    answer(exchange, "Bearer let me in".equals(who) ? 200 : 401, "hello");
                });
        server.start();
    }

    @AfterEach
    void close() {
        server.stop(0);
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        exchange.sendResponseHeaders(status, text.length());
        exchange.getResponseBody().write(text.getBytes(UTF_8));
        exchange.close();
    }

    private void token(HttpExchange exchange) throws IOException {
        var form = URLDecoder.decode(new String(exchange.getRequestBody().readAllBytes(), UTF_8), UTF_8);
        var parts = form.replaceFirst("(?s).*assertion=([^&]*).*", "$1").split("\\.", -1);
        try {
            var verifier = Signature.getInstance("SHA256withRSA");
            verifier.initVerify(known.getPublic());
            verifier.update((parts[0] + "." + parts[1]).getBytes(UTF_8));
            var claims = new String(Base64.getUrlDecoder().decode(parts[1]), UTF_8);
            if (verifier.verify(Base64.getUrlDecoder().decode(parts[2]))
                    && claims.contains("https://www.googleapis.com/auth/devstorage.read_write")) {
                given.incrementAndGet();
                answer(exchange, 200, "{\"access_token\":\"let me in\"}");
            } else {
                answer(exchange, 400, "{\"error\":\"invalid_grant\",\"error_description\":\"Invalid JWT\"}");
            }
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private String account(KeyPair keys) {
        return Json.write(
                Value.object(
                        "type",
                        "service_account",
                        "client_email",
                        "tiphys@p.example",
                        "private_key",
                        "-----BEGIN PRIVATE KEY-----\n"
                                + Base64.getMimeEncoder().encodeToString(keys.getPrivate().getEncoded())
                                + "\n-----END PRIVATE KEY-----\n",
                        "token_uri",
                        url() + "/token"));
    }

    @Test
    void a_service_accounts_key_is_given_for_a_token_once_and_another_key_is_refused()
            throws IOException, GeneralSecurityException {
        var right = account(known);
        var wrong = account(KeyPairGenerator.getInstance("RSA").generateKeyPair());
        var tokens = new Tokens((_, name, _) -> Optional.of((name.equals("right") ? right : wrong).getBytes(UTF_8)));
        var driver = GcsDriver.of(url(), place -> Optional.of(tokens.of(place)));
        assertThatThrownBy(() -> driver.fetch(place("wrong"), directory.resolve("no")))
                .isInstanceOfSatisfying(
                        Trouble.class, trouble -> assertThat(trouble.kind()).isEqualTo(Trouble.Kind.REFUSED))
                .hasMessage("Google gives no token: invalid_grant Invalid JWT");
        driver.fetch(place("right"), directory.resolve("one"));
        driver.fetch(place("right"), directory.resolve("two"));
        assertThat(directory.resolve("two")).hasContent("hello");
        assertThat(given).hasValue(1);
    }

    private static Place place(String secret) {
        return new Place(
                "ns",
                Value.object(
                        "bucket",
                        "bucket",
                        "key",
                        "k",
                        "serviceAccountKeySecret",
                        Value.object("name", secret, "key", "k")));
    }
}
