package tiphys.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// What Google's server of tokens is sent, and what becomes of its answers.
class GoogleTokenTest {
    private static final String SCOPE = "https://www.googleapis.com/auth/pubsub";
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    private final AtomicReference<Map<String, String>> asked = new AtomicReference<>(Map.of());
    private final HttpClient http = HttpClient.newHttpClient();
    private HttpServer server;
    private String uri;
    private int status = 200;
    private String answer = "{\"access_token\":\"let me in\",\"expires_in\":3599}";

    @BeforeEach
    void open() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
        uri = "http://127.0.0.1:" + server.getAddress().getPort() + "/token";
        server.createContext(
                "/token",
                exchange -> {
                    var form = new TreeMap<String, String>();
                    var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                    for (var part : body.split("&", -1)) {
                        var pair = part.split("=", 2);
                        form.put(pair[0], URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
                    }
                    asked.set(form);
                    exchange.sendResponseHeaders(status, answer.length());
                    exchange.getResponseBody().write(answer.getBytes(StandardCharsets.UTF_8));
                    exchange.close();
                });
        server.start();
    }

    @AfterEach
    void end() {
        server.stop(0);
        http.shutdownNow();
    }

    private GoogleToken token(Value.Mapping credentials) throws IOException, InterruptedException {
        return GoogleToken.of(Json.write(credentials), SCOPE, http, NOW);
    }

    @Test
    void a_service_account_signs_what_it_says_of_itself()
            throws IOException, InterruptedException, GeneralSecurityException {
        var keys = KeyPairGenerator.getInstance("RSA").generateKeyPair();
        var token = token(account(keys));
        assertThat(token.text()).isEqualTo("let me in");
        assertThat(token.until()).isEqualTo(NOW.plusSeconds(3_600));
        assertThat(token.toString()).doesNotContain("let me in");
        assertThat(asked.get()).containsEntry("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
        var parts = asked.get().get("assertion").split("\\.", -1);
        assertThat(decoded(parts[0])).asString().isEqualTo("{\"alg\":\"RS256\",\"typ\":\"JWT\"}");
        assertThat(decoded(parts[1]))
                .asString()
                .isEqualTo(
                        "{\"iss\":\"tiphys@p.example\",\"scope\":\"https://www.googleapis.com/auth/pubsub\",\"aud\":\""
                                + uri
                                + "\",\"iat\":1795521600,\"exp\":1795525200}");
        var verifier = Signature.getInstance("SHA256withRSA");
        verifier.initVerify(keys.getPublic());
        verifier.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
        assertThat(verifier.verify(decoded(parts[2]))).isTrue();
    }

    private Value.Mapping account(KeyPair keys) {
        var pem =
                "-----BEGIN PRIVATE KEY-----\n"
                        + Base64.getMimeEncoder().encodeToString(keys.getPrivate().getEncoded())
                        + "\n-----END PRIVATE KEY-----\n";
        return Value.object(
                "type", "service_account", "client_email", "tiphys@p.example", "private_key", pem, "token_uri", uri);
    }

    private static byte[] decoded(String text) {
        return Base64.getUrlDecoder().decode(text);
    }

    @Test
    void a_users_own_credentials_are_refreshed() throws IOException, InterruptedException {
        token(
                Value.object(
                        "type",
                        "authorized_user",
                        "client_id",
                        "i",
                        "client_secret",
                        "s",
                        "refresh_token",
                        "r",
                        "token_uri",
                        uri));
        assertThat(asked.get())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(
                                "grant_type",
                                "refresh_token",
                                "client_id",
                                "i",
                                "client_secret",
                                "s",
                                "refresh_token",
                                "r"));
    }

    @Test
    void what_google_refuses_is_told_in_its_words() {
        status = 400;
        answer = "{\"error\":\"invalid_grant\",\"error_description\":\"Account not found\"}";
        var user = Value.object("type", "authorized_user", "token_uri", uri);
        assertThatThrownBy(() -> token(user)).hasMessage("Google gives no token: invalid_grant Account not found");
        assertThatThrownBy(() -> token(Value.object("type", "other")))
                .hasMessage("the Google credentials must be the key of a service account, or a user's own");
        assertThatThrownBy(() -> GoogleToken.of("nonsense", SCOPE, http, NOW))
                .hasMessage("the Google credentials are not JSON");
    }
}
