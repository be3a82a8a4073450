package tiphys.connectors.aws;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tiphys.connectors.line.Causes;
import tiphys.events.source.SourceSettings.SecretKey;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Makes requests to AWS in one's name, or in that of a role, whose credentials are got again before they end. For one thread; any may
/// close it. AWS looks at the time of a request, so this asks the real clock.
final class AwsClient implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Duration BEFORE = Duration.ofMinutes(5);
    private static final int LARGEST = 16 << 20;
    private static final Map<String, String> FORM = Map.of("Content-Type", "application/x-www-form-urlencoded");
    private static final Pattern ASSUMED =
            Pattern.compile(
                    "<AccessKeyId>([^<]+)</AccessKeyId>.*?<SecretAccessKey>([^<]+)</SecretAccessKey>.*?"
                            + "<SessionToken>([^<]+)</SessionToken>.*?<Expiration>([^<]+)</Expiration>",
                    Pattern.DOTALL);
    private static final Pattern ERROR =
            Pattern.compile("<Code>([^<]*)</Code>\\s*<Message>([^<]*)</Message>", Pattern.DOTALL);

    private final AwsSettings settings;
    private final Map<SecretKey, String> secrets;
    private final Chain chain;
    private final URI sts;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).build();
    private Optional<Assumed> assumed = Optional.empty();

    private record Assumed(Credentials credentials, Instant until) {}

    /// @param chain where credentials are if the settings name none
    /// @param sts where roles are taken
    AwsClient(AwsSettings settings, Map<SecretKey, String> secrets, Chain chain, URI sts) {
        this.settings = settings;
        this.secrets = secrets;
        this.chain = chain;
        this.sts = sts;
    }

    /// Calls an operation of a service that speaks JSON.
    ///
    /// @param operation with its service, `AmazonSQS.ReceiveMessage`
    /// @throws IOException if it was not done, in the service's words
    Value.Mapping call(URI endpoint, String service, String operation, Value.Mapping arguments)
            throws IOException, InterruptedException {
        var headers = Map.of("Content-Type", "application/x-amz-json-1.0", "X-Amz-Target", operation);
        var signer = new Signer(credentials(), settings.region(), service);
        var answer = post(endpoint, headers, Json.bytes(arguments), signer);
        try {
            var read = answer.isEmpty() ? Value.Mapping.EMPTY : Json.parse(answer);
            return read instanceof Value.Mapping object ? object : Value.Mapping.EMPTY;
        } catch (InvalidInput e) {
            throw new IOException(endpoint + " does not speak as AWS: " + e.getMessage(), e);
        }
    }

    /// Calls an operation of a service that takes forms.
    ///
    /// @return XML
    /// @throws IOException if it was not done, in the service's words
    String query(URI endpoint, String service, Map<String, String> form) throws IOException, InterruptedException {
        return post(endpoint, FORM, encoded(form), new Signer(credentials(), settings.region(), service));
    }

    private static byte[] encoded(Map<String, String> form) {
        return form.entrySet().stream()
                .map(one -> one.getKey() + "=" + Signer.encoded(one.getValue(), false))
                .collect(Collectors.joining("&"))
                .getBytes(StandardCharsets.UTF_8);
    }

    private Credentials credentials() throws IOException, InterruptedException {
        var own = own();
        if (settings.role().isEmpty()) {
            return own;
        }
        if (assumed.isEmpty() || Instant.now().plus(BEFORE).isAfter(assumed.get().until())) {
            assumed = Optional.of(assume(own));
        }
        return assumed.get().credentials();
    }

    private Credentials own() throws IOException {
        if (settings.accessKey().isEmpty()) {
            return chain.find();
        }
        return new Credentials(
                settings.accessKey().map(key -> secrets.getOrDefault(key, "")).orElse(""),
                settings.secretKey().map(key -> secrets.getOrDefault(key, "")).orElse(""),
                settings.sessionToken().map(key -> secrets.getOrDefault(key, "")).orElse(""));
    }

    private Assumed assume(Credentials own) throws IOException, InterruptedException {
        var form =
                Map.of(
                        "Action", "AssumeRole",
                        "Version", "2011-06-15",
                        "RoleArn", settings.role(),
                        "RoleSessionName", "tiphys");
        var signer = new Signer(own, settings.region(), "sts");
        var answer = ASSUMED.matcher(post(sts, FORM, encoded(form), signer));
        if (!answer.find()) {
            throw new IOException("the role " + settings.role() + " could not be taken: the answer has no credentials");
        }
        return new Assumed(
                new Credentials(answer.group(1), answer.group(2), answer.group(3)), Instant.parse(answer.group(4)));
    }

    private String post(URI uri, Map<String, String> headers, byte[] body, Signer signer)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(uri).timeout(PATIENCE).POST(HttpRequest.BodyPublishers.ofByteArray(body));
        signer.sign("POST", uri, headers, body, Instant.now()).forEach(request::header);
        HttpResponse<byte[]> response;
        try {
            response =
                    http.send(
                            request.build(),
                            HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), LARGEST));
        } catch (IOException e) {
            throw new IOException(uri.getHost() + " cannot be reached: " + Causes.words(e), e);
        }
        var text = new String(response.body(), StandardCharsets.UTF_8);
        if (response.statusCode() >= 300) {
            throw new IOException(uri.getHost() + " says " + response.statusCode() + " " + error(text));
        }
        return text;
    }

    private static String error(String text) {
        var xml = ERROR.matcher(text);
        if (xml.find()) {
            return xml.group(1) + ": " + xml.group(2);
        }
        try {
            if (Json.parse(text) instanceof Value.Mapping object) {
                var type = object.textAt("__type").orElse("");
                var message = object.textAt("message").or(() -> object.textAt("Message")).orElse("");
                return type.substring(type.indexOf('#') + 1) + ": " + message;
            }
        } catch (InvalidInput _) {
            // no JSON
        }
        return text.length() > 200 ? text.substring(0, 200) : text;
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
