package tiphys.connectors.http;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import tiphys.events.action.TriggerContract;

/// The contract of triggers whose far side is an HTTP server, which is a real one here that takes what it is given.
public abstract class HttpTriggerContract extends TriggerContract {
    protected final TakingServer server;

    protected HttpTriggerContract() throws IOException {
        server = new TakingServer();
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Override
    protected List<String> taken() {
        return server.all().stream().map(TakingServer.Taken::body).toList();
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
