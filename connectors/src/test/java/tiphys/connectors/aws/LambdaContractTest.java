package tiphys.connectors.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tiphys.connectors.http.HttpTriggerContract;
import tiphys.connectors.http.TakingServer;
import tiphys.events.action.ActionWorld;
import tiphys.events.action.TriggerFailed;
import tiphys.events.action.TriggerKind;
import tiphys.manifest.Value;

class LambdaContractTest extends HttpTriggerContract {
    private final LambdaTrigger kind;

    LambdaContractTest() throws IOException {
        kind = new LambdaTrigger(Map.of("AWS_ENDPOINT_URL_LAMBDA", server.url()));
        world.put("aws", "access", "AKIDEXAMPLE").put("aws", "secret", "wJalr");
    }

    @Override
    protected TriggerKind kind() {
        return kind;
    }

    @Override
    protected Value.Mapping block() {
        return Value.object(
                "functionName",
                "arn:aws:lambda:us-east-1:1:function:f",
                "region",
                "us-east-1",
                "accessKey",
                Value.object("name", "aws", "key", "access"),
                "secretKey",
                Value.object("name", "aws", "key", "secret"));
    }

    @Override
    protected boolean isIdempotent() {
        return false;
    }

    @Test
    void the_function_is_called_by_a_signed_request() throws Exception {
        fire(1);
        var request = server.all().getFirst();
        assertThat(request.path())
                .isEqualTo("/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A1%3Afunction%3Af/invocations");
        assertThat(request.header("X-amz-invocation-type")).isEqualTo("RequestResponse");
        assertThat(request.header("X-amz-date")).isEqualTo("20261123T120000Z");
        assertThat(request.header("Authorization"))
                .matches(
                        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261123/us-east-1/lambda/aws4_request,"
                                + " SignedHeaders=content-type;host;x-amz-date;x-amz-invocation-type, Signature=[0-9a-f]{64}");
    }

    @Test
    void a_function_that_fails_was_called_and_the_answer_says_so() throws Exception {
        server.answer(_ ->
                new TakingServer.Reply(200, "{\"errorMessage\":\"x\"}", Map.of("X-Amz-Function-Error", "Unhandled")));
        var answer = fire(1);
        assertThat(answer.status()).isEqualTo("200, but the function failed: Unhandled");
        assertThat(answer.text()).contains("errorMessage");
    }

    @Test
    void what_lambda_refuses_is_in_vain_and_too_many_requests_may_pass() {
        for (var said : Map.of(403, false, 429, true, 500, true).entrySet()) {
            server.answer(_ -> TakingServer.Reply.of(said.getKey(), "why"));
            assertThatThrownBy(() -> fire(1))
                    .isInstanceOfSatisfying(
                            TriggerFailed.class,
                            failure ->
                                    assertThat(failure.again() == TriggerFailed.Again.MAY_HELP)
                                            .isEqualTo(said.getValue()));
        }
    }

    @Test
    void without_keys_it_says_where_they_were_looked_for() {
        var bare = block().without("accessKey").without("secretKey");
        assertThatThrownBy(() -> kind.fire(ActionWorld.firing(1), world.request(bare, "{}")))
                .isInstanceOf(TriggerFailed.class)
                .hasMessageContaining("AWS_ACCESS_KEY_ID");
    }
}
