package tiphys.server.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tiphys.events.webhook.HttpDoor.NotGot;

class ElsewhereTest {
    private HttpServer server;
    private String url;

    @BeforeEach
    void open() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
        url = "http://127.0.0.1:" + server.getAddress().getPort();
        server.createContext(
                "/",
                exchange -> {
                    var path = exchange.getRequestURI().toString();
                    exchange.getResponseHeaders().set("Location", "/there");
                    exchange.sendResponseHeaders(path.equals("/moved") ? 302 : 200, 0);
                    exchange.getResponseBody().write(path.equals("/large") ? new byte[100_000] : path.getBytes());
                    exchange.close();
                });
        server.start();
    }

    @AfterEach
    void end() {
        server.stop(0);
    }

    @Test
    void what_is_asked_is_written_into_the_url() throws NotGot {
        assertThat(Elsewhere.get(url + "/a.pem", Map.of())).asString().isEqualTo("/a.pem");
        assertThat(Elsewhere.get(url + "/", Map.of("b", "c&d", "a", "é"))).asString().isEqualTo("/?a=%C3%A9&b=c%26d");
    }

    @Test
    void nobody_is_followed_elsewhere_and_nothing_large_is_read() {
        assertThatThrownBy(() -> Elsewhere.get(url + "/moved", Map.of()))
                .isInstanceOf(NotGot.class)
                .hasMessage("127.0.0.1 answers 302");
        assertThatThrownBy(() -> Elsewhere.get(url + "/large", Map.of())).isInstanceOf(NotGot.class);
        assertThatThrownBy(() -> Elsewhere.get("nonsense", Map.of())).isInstanceOf(NotGot.class);
    }
}
