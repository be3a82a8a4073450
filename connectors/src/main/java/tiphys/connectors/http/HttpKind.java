package tiphys.connectors.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import tiphys.connectors.http.Calls.Call;
import tiphys.connectors.http.Calls.Header;
import tiphys.events.action.Answer;
import tiphys.events.action.Firing;
import tiphys.events.action.Request;
import tiphys.events.action.TriggerFailed;
import tiphys.events.action.TriggerKind;
import tiphys.events.spec.Codes;
import tiphys.events.spec.Fields;
import tiphys.manifest.Value;

/// The type `http`: a request. Whatever the server answers is done, as in Argo, if no `policy` says which statuses are. The firing's id goes
/// along as `Idempotency-Key`.
public final class HttpKind implements TriggerKind {
    /// The header that carries the firing's id, as servers that take one expect it.
    public static final String KEY = "Idempotency-Key";

    private static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "PATCH", "DELETE");
    private static final int SECONDS = 60;

    private final Clients clients = new Clients();

    @Override
    public String key() {
        return "http";
    }

    @Override
    public String claims() {
        return """
        events.HTTPTrigger honoured url payload tls method parameters timeout basicAuth headers secureHeaders dynamicHeaders host
        """;
    }

    @Override
    public void check(Fields block) {
        block.required("url");
        var method = block.text("method");
        if (!method.isEmpty() && !METHODS.contains(method)) {
            block.invalid("method", "must be GET, POST, PUT, PATCH or DELETE, not \"" + method + "\"");
        }
        var timeout = block.json().find("timeout");
        if (timeout.isPresent() && !(timeout.get() instanceof Value.Number) && !(timeout.get() instanceof Value.Null)) {
            block.invalid("timeout", "must be a number of seconds");
        }
        var tls = block.at("tls");
        if (tls.has("clientCertSecret") != tls.has("clientKeySecret")) {
            tls.error(
                    Codes.MISSING,
                    "clientKeySecret",
                    tls.path() + " needs both clientCertSecret and clientKeySecret, or neither");
        }
    }

    @Override
    public boolean takesWholePayload() {
        return true;
    }

    @Override
    public Answer fire(Firing firing, Request request) throws IOException, InterruptedException, TriggerFailed {
        var method = request.text("method");
        var seconds = request.whole("timeout").filter(one -> one > 0).orElse((long) SECONDS);
        var call =
                new Call(
                        method.isEmpty() ? "POST" : method,
                        request.text("url"),
                        headers(firing, request),
                        request.payload().getBytes(StandardCharsets.UTF_8),
                        Duration.ofSeconds(seconds));
        return clients.of(Tls.of(request)).make(call, Answer.KEPT).answer();
    }

    /// In Argo's order; the last of a name counts.
    private static List<Header> headers(Firing firing, Request request) throws TriggerFailed {
        var headers = new ArrayList<Header>();
        headers.add(new Header(KEY, firing.id(), false));
        request.block()
                .mapAt("headers")
                .fields()
                .forEach((name, value) -> {
                    if (value instanceof Value.Text(var text, _)) {
                        headers.add(new Header(name, text, false));
                    }
                });
        request.headers().forEach((name, value) -> headers.add(new Header(name, value, false)));
        for (var secure : request.block().listAt("secureHeaders")) {
            var from = secure.mapAt("valueFrom");
            var value =
                    from.find("secretKeyRef").isPresent()
                            ? request.secret(from.mapAt("secretKeyRef"), "secureHeaders")
                            : request.configMap(from.mapAt("configMapKeyRef"), "secureHeaders");
            headers.add(new Header(secure.textAt("name").orElse(""), value, true));
        }
        if (!request.block().mapAt("basicAuth").fields().isEmpty()) {
            var pair =
                    request.secret("basicAuth", "username").orElse("")
                            + ":"
                            + request.secret("basicAuth", "password").orElse("");
            var encoded = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
            headers.add(new Header("Authorization", "Basic " + encoded, true));
        }
        if (!request.text("host").isEmpty()) {
            headers.add(new Header("Host", request.text("host"), false));
        }
        return headers;
    }
}
