package tiphys.events.webhook;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import tiphys.events.source.Assignment;
import tiphys.events.source.Source;
import tiphys.events.source.SourceFields;
import tiphys.events.source.SourceKind;
import tiphys.events.source.SourceSettings;
import tiphys.events.source.SourceSettings.SecretKey;
import tiphys.events.source.Surroundings;
import tiphys.events.spec.Codes;
import tiphys.events.spec.Fields;
import tiphys.manifest.Value;

/// Webhooks of a known sender, whose requests are checked by its own rules. The method is not looked at. Hooks are not registered at the
/// sender: where a manifest asks for that, it is refused by name.
abstract class SignedKind implements SourceKind {
    /// Names the Secret with which requests are signed, `NAME/KEY`, for types whose fields have no place for it.
    static final String SIGNING_SECRET = "tiphys.io/signing-secret";

    private static final Pattern KEY = Pattern.compile("[^/\\s]+/[^/\\s]+");

    private final HttpDoor door;

    SignedKind(HttpDoor door) {
        this.door = door;
    }

    /// The fields that name Secrets which the receiver needs.
    abstract List<String> secretFields();

    /// Whether requests can be signed by the Secret of the annotation.
    boolean hasSigningAnnotation() {
        return false;
    }

    /// The fields with which a hook would be registered, if there is an address for it.
    abstract List<String> registrationFields();

    /// @param secrets the values, by the fields that name them
    abstract Receiver receiver(SignedSettings settings, Map<String, String> secrets);

    @Override
    public SourceSettings read(SourceFields event) {
        var fields = event.fields();
        if (!fields.has("webhook")) {
            fields.required("webhook");
        }
        var within = fields.at("webhook");
        var metadata = fields.at("metadata").json();
        var listener = WebhookSettings.read(within, event, false);
        if (within.has("url")) {
            for (var field : registrationFields()) {
                if (fields.has(field)) {
                    within.error(
                            Codes.UNSUPPORTED,
                            "url",
                            within.path("url")
                                    + " with "
                                    + field
                                    + " asks to register the hook, which this version does not do; register it by hand, and"
                                    + " leave url away");
                    break;
                }
            }
        }
        var keys = new HashMap<String, SecretKey>();
        for (var field : secretFields()) {
            WebhookSettings.secret(fields, field).ifPresent(key -> keys.put(field, key));
        }
        if (hasSigningAnnotation()) {
            signing(event.annotations()).ifPresent(key -> keys.put(SIGNING_SECRET, key));
        }
        return new SignedSettings(
                listener, keys, metadata.fields().isEmpty() ? Optional.empty() : Optional.of(metadata), fields.json());
    }

    private static Optional<SecretKey> signing(Fields annotations) {
        var text = annotations.text(SIGNING_SECRET);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (!KEY.matcher(text).matches()) {
            annotations.invalid(
                    SIGNING_SECRET, "must name a Secret and its key such as stripe/signing, not \"" + text + "\"");
            return Optional.empty();
        }
        int slash = text.indexOf('/');
        return Optional.of(new SecretKey(SIGNING_SECRET, text.substring(0, slash), text.substring(slash + 1)));
    }

    @Override
    public String address(SourceSettings settings) {
        var listener = ((SignedSettings) settings).listener();
        return "http://" + door.host() + ":" + listener.port() + listener.endpoint();
    }

    @Override
    public Value sample(SourceSettings settings, Value body) {
        return SourceKind.withMetadata(
                settings, Value.object("headers", Value.object("User-Agent", List.of("tiphys")), "body", body));
    }

    @Override
    public void together(Runnable starts) {
        door.together(starts);
    }

    @Override
    public Source start(Assignment assignment, Surroundings around) {
        var settings = (SignedSettings) assignment.settings();
        var secrets = new HashMap<String, String>();
        settings.keys().forEach((field, key) -> secrets.put(field, assignment.secrets().getOrDefault(key, "")));
        return door.open(assignment, settings.listener(), type(), Optional.of(receiver(settings, secrets)), around);
    }

    @Override
    public Source restart(Source before, Assignment assignment, Surroundings around) {
        return start(assignment, around);
    }
}
