package tiphys.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import tiphys.journal.Append;
import tiphys.journal.NewEntry;
import tiphys.journal.StreamName;
import tiphys.journal.Transaction;
import tiphys.store.SqliteStore;
import tiphys.store.write.StoreOptions;

/// The floor of everything that comes in over HTTP: the same HTTP server and the same store as the product, and no engine.
/// `FloorServer PORT DATA [PROGRAM]` stores each body as one entry, answers after the flush, and, if a program is named,
/// starts it with the path that the body holds. Without DATA it answers every request at once: an empty server.
public final class FloorServer {
    private static final StreamName STREAM = new StreamName("source", "floor");

    private FloorServer() {}

    /// Serves until it is killed.
    public static void main(String[] args) throws Exception {
        var threads = new QueuedThreadPool();
        threads.setVirtualThreadsExecutor(Executors.newVirtualThreadPerTaskExecutor());
        var server = new Server(threads);
        var settings = new HttpConfiguration();
        settings.setSendServerVersion(false);
        var connector = new ServerConnector(server, new HttpConnectionFactory(settings));
        connector.setHost("127.0.0.1");
        connector.setPort(Integer.parseInt(args[0]));
        server.addConnector(connector);
        if (args.length > 1) {
            var store = SqliteStore.open(Path.of(args[1]), StoreOptions.defaults(_ -> System.exit(70)));
            server.setHandler(new Accept(store, args.length > 2 ? args[2] : ""));
        } else {
            server.setHandler(new Answer());
        }
        server.start();
        server.join();
    }

    private static final class Answer extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            Content.Sink.write(response, true, "ok", callback);
            return true;
        }
    }

    private static final class Accept extends Handler.Abstract {
        private final SqliteStore store;
        private final String program;

        Accept(SqliteStore store, String program) {
            this.store = store;
            this.program = program;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws IOException {
            var body = Content.Source.asByteBuffer(request);
            var bytes = new byte[body.remaining()];
            body.get(bytes);
            var entry = new NewEntry("floor/1", bytes);
            store.commit(Transaction.of(Instant.now(), new Append(STREAM, OptionalLong.empty(), List.of(entry))))
                    .join();
            if (!program.isEmpty()) {
                var text = new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
                int from = text.indexOf("\"out\":\"") + 7;
                FloorSpawn.start(program, text.substring(from, text.indexOf('"', from)));
            }
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, 7);
            response.write(
                    true, ByteBuffer.wrap("success".getBytes(java.nio.charset.StandardCharsets.US_ASCII)), callback);
            return true;
        }
    }
}
