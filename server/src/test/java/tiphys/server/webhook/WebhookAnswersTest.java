package tiphys.server.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.server.RawHttp;
import tiphys.server.http.Metrics;

/// Runs the table of answers over a real connection.
class WebhookAnswersTest {
    static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

    /// One block of the table.
    record Row(
            String sentence,
            String route,
            List<String> request,
            Optional<String> body,
            String answer,
            List<String> has,
            Optional<String> event) {}

    @TestFactory
    Stream<DynamicTest> the_answers_are_argos() throws IOException {
        var rows = rows();
        assertThat(rows).hasSizeGreaterThan(35);
        return rows.stream().map(row -> DynamicTest.dynamicTest(row.sentence(), () -> check(row)));
    }

    private static void check(Row row) throws IOException {
        var intake = new ManualIntake();
        try (var listeners =
                new WebhookListeners(intake, () -> NOON, WebhookListeners.Options.LOOPBACK, new Metrics())) {
            int port = FreePort.any();
            var route = route(row.route(), port);
            assertThat(listeners.serve(Set.of(route)).get(route)).isEmpty();

            var answer = RawHttp.send(port, request(row));

            int space = row.answer().indexOf(' ');
            assertThat(answer.status()).isEqualTo(Integer.parseInt(row.answer().substring(0, space)));
            assertThat(answer.body()).isEqualTo(text(row.answer().substring(space + 1)));
            for (var header : row.has()) {
                assertThat(answer.head()).containsIgnoringCase(header);
            }
            if (row.event().isPresent()) {
                assertThat(intake.arrivals()).hasSize(1);
                var arrival = intake.arrivals().getFirst();
                assertThat(arrival.payload().value().find("body")).contains(Json.parse(row.event().get()));
                assertThat(arrival.at()).isEqualTo(NOON);
                assertThat(arrival.type()).isEqualTo("webhook");
            } else {
                assertThat(intake.arrivals()).isEmpty();
            }
        }
    }

    private static String request(Row row) {
        var first = row.request().getFirst();
        var body = row.body().map(WebhookAnswersTest::text);
        var request = new StringBuilder(first).append(" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
        row.request().stream().skip(1).forEach(header -> request.append(header).append("\r\n"));
        body.ifPresent(text ->
                request.append("Content-Length: ").append(text.getBytes(StandardCharsets.UTF_8).length).append("\r\n"));
        return request.append("\r\n").append(body.orElse("")).toString();
    }

    private static WebhookRoute route(String text, int port) {
        var words = text.split(" ", -1);
        var token = Optional.<String>empty();
        long most = 0;
        for (var word : Arrays.copyOfRange(words, 2, words.length)) {
            if (word.startsWith("token=")) {
                token = Optional.of(word.substring(6));
            } else {
                most = Long.parseLong(word.substring("max=".length()));
            }
        }
        var method = words[0].equals("-") ? "" : words[0];
        return new WebhookRoute("ns", "es", "event", port, words[1], method, token, most, Optional.empty());
    }

    private static String text(String quoted) {
        return ((Value.Text) Json.parse(quoted)).value();
    }

    private static List<Row> rows() throws IOException {
        var rows = new ArrayList<Row>();
        try (var in = WebhookAnswersTest.class.getResourceAsStream("answers.txt")) {
            for (var block : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n\n", -1)) {
                var lines = block.lines().filter(line -> !line.startsWith("#")).toList();
                if (!lines.isEmpty()) {
                    rows.add(row(lines));
                }
            }
        }
        return rows;
    }

    private static Row row(List<String> lines) {
        var answer = after(lines, "< ");
        assertThat(answer).as(lines.getFirst()).hasSize(1);
        return new Row(
                lines.getFirst(),
                after(lines, "route ").getFirst(),
                after(lines, "> "),
                after(lines, "body ").stream().findFirst(),
                answer.getFirst(),
                after(lines, "has "),
                after(lines, "event ").stream().findFirst());
    }

    private static List<String> after(List<String> lines, String mark) {
        return lines.stream().filter(line -> line.startsWith(mark)).map(line -> line.substring(mark.length())).toList();
    }
}
