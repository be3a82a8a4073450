package tiphys.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
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
import tiphys.server.ApiServer;
import tiphys.server.RawHttp;
import tiphys.server.follow.Followers;
import tiphys.server.http.Answers;
import tiphys.server.http.Metrics;

/// The decision of access, seen from in front of the port and from behind it.
class AccessTest {
    @TempDir Path directory;

    final List<String> audited = new CopyOnWriteArrayList<>();
    final List<String> reached = new CopyOnWriteArrayList<>();
    ApiServer server;

    @BeforeEach
    void open() throws Exception {
        server =
                ApiServer.open(
                        new ApiServer.Options(directory, "127.0.0.1", 0, "1.2.3", InstantSource.system()),
                        new ApiServer.Parts(
                                new Reached(),
                                new Reached(),
                                () -> true,
                                new Metrics(),
                                new Followers(Followers.Limits.STANDARD),
                                (_, face, subject, refused) ->
                                        audited.add(
                                                face
                                                        + " "
                                                        + (subject.user().isEmpty() ? "-" : subject.user())
                                                        + " "
                                                        + subject.by()
                                                        + " "
                                                        + refused.map(problem -> problem.code()).orElse("in"))));
    }

    @AfterEach
    void close() {
        server.close();
    }

    /// An API that says for whom it answers.
    final class Reached extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            reached.add(Subject.of(request).user());
            Answers.text(response, callback, 200, "reached");
            return true;
        }
    }

    String session() throws Exception {
        var sessions = new Sessions(Files.readString(directory.resolve("token")).strip(), InstantSource.system());
        return sessions.login(sessions.newTicket()).orElseThrow();
    }

    RawHttp.Answer get(String path, String header) throws Exception {
        return RawHttp.send(
                server.port(),
                "GET %s HTTP/1.1\r\nHost: localhost:%d\r\n%s\r\nConnection: close\r\n\r\n"
                        .formatted(path, server.port(), header.isEmpty() ? "X-None: 1" : header));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "/healthz, HEALTH, 200",
        "/readyz, HEALTH, 200",
        "/login?ticket=none, LOGIN, 401",
        "/metrics, METRICS, 401",
        "/api, KUBERNETES, 401",
        "/api/v1/pods?watch=true, KUBERNETES, 401",
        "/api/v1/namespaces/a/pods/b/log?follow=true, KUBERNETES, 401",
        "/apis/argoproj.io/v1alpha1/workflows, KUBERNETES, 401",
        "/openapi/v2, KUBERNETES, 401",
        "/version, KUBERNETES, 401",
        "/tiphys/v1/status, TIPHYS, 401",
        "/tiphys/v1/feed, TIPHYS, 401",
        "/tiphys/v1/namespaces/a/runs/b/nodes/c/log, TIPHYS, 401",
        "/tiphys/v1/anything/new, TIPHYS, 401",
        "/tiphys/v1/tickets, TICKETS, 401",
        "/, APPLICATION, 401",
        "/anything/else, APPLICATION, 401",
        "/apifoo, APPLICATION, 401",
        "//api/v1/pods, APPLICATION, 401",
        "/x/../api/v1/pods, KUBERNETES, 401",
        "/%61pi/v1/pods, KUBERNETES, 401",
    })
    void nobody_reaches_a_face_that_is_the_owners(String path, String face, int status) throws Exception {
        assertThat(get(path, "").status()).isIn(status, 400); // 400 where the port takes no such path at all
        assertThat(reached).isEmpty();
        assertThat(audited).allMatch(decision -> decision.startsWith(face + " - NONE "));
        audited.clear();
        var foreign = get(path, "Cookie: tiphys_session=" + session() + "\r\nOrigin: https://evil.example");
        assertThat(foreign.status()).isIn(403, 400);
        assertThat(reached).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "Authorization: Bearer wrong",
        "Authorization: Basic YTpi",
        "Cookie: tiphys_session=1.x",
        "Cookie: other=1",
    })
    void a_credential_that_is_not_good_is_none(String header) throws Exception {
        assertThat(get("/tiphys/v1/status", header).status()).isEqualTo(401);
        assertThat(audited).containsExactly("TIPHYS - NONE TIP-4010");
        assertThat(reached).isEmpty();
    }

    @Test
    void the_owner_is_known_to_handlers_by_session_and_by_token() throws Exception {
        assertThat(get("/tiphys/v1/status", "Cookie: tiphys_session=" + session()).status()).isEqualTo(200);
        var token = Files.readString(directory.resolve("token")).strip();
        try (HttpClient client = tiphys.server.Https.client(directory.resolve("tls/ca.pem"))) {
            var answer =
                    client.send(
                            java.net.http.HttpRequest.newBuilder(java.net.URI.create(server.url() + "/api/v1/pods"))
                                    .header("Authorization", "Bearer " + token)
                                    .build(),
                            java.net.http.HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
            assertThat(answer.statusCode()).isEqualTo(200);
        }
        assertThat(reached).containsExactly("admin", "admin");
        assertThat(audited).containsExactly("TIPHYS admin SESSION in", "KUBERNETES admin TOKEN in");
    }

    @Test
    void an_audit_hears_why_someone_with_a_good_credential_is_refused() throws Exception {
        get("/tiphys/v1/runs", "Cookie: tiphys_session=" + session() + "\r\nSec-Fetch-Site: same-site");
        assertThat(audited).containsExactly("TIPHYS admin SESSION TIP-4034");
    }
}
