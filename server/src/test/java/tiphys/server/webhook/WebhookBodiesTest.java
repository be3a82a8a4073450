package tiphys.server.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tiphys.events.Event;
import tiphys.events.SourceFacts;
import tiphys.journal.Entry;
import tiphys.manifest.Value;
import tiphys.server.RawHttp;
import tiphys.server.http.Metrics;

/// Bodies that are unusual, and that Argo Events takes or refuses.
class WebhookBodiesTest {
    static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
    static final Path GIVEN = Path.of("../../shared/field/events/webhook.tsv");
    static final Pattern NESTED = Pattern.compile("([0-9,]+) arrays in each other");
    static final Pattern IN_BRACES = Pattern.compile("\\{\".*\\}");

    final ManualIntake intake = new ManualIntake();
    final WebhookListeners listeners =
            new WebhookListeners(intake, () -> NOON, WebhookListeners.Options.LOOPBACK, new Metrics());

    @AfterEach
    void close() {
        listeners.close();
    }

    RawHttp.Answer send(WebhookRoute route, String target, String type, byte[] body) throws IOException {
        assertThat(listeners.serve(Set.of(route)).get(route)).isEmpty();
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), route.port())) {
            socket.setSoTimeout(20_000);
            var request = new ByteArrayOutputStream();
            var head =
                    "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
                            .formatted(route.method(), target, type, body.length);
            request.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
            request.writeBytes(body);
            socket.getOutputStream().write(request.toByteArray());
            return RawHttp.read(socket);
        }
    }

    RawHttp.Answer post(byte[] body) throws IOException {
        return send(route("POST", "/p", 0), "/p", "application/json", body);
    }

    static WebhookRoute route(String method, String endpoint, long most) throws IOException {
        return new WebhookRoute(
                "ns", "es", "event", FreePort.any(), endpoint, method, Optional.empty(), most, Optional.empty());
    }

    /// The event as it is read back from the journal.
    Event recorded() {
        assertThat(intake.arrivals()).hasSize(1);
        var arrival = intake.arrivals().getFirst();
        var event =
                new Event(
                        "e1",
                        arrival.namespace(),
                        arrival.eventSource(),
                        arrival.type(),
                        arrival.eventName(),
                        arrival.at(),
                        arrival.payload());
        var entry = SourceFacts.accepted(event);
        return SourceFacts.event(new Entry(1, SourceFacts.stream(event), 1, NOON, entry.type(), entry.body()))
                .orElseThrow();
    }

    String bodyAsSent() {
        var data = recorded().payload().text();
        return data.substring(data.indexOf("\"body\":") + "\"body\":".length(), data.lastIndexOf('}'));
    }

    static byte[] nested(int levels) {
        return ("[".repeat(levels) + "]".repeat(levels)).getBytes(StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @ValueSource(ints = {180, 181, 199, 200, 201, 9_000, 10_000})
    void that_are_deep_are_taken_as_they_were_sent(int levels) throws IOException {
        assertThat(post(nested(levels)).status()).isEqualTo(200);
        assertThat(bodyAsSent()).isEqualTo(new String(nested(levels), StandardCharsets.US_ASCII));
    }

    @Test
    void that_are_deeper_than_argos_limit_are_refused() throws IOException {
        var answer = post(nested(10_001));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).endsWith("exceeded max depth");
        assertThat(post("{\"a\":".repeat(20_000).getBytes(StandardCharsets.US_ASCII)).status()).isEqualTo(400);
        assertThat(intake.arrivals()).isEmpty();
    }

    @Test
    void that_are_not_utf_8_are_taken() throws IOException {
        assertThat(post("{\"a\":\"x\u00ffy\"}".getBytes(StandardCharsets.ISO_8859_1)).status()).isEqualTo(200);
        assertThat(recorded().data().find("body", "a")).contains(Value.text("x\uFFFDy"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16BE", "UTF-16LE", "UTF-16", "UTF-32BE"})
    void in_other_encodings_are_refused(String charset) throws Exception {
        assertThat(post("{\"a\":1}".getBytes(charset)).status()).isEqualTo(400);
    }

    @Test
    void with_a_byte_order_mark_are_refused_in_gos_words() throws IOException {
        var answer = post("\uFEFF{}".getBytes(StandardCharsets.UTF_8));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).endsWith("invalid character 'ï' looking for beginning of value");
    }

    @Test
    void with_a_number_of_any_length_are_taken() throws IOException {
        var number = "1".repeat(5_000);
        assertThat(post(number.getBytes(StandardCharsets.US_ASCII)).status()).isEqualTo(200);
        assertThat(bodyAsSent()).isEqualTo(number);
    }

    @TestFactory
    Stream<DynamicTest> the_given_requests_are_answered_as_by_argo() throws IOException {
        assumeTrue(Files.exists(GIVEN), "the given requests are not here");
        return Files.readAllLines(GIVEN).stream()
                .skip(1)
                .filter(line -> !line.isBlank())
                .map(line -> line.split("\t", -1))
                .map(row -> DynamicTest.dynamicTest(row[0], () -> check(row[0], Integer.parseInt(row[1]))));
    }

    /// A row's request is a sentence: method and path, the content type if it matters, and the body in words or as it is.
    void check(String request, int status) throws IOException {
        var words = request.split("[ ,]+", 3);
        var path = words[1];
        var rest = words.length > 2 ? words[2] : "";
        var endpoint =
                rest.contains("with endpoint ")
                        ? rest.substring(rest.indexOf("with endpoint ") + 14).split(" ", 2)[0]
                        : path.split("\\?", 2)[0];
        var type =
                rest.startsWith("application/x-www-form-urlencoded")
                        ? "application/x-www-form-urlencoded"
                        : "application/json";
        var answer = send(route(words[0], endpoint, path.equals("/small") ? 8 : 0), path, type, body(words[0], rest));
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    }

    private static byte[] body(String method, String words) {
        var nested = NESTED.matcher(words);
        if (nested.find()) {
            return nested(Integer.parseInt(nested.group(1).replace(",", "")));
        }
        var json = IN_BRACES.matcher(words);
        if (json.find()) {
            return json.group().getBytes(StandardCharsets.UTF_8);
        }
        if (words.contains("not UTF-8")) {
            return "\"\u00ff\"".getBytes(StandardCharsets.ISO_8859_1);
        }
        if (words.contains("byte-order mark")) {
            return "\uFEFF{}".getBytes(StandardCharsets.UTF_8);
        }
        if (words.startsWith("application/x-www-form-urlencoded, ")) {
            return words.substring(words.indexOf(' ') + 1).getBytes(StandardCharsets.UTF_8);
        }
        if (method.equals("GET") || words.startsWith("with endpoint")) {
            return method.equals("GET") ? new byte[0] : "{}".getBytes(StandardCharsets.UTF_8);
        }
        throw new AssertionError("a row whose body this suite does not know how to make: " + words);
    }
}
