package tiphys.connectors.azure;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import tiphys.connectors.azure.QueueMessages.Received;
import tiphys.connectors.broker.Payload;
import tiphys.connectors.line.Causes;
import tiphys.connectors.line.Desk;
import tiphys.connectors.line.Desk.Acknowledgement;
import tiphys.connectors.line.Line;
import tiphys.events.EventData;
import tiphys.events.source.SourceSettings.SecretKey;

/// Receives messages, and deletes them when their events are on disk. As long as they cannot be recorded they are kept hidden from others,
/// for they would come again. A message that can be no event is deleted, or left if the manifest says so. Azure looks at the time of a
/// request, so this asks the real clock.
final class QueueStorageLine implements Line {
    /// What one request brings at most.
    static final int AT_ONCE = 32;

    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration SHORTEST_WAIT = Duration.ofMillis(200);
    private static final int LARGEST = 16 << 20;
    private static final int GONE = 404;
    private static final Pattern MESSAGE = Pattern.compile("<Message>([^<\\n]*)");

    private final QueueStorageKind.Settings settings;
    private final StorageAccount account;
    private final Duration visibility;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).build();

    private QueueStorageLine(QueueStorageKind.Settings settings, StorageAccount account, Duration visibility) {
        this.settings = settings;
        this.account = account;
        this.visibility = visibility;
    }

    static QueueStorageLine dial(
            QueueStorageKind.Settings settings, Map<SecretKey, String> secrets, Duration visibility)
            throws IOException, InterruptedException {
        var key = settings.connection();
        var account = StorageAccount.read(key.field(), secrets.getOrDefault(key, ""));
        var line = new QueueStorageLine(settings, account, visibility);
        try {
            line.done(line.call("GET", "", "comp=metadata"));
            return line;
        } catch (IOException | InterruptedException e) {
            line.close();
            throw e;
        }
    }

    @Override
    public void listen(Desk desk) throws IOException, InterruptedException {
        var receive = "numofmessages=" + AT_ONCE + "&visibilitytimeout=" + visibility.toSeconds();
        while (true) {
            var messages = QueueMessages.read(done(call("GET", "/messages", receive)).body());
            var taken = new ArrayList<Received>();
            for (var message : messages) {
                if (take(message, desk)) {
                    taken.add(message);
                }
            }
            while (!taken.isEmpty() && !desk.settle(visibility.dividedBy(2))) {
                for (int i = 0; i < taken.size(); i++) {
                    taken.set(i, hide(taken.get(i)));
                }
            }
            for (var message : taken) {
                delete(message);
            }
            if (messages.isEmpty()) {
                var wait = Duration.ofSeconds(settings.waitSeconds());
                TimeUnit.MILLISECONDS.sleep(Math.max(wait.toMillis(), SHORTEST_WAIT.toMillis()));
            }
        }
    }

    /// Hands a message in.
    ///
    /// @return whether it is to be deleted
    private boolean take(Received message, Desk desk) throws InterruptedException {
        var body = body(message.text());
        var complaint =
                body.isEmpty()
                        ? Optional.of("a message is not base64, as decodeMessage says it is")
                        : settings.jsonBody() ? Payload.complaint(body.get()) : Optional.<String>empty();
        if (complaint.isPresent()) {
            desk.refuse(complaint.get(), Acknowledgement.NONE);
            return !settings.deadLetters();
        }
        desk.take(
                new Desk.Message(payload(message, body.get()), Optional.of("azureQueueStorage " + message.id())),
                Acknowledgement.NONE);
        return true;
    }

    /// A message's bytes; in either of the two alphabets of base64.
    private Optional<byte[]> body(String text) {
        if (!settings.encoded()) {
            return Optional.of(text.getBytes(StandardCharsets.UTF_8));
        }
        var plain = text.replaceAll("[\\r\\n]", "").replace('-', '+').replace('_', '/');
        try {
            return plain.length() % 4 == 0 ? Optional.of(Base64.getDecoder().decode(plain)) : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private EventData payload(Received message, byte[] body) {
        return new Payload()
                .body("body", body, settings.jsonBody())
                .with("messageID", message.id())
                .with("insertionTime", message.inserted().toString())
                .of(settings);
    }

    /// One that somebody else has by now is left alone.
    private void delete(Received message) throws IOException, InterruptedException {
        var answer = call("DELETE", "/messages/" + encoded(message.id()), "popreceipt=" + encoded(message.receipt()));
        if (answer.statusCode() != GONE) {
            done(answer);
        }
    }

    private Received hide(Received message) throws IOException, InterruptedException {
        var answer =
                call(
                        "PUT",
                        "/messages/" + encoded(message.id()),
                        "popreceipt=" + encoded(message.receipt()) + "&visibilitytimeout=" + visibility.toSeconds());
        return answer.statusCode() == GONE
                ? message
                : done(answer).headers().firstValue("x-ms-popreceipt").map(message::with).orElse(message);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private HttpResponse<String> call(String method, String path, String query)
            throws IOException, InterruptedException {
        var uri = account.uri("/" + settings.queue() + path, query);
        try {
            return http.send(request(method, uri), BodyHandlers.limiting(BodyHandlers.ofString(), LARGEST));
        } catch (IOException e) {
            throw new IOException(account + " cannot be reached: " + Causes.words(e), e);
        }
    }

    private HttpRequest request(String method, URI uri) {
        var request = HttpRequest.newBuilder(uri).timeout(PATIENCE).method(method, HttpRequest.BodyPublishers.noBody());
        account.headers(method, uri, Instant.now(), 0).forEach(request::header);
        return request.build();
    }

    private HttpResponse<String> done(HttpResponse<String> answer) throws IOException {
        if (answer.statusCode() >= 300) {
            var code = answer.headers().firstValue("x-ms-error-code").orElse("");
            var message = MESSAGE.matcher(answer.body());
            throw new IOException(
                    "%s/%s says %d %s%s"
                            .formatted(
                                    account,
                                    settings.queue(),
                                    answer.statusCode(),
                                    code,
                                    message.find() ? ": " + message.group(1).strip() : ""));
        }
        return answer;
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
