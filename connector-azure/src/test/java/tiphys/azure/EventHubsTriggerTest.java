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
import tiphys.events.action.TriggerKind;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

class EventHubsTriggerTest extends TriggerContract {
    private static final AtomicInteger TESTS = new AtomicInteger();
    private static EventHubsDouble azure;

    private final EventHubsTrigger kind = new EventHubsTrigger(Duration.ofSeconds(6));
    private final String hub = "h" + TESTS.incrementAndGet();

    @BeforeAll
    static void open() {
        azure = new EventHubsDouble();
    }

    @AfterAll
    static void end() {
        azure.close();
    }

    @BeforeEach
    void make() {
        azure.make(hub, 1);
        world.put("s", "n", "Root").put("s", "k", "the key");
    }

    @Override
    protected TriggerKind kind() {
        return kind;
    }

    @Override
    protected boolean needsSecret() {
        return true;
    }

    /// A hub keeps what comes twice; its readers see the id.
    @Override
    protected boolean isIdempotent() {
        return false;
    }

    @Override
    protected Value.Mapping block() {
        return (Value.Mapping)
                Json.parse(
                        """
                        {"fqdn":"%s","hubName":"%s","payload":[{"src":{"dependencyName":"d","dataKey":"n"},"dest":"n"}],
                        "sharedAccessKeyName":{"name":"s","key":"n"},"sharedAccessKey":{"name":"s","key":"k"}}
                        """
                                .formatted(azure.host(), hub));
    }

    @Override
    protected List<String> taken() {
        return azure.taken(hub);
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
    void the_id_of_the_firing_is_that_of_the_event() throws Exception {
        fire(1);
        assertThat(azure.ids(hub)).containsExactly(ActionWorld.firing(1).id());
    }

    @Test
    void a_wrong_key_is_tried_again_and_the_right_one_counts_at_once() throws Exception {
        world.put("s", "k", "another");
        assertThatThrownBy(() -> fire(1)).hasMessageContaining("InvalidSignature").hasMessageNotContaining("another");
        world.put("s", "k", "the key");
        fire(1);
        assertThat(taken()).containsExactly(payload(1));
    }
}
