package tiphys.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tiphys.events.action.ActionWorld;
import tiphys.events.action.TriggerContract;
import tiphys.events.action.TriggerFailed;
import tiphys.events.action.TriggerKind;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// To a queue that looks for duplicates.
class ServiceBusTriggerTest extends TriggerContract {
    private static final AtomicInteger TESTS = new AtomicInteger();
    private static ServiceBusDouble azure;

    private final ServiceBusTrigger kind = new ServiceBusTrigger(Duration.ofSeconds(6));
    private final String name = "q" + TESTS.incrementAndGet();

    @BeforeAll
    static void open() {
        azure = new ServiceBusDouble();
    }

    @AfterAll
    static void end() {
        azure.close();
    }

    @BeforeEach
    void make() {
        azure.queue(name);
        world.put("s", "c", azure.connection() + "\n");
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
                        {"queueName":"%s","payload":[{"src":{"dependencyName":"d","dataKey":"n"},"dest":"n"}],
                        "connectionString":{"name":"s","key":"c"}}
                        """
                                .formatted(name));
    }

    @Override
    protected List<String> taken() {
        return azure.taken(name);
    }

    @Override
    protected void stopServer() {
        azure.kill();
    }

    @Override
    protected void startServer() {
        azure.start();
    }

    @Test
    void a_topic_takes_it_too() throws Exception {
        var mine = azure.queue("news/subscriptions/mine");
        var block = block().without("queueName").with("topicName", "news");
        kind.fire(ActionWorld.firing(1), world.request(block, "{}"));
        assertThat(azure.on(mine::waiting)).isEqualTo(1);
    }

    @Test
    void a_queue_that_is_not_there_is_told() {
        var block = block().with("queueName", "none");
        assertThatThrownBy(() -> kind.fire(ActionWorld.firing(1), world.request(block, "{}")))
                .isInstanceOfSatisfying(
                        TriggerFailed.class,
                        failure -> assertThat(failure.again()).isEqualTo(TriggerFailed.Again.MAY_HELP))
                .hasMessageContaining("could not be found");
    }

    @Test
    void a_wrong_key_is_tried_again_and_the_right_one_counts_at_once() throws Exception {
        world.put("s", "c", azure.connection("another"));
        assertThatThrownBy(() -> fire(1)).hasMessageContaining("InvalidSignature").hasMessageNotContaining("another");
        world.put("s", "c", azure.connection());
        fire(1);
        assertThat(taken()).containsExactly(payload(1));
    }
}
