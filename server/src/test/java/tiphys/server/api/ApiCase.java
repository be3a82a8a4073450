package tiphys.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import tiphys.engine.AttemptId;
import tiphys.journal.InMemoryJournal;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.server.follow.Followers;
import tiphys.server.http.Threads;

/// The API over what a test says, on a port of its own.
abstract class ApiCase {
    static final Duration LONG = Duration.ofSeconds(20);
    static final AttemptId ATTEMPT = new AttemptId("a-1");

    final FakeRuns runs = new FakeRuns();
    final FakeEvents events = new FakeEvents();
    final FakePast past = new FakePast();
    final FakeCrons crons = new FakeCrons();
    final FakeObjects objects = new FakeObjects();
    final FakeLogs logs = new FakeLogs();
    final FakeArtifacts artifacts = new FakeArtifacts();
    final InMemoryJournal journal = new InMemoryJournal();
    final HttpClient client = HttpClient.newHttpClient();
    final Server server = new Server(Threads.pool("test"));
    int port;

    @BeforeEach
    void start() throws Exception {
        var connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        connector.setShutdownIdleTimeout(50);
        server.setStopTimeout(LONG.toMillis());
        server.addConnector(connector);
        server.setHandler(
                new TiphysApi(
                        new TiphysApi.Faces(
                                runs,
                                events,
                                past,
                                crons,
                                objects,
                                logs,
                                artifacts,
                                journal,
                                sizes -> Value.object("version", "1.2.3", "sizes", sizes),
                                new FakeImages(),
                                new Followers(Followers.Limits.STANDARD),
                                stream -> stream.key().equals("aside"),
                                InstantSource.system())));
        server.start();
        port = connector.getLocalPort();
    }

    @AfterEach
    void stop() throws Exception {
        client.shutdownNow();
        server.stop();
    }

    HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/tiphys/v1/" + path)).timeout(LONG);
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path) throws Exception {
        return send(to(path));
    }

    HttpResponse<String> post(String path, String body) throws Exception {
        return send(to(path).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    static void assertProblem(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        var json = Json.parse(answer.body());
        assertThat(json.textAt("code")).contains(code);
        assertThat(json.textAt("message").orElse("")).isNotEmpty();
        assertThat(json.textAt("hint")).isPresent();
    }
}
