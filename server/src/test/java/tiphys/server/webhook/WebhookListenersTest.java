package tiphys.server.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tiphys.journal.StoreUnavailable;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.server.RawHttp;
import tiphys.server.http.Metrics;
import tiphys.testkit.Eventually;

class WebhookListenersTest {
    static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
    static final Duration SHORT = Duration.ofMillis(400);

    final ManualIntake intake = new ManualIntake();
    final Metrics metrics = new Metrics();
    WebhookListeners listeners = new WebhookListeners(intake, () -> NOON, WebhookListeners.Options.LOOPBACK, metrics);

    @AfterEach
    void close() {
        listeners.close();
    }

    static WebhookRoute route(int port, String endpoint) {
        return new WebhookRoute(
                "ns", "hooks", endpoint.substring(1), port, endpoint, "POST", Optional.empty(), 0, Optional.empty());
    }

    int serving(WebhookRoute... routes) {
        assertThat(listeners.serve(Set.of(routes)).values()).allMatch(Optional::isEmpty);
        return routes[0].port();
    }

    void impatient() {
        listeners.close();
        listeners =
                new WebhookListeners(
                        intake, () -> NOON, new WebhookListeners.Options("127.0.0.1", SHORT, 100), metrics);
    }

    static RawHttp.Answer post(int port, String path, String headers, String body) throws IOException {
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        return RawHttp.send(
                port,
                "POST "
                        + path
                        + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                        + headers
                        + "Content-Length: "
                        + length
                        + "\r\n\r\n"
                        + body);
    }

    Value.Mapping data() {
        return (Value.Mapping) intake.arrivals().getLast().payload().value();
    }

    @Test
    void an_event_has_its_headers_as_lists_with_gos_names_and_no_host() throws Exception {
        int port = serving(route(FreePort.any(), "/trigger"));
        post(port, "/trigger", "content-type: application/json\r\nX-MULTI: a\r\nx-multi: b\r\n", "{}");
        assertThat(data().mapAt("header"))
                .isEqualTo(
                        Json.parse(
                                "{\"Connection\":[\"close\"],\"Content-Type\":[\"application/json\"],"
                                        + "\"X-Multi\":[\"a\",\"b\"],\"Content-Length\":[\"2\"]}"));
        assertThat(data().find("metadata")).isEmpty();
    }

    @Test
    void as_many_ports_are_served_as_event_sources_ask_for() throws Exception {
        var routes = new LinkedHashSet<WebhookRoute>();
        while (routes.size() < 40) {
            routes.add(route(FreePort.any(), "/trigger"));
        }
        assertThat(listeners.serve(routes).values()).allMatch(Optional::isEmpty);
        for (var route : routes) {
            assertThat(post(route.port(), "/trigger", "", "{}").status()).isEqualTo(200);
        }
    }

    @Test
    void headers_that_carry_tokens_are_masked_before_anything_is_recorded() throws Exception {
        int port = serving(route(FreePort.any(), "/trigger"));
        post(port, "/trigger", "Authorization: Bearer abc\r\nX-Api-Key: k\r\nCookie: c=d\r\nX-Other: o\r\n", "{}");
        for (var name : List.of("Authorization", "X-Api-Key", "Cookie")) {
            assertThat(data().mapAt("header").listAt(name)).containsExactly(Value.text("*** Masked Auth Secret ***"));
        }
        assertThat(data().mapAt("header").listAt("X-Other")).containsExactly(Value.text("o"));
    }

    @Test
    void metadata_of_the_manifest_is_copied_into_each_event() throws Exception {
        var route =
                new WebhookRoute(
                        "ns",
                        "hooks",
                        "e",
                        FreePort.any(),
                        "/e",
                        "POST",
                        Optional.empty(),
                        0,
                        Optional.of(Value.object("team", "blue")));
        post(serving(route), "/e", "", "{}");
        assertThat(data().textAt("metadata", "team")).contains("blue");
    }

    @Test
    void a_senders_own_id_is_the_events_identity() throws Exception {
        int port = serving(route(FreePort.any(), "/trigger"));
        post(port, "/trigger", "", "{}");
        post(port, "/trigger", "Idempotency-Key: 17\r\n", "{}");
        post(port, "/trigger", "ce-id: 18\r\nce-source: /shop\r\n", "{}");
        post(
                port,
                "/trigger",
                "Content-Type: application/cloudevents+json\r\n",
                "{\"id\":\"19\",\"source\":\"/shop\"}");
        assertThat(intake.arrivals())
                .extracting(arrival -> arrival.identity().orElse(""))
                .containsExactly("", "key 17", "cloudevent /shop 18", "cloudevent /shop 19");
    }

    @Test
    void cloudevents_that_come_together_are_events_of_their_own() throws Exception {
        int port = serving(route(FreePort.any(), "/trigger"));
        var type = "Content-Type: application/cloudevents-batch+json; charset=utf-8\r\n";
        var one = "{\"id\":\"1\",\"source\":\"/shop\",\"data\":{\"n\":1.50}}";
        var answer = post(port, "/trigger", type, "[" + one + ", {\"specversion\":\"1.0\"}]");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("success");
        assertThat(intake.arrivals())
                .extracting(arrival -> arrival.identity().orElse(""))
                .containsExactly("cloudevent /shop 1", "");
        assertThat(intake.arrivals().getFirst().payload().text()).contains("\"body\":" + one);
        assertThat(post(port, "/trigger", type, "[]").body()).isEqualTo("success");
        assertThat(post(port, "/trigger", type, one).body()).isEqualTo("a batch of CloudEvents must be a list");
        assertThat(post(port, "/trigger", type, "[1]").status()).isEqualTo(400);
        assertThat(intake.arrivals()).hasSize(2);
    }

    @Test
    void a_batch_is_acknowledged_only_when_all_of_it_is_on_disk() throws Exception {
        int port = serving(route(FreePort.any(), "/trigger"));
        var count = new AtomicInteger();
        intake.answer(_ ->
                count.incrementAndGet() == 1
                        ? CompletableFuture.completedFuture("id")
                        : CompletableFuture.failedFuture(new StoreUnavailable("disk full", new IOException())));
        var type = "Content-Type: application/cloudevents-batch+json\r\n";
        assertThat(post(port, "/trigger", type, "[{\"id\":\"1\"},{\"id\":\"2\"}]").status()).isEqualTo(503);
    }

    @Test
    void a_sender_of_a_body_that_is_too_long_hears_why() throws Exception {
        int port = serving(route(FreePort.any(), "/trigger"));
        var answer = post(port, "/trigger", "", "x".repeat(12 << 20)); // more than the system's buffers take
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).isEqualTo("failed to parse request body, http: request body too large");
        assertThat(intake.arrivals()).isEmpty();
    }

    @Test
    void a_store_that_cannot_write_is_503_with_a_time_to_come_back() throws Exception {
        int port = serving(route(FreePort.any(), "/trigger"));
        intake.answer(_ -> CompletableFuture.failedFuture(new StoreUnavailable("disk full", new IOException())));
        var answer = post(port, "/trigger", "", "{}");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.body()).isEqualTo("failed to record event");
        assertThat(answer.header("Retry-After")).isEqualTo("1");

        intake.answer(_ -> {
            throw new StoreUnavailable("queue full", new IOException());
        });
        assertThat(post(port, "/trigger", "", "{}").status()).isEqualTo(503);
    }

    @Test
    void nothing_is_answered_before_the_event_is_recorded() throws Exception {
        int port = serving(route(FreePort.any(), "/trigger"));
        var recorded = new CompletableFuture<String>();
        intake.answer(_ -> recorded);
        var answer = CompletableFuture.supplyAsync(() -> quietly(port));
        Eventually.within(Duration.ofSeconds(20), () -> !intake.arrivals().isEmpty());
        assertThat(answer).isNotDone();
        recorded.complete("e1");
        assertThat(answer.get().status()).isEqualTo(200);
    }

    private static RawHttp.Answer quietly(int port) {
        try {
            return post(port, "/trigger", "", "{}");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void endpoints_share_a_port_and_the_port_closes_with_the_last() throws Exception {
        int port = FreePort.any();
        serving(route(port, "/a"), route(port, "/b"));
        post(port, "/a", "", "{}");
        post(port, "/b", "", "{}");
        assertThat(intake.arrivals()).extracting(arrival -> arrival.eventName()).containsExactly("a", "b");

        serving(route(port, "/b"));
        assertThat(post(port, "/a", "", "{}").status()).isEqualTo(404);
        assertThat(post(port, "/b", "", "{}").status()).isEqualTo(200);

        listeners.serve(Set.of());
        try (var free = new ServerSocket()) {
            free.setReuseAddress(true);
            free.bind(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        }
        serving(route(port, "/b"));
        assertThat(post(port, "/b", "", "{}").status()).isEqualTo(200);
    }

    @Test
    void of_two_routes_for_one_place_the_first_is_served_and_the_other_told() throws Exception {
        int port = FreePort.any();
        var first = route(port, "/same");
        var second =
                new WebhookRoute("ns", "others", "same", port, "/same", "POST", Optional.empty(), 0, Optional.empty());
        var outcome = listeners.serve(new LinkedHashSet<>(List.of(second, first)));
        assertThat(outcome.get(first)).isEmpty();
        assertThat(outcome.get(second).orElseThrow()).contains("ns/hooks").contains("another endpoint");
        post(port, "/same", "", "{}");
        assertThat(intake.arrivals().getFirst().eventSource()).isEqualTo("hooks");
    }

    @Test
    void a_port_in_use_says_by_whom_and_what_to_do() throws Exception {
        try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var wanted = route(other.getLocalPort(), "/trigger");
            assertThat(listeners.serve(Set.of(wanted)).get(wanted).orElseThrow())
                    .contains("port " + other.getLocalPort() + " on 127.0.0.1 is in use")
                    .contains("process " + ProcessHandle.current().pid())
                    .contains("another port");
        }
        var port = route(FreePort.any(), "/trigger");
        assertThat(listeners.serve(Set.of(port)).get(port)).isEmpty();
    }

    @Test
    void an_endpoint_that_cannot_be_read_is_told() throws Exception {
        var wrong = route(FreePort.any(), "/{id:[}");
        assertThat(listeners.serve(Set.of(wrong)).get(wrong).orElseThrow()).contains("/{id:[}");
    }

    @Test
    void a_body_in_chunks_is_an_event_and_one_without_an_end_is_none() throws Exception {
        int port = serving(route(FreePort.any(), "/trigger"));
        var head =
                "POST /trigger HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
        assertThat(RawHttp.send(port, head + "2\r\n[1\r\n1\r\n]\r\n0\r\n\r\n").body()).isEqualTo("success");
        assertThat(data().find("body")).contains(Json.parse("[1]"));
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write((head + "2\r\n[1").getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            assertThat(RawHttp.read(socket).status()).isIn(0, 400);
        }
        assertThat(intake.arrivals()).hasSize(1);
    }

    @Test
    void a_body_that_is_cut_off_is_no_event() throws Exception {
        int port = serving(route(FreePort.any(), "/trigger"));
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            var request = "POST /trigger HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{\"a\":";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            assertThat(RawHttp.read(socket).status()).isIn(0, 400);
        }
        assertThat(intake.arrivals()).isEmpty();
        assertThat(post(port, "/trigger", "", "{}").status()).isEqualTo(200);
    }

    @Test
    void a_client_that_sends_its_headers_drop_by_drop_is_cut_off() throws Exception {
        impatient();
        int port = serving(route(FreePort.any(), "/trigger"));
        assertCutOff(port, "POST /trigger HTTP/1.1\r\n", "X: y\r\n");
    }

    @Test
    void a_client_that_sends_its_body_drop_by_drop_is_cut_off() throws Exception {
        impatient();
        int port = serving(route(FreePort.any(), "/trigger"));
        assertCutOff(port, "POST /trigger HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n", " ");
        assertThat(intake.arrivals()).isEmpty();
    }

    private static void assertCutOff(int port, String start, String drop) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(start.getBytes(StandardCharsets.US_ASCII));
            Eventually.within(Duration.ofSeconds(20), "the server cuts the client off", () -> isCut(socket, drop));
        }
    }

    private static boolean isCut(Socket socket, String drop) {
        try {
            socket.getOutputStream().write(drop.getBytes(StandardCharsets.US_ASCII));
            socket.setSoTimeout(20);
            return socket.getInputStream().read() < 0;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @Test
    void a_connection_serves_many_events() throws Exception {
        int port = serving(route(FreePort.any(), "/trigger"));
        var one = "POST /trigger HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}";
        var last = one.replace("Host: localhost\r\n", "Host: localhost\r\nConnection: close\r\n");
        assertThat(RawHttp.send(port, one + one + last).body().split("success", -1)).hasSize(4);
        assertThat(intake.arrivals()).hasSize(3);
    }

    @Test
    void a_commit_that_does_not_come_is_503_and_its_late_end_is_not_told() throws Exception {
        impatient();
        int port = serving(route(FreePort.any(), "/trigger"));
        var recorded = new CompletableFuture<String>();
        intake.answer(_ -> recorded);
        assertThat(post(port, "/trigger", "", "{}").status()).isEqualTo(503);
        recorded.complete("e1");
        intake.answer(_ -> CompletableFuture.completedFuture("e2"));
        assertThat(post(port, "/trigger", "", "{}").status()).isEqualTo(200);
    }

    @Test
    void an_intake_that_fails_otherwise_is_503_too() throws Exception {
        int port = serving(route(FreePort.any(), "/trigger"));
        intake.answer(_ -> CompletableFuture.failedFuture(new IllegalStateException("bug")));
        assertThat(post(port, "/trigger", "", "{}").status()).isEqualTo(503);
    }

    @Test
    void accepted_events_are_counted() throws Exception {
        int port = serving(route(FreePort.any(), "/trigger"));
        post(port, "/trigger", "", "{}");
        assertThat(metrics.text())
                .contains(
                        "tiphys_webhook_events_accepted_total"
                                + "{namespace=\"ns\",event_source=\"hooks\",event_name=\"trigger\"} 1");
    }
}
