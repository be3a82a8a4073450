package tiphys.connectors.openwhisk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import tiphys.connectors.http.HttpTriggerContract;
import tiphys.connectors.http.TakingServer;
import tiphys.events.action.TriggerFailed;
import tiphys.events.action.TriggerKind;
import tiphys.manifest.Value;

class OpenWhiskContractTest extends HttpTriggerContract {
    private final OpenWhiskTrigger kind = new OpenWhiskTrigger();

    OpenWhiskContractTest() throws IOException {
        world.put("whisk", "token", "user:pass");
    }

    @Override
    protected TriggerKind kind() {
        return kind;
    }

    @Override
    protected Value.Mapping block() {
        return Value.object(
                "host",
                server.url(),
                "actionName",
                "hello",
                "authToken",
                Value.object("name", "whisk", "key", "token"));
    }

    @Override
    protected boolean isIdempotent() {
        return false;
    }

    @Test
    void the_action_is_called_and_waited_for() throws Exception {
        server.answer(_ -> TakingServer.Reply.of(200, "{\"greeting\":\"hi\"}"));
        var answer = fire(1);
        assertThat(answer.text()).isEqualTo("{\"greeting\":\"hi\"}");
        var request = server.all().getFirst();
        assertThat(request.path()).isEqualTo("/api/v1/namespaces/_/actions/hello?blocking=true&result=true");
        assertThat(request.header("Authorization")).isEqualTo("Basic dXNlcjpwYXNz");
        assertThat(request.header("Content-type")).isEqualTo("application/json");
    }

    @Test
    void an_action_that_fails_is_in_vain_and_a_server_that_is_ill_may_get_well() {
        server.answer(_ -> TakingServer.Reply.of(404, "no such action"));
        assertThatThrownBy(() -> fire(1))
                .isInstanceOfSatisfying(
                        TriggerFailed.class,
                        failure -> {
                            assertThat(failure.again()).isEqualTo(TriggerFailed.Again.IS_IN_VAIN);
                            assertThat(failure.answer().text()).isEqualTo("no such action");
                        });
        server.answer(_ -> TakingServer.Reply.of(503, ""));
        assertThatThrownBy(() -> fire(1))
                .isInstanceOfSatisfying(
                        TriggerFailed.class,
                        failure -> assertThat(failure.again()).isEqualTo(TriggerFailed.Again.MAY_HELP));
    }
}
