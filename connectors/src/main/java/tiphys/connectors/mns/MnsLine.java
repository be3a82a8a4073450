package tiphys.connectors.mns;

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
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tiphys.connectors.broker.Payload;
import tiphys.connectors.line.Causes;
import tiphys.connectors.line.Desk;
import tiphys.connectors.line.Desk.Acknowledgement;
import tiphys.connectors.line.Line;
import tiphys.events.source.SourceSettings.SecretKey;

/// Receives messages, and deletes them when their events are on disk; one that takes longer than the queue hides it comes again, and is
/// known by its id. The service looks at the time of a request, so this asks the real clock.
final class MnsLine implements Line {
    static final String VERSION = "2015-06-06";

    /// What one request brings at most.
    static final int AT_ONCE = 16;

    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(45);
    private static final Duration WRITTEN = Duration.ofSeconds(10);
    private static final int LARGEST = 4 << 20;

    /// A queue may be one that does not let requests wait.
    private static final Duration PAUSE = Duration.ofMillis(100);

    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH).withZone(ZoneOffset.UTC);
    private static final Pattern MESSAGE = Pattern.compile("<Message>(.*?)</Message>", Pattern.DOTALL);
    private static final Pattern REFERENCE = Pattern.compile("&(#x?[0-9A-Fa-f]{1,6}|[a-z]{2,4});");
    private static final Map<String, String> NAMED =
            Map.of("amp", "&", "lt", "<", "gt", ">", "quot", "\"", "apos", "'");

    private final MnsKind.Settings settings;
    private final MnsSignature signature;
    private final String messages;
    private final int waitSeconds;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).build();

    private MnsLine(MnsKind.Settings settings, Map<SecretKey, String> secrets, int waitSeconds) {
        this.settings = settings;
        this.signature =
                new MnsSignature(
                        secrets.getOrDefault(settings.accessKey(), "").strip(),
                        secrets.getOrDefault(settings.secretKey(), "").strip());
        this.messages = "/queues/" + settings.queue() + "/messages";
        this.waitSeconds = waitSeconds;
    }

    static MnsLine dial(MnsKind.Settings settings, Map<SecretKey, String> secrets, int waitSeconds)
            throws IOException, InterruptedException {
        var line = new MnsLine(settings, secrets, waitSeconds);
        try {
            line.ask("GET", "/queues/" + settings.queue());
            return line;
        } catch (IOException | InterruptedException e) {
            line.close();
            throw e;
        }
    }

    /// @return XML; empty if there is no message
    private String ask(String method, String resource) throws IOException, InterruptedException {
        var date = DATE.format(Instant.now());
        HttpResponse<byte[]> answer;
        try {
            var request =
                    HttpRequest.newBuilder(URI.create(settings.endpoint() + resource))
                            .timeout(PATIENCE)
                            .method(method, HttpRequest.BodyPublishers.noBody())
                            .header("Date", date)
                            .header("x-mns-version", VERSION)
                            .header("Authorization", signature.of(method, date, resource));
            answer = http.send(request.build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), LARGEST));
        } catch (IOException e) {
            throw new IOException(settings.endpoint() + " cannot be reached: " + Causes.words(e), e);
        }
        var text = new String(answer.body(), StandardCharsets.UTF_8);
        if (answer.statusCode() < 300) {
            return text;
        }
        var code = field(text, "Code");
        if (code.equals("MessageNotExist") || code.equals("ReceiptHandleError")) {
            return "";
        }
        throw new IOException(
                settings.endpoint().getHost()
                        + " says "
                        + answer.statusCode()
                        + " "
                        + code
                        + ": "
                        + field(text, "Message"));
    }

    @Override
    public void listen(Desk desk) throws IOException, InterruptedException {
        while (true) {
            var receipts = new ArrayList<String>();
            var answer = ask("GET", messages + "?numOfMessages=" + AT_ONCE + "&waitseconds=" + waitSeconds);
            var found = MESSAGE.matcher(answer);
            while (found.find()) {
                var message = found.group(1);
                var id = field(message, "MessageId");
                var payload =
                        new Payload().with("messageId", id).with("body", field(message, "MessageBody")).of(settings);
                desk.take(new Desk.Message(payload, Optional.of("mns " + id)), Acknowledgement.NONE);
                receipts.add(field(message, "ReceiptHandle"));
            }
            if (receipts.isEmpty()) {
                TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
                continue;
            }
            while (!desk.settle(WRITTEN)) {
                ask("GET", "/queues/" + settings.queue()); // which fails once this is closed
            }
            for (var receipt : receipts) {
                ask("DELETE", messages + "?ReceiptHandle=" + URLEncoder.encode(receipt, StandardCharsets.UTF_8));
            }
        }
    }

    private static String field(String xml, String tag) {
        int from = xml.indexOf("<" + tag + ">");
        int to = xml.indexOf("</" + tag + ">", Math.max(from, 0));
        return from < 0 || to < 0 ? "" : text(xml.substring(from + tag.length() + 2, to));
    }

    /// A text without what XML writes otherwise.
    private static String text(String xml) {
        if (xml.startsWith("<![CDATA[") && xml.endsWith("]]>")) {
            return xml.substring(9, xml.length() - 3);
        }
        return REFERENCE
                .matcher(xml)
                .replaceAll(found -> {
                    var name = found.group(1);
                    var text =
                            name.startsWith("#x")
                                    ? Character.toString(Integer.parseInt(name.substring(2), 16))
                                    : name.startsWith("#")
                                            ? Character.toString(Integer.parseInt(name.substring(1)))
                                            : NAMED.getOrDefault(name, found.group());
                    return Matcher.quoteReplacement(text);
                });
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
