package tiphys.events.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import tiphys.events.spec.Fields;
import tiphys.events.spec.Read;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Value;

/// What every type of trigger keeps, whatever it does. Each runs against a server of its own, which the test starts.
public abstract class TriggerContract {
    private static final Duration SOON = Duration.ofSeconds(20);

    protected final ActionWorld world = new ActionWorld();

    /// The kind under test.
    protected abstract TriggerKind kind();

    /// A block of a manifest that reaches the server.
    protected abstract Value.Mapping block();

    /// What the far side took, one for each effect that it had, in order: the payload, or what else tells the firing.
    protected abstract List<String> taken();

    /// What is sent for the n-th firing, and is found in [#taken].
    protected String payload(int number) {
        return "{\"n\":" + number + "}";
    }

    /// Lets the server go; what it took stays known. Without effect where there is none.
    protected abstract void stopServer() throws Exception;

    /// Lets it come back at the same place.
    protected abstract void startServer() throws Exception;

    /// Whether a firing that comes twice is seen to be the same by the far side, or by whoever reads there.
    protected boolean isIdempotent() {
        return true;
    }

    /// Whether there is a server that can go.
    protected boolean hasServer() {
        return true;
    }

    /// Whether the block names a Secret.
    protected boolean needsSecret() {
        return false;
    }

    /// Lets the server take requests and not answer; gives back what ends that. Empty where there is no such thing.
    protected AutoCloseable hang() throws Exception {
        return () -> {};
    }

    protected Answer fire(int number) throws Exception {
        return kind().fire(ActionWorld.firing(number), world.request(block(), payload(number)));
    }

    private Read<Value.Mapping> check(Value.Mapping block) {
        var found = new ArrayList<Diagnostic>();
        var template = Value.object("name", "t", kind().key(), block);
        var fields = new Fields(template, "template", found);
        fields.refuseUnclaimed("events.TriggerTemplate", new TriggerKinds(List.of(kind())).claims());
        kind().check(fields.at(kind().key()));
        return new Read<>(template, found);
    }

    @Test
    void its_block_is_claimed_and_can_be_used() {
        assertThat(check(block()).errors()).isEmpty();
    }

    @Test
    void firings_are_done_in_order_and_answered() throws Exception {
        var answers = new ArrayList<Answer>();
        for (int n = 1; n <= 3; n++) {
            answers.add(fire(n));
        }
        assertThat(taken()).containsExactly(payload(1), payload(2), payload(3));
        assertThat(answers).allSatisfy(answer -> assertThat(answer.status() + answer.text()).isNotEmpty());
    }

    @Test
    void a_firing_that_comes_again_is_seen_to_be_the_same() throws Exception {
        fire(1);
        fire(1);
        fire(2);
        if (isIdempotent()) {
            assertThat(taken()).containsExactly(payload(1), payload(2));
        } else {
            assertThat(taken()).containsExactly(payload(1), payload(1), payload(2));
        }
    }

    @Test
    void a_server_that_is_gone_is_tried_again_and_found_when_it_is_back() throws Exception {
        if (!hasServer()) {
            return;
        }
        fire(1);
        stopServer();
        assertThatThrownBy(() -> fire(2))
                .satisfiesAnyOf(
                        failure -> assertThat(failure).isInstanceOf(IOException.class),
                        failure ->
                                assertThat(((TriggerFailed) failure).again()).isEqualTo(TriggerFailed.Again.MAY_HELP));
        startServer();
        fire(2);
        assertThat(taken()).containsExactly(payload(1), payload(2));
    }

    @Test
    void a_secret_that_is_missing_is_named_and_may_come() throws Exception {
        if (!needsSecret()) {
            return;
        }
        var block = block();
        world.forget();
        assertThatThrownBy(() -> kind().fire(ActionWorld.firing(1), world.request(block, payload(1))))
                .isInstanceOfSatisfying(
                        TriggerFailed.class,
                        failure -> {
                            assertThat(failure.why()).contains("which is not there");
                            assertThat(failure.again()).isEqualTo(TriggerFailed.Again.MAY_HELP);
                        });
        assertThat(taken()).isEmpty();
    }

    @Test
    void whoever_waits_for_a_server_that_does_not_answer_can_be_interrupted() throws Exception {
        if (!hasServer()) {
            return;
        }
        try (var _ = hang()) {
            var task = new FutureTask<>(() -> fire(1));
            var thread = Thread.ofVirtual().start(task);
            thread.interrupt();
            assertThat(thread.join(SOON)).as("it has ended").isTrue();
        }
    }
}
