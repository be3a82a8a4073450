package tiphys.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tiphys.journal.Append;
import tiphys.journal.NewEntry;
import tiphys.journal.StreamName;
import tiphys.journal.Transaction;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.testkit.Eventually;

class FeedTest extends ApiCase {
    final List<Value> changes = new CopyOnWriteArrayList<>();
    final List<String> ids = new CopyOnWriteArrayList<>();
    final List<InputStream> streams = new ArrayList<>();

    void append(String stream, String type, String body) {
        var entry = new NewEntry(type, body.getBytes(StandardCharsets.UTF_8));
        var append = new Append(StreamName.parse(stream), OptionalLong.empty(), List.of(entry));
        journal.commit(Transaction.of(Instant.parse("2026-11-24T12:00:00.5Z"), append)).join();
    }

    void follow(String path, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(to(path).build(), (_, _) -> true);
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        var answer = client.send(request.build(), BodyHandlers.ofInputStream());
        assertThat(answer.headers().firstValue("Content-Type")).contains("text/event-stream");
        var in = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
        assertThat(in.readLine()).isEqualTo(":");
        streams.add(answer.body()); // not the reader, whose lock its thread holds
        Thread.ofVirtual().start(() -> read(in));
    }

    void read(BufferedReader in) {
        try {
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                take(line);
            }
        } catch (IOException e) {
            ids.add("the stream was closed"); // as the test ends
        }
    }

    void take(String line) {
        if (line.startsWith("id: ")) {
            ids.add(line.substring(4));
        } else if (line.startsWith("data: ")) {
            changes.add(Json.parse(line.substring(6)));
        }
    }

    void assertChanges(int count) {
        Eventually.within(LONG, count + " changes", () -> changes.size() >= count);
        assertThat(changes).hasSize(count);
    }

    @AfterEach
    void end() throws IOException {
        for (var stream : streams) {
            stream.close();
        }
    }

    @Test
    void begins_now_and_tells_each_entry_once() throws Exception {
        append("run/u0", "run.started/1", "{}");
        follow("feed");
        append("run/u1", "run.observed/1", "{\"workflow\":{\"metadata\":{\"namespace\":\"ns\",\"name\":\"r1\"}}}");
        append("run/u1", "run.node-ended/1", "{\"node\":1}");
        append("source/ns/webhook/trigger", "source.accepted/1", "{\"id\":\"e1\"}");
        assertChanges(3);
        assertThat(changes.get(1))
                .isEqualTo(
                        Json.parse(
                                """
                                {"sequence":3,"at":"2026-11-24T12:00:00.500Z","stream":"run/u1","type":"run.node-ended",
                                 "namespace":"ns","name":"r1","uid":"u1","eventId":""}
                                """));
        assertThat(changes.get(2).textAt("eventId")).contains("e1");
        assertThat(ids).containsExactly("2", "3", "4");
    }

    @Test
    void goes_on_where_a_client_was() throws Exception {
        for (int i = 0; i < 4; i++) {
            append("run/u1", "run.started/1", "{}");
        }
        follow("feed?after=2");
        assertChanges(2);
        changes.clear();
        follow("feed?after=0", "Last-Event-ID", "3");
        assertChanges(1);
    }

    @Test
    void ends_when_the_server_stops() throws Exception {
        follow("feed");
        server.stop(); // throws if a request had to be cut off
        assertThat(ids).isEmpty();
    }

    @Test
    void tells_a_gap_to_a_client_that_is_far_behind() throws Exception {
        for (int i = 0; i < 6000; i++) {
            append("run/u1", "run.started/1", "{}");
        }
        follow("feed?after=1");
        assertChanges(1);
        assertThat(changes.getFirst().textAt("type")).contains("gap");
        assertThat(ids).containsExactly("6000");
    }
}
