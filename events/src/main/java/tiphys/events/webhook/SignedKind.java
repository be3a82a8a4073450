package tiphys.events.webhook;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import tiphys.events.hook.Hook;
import tiphys.events.hook.HookedSource;
import tiphys.events.hook.Registrars;
import tiphys.events.source.Assignment;
import tiphys.events.source.Source;
import tiphys.events.source.SourceFields;
import tiphys.events.source.SourceKind;
import tiphys.events.source.SourceSettings;
import tiphys.events.source.SourceSettings.SecretKey;
import tiphys.events.source.Surroundings;
import tiphys.events.spec.Fields;
import tiphys.manifest.Value;

/// Webhooks of a known sender, whose requests are checked by its own rules. The method is not looked at. Where a manifest gives the URL under
/// which the sender reaches the listener, and credentials, the hook is registered there.
abstract class SignedKind implements SourceKind {
    /// Names the Secret with which requests are signed, `NAME/KEY`, for types whose fields have no place for it.
    static final String SIGNING_SECRET = "tiphys.io/signing-secret";

    private static final Pattern KEY = Pattern.compile("[^/\\s]+/[^/\\s]+");

    private static final Pattern URL = Pattern.compile("https?://[^\\s?#]+");

    private final HttpDoor door;
    private final Registrars registrars;

    /// @param registrars who registers hooks
    SignedKind(HttpDoor door, Registrars registrars) {
        this.door = door;
        this.registrars = registrars;
    }

    /// The fields that name Secrets which the receiver needs.
    abstract List<String> secretFields();

    /// Whether requests can be signed by the Secret of the annotation.
    boolean hasSigningAnnotation() {
        return false;
    }

    /// The fields that name Secrets with which a hook is registered, with dots between: `auth.username`.
    List<String> registrationSecrets() {
        return List.of();
    }

    /// Whether a manifest that gives a URL asks to register the hook.
    boolean registers(Fields fields) {
        return registrationSecrets().stream().map(field -> field.split("\\.", 2)[0]).anyMatch(fields::has);
    }

    /// Tells what is missing for registering the hook.
    void checkRegistration(Fields fields) {}

    /// Whether the hook is deleted when nobody wants the event any more.
    boolean goesAtTheEnd(Value.Mapping json) {
        return json.find("deleteHookOnFinish").filter(Value.bool(true)::equals).isPresent();
    }

    /// How long until it is looked whether the hook is still there.
    Duration look(Value.Mapping json) {
        return Hook.LOOK;
    }

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
        var hook = within.has("url") && registers(fields) ? Optional.of(url(within)) : Optional.<String>empty();
        var keys = new HashMap<String, SecretKey>();
        if (hook.isPresent()) {
            checkRegistration(fields);
            for (var field : registrationSecrets()) {
                named(fields, field).ifPresent(key -> keys.put(field, key));
            }
        }
        for (var field : secretFields()) {
            WebhookSettings.secret(fields, field).ifPresent(key -> keys.put(field, key));
        }
        if (hasSigningAnnotation()) {
            signing(event.annotations()).ifPresent(key -> keys.put(SIGNING_SECRET, key));
        }
        return new SignedSettings(
                listener,
                keys,
                metadata.fields().isEmpty() ? Optional.empty() : Optional.of(metadata),
                hook,
                fields.json());
    }

    /// As Argo puts it together.
    private static String url(Fields within) {
        var url = within.text("url");
        if (!URL.matcher(url).matches()) {
            within.invalid("url", "must be a URL such as https://hooks.example, not \"" + url + "\"");
        }
        return url.replaceFirst("/+$", "") + "/" + within.text("endpoint").replaceFirst("^/+", "");
    }

    private static Optional<SecretKey> named(Fields fields, String path) {
        var parts = path.split("\\.", -1);
        var at = fields;
        for (int i = 0; i < parts.length - 1; i++) {
            at = at.at(parts[i]);
        }
        var last = parts[parts.length - 1];
        return at.has(last)
                ? Optional.of(new SecretKey(path, at.at(last).required("name"), at.at(last).required("key")))
                : Optional.empty();
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
        var source =
                door.open(assignment, settings.listener(), type(), Optional.of(receiver(settings, secrets)), around);
        if (settings.hook().isEmpty()) {
            return source;
        }
        var registrar =
                registrars.of(key()).orElseThrow(() -> new IllegalStateException("nobody registers hooks at " + key()));
        var json = settings.json();
        var event = assignment.name().eventName();
        var hook = new Hook(key(), event, settings.hook().get(), json, secrets, goesAtTheEnd(json), look(json));
        return new HookedSource(assignment.name(), source, hook, registrar, around).start();
    }

    /// The door lets the new one take the old one's place.
    @Override
    public Source restart(Source before, Assignment assignment, Surroundings around) {
        var source = start(assignment, around);
        if (before instanceof HookedSource hooked) {
            hooked.replacedBy(source);
        }
        return source;
    }
}
