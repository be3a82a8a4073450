package tiphys.events.webhook;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.events.hook.Registrars;
import tiphys.events.source.SourceFields;
import tiphys.events.source.SourceSettings;
import tiphys.language.Budget;
import tiphys.language.gjson.Found;
import tiphys.language.gjson.GjsonPath;
import tiphys.language.gotext.GoJson;
import tiphys.manifest.Value;

/// The type `slack`: events, interactions and slash commands, signed with `signingSecret` by Slack's version 0; events carry `token`,
/// too. Their payload has no envelope.
public final class SlackKind extends SignedKind {
    private static final String SIGNING = "signingSecret";
    private static final String TOKEN = "token";
    private static final Duration TOLERANCE = Duration.ofMinutes(5);

    /// What a slash command has, in the order of Argo's record.
    private static final List<String> COMMAND =
            List.of(
                    "token",
                    "team_id",
                    "team_domain",
                    "enterprise_id",
                    "enterprise_name",
                    "channel_id",
                    "channel_name",
                    "user_id",
                    "user_name",
                    "command",
                    "text",
                    "response_url",
                    "trigger_id",
                    "api_app_id");

    public SlackKind(HttpDoor door, Registrars registrars) {
        super(door, registrars);
    }

    @Override
    public String key() {
        return "slack";
    }

    @Override
    public String claims() {
        return """
        events.SlackEventSource honoured webhook signingSecret token filter
        events.SlackEventSource ignored metadata : Argo Events does not add it to what Slack sends either
        """;
    }

    @Override
    List<String> secretFields() {
        return List.of(SIGNING, TOKEN);
    }

    @Override
    public SourceSettings read(SourceFields event) {
        for (var field : secretFields()) {
            if (!event.fields().has(field)) {
                event.fields().required(field);
            }
        }
        return super.read(event);
    }

    @Override
    public Value sample(SourceSettings settings, Value body) {
        return body;
    }

    @Override
    Receiver receiver(SignedSettings settings, Map<String, String> secrets) {
        return new SlackReceiver(secrets.getOrDefault(SIGNING, ""), secrets.getOrDefault(TOKEN, ""));
    }

    private record SlackReceiver(String signing, String token) implements Receiver {
        @Override
        public Reception receive(Request request) {
            var unproved = unproved(request);
            if (unproved.isPresent()) {
                return new Reception.Refusal(401, unproved.get(), true);
            }
            return request.header("Content-Type").equals("application/x-www-form-urlencoded")
                    ? form(request)
                    : event(request);
        }

        private Optional<String> unproved(Request request) {
            var given = request.header("X-Slack-Signature");
            var time = request.header("X-Slack-Request-Timestamp");
            if (signing.isEmpty() || given.isEmpty() || time.isEmpty()) {
                return Optional.of("cannot create secrets verifier, missing headers");
            }
            if (!Times.isNear(time, request.at(), TOLERANCE)) {
                return Optional.of("cannot create secrets verifier, timestamp is too old");
            }
            boolean fits =
                    given.startsWith("v0=")
                            && Signatures.fits(
                                    given.substring(3),
                                    "HmacSHA256",
                                    signing,
                                    Signatures.bytes("v0:" + time + ":"),
                                    request.body());
            return fits ? Optional.empty() : Optional.of("signature validation failed");
        }

        /// An interaction or a slash command.
        private static Reception form(Request request) {
            var form = Form.parse(new String(request.body(), StandardCharsets.UTF_8));
            if (form.error().isPresent()) {
                return new Reception.Refusal(500, form.error().get(), false);
            }
            var payload = form.first("payload");
            if (!payload.isEmpty()) {
                return Bodies.complaint(Signatures.bytes(payload))
                        .<Reception>map(
                                why -> new Reception.Refusal(500, "failed to parse interaction event, " + why, false))
                        .orElseGet(() ->
                                Bodies.one(payload, Bodies.identity("slack", find(payload, "trigger_id").text())));
            }
            if (form.first("command").isEmpty()) {
                return new Reception.Refusal(500, "could not determine slack type from form parameters", false);
            }
            var command = Value.Mapping.EMPTY;
            for (var field : COMMAND) {
                if (!field.startsWith("enterprise_") || !form.first(field).isEmpty()) {
                    command = command.with(field, Value.text(form.first(field)));
                }
            }
            return Bodies.one(GoJson.write(command), Bodies.identity("slack", form.first("trigger_id")));
        }

        private Reception event(Request request) {
            var complaint = Bodies.complaint(request.body());
            if (complaint.isPresent()) {
                return new Reception.Refusal(500, "failed to extract event, " + complaint.get(), false);
            }
            var body = Bodies.text(request.body());
            if (!Signatures.same(find(body, "token").text(), token)) {
                return new Reception.Refusal(500, "failed to extract event, invalid verification token", true);
            }
            return switch (find(body, "type").text()) {
                case "url_verification" -> new Reception.Events(List.of(), find(body, "challenge").text());
                case "event_callback" -> {
                    var inner = find(body, "event");
                    yield Bodies.one(
                            "{\"type\":"
                                    + GoJson.write(Value.text(find(body, "event.type").text()))
                                    + ",\"Data\":"
                                    + (inner.exists() ? inner.raw() : "null")
                                    + "}",
                            Bodies.identity("slack", find(body, "event_id").text()));
                }
                default -> new Reception.Events(List.of(), "");
            };
        }

        private static Found find(String body, String path) {
            return GjsonPath.find(body, path, Budget.of(Long.MAX_VALUE, Long.MAX_VALUE));
        }

        /// Not the secrets.
        @Override
        public String toString() {
            return "slack";
        }
    }
}
