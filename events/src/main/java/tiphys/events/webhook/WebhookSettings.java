package tiphys.events.webhook;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tiphys.events.source.SourceFields;
import tiphys.events.source.SourceSettings;
import tiphys.events.spec.Codes;
import tiphys.events.spec.Fields;
import tiphys.manifest.Value;

/// Where the HTTP requests of one event come in: Argo's WebhookContext.
///
/// @param endpoint the path, `/trigger`
/// @param method empty takes no request at all (as Argo does)
/// @param token where the bearer token is that requests must have
/// @param maxPayloadBytes default 1 MiB
/// @param senders what the object's annotations say of those who send
public record WebhookSettings(
        int port,
        String endpoint,
        String method,
        Optional<SecretKey> token,
        long maxPayloadBytes,
        Optional<Value.Mapping> metadata,
        WebhookSenders senders)
        implements SourceSettings {
    private static final long DEFAULT_MAX_PAYLOAD = 1 << 20;

    private static final Pattern ORIGIN =
            Pattern.compile("(http(s)?://(?:[a-z0-9._-]+|\\[[0-9a-f:.]+]))(?::([0-9]{1,5}))?");
    private static final Pattern HEADER = Pattern.compile("[!#$%&'*+.^_`|~A-Za-z0-9-]+");

    @Override
    public List<SecretKey> secrets() {
        return token.stream().toList();
    }

    @Override
    public Optional<String> place() {
        return Optional.of("port " + port + endpoint);
    }

    @Override
    public Value.Mapping shown() {
        return Value.object("method", method, "token", token.isPresent());
    }

    /// Reads an event of the type `webhook`.
    public static WebhookSettings read(SourceFields event) {
        return read(event.fields(), event, true);
    }

    /// Reads where requests come in.
    ///
    /// @param fields those of Argo's WebhookContext
    /// @param methodCounts whether requests of other methods are refused
    static WebhookSettings read(Fields fields, SourceFields event, boolean methodCounts) {
        var endpoint = fields.required("endpoint");
        if (!endpoint.isEmpty() && !endpoint.startsWith("/")) {
            fields.invalid("endpoint", "must begin with a slash, not be \"" + endpoint + "\"");
        }
        var text = fields.required("port");
        int port = port(text);
        if (port == 0 && !text.isEmpty()) {
            fields.invalid("port", "must be a number from 1 to 65535, not \"" + text + "\"");
        }
        var method = fields.text("method");
        if (!methodCounts) {
            method = "";
        } else if (method.isEmpty()) {
            fields.warn("method", fields.path("method") + " is empty, so that every request is refused, as Argo does");
        } else if (!method.equals("POST") && !method.equals("GET")) {
            fields.warn("method", fields.path("method") + " is " + method + ", but webhooks take only GET and POST");
        }
        var other = event.places().putIfAbsent(port + endpoint, event.eventName());
        if (other != null) {
            fields.error(
                    Codes.TWICE,
                    "endpoint",
                    fields.path("endpoint") + " is served for the event " + other + " already at the same port");
        }
        var metadata = fields.at("metadata").json();
        return new WebhookSettings(
                port,
                endpoint,
                method,
                secret(fields, "authSecret"),
                fields.json().find("maxPayloadSize").map(WebhookSettings::bytes).orElse(DEFAULT_MAX_PAYLOAD),
                metadata.fields().isEmpty() ? Optional.empty() : Optional.of(metadata),
                senders(event.annotations()));
    }

    static Optional<SecretKey> secret(Fields fields, String field) {
        return fields.has(field)
                ? Optional.of(new SecretKey(field, fields.at(field).required("name"), fields.at(field).required("key")))
                : Optional.empty();
    }

    private static WebhookSenders senders(Fields annotations) {
        var origins = new LinkedHashSet<String>();
        for (var given : words(annotations.text(WebhookSenders.ALLOWED_ORIGINS))) {
            var origin = ORIGIN.matcher(given.toLowerCase(Locale.ROOT));
            if (origin.matches()) {
                origins.add(origin.group(1) + (isDefaultPort(origin) ? "" : ":" + origin.group(3)));
            } else {
                annotations.invalid(
                        WebhookSenders.ALLOWED_ORIGINS,
                        "must name origins such as https://a.example or http://localhost:3000, not \"" + given + "\"");
            }
        }
        var headers = words(annotations.text(WebhookSenders.SECRET_HEADERS));
        headers.stream()
                .filter(name -> !HEADER.matcher(name).matches())
                .forEach(name ->
                        annotations.invalid(
                                WebhookSenders.SECRET_HEADERS,
                                "must name headers such as X-Signature, not \"" + name + "\""));
        return new WebhookSenders(origins, Set.copyOf(headers));
    }

    /// Browsers leave it out.
    private static boolean isDefaultPort(Matcher origin) {
        var port = origin.group(3);
        return port == null || port.equals(origin.group(2) == null ? "80" : "443");
    }

    private static List<String> words(String text) {
        return Pattern.compile("[,\\s]+").splitAsStream(text).filter(word -> !word.isEmpty()).toList();
    }

    private static long bytes(Value value) {
        return value instanceof Value.Number number && number.decimal().signum() > 0
                ? number.decimal().longValue()
                : DEFAULT_MAX_PAYLOAD;
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            return port > 0 && port <= 65_535 ? port : 0;
        } catch (NumberFormatException _) {
            return 0;
        }
    }
}
