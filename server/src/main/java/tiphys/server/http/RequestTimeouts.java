package tiphys.server.http;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.jspecify.annotations.Nullable;

/// Closes connections whose client takes too long to send a request: one that sends a byte now and then never meets an
/// idle timeout, so the time is counted from the connection's opening, or from the last answer, to the end of the request.
/// The time that the server works on a request does not count.
///
/// Added to a connector as event listener and as bean. Safe for every thread.
public final class RequestTimeouts extends AbstractLifeCycle implements Connection.Listener {
    private final Duration patience;
    private final Map<Connection, Turn> turns = new ConcurrentHashMap<>();
    private volatile boolean running;

    /// Whose turn it is on a connection; written by its request, read by the sweep.
    private static final class Turn {
        private volatile long since = System.nanoTime();
        private volatile boolean servers;
        private volatile @Nullable Runnable overdue;
    }

    public RequestTimeouts(Duration patience) {
        this.patience = patience;
    }

    /// The request has its first line and headers; its body gets the whole patience anew.
    public void headersCame(Request request) {
        var turn = turns.get(request.getConnectionMetaData().getConnection());
        if (turn != null) {
            turn.since = System.nanoTime();
        }
    }

    /// The request is complete; the client waits for the server until the answer is written, however long.
    public void requestCame(Request request) {
        serversTurn(request, null);
    }

    /// The request is complete; if the answer is not written within the patience, something is done about it.
    ///
    /// @param overdue called at most once, on the sweeping thread; it may come together with the answer
    public void requestCame(Request request, Runnable overdue) {
        serversTurn(request, overdue);
    }

    private void serversTurn(Request request, @Nullable Runnable overdue) {
        var turn = turns.get(request.getConnectionMetaData().getConnection());
        if (turn != null) {
            turn.since = System.nanoTime();
            turn.overdue = overdue;
            turn.servers = true;
            Request.addCompletionListener(
                    request,
                    _ -> {
                        turn.overdue = null;
                        turn.since = System.nanoTime();
                        turn.servers = false;
                    });
        }
    }

    /// How many connections are open.
    public int connections() {
        return turns.size();
    }

    @Override
    public void onOpened(Connection connection) {
        if (!(connection instanceof SslConnection)) { // the connection inside it is the one that is watched
            turns.put(connection, new Turn());
        }
    }

    @Override
    public void onClosed(Connection connection) {
        turns.remove(connection);
    }

    @Override
    protected void doStart() {
        running = true;
        Thread.ofVirtual().name("patience").start(this::sweep);
    }

    @Override
    protected void doStop() {
        running = false;
    }

    private void sweep() {
        var pause = patience.dividedBy(8);
        try {
            while (running) {
                Thread.sleep(pause);
                var now = System.nanoTime();
                turns.forEach((connection, turn) -> {
                    if (now - turn.since > patience.toNanos()) {
                        lose(connection, turn);
                    }
                });
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void lose(Connection connection, Turn turn) {
        if (!turn.servers) {
            connection.getEndPoint().close(new SlowClient(patience));
            return;
        }
        var overdue = turn.overdue;
        if (overdue != null) {
            turn.overdue = null;
            overdue.run();
        }
    }

    /// Why a connection was closed.
    static final class SlowClient extends java.io.IOException {
        private static final long serialVersionUID = 1;

        SlowClient(Duration patience) {
            super("no complete request came within " + patience.toSeconds() + " s");
        }
    }
}
