package tiphys.connectors.aws;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import tiphys.connectors.http.Calls.Call;
import tiphys.connectors.http.Calls.Header;
import tiphys.connectors.http.Clients;
import tiphys.connectors.http.Tls;
import tiphys.events.action.Answer;
import tiphys.events.action.Firing;
import tiphys.events.action.Request;
import tiphys.events.action.TriggerFailed;
import tiphys.events.action.TriggerKind;
import tiphys.events.spec.Fields;

/// The type `awsLambda`: a function is called by a signed request. Lambda takes no key of idempotency, so a call whose answer was
/// lost may come twice. A function that fails itself counts as called, as in Argo; the
/// answer says so.
public final class LambdaTrigger implements TriggerKind {
    private static final Set<String> INVOCATIONS = Set.of("RequestResponse", "Event", "DryRun");
    private static final Duration PATIENCE = Duration.ofMinutes(16);
    private static final String ENDPOINT = "AWS_ENDPOINT_URL_LAMBDA";

    private final Map<String, String> environment;
    private final Clients clients = new Clients();

    public LambdaTrigger() {
        this(System.getenv());
    }

    /// @param environment for keys that the manifest does not name, and for another endpoint, as AWS' own programs read them
    LambdaTrigger(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public String key() {
        return "awsLambda";
    }

    @Override
    public String claims() {
        return """
        events.AWSLambdaTrigger honoured functionName accessKey secretKey region payload parameters invocationType
        events.AWSLambdaTrigger refused roleARN : give keys that may call the function
        """;
    }

    @Override
    public void check(Fields block) {
        block.required("functionName");
        block.required("region");
        var type = block.text("invocationType");
        if (!type.isEmpty() && !INVOCATIONS.contains(type)) {
            block.invalid("invocationType", "must be RequestResponse, Event or DryRun, not \"" + type + "\"");
        }
    }

    @Override
    public Answer fire(Firing firing, Request request) throws IOException, InterruptedException, TriggerFailed {
        var region = request.text("region");
        var type = request.text("invocationType");
        var endpoint =
                environment
                        .getOrDefault(ENDPOINT, "https://lambda." + region + ".amazonaws.com")
                        .replaceFirst("/+$", "");
        var url =
                endpoint + "/2015-03-31/functions/" + Signature.escaped(request.text("functionName")) + "/invocations";
        var body = request.payload().getBytes(StandardCharsets.UTF_8);
        var own = new LinkedHashMap<String, String>();
        own.put("Content-Type", "application/json");
        own.put("X-Amz-Invocation-Type", type.isEmpty() ? "RequestResponse" : type);
        var signature = signature(request, region).headers("POST", URI.create(url), own, body, firing.at());
        var headers = new ArrayList<Header>();
        own.forEach((name, value) -> headers.add(new Header(name, value, false)));
        signature.forEach((name, value) -> headers.add(new Header(name, value, true)));
        var reply = clients.of(Tls.PLAIN).make(new Call("POST", url, headers, body, PATIENCE), Answer.KEPT);
        if (reply.status() >= 300) {
            boolean passes = reply.status() == 429 || reply.status() >= 500;
            throw new TriggerFailed(
                    "Lambda answered " + reply.status(),
                    reply.answer(),
                    passes ? TriggerFailed.Again.MAY_HELP : TriggerFailed.Again.IS_IN_VAIN);
        }
        var failed = reply.header("X-Amz-Function-Error");
        return new Answer(
                reply.status() + failed.map(how -> ", but the function failed: " + how).orElse(""), reply.text());
    }

    private Signature signature(Request request, String region) throws TriggerFailed {
        var access = request.secret("accessKey");
        var secret = request.secret("secretKey");
        var accessKey = access.orElse(environment.getOrDefault("AWS_ACCESS_KEY_ID", ""));
        var secretKey = secret.orElse(environment.getOrDefault("AWS_SECRET_ACCESS_KEY", ""));
        if (accessKey.isEmpty() || secretKey.isEmpty()) {
            throw new TriggerFailed(
                    "there are no keys for AWS: neither accessKey and secretKey nor AWS_ACCESS_KEY_ID and"
                            + " AWS_SECRET_ACCESS_KEY in the server's environment");
        }
        var session = access.isPresent() ? "" : environment.getOrDefault("AWS_SESSION_TOKEN", "");
        return new Signature(accessKey, secretKey, session, region, "lambda");
    }
}
