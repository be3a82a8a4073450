package tiphys.events.spec;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tiphys.events.WebhookSenders;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Value;

/// An EventSource object: its webhooks.
public record SourceSpec(String namespace, String name, String bus, List<Webhook> webhooks, WebhookSenders senders) {
    private static final long DEFAULT_MAX_PAYLOAD = 1 << 20;

    private static final Pattern ORIGIN =
            Pattern.compile("(http(s)?://(?:[a-z0-9._-]+|\\[[0-9a-f:.]+]))(?::([0-9]{1,5}))?");
    private static final Pattern HEADER = Pattern.compile("[!#$%&'*+.^_`|~A-Za-z0-9-]+");

    public SourceSpec {
        webhooks = List.copyOf(webhooks);
    }

    /// One event of the type `webhook`.
    ///
    /// @param method empty takes no request at all
    /// @param secret where the bearer token is
    public record Webhook(
            String eventName,
            int port,
            String endpoint,
            String method,
            Optional<Key> secret,
            long maxPayloadBytes,
            Optional<Value.Mapping> metadata) {}

    /// A key of a Secret.
    public record Key(String name, String key) {}

    /// Reads an EventSource object.
    public static Read<SourceSpec> read(Value.Mapping json) {
        var found = new ArrayList<Diagnostic>();
        var spec = new Fields(json.mapAt("spec"), "spec", found);
        spec.refuseUnclaimed("events.EventSourceSpec");
        var webhooks = new ArrayList<Webhook>();
        var served = new HashMap<String, String>();
        var map = spec.at("webhook");
        for (var name : map.json().fields().keySet()) {
            webhooks.add(webhook(name, map.at(name), served));
        }
        if (webhooks.isEmpty() && found.isEmpty()) {
            found.add(
                    Diagnostic.error(
                            Codes.MISSING,
                            "spec has no event source: it needs webhook with an event",
                            json.at(),
                            "spec"));
        }
        var bus = spec.text("eventBusName");
        var senders = senders(new Fields(json.mapAt("metadata", "annotations"), "metadata.annotations", found));
        return new Read<>(
                new SourceSpec(
                        json.textAt("metadata", "namespace").orElse(""),
                        json.textAt("metadata", "name").orElse(""),
                        bus.isEmpty() ? "default" : bus,
                        webhooks,
                        senders),
                found);
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

    private static Webhook webhook(String name, Fields fields, Map<String, String> served) {
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
        if (method.isEmpty()) {
            fields.warn("method", fields.path("method") + " is empty, so that every request is refused, as Argo does");
        } else if (!method.equals("POST") && !method.equals("GET")) {
            fields.warn("method", fields.path("method") + " is " + method + ", but webhooks take only GET and POST");
        }
        var other = served.putIfAbsent(port + endpoint, name);
        if (other != null) {
            fields.error(
                    Codes.TWICE,
                    "endpoint",
                    fields.path("endpoint") + " is served for the event " + other + " already at the same port");
        }
        Optional<Key> secret =
                fields.has("authSecret")
                        ? Optional.of(
                                new Key(
                                        fields.at("authSecret").required("name"),
                                        fields.at("authSecret").required("key")))
                        : Optional.empty();
        var metadata = fields.at("metadata").json();
        return new Webhook(
                name,
                port,
                endpoint,
                method,
                secret,
                fields.json().find("maxPayloadSize").map(SourceSpec::bytes).orElse(DEFAULT_MAX_PAYLOAD),
                metadata.fields().isEmpty() ? Optional.empty() : Optional.of(metadata));
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
