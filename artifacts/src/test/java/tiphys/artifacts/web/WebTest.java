package tiphys.artifacts.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tiphys.engine.Artifacts.Trouble;

/// A server that says what it is told to and keeps its connections, or closes them.
class WebTest {
    private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n";

    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final ServerSocket listener;

    WebTest() throws IOException {
        listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        listener.close();
        for (var one : open) {
            one.close();
        }
    }

    /// Answers each connection's first request with the next of these; one that is empty closes it.
    private void answers(String... texts) {
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        for (var text : texts) {
                            var connection = listener.accept();
                            open.add(connection);
                            connection.getInputStream().read(new byte[1_000]);
                            if (text.isEmpty()) {
                                connection.close();
                            } else {
                                connection.getOutputStream().write(text.getBytes(UTF_8));
                            }
                        }
                    } catch (IOException _) {
                        // the test is over
                    }
                });
    }

    private Answer ask(Duration silence) throws IOException {
        var uri = Web.uri("http://127.0.0.1:" + listener.getLocalPort() + "/file?sig=secret");
        return new Web(Web.builder().build(), silence).ask(Web.request(uri).build());
    }

    @Test
    void a_server_that_falls_silent_in_an_answer_is_not_waited_for() throws IOException {
        answers(HEAD + "half");
        try (var answer = ask(Duration.ofMillis(200))) {
            assertThat(answer.body().readNBytes(4)).asString(UTF_8).isEqualTo("half");
            assertThatThrownBy(() -> answer.body().read())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("sent nothing");
        }
    }

    @Test
    void a_connection_that_was_closed_before_an_answer_is_tried_again_at_once() throws IOException {
        answers("", "", HEAD + "0123456789");
        try (var answer = ask(Duration.ofMinutes(1))) {
            assertThat(answer.text()).isEqualTo("0123456789");
        }
    }

    @Test
    void what_goes_wrong_is_told_without_what_may_be_a_secret() throws IOException {
        listener.close();
        assertThatThrownBy(() -> ask(Duration.ofMinutes(1)))
                .isInstanceOfSatisfying(
                        Trouble.class, trouble -> assertThat(trouble.kind()).isEqualTo(Trouble.Kind.UNAVAILABLE))
                .hasMessage("Get \"http://127.0.0.1:" + listener.getLocalPort() + "/file\": connection refused");
    }
}
