package tiphys.connectors.aws;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import tiphys.connectors.broker.Payload;
import tiphys.connectors.line.Causes;
import tiphys.connectors.line.Desk;
import tiphys.connectors.line.Desk.Acknowledgement;
import tiphys.connectors.line.Line;
import tiphys.events.source.SourceSettings.SecretKey;
import tiphys.language.gotext.GoText;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Listens to what MinIO tells of a bucket: an answer without an end, a line for each thing that happens, and an empty one every few
/// seconds. The server keeps nothing for who does not listen.
final class MinioLine implements Line {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration SILENCE = Duration.ofSeconds(60);
    private static final int PING_SECONDS = 2;
    private static final int LONGEST_LINE = 4 << 20;
    private static final Pattern ERROR =
            Pattern.compile("<Code>([^<]*)</Code>\\s*<Message>([^<]*)</Message>", Pattern.DOTALL);

    private final MinioKind.Settings settings;
    private final HttpClient http;
    private final InputStream in;
    private volatile long heard = System.nanoTime();
    private volatile boolean taking;
    private volatile boolean closed;

    private MinioLine(MinioKind.Settings settings, HttpClient http, InputStream in) {
        this.settings = settings;
        this.http = http;
        this.in = in;
    }

    static MinioLine dial(MinioKind.Settings settings, Map<SecretKey, String> secrets)
            throws IOException, InterruptedException {
        var builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE);
        if (settings.tls().isPresent()) {
            try {
                builder.sslContext(settings.tls().get().context(secrets));
            } catch (GeneralSecurityException e) {
                throw new IOException(settings.server() + " cannot be reached", e);
            }
        }
        var http = builder.build();
        try {
            var uri = uri(settings);
            var credentials =
                    new Credentials(
                            settings.accessKey().map(key -> secrets.getOrDefault(key, "")).orElse(""),
                            settings.secretKey().map(key -> secrets.getOrDefault(key, "")).orElse(""),
                            "");
            var request = HttpRequest.newBuilder(uri).timeout(PATIENCE).GET();
            new Signer(credentials, settings.region(), "s3")
                    .sign("GET", uri, Map.of(), new byte[0], Instant.now())
                    .forEach(request::header);
            var response = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            if (response.statusCode() != 200) {
                var text = new String(response.body().readNBytes(LONGEST_LINE), StandardCharsets.UTF_8);
                throw new IOException(settings.server() + " says " + response.statusCode() + " " + error(text));
            }
            return new MinioLine(settings, http, response.body());
        } catch (IOException e) {
            http.shutdownNow();
            throw new IOException(settings.uri() + " does not let us listen: " + Causes.words(e), e);
        } catch (InterruptedException e) {
            http.shutdownNow();
            throw e;
        }
    }

    private static URI uri(MinioKind.Settings settings) {
        var query = new StringBuilder("?ping=" + PING_SECONDS);
        settings.events().forEach(event -> query.append("&events=").append(Signer.encoded(event, false)));
        query.append("&prefix=").append(Signer.encoded(settings.prefix(), false));
        query.append("&suffix=").append(Signer.encoded(settings.suffix(), false));
        return URI.create(settings.uri() + query.toString());
    }

    private static String error(String text) {
        var xml = ERROR.matcher(text);
        return xml.find() ? xml.group(1) + ": " + xml.group(2) : text.substring(0, Math.min(200, text.length()));
    }

    @Override
    public void listen(Desk desk) throws IOException, InterruptedException {
        var watch = Thread.ofVirtual().name("minio-watch").start(this::watch);
        var line = new ByteArrayOutputStream();
        var bytes = new byte[8 << 10];
        try {
            while (true) {
                int count = in.read(bytes);
                if (count < 0) {
                    throw new EOFException();
                }
                heard = System.nanoTime();
                for (int i = 0; i < count; i++) {
                    if (bytes[i] == '\n') {
                        taking = true;
                        take(line.toByteArray(), desk);
                        taking = false;
                        heard = System.nanoTime();
                        line.reset();
                    } else if (line.size() < LONGEST_LINE) {
                        line.write(bytes[i]);
                    } else {
                        throw new IOException("a line is too long");
                    }
                }
            }
        } finally {
            closed = true;
            watch.interrupt();
        }
    }

    private void take(byte[] line, Desk desk) throws InterruptedException {
        var text = GoText.utf8(line).strip();
        if (text.isEmpty()) {
            return;
        }
        Value read;
        try {
            read = Json.parse(text);
        } catch (InvalidInput e) {
            desk.refuse("a notification is not JSON: " + e.getMessage(), Acknowledgement.NONE);
            return;
        }
        if (!(read instanceof Value.Mapping told) || told.listAt("Records").isEmpty()) {
            return; // a sign of life
        }
        var records = told.listAt("Records");
        var payload = new Payload().raw("notification", Json.write(Value.list(records))).of(settings);
        desk.take(new Desk.Message(payload, identity(records.getFirst())), Acknowledgement.NONE);
    }

    /// A sequencer is given once to what happens to an object.
    private static Optional<String> identity(Value happened) {
        if (!(happened instanceof Value.Mapping one)) {
            return Optional.empty();
        }
        var object = one.mapAt("s3", "object");
        return object.textAt("sequencer")
                .filter(sequencer -> !sequencer.isEmpty())
                .map(sequencer ->
                        "minio "
                                + String.join(
                                        " ",
                                        one.textAt("eventName").orElse(""),
                                        one.textAt("s3", "bucket", "name").orElse(""),
                                        sequencer,
                                        object.textAt("key").orElse("")));
    }

    /// Ends a line on which nothing is heard, for the JDK's client waits for ever.
    private void watch() {
        try {
            while (!closed) {
                TimeUnit.SECONDS.sleep(5);
                if (!taking && System.nanoTime() - heard > SILENCE.toNanos()) {
                    close();
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
        http.shutdownNow();
        try {
            in.close();
        } catch (IOException _) {
            // it is closed then
        }
    }
}
