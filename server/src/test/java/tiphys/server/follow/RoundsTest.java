package tiphys.server.follow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tiphys.server.http.Threads;
import tiphys.testkit.Eventually;

class RoundsTest {
    static final Duration LONG = Duration.ofSeconds(20);
    static final byte[] PIECE = "x".repeat(64 << 10).getBytes(StandardCharsets.US_ASCII);

    final Followers followers = new Followers(Followers.Limits.STANDARD);
    final Server server = new Server(Threads.pool("rounds-test"));
    final List<Socket> sockets = new ArrayList<>();
    final AtomicInteger held = new AtomicInteger();
    int port;

    /// Serves an endless text.
    Rounds serve(Rounds.Bounds bounds) throws Exception {
        var pace = new Rounds.Pace("test", Duration.ofMillis(1), Duration.ofMillis(20), LONG, new byte[] {'\n'});
        var rounds = new Rounds(pace, held::incrementAndGet, bounds);
        var connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(
                new Handler.Abstract() {
                    @Override
                    public boolean handle(Request request, Response response, Callback callback) {
                        var place = followers.admit(request);
                        rounds.follow(request, response, callback, place, () -> new Telling.Told(PIECE, true, false));
                        return true;
                    }
                });
        server.start();
        port = connector.getLocalPort();
        return rounds;
    }

    Socket ask() throws Exception {
        var socket = new Socket();
        socket.setReceiveBufferSize(32 << 10);
        socket.connect(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.setSoTimeout((int) LONG.toMillis());
        socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        sockets.add(socket);
        return socket;
    }

    @AfterEach
    void stop() throws Exception {
        for (var socket : sockets) {
            socket.close();
        }
        server.stop();
    }

    static void drain(Socket socket, AtomicLong taken) {
        var buffer = new byte[1 << 16];
        try {
            for (int read = 0; read >= 0; read = socket.getInputStream().read(buffer)) {
                taken.addAndGet(read);
            }
        } catch (IOException e) {
            taken.addAndGet(0); // the test closes the socket
        }
    }

    void assertFollowing(int count) {
        Eventually.within(LONG, count + " followers", () -> followers.following() == count);
    }

    @Test
    void a_client_that_takes_nothing_is_dropped_and_its_place_given_back() throws Exception {
        try (var _ = serve(new Rounds.Bounds(Duration.ofMillis(300), Long.MAX_VALUE))) {
            var reader = ask();
            ask();
            assertFollowing(2);
            var taken = new AtomicLong();
            Thread.ofVirtual().start(() -> drain(reader, taken));
            assertFollowing(1);
            long then = taken.get();
            Eventually.within(LONG, "more for the other one", () -> taken.get() > then + (4L << 20));
        }
    }

    @Test
    void what_several_wait_for_counts_once() throws Exception {
        // they all wait for the same piece, which counts once; nobody is over the limit of time
        try (var _ = serve(new Rounds.Bounds(Duration.ofHours(1), PIECE.length))) {
            for (int i = 0; i < 3; i++) {
                ask();
            }
            Eventually.within(LONG, "a hundred rounds", () -> held.get() > 100);
            assertFollowing(3);
        }
    }

    @Test
    void the_slowest_are_dropped_when_too_much_waits() throws Exception {
        try (var _ = serve(new Rounds.Bounds(Duration.ofHours(1), PIECE.length - 1))) {
            ask();
            ask();
            assertFollowing(0);
        }
    }

    @Test
    void answers_end_in_order_when_the_rounds_end() throws Exception {
        var rounds = serve(new Rounds.Bounds(LONG, Long.MAX_VALUE));
        var reader = ask();
        assertFollowing(1);
        rounds.close();
        var last = "";
        while (!last.endsWith("\r\n0\r\n\r\n")) { // what is on its way is taken first
            var more = new byte[1 << 16];
            int read = reader.getInputStream().read(more);
            assertThat(read).as("the connection was cut off").isPositive();
            var text = last + new String(more, 0, read, StandardCharsets.US_ASCII);
            last = text.substring(Math.max(0, text.length() - 10));
        }
    }

    @Test
    void fewer_may_follow_where_the_system_allows_few_open_files() {
        assertThat(Followers.Limits.within(20_000)).isEqualTo(Followers.Limits.STANDARD);
        assertThat(Followers.Limits.within(1024)).isEqualTo(new Followers.Limits(212, 106, 424));
        assertThat(Followers.Limits.within(64).all()).isPositive();
    }
}
