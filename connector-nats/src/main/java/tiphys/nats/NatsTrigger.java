package tiphys.nats;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import org.jspecify.annotations.Nullable;
import tiphys.connectors.broker.Backoff;
import tiphys.connectors.broker.TlsSettings;
import tiphys.events.action.Answer;
import tiphys.events.action.Firing;
import tiphys.events.action.Request;
import tiphys.events.action.TriggerFailed;
import tiphys.events.action.TriggerKind;
import tiphys.events.source.SourceSettings.SecretKey;
import tiphys.events.spec.Codes;
import tiphys.events.spec.Fields;
import tiphys.manifest.Value;

/// The type `nats`: a message to a subject, done when the server has read it. The firing's id goes along as the header `Nats-Msg-Id`, by
/// which JetStream, where it keeps the subject, takes a message that was sent twice once.
///
/// This class is loaded with the program; the client is when something fires first.
public final class NatsTrigger implements TriggerKind {
    private @Nullable Publishers publishers;

    @Override
    public String key() {
        return "nats";
    }

    @Override
    public String claims() {
        return """
        events.NATSTrigger honoured url subject payload parameters tls auth
        """;
    }

    @Override
    public void check(Fields block) {
        block.required("url");
        NatsSettings.subject(block);
        TlsSettings.read(block);
        NatsLogin.read(block);
        if (!block.has("payload")) {
            block.error(Codes.MISSING, "payload", block.path("payload") + " is required, but it is not there");
        }
    }

    @Override
    public Answer fire(Firing firing, Request request) throws IOException, InterruptedException, TriggerFailed {
        var fields = new Fields(request.block(), "nats", new ArrayList<>());
        var tls = TlsSettings.read(fields);
        var login = NatsLogin.read(fields);
        var keys = new ArrayList<SecretKey>();
        tls.ifPresent(found -> keys.addAll(found.secrets()));
        login.ifPresent(found -> keys.addAll(found.secrets()));
        var secrets = new HashMap<SecretKey, String>();
        for (var key : keys) {
            secrets.put(key, request.secret(Value.object("name", key.name(), "key", key.key()), key.field()));
        }
        var client = new NatsClient(request.text("url"), tls, login, Backoff.STANDARD, secrets, "tiphys-triggers");
        return publishers().send(client, request.text("subject"), request.payload(), firing.id());
    }

    private synchronized Publishers publishers() {
        var there = publishers;
        if (there == null) {
            there = new Publishers();
            publishers = there;
        }
        return there;
    }
}
