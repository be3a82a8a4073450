package tiphys.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicReference;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.server.access.Audit;
import tiphys.server.follow.Followers;
import tiphys.server.http.Answers;
import tiphys.server.http.Metrics;
import tiphys.server.http.Ports;

class ApiServerTest {
    static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

    @TempDir Path directory;

    final AtomicReference<Instant> now = new AtomicReference<>(NOON);
    final InstantSource clock = now::get;
    final HttpClient plain = HttpClient.newHttpClient();
    boolean ready = true;
    ApiServer server;
    HttpClient tls;
    String token;

    @BeforeEach
    void open() throws Exception {
        server = open(0);
        tls = Https.client(directory.resolve("tls/ca.pem"));
        token = announcement().textAt("token").orElseThrow();
    }

    ApiServer open(int port) throws IOException {
        return open("127.0.0.1", port);
    }

    ApiServer open(String host, int port) throws IOException {
        var options = new ApiServer.Options(directory, host, port, "1.2.3", clock);
        return ApiServer.open(
                options,
                new ApiServer.Parts(
                        new Says("kubernetes"),
                        new Says("tiphys"),
                        () -> ready,
                        new Metrics(),
                        new Followers(Followers.Limits.STANDARD),
                        Audit.NONE));
    }

    @AfterEach
    void close() {
        server.close();
        plain.close();
        tls.close();
    }

    /// An API that says its name.
    static final class Says extends Handler.Abstract {
        private final String text;

        Says(String text) {
            this.text = text;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            Answers.text(response, callback, 200, text + " " + request.getMethod());
            return true;
        }
    }

    Value announcement() throws IOException {
        return Json.parse(Files.readAllBytes(directory.resolve("server.json")));
    }

    HttpRequest.Builder request(String base, String path) {
        return HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(20));
    }

    HttpResponse<String> secure(String path) throws Exception {
        return tls.send(
                request(server.url(), path).header("Authorization", "Bearer " + token).build(),
                BodyHandlers.ofString());
    }

    HttpResponse<String> open(HttpRequest.Builder request) throws Exception {
        return plain.send(request.build(), BodyHandlers.ofString());
    }

    String login() throws Exception {
        var answer = open(HttpRequest.newBuilder(URI.create(server.loginLink())));
        assertThat(answer.statusCode()).isEqualTo(303);
        return answer.headers().firstValue("Set-Cookie").orElseThrow().split(";", -1)[0];
    }

    @Test
    void the_token_over_tls_opens_both_apis() throws Exception {
        assertThat(secure("/api/v1/namespaces").body()).isEqualTo("kubernetes GET");
        assertThat(secure("/apis").body()).isEqualTo("kubernetes GET");
        assertThat(secure("/version").body()).isEqualTo("kubernetes GET");
        assertThat(secure("/openapi/v2").body()).isEqualTo("kubernetes GET");
        assertThat(secure("/tiphys/v1/status").body()).isEqualTo("tiphys GET");
    }

    @Test
    void the_certificate_is_good_for_each_name_of_the_machine() throws Exception {
        for (var name : new String[] {"localhost", "127.0.0.1"}) {
            var answer =
                    tls.send(
                            request("https://" + name + ":" + server.port(), "/healthz").build(),
                            BodyHandlers.ofString());
            assertThat(answer.body()).isEqualTo("ok");
        }
    }

    @Test
    void a_wrong_token_or_none_is_401_in_the_form_of_each_api() throws Exception {
        var wrong =
                tls.send(
                        request(server.url(), "/api/v1/pods").header("Authorization", "Bearer nonsense").build(),
                        BodyHandlers.ofString());
        assertThat(wrong.statusCode()).isEqualTo(401);
        assertThat(Json.parse(wrong.body()).textAt("kind")).contains("Status");
        assertThat(Json.parse(wrong.body()).textAt("reason")).contains("Unauthorized");

        var none = tls.send(request(server.url(), "/tiphys/v1/status").build(), BodyHandlers.ofString());
        assertThat(none.statusCode()).isEqualTo(401);
        assertThat(none.headers().firstValue("WWW-Authenticate")).isPresent();
        assertThat(Json.parse(none.body()).textAt("code")).contains("TIP-4010");

        var browser = open(request(server.plain(), "/").header("Accept", "text/html"));
        assertThat(browser.statusCode()).isEqualTo(401);
        assertThat(browser.body()).contains("Please log in").contains("tiphys open");
    }

    @Test
    void the_token_is_not_taken_over_plain_http() throws Exception {
        var answer = open(request(server.plain(), "/tiphys/v1/status").header("Authorization", "Bearer " + token));
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).contains("TLS");
    }

    @Test
    void a_login_link_gives_a_session_once() throws Exception {
        var link = server.loginLink();
        var first = open(HttpRequest.newBuilder(URI.create(link)));
        assertThat(first.statusCode()).isEqualTo(303);
        assertThat(first.headers().firstValue("Location")).contains("/");
        var cookie = first.headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(cookie).startsWith("tiphys_session=").contains("HttpOnly").contains("SameSite=Strict");

        var page = open(request(server.plain(), "/tiphys/v1/status").header("Cookie", cookie.split(";", -1)[0]));
        assertThat(page.body()).isEqualTo("tiphys GET");
        assertThat(open(HttpRequest.newBuilder(URI.create(link))).statusCode()).isEqualTo(401);
    }

    @Test
    void a_login_link_leads_to_a_page_of_this_server_only() throws Exception {
        var page = open(HttpRequest.newBuilder(URI.create(server.loginLink() + "&page=/runs/ns/train-abc.1")));
        assertThat(page.headers().firstValue("Location")).contains("/runs/ns/train-abc.1");
        for (var foreign : new String[] {"//evil.example", "https://evil.example", "/%5Cevil.example", "/%0d%0aX:y"}) {
            var answer = open(HttpRequest.newBuilder(URI.create(server.loginLink() + "&page=" + foreign)));
            assertThat(answer.headers().firstValue("Location")).as(foreign).contains("/");
        }
    }

    @Test
    void whoever_has_the_token_may_make_a_session() throws Exception {
        var ends = String.valueOf(NOON.plusSeconds(120).getEpochSecond());
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(token.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        var signed = mac.doFinal(("session until " + ends).getBytes(StandardCharsets.UTF_8));
        var cookie = "tiphys_session=" + ends + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signed);
        assertThat(open(request(server.plain(), "/tiphys/v1/x").header("Cookie", cookie)).statusCode()).isEqualTo(200);
        now.set(NOON.plusSeconds(121));
        assertThat(open(request(server.plain(), "/tiphys/v1/x").header("Cookie", cookie)).statusCode()).isEqualTo(401);
    }

    @Test
    void a_login_link_is_good_for_ten_minutes() throws Exception {
        var link = server.loginLink();
        now.set(NOON.plus(Duration.ofMinutes(10)).plusSeconds(1));
        assertThat(open(HttpRequest.newBuilder(URI.create(link))).statusCode()).isEqualTo(401);
    }

    @Test
    void the_owner_gets_a_ticket_by_the_api() throws Exception {
        var answer =
                tls.send(
                        request(server.url(), "/tiphys/v1/tickets")
                                .header("Authorization", "Bearer " + token)
                                .POST(HttpRequest.BodyPublishers.noBody())
                                .build(),
                        BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(201);
        var path = Json.parse(answer.body()).textAt("path").orElseThrow();
        assertThat(open(request(server.plain(), path)).statusCode()).isEqualTo(303);
    }

    @Test
    void a_session_outlives_a_restart_but_not_a_month() throws Exception {
        var cookie = login();
        int port = server.port();
        server.close();
        server = open(port);
        assertThat(open(request(server.plain(), "/tiphys/v1/x").header("Cookie", cookie)).statusCode()).isEqualTo(200);
        now.set(NOON.plus(Duration.ofDays(31)));
        assertThat(open(request(server.plain(), "/tiphys/v1/x").header("Cookie", cookie)).statusCode()).isEqualTo(401);
    }

    @Test
    void a_forged_session_is_refused() throws Exception {
        var cookie = login();
        int dot = cookie.indexOf('.');
        for (var forged :
                new String[] {
                    "tiphys_session=",
                    "tiphys_session=.",
                    "tiphys_session=9999999999" + cookie.substring(dot),
                    cookie.substring(0, cookie.length() - 1),
                    "tiphys_session=99999999999999999999.x"
                }) {
            assertThat(open(request(server.plain(), "/tiphys/v1/x").header("Cookie", forged)).statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void a_foreign_host_is_refused_before_anything_else() throws Exception {
        var answer =
                RawHttp.send(server.port(), "GET /healthz HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.body()).contains("TIP-4030").contains("evil.example");
        var kubernetes =
                RawHttp.send(server.port(), "GET /api HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
        assertThat(Json.parse(kubernetes.body()).textAt("kind")).contains("Status");
    }

    @Test
    void a_refusal_says_that_the_connection_ends_if_the_body_has_not_come_yet() throws Exception {
        for (var path : new String[] {"/tiphys/v1/runs", "/api/v1/namespaces", "/login"}) {
            var answer =
                    RawHttp.send(
                            server.port(),
                            "POST "
                                    + path
                                    + " HTTP/1.1\r\nHost: 127.0.0.1:"
                                    + server.port()
                                    + "\r\nContent-Length: 2\r\n\r\n");
            assertThat(answer.status()).as(path).isBetween(400, 499);
            assertThat(answer.header("Connection")).as(path).isEqualTo("close");
        }
    }

    @Test
    void a_foreign_origin_is_refused_even_with_a_session() throws Exception {
        var cookie = login();
        for (var origin :
                new String[] {
                    "http://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1:" + server.port()
                }) {
            var answer =
                    open(
                            request(server.plain(), "/tiphys/v1/runs")
                                    .header("Cookie", cookie)
                                    .header("Origin", origin)
                                    .POST(HttpRequest.BodyPublishers.ofString("{}")));
            assertThat(answer.statusCode()).as(origin).isEqualTo(403);
        }
        var own =
                open(
                        request(server.plain(), "/tiphys/v1/runs")
                                .header("Cookie", cookie)
                                .header("Origin", server.plain())
                                .POST(HttpRequest.BodyPublishers.ofString("{}")));
        assertThat(own.body()).isEqualTo("tiphys POST");
    }

    /// Headers are separated by `|`.
    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
                    GET;  /tiphys/v1/runs;     Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: no-cors|Sec-Fetch-Dest: image;       403
                    GET;  /tiphys/v1/feed;     Sec-Fetch-Site: same-site|Sec-Fetch-Mode: no-cors|Sec-Fetch-Dest: script;       403
                    GET;  /tiphys/v1/x/log;    Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: navigate|Sec-Fetch-Dest: document;   403
                    GET;  /api/v1/pods;        Sec-Fetch-Site: same-site|Sec-Fetch-Mode: navigate|Sec-Fetch-Dest: document;    403
                    GET;  /metrics;            Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: navigate|Sec-Fetch-Dest: document;   403
                    GET;  /healthz;            Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: no-cors|Sec-Fetch-Dest: image;       403
                    POST; /tiphys/v1/tickets;  Sec-Fetch-Site: same-site|Sec-Fetch-Mode: navigate|Sec-Fetch-Dest: document;    403
                    GET;  /app-ABCD1234.js;    Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: no-cors|Sec-Fetch-Dest: script;      403
                    GET;  /flow;               Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: navigate|Sec-Fetch-Dest: iframe;     403
                    GET;  /flow;               Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: navigate|Sec-Fetch-Dest: document;   200
                    GET;  /login?ticket=x;     Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: navigate|Sec-Fetch-Dest: document;   401
                    GET;  /tiphys/v1/runs;     Sec-Fetch-Site: same-origin|Sec-Fetch-Mode: cors|Sec-Fetch-Dest: empty;         200
                    GET;  /tiphys/v1/runs;     Sec-Fetch-Site: none|Sec-Fetch-Mode: navigate|Sec-Fetch-Dest: document;         200
                    GET;  /tiphys/v1/runs;     X-Other: 1;                                                                     200
                    """)
    void a_page_elsewhere_may_link_to_pages_and_no_more(String method, String path, String headers, int status)
            throws Exception {
        var answer =
                RawHttp.send(
                        server.port(),
                        "%s %s HTTP/1.1\r\nHost: localhost:%d\r\nCookie: %s\r\n%s\r\nConnection: close\r\n\r\n"
                                .formatted(method, path, server.port(), login(), headers.replace("|", "\r\n")));
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    }

    @Test
    void what_is_written_for_clients_names_an_address_where_the_server_listens() throws Exception {
        server.close();
        server = open("127.0.0.2", 0); // an address of this machine, and not the one where it usually listens
        tls = Https.client(directory.resolve("tls/ca.pem"));
        assertThat(announcement().textAt("url")).contains("https://127.0.0.2:" + server.port());
        assertThat(Files.readString(server.kubeconfig())).contains("server: https://127.0.0.2:" + server.port());
        assertThat(secure("/version").statusCode()).isEqualTo(200);
        assertThat(open(HttpRequest.newBuilder(URI.create(server.loginLink()))).statusCode()).isEqualTo(303);
        for (var all : new String[] {"0.0.0.0", ""}) {
            assertThat(ServerFiles.url(all, 1)).isEqualTo("https://127.0.0.1:1");
        }
        assertThat(ServerFiles.url("::1", 1)).isEqualTo("https://[::1]:1");
    }

    @Test
    void health_is_open_and_readiness_is_what_the_server_says() throws Exception {
        assertThat(open(request(server.plain(), "/healthz")).body()).isEqualTo("ok");
        assertThat(open(request(server.plain(), "/livez")).statusCode()).isEqualTo(200);
        ready = false;
        assertThat(open(request(server.plain(), "/readyz")).statusCode()).isEqualTo(503);
        assertThat(open(request(server.plain(), "/healthz")).statusCode()).isEqualTo(200);
    }

    @Test
    void metrics_are_for_the_owner() throws Exception {
        assertThat(open(request(server.plain(), "/metrics")).statusCode()).isEqualTo(401);
        secure("/tiphys/v1/status");
        var metrics = secure("/metrics");
        assertThat(metrics.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/plain; version=0.0.4");
        assertThat(metrics.body())
                .contains("# TYPE tiphys_http_requests_total counter")
                .contains("tiphys_http_requests_total{route=\"tiphys\",status=\"200\"} 1")
                .contains("jvm_memory_used_bytes{area=\"heap\"} ");
    }

    @Test
    void the_application_answers_its_own_paths_and_its_files() throws Exception {
        var cookie = login();
        for (var path : new String[] {"/", "/flow", "/runs/argo-events/ml-pipeline-run-abc.def"}) {
            var page = open(request(server.plain(), path).header("Cookie", cookie));
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.body()).contains("the page of the tests");
            assertThat(page.headers().firstValue("Cache-Control")).contains("no-cache");
            assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                    .contains("default-src 'none'")
                    .contains("frame-src 'self'")
                    .contains("frame-ancestors 'none'")
                    .doesNotContain("unsafe");
            assertThat(page.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        }
        var script = open(request(server.plain(), "/app-ABCD1234.js").header("Cookie", cookie));
        assertThat(script.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/javascript");
        assertThat(script.headers().firstValue("Cache-Control").orElseThrow()).contains("immutable");
        assertThat(open(request(server.plain(), "/gone-ABCD1234.js").header("Cookie", cookie)).statusCode())
                .isEqualTo(404);
        var head =
                open(
                        request(server.plain(), "/")
                                .header("Cookie", cookie)
                                .method("HEAD", HttpRequest.BodyPublishers.noBody()));
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        var post =
                open(
                        request(server.plain(), "/flow")
                                .header("Cookie", cookie)
                                .POST(HttpRequest.BodyPublishers.noBody()));
        assertThat(post.statusCode()).isEqualTo(405);
        assertThat(post.headers().firstValue("Allow")).contains("GET, HEAD");
    }

    @Test
    void no_path_leads_out_of_the_application() throws Exception {
        var cookie = login();
        for (var path :
                new String[] {
                    "/../tiphys/server/ApiServer.class", "/%2e%2e/token.txt", "/..%2ftoken.txt", "//token.txt"
                }) {
            var answer =
                    RawHttp.send(
                            server.port(),
                            "GET "
                                    + path
                                    + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: "
                                    + cookie
                                    + "\r\n\r\n");
            assertThat(answer.status()).as(path).isIn(200, 400, 404);
            assertThat(answer.body()).doesNotContain(token);
        }
    }

    @Test
    void the_files_are_for_their_owner_alone() throws Exception {
        for (var file : new String[] {"token", "kubeconfig", "server.json", "tls/ca.key", "tls/server.key"}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(file))))
                    .as(file)
                    .isEqualTo("rw-------");
        }
        assertThat(Files.readString(server.kubeconfig()))
                .contains("server: " + server.url())
                .contains("token: " + token)
                .contains("current-context: tiphys")
                .contains("namespace: default");
        assertThat(announcement().textAt("plain")).contains(server.plain());
        assertThat(announcement().textAt("version")).contains("1.2.3");
        assertThat(announcement().find("pid").orElseThrow()).isEqualTo(Value.number(ProcessHandle.current().pid()));
    }

    @Test
    void a_restart_keeps_the_token_and_the_certificates() throws Exception {
        var before = Files.readString(directory.resolve("tls/server.pem"));
        server.close();
        assertThat(directory.resolve("server.json")).doesNotExist();
        server = open(0);
        assertThat(announcement().textAt("token")).contains(token);
        assertThat(Files.readString(directory.resolve("tls/server.pem"))).isEqualTo(before);
        assertThat(secure("/version").statusCode()).isEqualTo(200);
    }

    @Test
    void a_port_in_use_is_named_with_its_holder() throws Exception {
        try (var other = new ServerSocket(0)) {
            assertThatThrownBy(() -> open(other.getLocalPort()))
                    .isInstanceOf(Ports.InUse.class)
                    .hasMessageContaining("port " + other.getLocalPort())
                    .hasMessageContaining("process " + ProcessHandle.current().pid());
        }
    }

    @Test
    void what_is_no_http_gets_a_short_refusal() throws Exception {
        assertThat(RawHttp.send(server.port(), "hello\r\n\r\n").status()).isEqualTo(400);
        var large = "GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(40_000) + "\r\n\r\n";
        var answer = RawHttp.send(server.port(), large);
        assertThat(answer.status()).isEqualTo(431);
        assertThat(answer.body()).doesNotContain("jetty").doesNotContain("Exception");
    }
}
