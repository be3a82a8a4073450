package tiphys.connectors.gcp;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tiphys.connectors.broker.Payload;
import tiphys.connectors.line.Causes;
import tiphys.connectors.line.Desk;
import tiphys.connectors.line.Desk.Acknowledgement;
import tiphys.connectors.line.Line;
import tiphys.events.EventData;
import tiphys.events.source.SourceSettings.SecretKey;
import tiphys.identity.GoogleToken;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Pulls messages, and acknowledges them when their events are on disk; as long as they cannot be recorded their deadline is moved. What
/// can be no event is left, for the subscription's dead letters if it has some.
final class PubSubLine implements Line {
    /// What one request brings at most.
    static final int AT_ONCE = 50;

    private static final String SCOPE = "https://www.googleapis.com/auth/pubsub";
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration BEFORE = Duration.ofMinutes(5);
    private static final int LARGEST = 64 << 20;
    private static final int THERE_ALREADY = 409;

    /// As Go prints a time.
    private static final DateTimeFormatter GO =
            new DateTimeFormatterBuilder()
                    .appendPattern("yyyy-MM-dd HH:mm:ss")
                    .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
                    .appendLiteral(" +0000 UTC")
                    .toFormatter(Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private final PubSubKind.Settings settings;
    private final Map<SecretKey, String> secrets;
    private final Duration deadline;
    private final Optional<String> emulator;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).build();
    private volatile List<String> held = List.of();
    private GoogleToken token = new GoogleToken("", Instant.MIN);

    private PubSubLine(
            PubSubKind.Settings settings,
            Map<SecretKey, String> secrets,
            Duration deadline,
            Optional<String> emulator) {
        this.settings = settings;
        this.secrets = secrets;
        this.deadline = deadline;
        this.emulator = emulator;
    }

    static PubSubLine dial(
            PubSubKind.Settings settings, Map<SecretKey, String> secrets, Duration deadline, Optional<String> emulator)
            throws IOException, InterruptedException {
        var line = new PubSubLine(settings, secrets, deadline, emulator);
        try {
            line.prepare();
            return line;
        } catch (IOException | InterruptedException e) {
            line.close();
            throw e;
        }
    }

    private void prepare() throws IOException, InterruptedException {
        if (settings.topic().isEmpty()) {
            call("GET", subscription(), "", Set.of());
            return;
        }
        var topic = "projects/" + settings.topicProject() + "/topics/" + settings.topic();
        call("PUT", topic, "{}", Set.of(THERE_ALREADY));
        var wanted = Value.object("topic", topic, "ackDeadlineSeconds", deadline.toSeconds());
        call("PUT", subscription(), Json.write(wanted), Set.of(THERE_ALREADY));
    }

    private String subscription() {
        return "projects/" + settings.project() + "/subscriptions/" + settings.subscription();
    }

    @Override
    public void listen(Desk desk) throws IOException, InterruptedException {
        var pull = Json.write(Value.object("maxMessages", AT_ONCE));
        while (true) {
            var taken = new ArrayList<String>();
            var answer = call("POST", subscription() + ":pull", pull, Set.of());
            for (var one : answer.listAt("receivedMessages")) {
                if (one instanceof Value.Mapping received && take(received.mapAt("message"), desk)) {
                    taken.add(received.textAt("ackId").orElse(""));
                }
            }
            if (taken.isEmpty()) {
                continue;
            }
            held = List.copyOf(taken);
            while (!desk.settle(deadline.dividedBy(2))) {
                var more = Value.object("ackIds", taken, "ackDeadlineSeconds", deadline.toSeconds());
                call("POST", subscription() + ":modifyAckDeadline", Json.write(more), Set.of());
            }
            call("POST", subscription() + ":acknowledge", Json.write(Value.object("ackIds", taken)), Set.of());
            held = List.of();
        }
    }

    /// Hands a message in.
    ///
    /// @return whether it is to be acknowledged
    private boolean take(Value.Mapping message, Desk desk) throws InterruptedException {
        byte[] body;
        try {
            body = Base64.getDecoder().decode(message.textAt("data").orElse(""));
        } catch (IllegalArgumentException e) {
            desk.refuse("a message is not in base64: " + e.getMessage(), Acknowledgement.NONE);
            return false;
        }
        var complaint = settings.jsonBody() ? Payload.complaint(body) : Optional.<String>empty();
        if (complaint.isPresent()) {
            desk.refuse(complaint.get(), Acknowledgement.NONE);
            return false;
        }
        var id = message.textAt("messageId").orElse("");
        desk.take(new Desk.Message(payload(id, message, body), Optional.of("pubSub " + id)), Acknowledgement.NONE);
        return true;
    }

    private EventData payload(String id, Value.Mapping message, byte[] body) {
        var attributes = message.mapAt("attributes");
        return new Payload()
                .with("id", id)
                .body("body", body, settings.jsonBody())
                .with("attributes", attributes.fields().isEmpty() ? Value.nothing() : attributes)
                .with("publishTime", time(message.textAt("publishTime").orElse("")))
                .of(settings);
    }

    private static String time(String text) {
        try {
            return GO.format(Instant.parse(text));
        } catch (DateTimeException _) {
            return "0001-01-01 00:00:00 +0000 UTC";
        }
    }

    /// @param fine answers beside 200 that are no failure
    private Value.Mapping call(String method, String path, String body, Set<Integer> fine)
            throws IOException, InterruptedException {
        var server = emulator.map(host -> "http://" + host).orElse("https://pubsub.googleapis.com");
        var request =
                HttpRequest.newBuilder(URI.create(server + "/v1/" + path))
                        .timeout(PATIENCE)
                        .header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (emulator.isEmpty()) {
            request.header("Authorization", "Bearer " + token());
        }
        try {
            var response = http.send(request.build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), LARGEST));
            var text = new String(response.body(), StandardCharsets.UTF_8);
            if (response.statusCode() != 200 && !fine.contains(response.statusCode())) {
                throw new IOException(path + ": " + response.statusCode() + " " + error(text));
            }
            return Json.parse(text) instanceof Value.Mapping object ? object : Value.Mapping.EMPTY;
        } catch (InvalidInput e) {
            throw new IOException(server + " does not speak as Pub/Sub: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new IOException(server + " does not do it: " + Causes.words(e), e);
        }
    }

    private static String error(String text) {
        try {
            return Json.parse(text) instanceof Value.Mapping object
                    ? object.textAt("error", "message").orElse(text)
                    : text;
        } catch (InvalidInput _) {
            return text.substring(0, Math.min(200, text.length()));
        }
    }

    private String token() throws IOException, InterruptedException {
        var now = Instant.now();
        if (token.until().isBefore(now.plus(BEFORE))) {
            token = GoogleToken.of(credentials(), SCOPE, http, now);
        }
        return token.text();
    }

    private String credentials() throws IOException {
        if (settings.credentials().isPresent()) {
            return secrets.getOrDefault(settings.credentials().get(), "");
        }
        return GoogleToken.ofThisMachine()
                .orElseThrow(() ->
                        new IOException(
                                "there are no Google credentials: name them by credentialSecret, or set"
                                        + " GOOGLE_APPLICATION_CREDENTIALS for the server"));
    }

    /// What is not acknowledged comes again at once, and not only after its deadline.
    @Override
    public void close() {
        var back = held;
        held = List.of();
        if (!back.isEmpty()) {
            try {
                var now = Value.object("ackIds", back, "ackDeadlineSeconds", 0);
                call("POST", subscription() + ":modifyAckDeadline", Json.write(now), Set.of());
            } catch (IOException _) {
                // it comes after its deadline then
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
        http.shutdownNow();
    }
}
