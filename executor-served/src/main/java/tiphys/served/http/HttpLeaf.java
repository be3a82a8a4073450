package tiphys.served.http;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import tiphys.engine.StepOrder;
import tiphys.engine.StepReport.Ending;
import tiphys.language.EvaluationFailed;
import tiphys.manifest.Value;
import tiphys.objects.Refusal;
import tiphys.served.leaf.Leaf;
import tiphys.served.leaf.Outcomes;

/// Makes the request of an `http` template. Its body is the result, whatever the answer was; a request that got no answer, and
/// a condition that cannot be evaluated, fail the step without a result (Argo's agent).
///
/// After the server was killed in its midst, the request is made again, as Argo's agent does when its pod starts again: a server
/// that must not be asked twice is to recognise that by a header of the template's own.
public final class HttpLeaf implements Leaf {
    private static final int SHOWN = 1_024;

    private final Exchange exchange;
    private final HeaderSecrets secrets;

    public HttpLeaf(Exchange exchange, HeaderSecrets secrets) {
        this.exchange = exchange;
        this.secrets = secrets;
    }

    @Override
    public List<String> refusals(StepOrder order) {
        return List.of();
    }

    @Override
    public Ending.Served run(StepOrder order, Doing doing) throws InterruptedException {
        try {
            var call = Call.of(order.template().json().mapAt("http"), (name, key) -> secret(order, name, key));
            doing.say("> " + call.verb() + " " + Exchange.masked(call.url()));
            for (var header : call.headers()) {
                doing.say("> " + header.name() + ": " + (header.secret() ? "***" : header.value()));
            }
            if (call.body().length > 0) {
                doing.say("> " + shown(call, call.body()));
            }
            var answer = exchange.of(call);
            doing.say("< " + answer.status() + ", " + answer.body().length + " bytes");
            if (answer.body().length > 0) {
                doing.say("< " + shown(call, answer.body()));
            }
            var fault = answer.fault(call);
            return fault.isEmpty()
                    ? Outcomes.succeeded(answer.text())
                    : said(doing, Outcomes.failed(fault, Optional.of(answer.text())));
        } catch (Call.Unusable e) {
            return said(doing, Outcomes.failed(e.why(), Optional.empty()));
        } catch (Refusal e) {
            return said(doing, Outcomes.failed(String.valueOf(e.getMessage()), Optional.empty()));
        } catch (Exchange.Failed e) {
            return said(doing, Outcomes.failed(e.why(), Optional.empty()));
        } catch (EvaluationFailed e) {
            return said(doing, Outcomes.failed(e.getMessage(), Optional.empty()));
        }
    }

    private static Ending.Served said(Doing doing, Ending.Served ending) {
        doing.say(ending.message());
        return ending;
    }

    /// The beginning of a body, without what came from a Secret.
    private static String shown(Call call, byte[] body) {
        var text = new String(body, 0, Math.min(body.length, SHOWN), StandardCharsets.UTF_8);
        for (var header : call.headers()) {
            if (header.secret() && !header.value().isBlank()) {
                text = text.replace(header.value().strip(), "***");
            }
        }
        return body.length > SHOWN ? text + " …" : text;
    }

    private String secret(StepOrder order, String name, String key) {
        var secret = secrets.find(order, name);
        if (secret.isEmpty()) {
            throw new Call.Unusable("secrets \"" + name + "\" not found");
        }
        Value.Mapping json = secret.get();
        return json.textAt("stringData", key)
                .or(() -> json.textAt("data", key).map(HttpLeaf::decoded))
                .orElseThrow(() -> new Call.Unusable("secret '" + name + "' does not have the key '" + key + "'"));
    }

    private static String decoded(String base64) {
        try {
            return new String(java.util.Base64.getMimeDecoder().decode(base64), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new Call.Unusable("the Secret's value is not base64");
        }
    }
}
