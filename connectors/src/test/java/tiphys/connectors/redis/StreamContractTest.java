package tiphys.connectors.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.connectors.line.LineSource;
import tiphys.events.Arrival;
import tiphys.events.source.Source;
import tiphys.events.source.SourceContract;
import tiphys.events.source.SourceSettings.SecretKey;
import tiphys.events.source.SourceState;
import tiphys.events.source.SourceWorld;
import tiphys.manifest.Json;
import tiphys.testkit.Eventually;

/// What happens is that an entry is added to a stream.
class StreamContractTest extends SourceContract {
    private static final SecretKey PASSWORD = new SecretKey("spec.redisStream.event.password", "redis", "password");

    private final StreamKind kind = new StreamKind();

    @TempDir Path directory;
    private RealRedis redis;
    private String password = "right";
    private String more = "";

    StreamContractTest() {
        super(Thread::startVirtualThread);
    }

    @BeforeEach
    void open() {
        redis = new RealRedis(directory, "right");
    }

    @AfterEach
    void end() {
        redis.close();
    }

    @Override
    protected Source start() {
        return world.start(
                kind,
                SourceWorld.read(
                        kind,
                        "{hostAddress: '%s', password: {name: redis, key: password}, streams: [s]%s}"
                                .formatted(redis.address(), more)),
                Map.of(PASSWORD, password));
    }

    /// The group must be there before something happens.
    @Override
    protected Source begin() {
        var source = super.begin();
        Eventually.within(SOON, "it listens", () -> ((LineSource) source).isConnected());
        return source;
    }

    @Override
    protected void happen(int n) {
        redis.call("XADD", "s", "*", "n", Integer.toString(n));
    }

    @Override
    protected int number(Arrival arrival) {
        return Integer.parseInt(arrival.payload().value().textAt("values", "n").orElseThrow());
    }

    @Override
    protected boolean remembers() {
        return true;
    }

    private void await(int count) {
        Eventually.within(
                SOON,
                count + " have come in",
                () -> {
                    pass();
                    return world.recorded().size() >= count;
                });
    }

    private long pending() {
        return ((Reply.Number) redis.call("XPENDING", "s", "argo-events-cg").items().getFirst()).number();
    }

    @Test
    void an_entry_has_its_fields_in_order_and_the_last_of_those_that_are_there_twice() {
        more = ", metadata: {k: v}";
        begin();
        redis.call("XADD", "s", "7-1", "b", "2", "a", "<1>", "b", "é");
        await(1);
        assertThat(world.recorded().getFirst().payload().text())
                .isEqualTo(
                        """
                        {"stream":"s","message_id":"7-1","values":{"a":"\\u003c1\\u003e","b":"é"},"metadata":{"k":"v"}}\
                        """);
    }

    @Test
    void what_is_on_disk_is_acknowledged_and_nothing_before() {
        begin();
        world.fail();
        happen(1);
        Eventually.within(SOON, "it was read", () -> pending() == 1);
        world.mend();
        await(1);
        Eventually.within(SOON, "it is acknowledged", () -> pending() == 0);
    }

    @Test
    void what_argos_own_source_left_pending_is_taken_over_at_once() {
        redis.call("XGROUP", "CREATE", "s", "argo-events-cg", "$", "MKSTREAM");
        happen(1);
        redis.call("XREADGROUP", "GROUP", "argo-events-cg", "argo-events-worker", "STREAMS", "s", ">");
        redis.call("XADD", "s", "*", "n", "2");
        begin();
        await(2);
        assertThat(world.recorded()).extracting(this::number).containsExactly(1, 2);
    }

    @Test
    void what_another_consumer_left_pending_for_minutes_is_taken_over() {
        redis.call("XGROUP", "CREATE", "s", "argo-events-cg", "$", "MKSTREAM");
        var left = redis.call("XADD", "s", "*", "n", "1").text();
        var held = redis.call("XADD", "s", "*", "n", "2").text();
        redis.call("XREADGROUP", "GROUP", "argo-events-cg", "other", "STREAMS", "s", ">");
        redis.call("XCLAIM", "s", "argo-events-cg", "other", "0", left, "IDLE", "600000", "JUSTID");
        begin();
        happen(3);
        await(2);
        assertThat(world.recorded()).extracting(this::number).containsExactly(1, 3);
        assertThat(redis.call("XPENDING", "s", "argo-events-cg", "-", "+", "9").items())
                .extracting(entry -> entry.items().getFirst().text())
                .containsExactly(held);
    }

    @Test
    void a_server_that_goes_and_comes_back_is_heard_again() {
        var source = begin();
        happen(1);
        await(1);
        redis.server.kill();
        Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
        assertThat(source.state().problem().orElseThrow()).containsAnyOf("closed the connection", "cannot be reached");
        redis.server.start();
        happen(2);
        await(2);
        Eventually.within(SOON, "it runs", () -> source.state() instanceof SourceState.Running);
        assertThat(world.recorded()).extracting(this::number).containsExactly(1, 2);
        assertThat(source.lastTrouble()).isPresent();
    }

    @Test
    void wrong_credentials_are_told_and_right_ones_work() {
        password = "wrong";
        var source = start();
        Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
        assertThat(source.state().problem().orElseThrow()).contains("refuses the connection: WRONGPASS");
        source.close();
        password = "right";
        begin();
        happen(1);
        await(1);
    }

    @Test
    void a_stream_that_is_deleted_and_made_again_is_read_from_its_beginning() {
        var source = begin();
        happen(1);
        await(1);
        source.close();
        redis.call("DEL", "s");
        happen(2);
        begin();
        await(2);
        assertThat(world.recorded()).extracting(this::number).containsExactly(1, 2);
    }

    @Test
    void a_group_that_is_deleted_begins_again_behind_what_was_read() {
        var source = begin();
        happen(1);
        happen(2);
        await(2);
        source.close();
        redis.call("XGROUP", "DESTROY", "s", "argo-events-cg");
        happen(3);
        begin();
        await(3);
        assertThat(world.recorded()).extracting(this::number).containsExactly(1, 2, 3);
    }

    @Test
    void nothing_secret_is_shown() {
        var settings = SourceWorld.read(kind, "{hostAddress: 'h', streams: [s, t], db: 3}");
        assertThat(kind.address(settings)).isEqualTo("redis://h:6379/3 s, t");
        assertThat(Json.write(settings.shown())).isEqualTo("{\"consumerGroup\":\"argo-events-cg\",\"tls\":false}");
    }
}
