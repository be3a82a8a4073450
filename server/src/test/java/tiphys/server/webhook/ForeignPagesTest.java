package tiphys.server.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tiphys.events.webhook.WebhookSenders;
import tiphys.server.RawHttp;
import tiphys.server.http.Metrics;

/// What a browser sends to a listener on loopback for a page that its user looks at.
class ForeignPagesTest {
    static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
    static final String ALLOWED = "https://a.example";

    final ManualIntake intake = new ManualIntake();
    final Metrics metrics = new Metrics();
    final WebhookListeners listeners =
            new WebhookListeners(intake, () -> NOON, WebhookListeners.Options.LOOPBACK, metrics);
    int port;

    @BeforeEach
    void listen() throws IOException {
        port = FreePort.any();
        assertThat(listeners.serve(Set.of(route("closed", Set.of()), route("open", Set.of(ALLOWED)))).values())
                .allMatch(Optional::isEmpty);
    }

    WebhookRoute route(String event, Set<String> origins) {
        return new WebhookRoute(
                "ns",
                "hooks",
                event,
                port,
                "/" + event,
                "POST",
                Optional.empty(),
                0,
                Optional.empty(),
                new WebhookSenders(origins, Set.of()),
                "webhook",
                Optional.empty());
    }

    @AfterEach
    void close() {
        listeners.close();
    }

    /// Headers are separated by `|`; `PORT` stands for the listener's.
    RawHttp.Answer send(String method, String path, String host, String headers) throws IOException {
        var more = headers.isEmpty() ? "" : headers.replace("|", "\r\n").replace("PORT", "" + port) + "\r\n";
        var body = method.equals("POST") ? "{}" : "";
        return RawHttp.send(
                port,
                method
                        + " "
                        + path
                        + " HTTP/1.1\r\nHost: "
                        + host.replace("PORT", "" + port)
                        + "\r\n"
                        + more
                        + "Content-Type: text/plain\r\nContent-Length: "
                        + body.length()
                        + "\r\nConnection: close\r\n\r\n"
                        + body);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            textBlock =
                    """
                    # who;                              host;               headers;                                                            refused because of
                    curl;                               localhost:PORT;     "";                                                                 ""
                    curl at the address;                127.0.0.1:PORT;     User-Agent: curl/8;                                                 ""
                    curl at the address of IPv6;        [::1]:PORT;         "";                                                                 ""
                    through a mapped port;              localhost:8080;     "";                                                                 ""
                    a git host;                         localhost:PORT;     User-Agent: GitHub-Hookshot/1|X-GitHub-Event: push;                 ""
                    typed by the user;                  localhost:PORT;     Sec-Fetch-Site: none|Sec-Fetch-Mode: navigate;                      ""
                    a page of the listener's own;       localhost:PORT;     Origin: http://localhost:PORT|Sec-Fetch-Site: same-origin;          ""
                    a page elsewhere;                   localhost:PORT;     Origin: https://example.org|Sec-Fetch-Site: cross-site;             origin
                    an old browser's page;              localhost:PORT;     Origin: https://example.org;                                        origin
                    a page without an origin;           localhost:PORT;     Origin: null;                                                       origin
                    another program's page here;        localhost:PORT;     Origin: http://localhost:3000|Sec-Fetch-Site: same-site;            origin
                    the same name by TLS;               localhost:PORT;     Origin: https://localhost:PORT;                                     origin
                    an image or a form that reads;      localhost:PORT;     Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: no-cors;                 site
                    one of another program's page;      127.0.0.1:PORT;     Sec-Fetch-Site: same-site|Sec-Fetch-Mode: no-cors;                  site
                    a link followed elsewhere;          localhost:PORT;     Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: navigate;                site
                    a name pointed here;                evil.example:PORT;  "";                                                                 host
                    a page of a name pointed here;      evil.example:PORT;  Origin: http://evil.example:PORT|Sec-Fetch-Site: same-origin;       host
                    a name that only looks like one;    localhost.evil.example:PORT; "";                                                        host
                    """)
    void is_refused_whatever_its_kind_and_nobody_else_is(String who, String host, String headers, String reason)
            throws IOException {
        var answer = send("POST", "/closed", host, headers);
        if (reason.isEmpty()) {
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            assertThat(intake.arrivals()).hasSize(1);
            assertThat(listeners.refusedPages("ns", "hooks", "closed")).isEmpty();
            return;
        }
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.body()).contains(WebhookSenders.ALLOWED_ORIGINS).contains("ns/hooks");
        assertThat(answer.header("Access-Control-Allow-Origin")).isEmpty();
        assertThat(intake.arrivals()).isEmpty();
        assertThat(metrics.text())
                .contains(
                        "tiphys_webhook_refused_total{namespace=\"ns\",event_source=\"hooks\",event_name=\"closed\",reason=\""
                                + reason
                                + "\"} 1");
        assertThat(listeners.refusedPages("ns", "hooks", "closed").orElseThrow().total()).isEqualTo(1);
    }

    @Test
    void is_not_even_told_that_it_may_ask() throws IOException {
        var asked = "Origin: https://example.org|Access-Control-Request-Method: POST|Sec-Fetch-Site: cross-site";
        for (var path : new String[] {"/closed", "/open", "/health", "/elsewhere"}) {
            var answer = send("OPTIONS", path, "localhost:PORT", asked);
            assertThat(answer.status()).as(path).isEqualTo(403);
            assertThat(answer.header("Access-Control-Allow-Origin")).isEmpty();
        }
    }

    @Test
    void of_an_allowed_origin_may_ask_send_and_read() throws IOException {
        var origin = "Origin: " + ALLOWED + "|Sec-Fetch-Site: cross-site";
        var asked =
                send(
                        "OPTIONS",
                        "/open",
                        "localhost:PORT",
                        origin
                                + "|Access-Control-Request-Method: POST|Access-Control-Request-Headers: content-type"
                                + "|Access-Control-Request-Private-Network: true");
        assertThat(asked.status()).isEqualTo(204);
        assertThat(asked.header("Access-Control-Allow-Origin")).isEqualTo(ALLOWED);
        assertThat(asked.header("Access-Control-Allow-Methods")).isEqualTo("POST");
        assertThat(asked.header("Access-Control-Allow-Headers")).isEqualTo("content-type");
        assertThat(asked.header("Access-Control-Allow-Private-Network")).isEqualTo("true");
        assertThat(asked.header("Vary")).isEqualTo("Origin");
        assertThat(asked.header("Access-Control-Allow-Credentials")).isEmpty();

        var sent = send("POST", "/open", "localhost:PORT", origin);
        assertThat(sent.status()).isEqualTo(200);
        assertThat(sent.header("Access-Control-Allow-Origin")).isEqualTo(ALLOWED);
        assertThat(send("POST", "/open", "a.example", "").status()).as("a tunnel of that name").isEqualTo(200);
        assertThat(send("POST", "/closed", "localhost:PORT", origin).status()).as("another event").isEqualTo(403);
        assertThat(send("POST", "/open", "localhost:PORT", "Origin: https://a.example.org").status()).isEqualTo(403);
        assertThat(intake.arrivals()).hasSize(2);
    }

    @Test
    void leaves_nothing_of_itself_in_an_answer_or_a_log() throws IOException {
        var answer = send("POST", "/closed", "localhost:PORT", "Origin: \u0009x" + "y".repeat(500));
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.body()).hasSizeLessThan(400);
    }
}
