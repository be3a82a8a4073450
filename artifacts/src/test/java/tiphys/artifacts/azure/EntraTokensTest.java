package tiphys.artifacts.azure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.artifacts.driver.Driver.Place;
import tiphys.engine.Artifacts.Trouble;
import tiphys.manifest.Value;

/// A server that gives tokens as Microsoft Entra does, and a blob to whoever has one.
class EntraTokensTest {
    @TempDir Path directory;

    private final List<String> asked = new CopyOnWriteArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private HttpServer server;

    @BeforeEach
    void open() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        server.createContext(
                "/tenant/oauth2/v2.0/token",
                exchange -> {
                    var form = URLDecoder.decode(new String(exchange.getRequestBody().readAllBytes(), UTF_8), UTF_8);
                    asked.add(form);
                    if (form.contains("wrong")) {
                        answer(exchange, 401, "{\"error\":\"invalid_client\",\"error_description\":\"no\"}");
                    } else {
                        answer(exchange, 200, "{\"access_token\":\"let me in\",\"expires_in\":3599}");
                    }
                });
        server.createContext(
                "/account/container/blob",
                exchange -> {
                    var who = exchange.getRequestHeaders().getFirst("Authorization");
                    answer(exchange, "Bearer let me in".equals(who) ? 200 : 403, "hello");
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

    private String fetched(Map<String, String> more) throws IOException {
        var url = "http://127.0.0.1:" + server.getAddress().getPort();
        var environment = new HashMap<>(more);
        environment.put("AZURE_AUTHORITY_HOST", url + "/");
        var driver = AzureDriver.of((_, _, _) -> Optional.empty(), environment);
        var place =
                Value.object(
                        "endpoint", url + "/account", "container", "container", "blob", "blob", "useSDKCreds", true);
        var to = directory.resolve("back");
        driver.fetch(new Place("ns", place), to);
        driver.fetch(new Place("ns", place), to);
        return Files.readString(to);
    }

    @Test
    void a_clients_secret_is_given_for_a_token_once() throws IOException {
        var environment =
                Map.of("AZURE_TENANT_ID", "tenant", "AZURE_CLIENT_ID", "me", "AZURE_CLIENT_SECRET", "the word");
        assertThat(fetched(environment)).isEqualTo("hello");
        assertThat(asked)
                .containsExactly(
                        "client_id=me&scope=https://storage.azure.com/.default&grant_type=client_credentials"
                                + "&client_secret=the word");
    }

    @Test
    void a_workloads_token_is_read_from_its_file() throws IOException {
        var file = Files.writeString(directory.resolve("token"), "a.b.c\n");
        var environment =
                Map.of(
                        "AZURE_TENANT_ID",
                        "tenant",
                        "AZURE_CLIENT_ID",
                        "me",
                        "AZURE_FEDERATED_TOKEN_FILE",
                        file.toString());
        assertThat(fetched(environment)).isEqualTo("hello");
        assertThat(asked.getFirst())
                .endsWith(
                        "&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
                                + "&client_assertion=a.b.c");
    }

    @Test
    void who_is_nobody_is_told_what_to_set_and_who_is_refused_hears_why() {
        assertThatThrownBy(() -> fetched(Map.of()))
                .isInstanceOfSatisfying(
                        Trouble.class, trouble -> assertThat(trouble.kind()).isEqualTo(Trouble.Kind.REFUSED))
                .hasMessageContaining("AZURE_TENANT_ID");
        assertThatThrownBy(() ->
                        fetched(
                                Map.of(
                                        "AZURE_TENANT_ID",
                                        "tenant",
                                        "AZURE_CLIENT_ID",
                                        "me",
                                        "AZURE_CLIENT_SECRET",
                                        "wrong")))
                .isInstanceOfSatisfying(
                        Trouble.class, trouble -> assertThat(trouble.kind()).isEqualTo(Trouble.Kind.REFUSED))
                .hasMessage("Microsoft Entra gives no token: invalid_client no");
    }
}
