package tiphys.connectors.http;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import tiphys.events.action.TriggerContract;
import tiphys.events.action.TriggerKind;
import tiphys.manifest.Value;

class HttpContractTest extends TriggerContract {
    private final HttpKind kind = new HttpKind();
    private final TakingServer server;

    HttpContractTest() throws IOException {
        server = new TakingServer();
        world.put("token", "value", "s3cret");
    }

    @AfterEach
    void close() {
        server.close();
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

    @Override
    protected boolean needsSecret() {
        return true;
    }

    @Override
    protected void stopServer() {
        server.stop();
    }

    @Override
    protected void startServer() throws IOException {
        server.start();
    }

    @Override
    protected AutoCloseable hang() {
        return server.hang();
    }
}
