package tiphys.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A watch whose server says what a test wants. A wait that is not ended by the watch would take ten minutes.
@Timeout(20)
class RunEndsTest {
    private static final Duration LONG = Duration.ofMinutes(10);

    private final HttpClient client = HttpClient.newHttpClient();
    private ServerSocket listener;
    private RunEnds ends;
    private Socket connection;

    @BeforeEach
    void watch() throws Exception {
        listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var accepting = Thread.ofVirtual().start(this::accept);
        var address = URI.create("http://127.0.0.1:" + listener.getLocalPort() + RunEnds.PATH);
        ends = RunEnds.open(client, HttpRequest.newBuilder(address));
        accepting.join();
    }

    @AfterEach
    void end() throws IOException {
        ends.close();
        connection.close();
        listener.close();
        client.shutdownNow();
    }

    private void accept() {
        try {
            connection = listener.accept();
            var in = new BufferedReader(new InputStreamReader(connection.getInputStream(), US_ASCII));
            while (!in.readLine().isEmpty()) {
                continue; // the request's head
            }
            say("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void say(String text) throws IOException {
        connection.getOutputStream().write(text.getBytes(US_ASCII));
        connection.getOutputStream().flush();
    }

    @Test
    void an_empty_line_is_passed_over() throws IOException {
        say("{\"object\":{\"metadata\":{\"name\":\"a\"}}}\n\n \n{\"object\":{\"metadata\":{\"name\":\"b\"}}}\n");
        ends.await("a", LONG);
        ends.await("b", LONG);
    }

    @Test
    void whoever_waits_is_told_at_once_that_the_watch_has_ended() throws IOException {
        say("{\"object\":{\"metadata\":{\"name\":\"a\"}}}\n\n");
        connection.close();
        ends.await("a", LONG);
        assertThatThrownBy(() -> ends.await("b", LONG)).isInstanceOf(IOException.class).hasMessageContaining("ended");
    }

    @Test
    void whoever_waits_is_told_at_once_of_a_line_that_cannot_be_read() throws IOException {
        say("half a li\n");
        assertThatThrownBy(() -> ends.await("a", LONG))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot be understood");
    }
}
