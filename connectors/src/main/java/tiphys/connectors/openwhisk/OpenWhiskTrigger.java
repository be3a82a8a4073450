package tiphys.connectors.openwhisk;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import tiphys.connectors.http.Calls.Call;
import tiphys.connectors.http.Calls.Header;
import tiphys.connectors.http.Clients;
import tiphys.connectors.http.Tls;
import tiphys.events.action.Answer;
import tiphys.events.action.Firing;
import tiphys.events.action.Request;
import tiphys.events.action.TriggerFailed;
import tiphys.events.action.TriggerKind;
import tiphys.events.spec.Codes;
import tiphys.events.spec.Fields;

/// The type `openWhisk`: an action is called, and its result waited for. OpenWhisk takes no key of idempotency.
public final class OpenWhiskTrigger implements TriggerKind {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Clients clients = new Clients();

    @Override
    public String key() {
        return "openWhisk";
    }

    @Override
    public String claims() {
        return """
        events.OpenWhiskTrigger honoured host version namespace authToken actionName payload parameters
        """;
    }

    @Override
    public void check(Fields block) {
        block.required("host");
        block.required("actionName");
        if (block.json().listAt("payload").isEmpty() && block.has("parameters")) {
            block.error(Codes.MISSING, "payload", block.path("payload") + " is required, but it is not there");
        }
    }

    @Override
    public Answer fire(Firing firing, Request request) throws IOException, InterruptedException, TriggerFailed {
        var headers = new ArrayList<>(List.of(new Header("Content-Type", "application/json", false)));
        var token = request.secret("authToken");
        token.ifPresent(text ->
                headers.add(
                        new Header(
                                "Authorization",
                                "Basic " + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)),
                                true)));
        var call =
                new Call(
                        "POST",
                        address(request),
                        headers,
                        request.payload().getBytes(StandardCharsets.UTF_8),
                        PATIENCE);
        var reply = clients.of(Tls.PLAIN).make(call, Answer.KEPT);
        if (reply.status() >= 400) {
            boolean passes = reply.status() >= 500 && reply.status() != 502; // 502: the action itself failed
            throw new TriggerFailed(
                    "OpenWhisk answered " + reply.status(),
                    reply.answer(),
                    passes || reply.status() == 429 ? TriggerFailed.Again.MAY_HELP : TriggerFailed.Again.IS_IN_VAIN);
        }
        return reply.answer();
    }

    private static String address(Request request) {
        var host = request.text("host").replaceFirst("/+$", "");
        var version = request.text("version");
        var namespace = request.text("namespace");
        return (host.contains("://") ? host : "https://" + host)
                + "/api/"
                + (version.isEmpty() ? "v1" : version)
                + "/namespaces/"
                + (namespace.isEmpty() ? "_" : encoded(namespace))
                + "/actions/"
                + encoded(request.text("actionName")).replace("%2F", "/")
                + "?blocking=true&result=true";
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
