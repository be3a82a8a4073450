package tiphys.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tiphys.manifest.Json;
import tiphys.server.access.Audit;
import tiphys.server.api.FedJournal;
import tiphys.server.follow.Followers;
import tiphys.server.http.Metrics;
import tiphys.server.kubernetes.WatchedStore;
import tiphys.testkit.Eventually;

/// Watches and feeds beside other requests, over the real port.
class WatchersTest {
    static final String FEED = "/tiphys/v1/feed";
    static final String WATCH = "/api/v1/configmaps?watch=true";
    static final String SELECTING = WATCH + "&labelSelector=t%3Dx";
    static final String PODS = "/api/v1/pods?watch=true";

    /// Far more than an answer takes, and far less than a test would wait for one that never comes.
    static final Duration SOON = Duration.ofSeconds(5);

    @TempDir Path directory;

    final WatchedStore store = new WatchedStore();
    final FedJournal journal = new FedJournal();
    final List<Watcher> watchers = new ArrayList<>();
    final HttpClient client = HttpClient.newHttpClient();
    Followers followers = new Followers(Followers.Limits.STANDARD);
    ApiServer server;
    String cookie;
    String token;
    SSLSocketFactory tls;

    void open() throws Exception {
        server =
                ApiServer.open(
                        new ApiServer.Options(directory, "127.0.0.1", 0, "1.2.3", InstantSource.system()),
                        new ApiServer.Parts(
                                store.api(followers),
                                journal.api(followers),
                                () -> true,
                                new Metrics(),
                                followers,
                                Audit.NONE));
        var login =
                client.send(HttpRequest.newBuilder(URI.create(server.loginLink())).build(), BodyHandlers.discarding());
        cookie = login.headers().firstValue("Set-Cookie").orElseThrow().split(";", -1)[0];
        tls = Https.trusting(directory.resolve("tls/ca.pem")).getSocketFactory();
        token = ServerFiles.in(directory).token();
    }

    @AfterEach
    void close() throws IOException {
        for (var watcher : watchers) {
            watcher.close();
        }
        client.close();
        if (server != null) {
            server.close();
        }
    }

    /// A client that follows something, by hand: a connection that nothing else is sent on.
    final class Watcher implements AutoCloseable {
        private final Socket connection;
        private final BufferedReader in;
        final String status;

        Watcher(boolean secure, String path) throws Exception {
            connection = new Socket(InetAddress.getLoopbackAddress(), server.port());
            connection.setSoTimeout((int) SOON.toMillis());
            var socket = secure ? tls.createSocket(connection, "localhost", server.port(), true) : connection;
            socket.setSoTimeout((int) SOON.toMillis());
            var credential = secure ? "Authorization: Bearer " + token : "Cookie: " + cookie;
            var request =
                    "GET "
                            + path
                            + " HTTP/1.1\r\nHost: localhost:"
                            + server.port()
                            + "\r\n"
                            + credential
                            + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            status = String.valueOf(in.readLine());
        }

        /// The next line that has the text in it.
        String await(String text) throws IOException {
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                if (line.contains(text)) {
                    return line;
                }
            }
            throw new IOException("the answer ended without " + text);
        }

        @Override
        public void close() throws IOException {
            connection.close(); // and not the TLS in it, which would wait for an answer
        }
    }

    Watcher watch(boolean secure, String path) throws Exception {
        var watcher = new Watcher(secure, path);
        watchers.add(watcher);
        return watcher;
    }

    void assertAnswersAtOnce(String path) throws Exception {
        var request =
                HttpRequest.newBuilder(URI.create(server.plain() + path))
                        .header("Cookie", cookie)
                        .timeout(SOON)
                        .build();
        assertThat(client.send(request, BodyHandlers.discarding()).statusCode()).as(path).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"false, 300", "true, 240"})
    void cost_no_other_request_its_answer(boolean secure, int count) throws Exception {
        open();
        var paths = List.of(FEED, WATCH, SELECTING, PODS);
        for (int i = 0; i < count; i++) {
            assertThat(watch(secure, paths.get(i % paths.size())).status).isEqualTo("HTTP/1.1 200 OK");
        }
        assertAnswersAtOnce("/tiphys/v1/status");
        assertAnswersAtOnce("/api/v1/configmaps");
        assertAnswersAtOnce("/metrics");
    }

    @Test
    void are_all_told_what_happens() throws Exception {
        open();
        for (int i = 0; i < 50; i++) {
            watch(false, FEED);
            watch(false, WATCH);
            watch(false, SELECTING);
        }
        for (var watcher : watchers.subList(0, 3)) {
            watcher.await(""); // the last header or an empty line: the answers go on
        }
        for (int i = 0; i < 3; i++) {
            journal.append();
            store.create("news-" + i);
        }
        for (int i = 0; i < watchers.size(); i += 3) {
            assertThat(watchers.get(i).await("\"sequence\":3")).contains("run.started");
            assertThat(watchers.get(i + 1).await("news-2")).contains("ADDED");
            assertThat(watchers.get(i + 2).await("news-2")).contains("ADDED");
        }
    }

    @Test
    void of_one_client_beyond_its_limit_are_told_to_come_later_in_the_form_of_each_api() throws Exception {
        followers = new Followers(new Followers.Limits(6, 3, 100));
        open();
        watch(false, PODS);
        watch(false, WATCH);
        var last = watch(false, FEED);
        var refused = watch(false, FEED);
        assertThat(refused.status).contains("429");
        assertThat(refused.await("Retry-After")).isEqualTo("Retry-After: 10");
        assertThat(Json.parse(refused.await("{")).textAt("code")).contains("TIP-4290");
        var kubernetes = watch(false, WATCH);
        assertThat(kubernetes.status).contains("429");
        assertThat(kubernetes.await("Retry-After")).isEqualTo("Retry-After: 10");
        assertThat(Json.parse(kubernetes.await("{")).textAt("reason")).contains("TooManyRequests");
        assertThat(watch(true, WATCH).status).as("another client").contains("200");

        last.close();
        Eventually.within(
                Duration.ofSeconds(20),
                "the place of the one that went away",
                () -> {
                    journal.append();
                    return followers.following() < 4;
                });
    }

    @Test
    void of_all_clients_beyond_the_servers_limit_are_told_to_come_later() throws Exception {
        followers = new Followers(new Followers.Limits(2, 2, 100));
        open();
        watch(false, FEED);
        watch(true, WATCH);
        assertThat(watch(false, FEED).status).contains("429");
        assertThat(watch(true, "/api/v1/pods?watch=true").status).contains("429");
        assertAnswersAtOnce("/tiphys/v1/status");
    }
}
