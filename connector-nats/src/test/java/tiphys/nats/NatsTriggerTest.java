package tiphys.nats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.Options;
import io.nats.client.api.StreamConfiguration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.events.action.ActionWorld;
import tiphys.events.action.TriggerContract;
import tiphys.events.action.TriggerFailed;
import tiphys.events.action.TriggerKind;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.testkit.Eventually;

/// To a subject that JetStream keeps, which takes a message that was sent twice once.
class NatsTriggerTest extends TriggerContract {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final AtomicInteger TESTS = new AtomicInteger();

    @TempDir static Path scratch;
    private static NatsServer server;
    private static Connection reader;

    private final NatsTrigger kind = new NatsTrigger();
    private final String name = "t" + TESTS.incrementAndGet();

    @BeforeAll
    static void startAll() throws IOException {
        var installed = NatsServer.installed();
        assumeTrue(installed.isPresent(), "nats-server is not installed; ./check does that where it may");
        server =
                NatsServer.start(
                        installed.get(),
                        scratch,
                        "authorization {users: [{user: reader, password: r}, {user: ship, password: \"the word\", permissions: {publish: {deny: \"closed.>\"}}}]}");
        reader = server.connect(new Options.Builder().userInfo("reader", "r"));
    }

    @AfterAll
    static void endAll() throws InterruptedException {
        if (server != null) {
            reader.close();
            server.close();
        }
    }

    @BeforeEach
    void makeStream() throws Exception {
        reader.jetStreamManagement()
                .addStream(
                        StreamConfiguration.builder()
                                .name(name)
                                .subjects(name + ".>")
                                .duplicateWindow(Duration.ofMinutes(2))
                                .build());
        world.put("s", "user", "ship").put("s", "word", "the word");
    }

    @Override
    protected TriggerKind kind() {
        return kind;
    }

    @Override
    protected boolean needsSecret() {
        return true;
    }

    @Override
    protected Value.Mapping block() {
        return (Value.Mapping)
                Json.parse(
                        """
                        {"url":"%s","subject":"%s.out","payload":[{"src":{"dependencyName":"d","dataKey":"n"},"dest":"n"}],
                        "auth":{"basic":{"username":{"name":"s","key":"user"},"password":{"name":"s","key":"word"}}}}
                        """
                                .formatted(server.url(), name));
    }

    @Override
    protected List<String> taken() {
        Eventually.within(SOON, "the reader is there", () -> reader.getStatus() == Connection.Status.CONNECTED);
        try {
            var streams = reader.jetStreamManagement();
            var all = new ArrayList<String>();
            for (long n = 1; n <= streams.getStreamInfo(name).getStreamState().getLastSequence(); n++) {
                all.add(new String(streams.getMessage(name, n).getData(), StandardCharsets.UTF_8));
            }
            return all;
        } catch (IOException | JetStreamApiException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    protected void stopServer() {
        server.kill();
    }

    @Override
    protected void startServer() {
        server.start();
        Eventually.within(
                SOON,
                "the trigger's connection is there again",
                () -> {
                    try {
                        return fire(2).status().equals("sent"); // the same firing as comes next
                    } catch (IOException _) {
                        return false;
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                });
    }

    @Test
    void what_the_server_does_not_let_the_user_send_is_told() {
        var block = block().with("subject", "closed.x");
        assertThatThrownBy(() -> kind.fire(ActionWorld.firing(1), world.request(block, "{}")))
                .isInstanceOfSatisfying(
                        TriggerFailed.class,
                        failure -> assertThat(failure.again()).isEqualTo(TriggerFailed.Again.MAY_HELP))
                .hasMessageContaining("Permissions Violation");
    }

    @Test
    void a_wrong_password_is_tried_again_and_the_right_one_counts_at_once() throws Exception {
        world.put("s", "word", "wrong");
        assertThatThrownBy(() -> fire(1)).isInstanceOf(IOException.class).hasMessageContaining("uthentication");
        world.put("s", "word", "the word");
        fire(1);
        assertThat(taken()).containsExactly(payload(1));
    }
}
