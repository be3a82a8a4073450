package tiphys.connectors.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.connectors.line.LineSource;
import tiphys.events.Arrival;
import tiphys.events.source.Source;
import tiphys.events.source.SourceContract;
import tiphys.events.source.SourceState;
import tiphys.events.source.SourceWorld;
import tiphys.testkit.Eventually;

/// What happens is that something is published on a channel.
class ChannelContractTest extends SourceContract {
    private final ChannelKind kind = new ChannelKind();

    @TempDir Path directory;
    private RealRedis redis;
    private String more = "";

    ChannelContractTest() {
        super(Thread::startVirtualThread);
    }

    @BeforeEach
    void open() {
        redis = new RealRedis(directory, "");
    }

    @AfterEach
    void end() {
        redis.close();
    }

    @Override
    protected Source start() {
        return world.start(
                kind,
                SourceWorld.read(kind, "{hostAddress: '%s', channels: [c, d]%s}".formatted(redis.address(), more)));
    }

    @Override
    protected Source begin() {
        var source = super.begin();
        Eventually.within(SOON, "it listens", () -> ((LineSource) source).isConnected());
        return source;
    }

    /// A server may answer who published before it writes to who listens, and forgets what is not written when it ends. It writes to all
    /// before it reads the next command.
    @Override
    protected void happen(int n) {
        redis.call("PUBLISH", "c", "n" + n);
        redis.call("PING");
    }

    @Override
    protected int number(Arrival arrival) {
        return Integer.parseInt(arrival.payload().value().textAt("body").orElseThrow().substring(1));
    }

    @Override
    protected boolean remembers() {
        return false;
    }

    private List<String> payloads(int count) {
        Eventually.within(SOON, count + " have come in", () -> world.recorded().size() >= count);
        return world.recorded().stream().map(one -> one.payload().text()).toList();
    }

    @Test
    void what_is_published_is_a_text() {
        more = ", metadata: {k: v}";
        begin();
        redis.call("PUBLISH", "d", "{\"a\": 1}");
        assertThat(payloads(1))
                .containsExactly(
                        """
                        {"channel":"d","pattern":"","body":"{\\"a\\": 1}","metadata":{"k":"v"}}\
                        """);
    }

    @Test
    void what_is_published_as_json_is_json_and_what_is_none_is_turned_away() {
        more = ", jsonBody: true";
        var source = begin();
        redis.call("PUBLISH", "c", "nonsense");
        redis.call("PUBLISH", "c", "{\"a\": [1, 2.50]}");
        assertThat(payloads(1)).containsExactly("{\"channel\":\"c\",\"pattern\":\"\",\"body\":{\"a\":[1,2.50]}}");
        assertThat(source.refusals().orElseThrow().total()).isEqualTo(1);
        assertThat(source.refusals().orElseThrow().message())
                .isEqualTo(
                        "a message is not JSON, as jsonBody says it is: invalid character 'o' in literal null (expecting 'u')");
        assertThat(source.state()).isInstanceOf(SourceState.Running.class);
    }

    @Test
    void a_server_that_goes_and_comes_back_is_heard_again() {
        var source = begin();
        happen(1);
        payloads(1);
        redis.server.kill();
        Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
        redis.server.start();
        Eventually.within(SOON, "it listens", () -> ((LineSource) source).isConnected());
        happen(2);
        payloads(2);
        assertThat(world.recorded()).extracting(this::number).containsExactly(1, 2);
    }

    @Test
    void what_waits_for_the_disk_when_the_server_goes_is_not_lost() {
        var source = begin();
        world.fail();
        happen(1);
        happen(2);
        Eventually.within(SOON, "it says so", () -> source.state().problem().orElse("").contains("disk is full"));
        redis.server.kill();
        Eventually.within(SOON, "the line broke", () -> !((LineSource) source).isConnected());
        world.mend();
        Eventually.within(
                SOON,
                "they have come in",
                () -> {
                    pass();
                    return world.recorded().size() == 2;
                });
    }
}
