package tiphys.connectors.http;

import java.io.IOException;
import java.util.List;
import tiphys.events.action.TriggerKind;
import tiphys.manifest.Value;

class HttpContractTest extends HttpTriggerContract {
    private final HttpKind kind = new HttpKind();

    HttpContractTest() throws IOException {
        world.put("token", "value", "s3cret");
    }

    @Override
    protected TriggerKind kind() {
        return kind;
    }

    @Override
    protected Value.Mapping block() {
        return Value.object(
                "url",
                server.url() + "/take",
                "timeout",
                10,
                "secureHeaders",
                List.of(
                        Value.object(
                                "name",
                                "X-Token",
                                "valueFrom",
                                Value.object("secretKeyRef", Value.object("name", "token", "key", "value")))));
    }

    @Override
    protected List<String> taken() {
        return server.taken().stream().map(TakingServer.Taken::body).toList();
    }
}
