package tiphys.grpc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tiphys.connectors.line.HostPort;
import tiphys.connectors.tls.Certificates.Pem;
import tiphys.events.action.Answer;
import tiphys.events.action.Firing;
import tiphys.events.action.Request;
import tiphys.events.action.TriggerFailed;
import tiphys.events.action.TriggerKind;
import tiphys.events.spec.Fields;
import tiphys.language.EvaluationFailed;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;

/// The type `custom`: a server that somebody has written for it is called over gRPC. It is asked for a resource, into which the parameters
/// go; then it does what is to be done, and says what it thinks of it. Each call carries the firing's id as `idempotency-key`.
///
/// This class is loaded with the program; the client is when something fires first.
public final class CustomTrigger implements TriggerKind {
    private static final int PORT = 443;

    private @Nullable TriggerCalls calls;

    @Override
    public String key() {
        return "custom";
    }

    @Override
    public String claims() {
        return """
        events.CustomTrigger honoured serverURL secure certSecret serverNameOverride spec payload parameters
        """;
    }

    @Override
    public void check(Fields block) {
        HostPort.read(block, "serverURL", PORT);
    }

    @Override
    public Content content() {
        return Content.FETCHED;
    }

    @Override
    public Answer fire(Firing firing, Request request) throws IOException, InterruptedException, TriggerFailed {
        var target = target(request);
        var spec = Yaml.write(request.block().mapAt("spec")).getBytes(StandardCharsets.UTF_8);
        var resource = filled(calls().fetch(target, spec, firing.id()), request);
        var payload = request.payload().getBytes(StandardCharsets.UTF_8);
        var response = calls().execute(target, resource, payload, firing.id());
        var said = calls().applyPolicy(target, response, firing.id());
        return new Answer(
                said.isEmpty() ? "executed" : "executed; " + said, new String(response, StandardCharsets.UTF_8));
    }

    private static Target target(Request request) throws TriggerFailed {
        var url = request.text("serverURL");
        var server =
                HostPort.parse(url, PORT).orElseThrow(() -> new TriggerFailed("serverURL must be a host and a port"));
        boolean secure = request.truth("secure");
        var authority = secure ? request.secret("certSecret") : Optional.<String>empty();
        return new Target(
                server, secure, authority.map(pem -> new Pem("certSecret", pem)), request.text("serverNameOverride"));
    }

    /// The resource with the parameters in it, if there are any; only an object in JSON has places for them.
    private static byte[] filled(byte[] resource, Request request) throws TriggerFailed {
        try {
            if (Json.parse(resource) instanceof Value.Mapping object) {
                var filled = request.puts().into(object);
                return filled.equals(object) ? resource : Json.bytes(filled);
            }
        } catch (InvalidInput _) {
            // told below, if it matters
        } catch (EvaluationFailed e) {
            throw new TriggerFailed(String.valueOf(e.getMessage()));
        }
        if (!request.puts().into(Value.Mapping.EMPTY).equals(Value.Mapping.EMPTY)) {
            throw new TriggerFailed("the fetched resource is no object in JSON, so no parameters can be put into it");
        }
        return resource;
    }

    private synchronized TriggerCalls calls() {
        var there = calls;
        if (there == null) {
            there = new TriggerCalls();
            calls = there;
        }
        return there;
    }
}
