package tiphys.connectors.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tiphys.events.action.ActionWorld;
import tiphys.events.action.TriggerContract;
import tiphys.events.action.TriggerKind;
import tiphys.manifest.Value;

class LogContractTest extends TriggerContract {
    private final LogKind kind = new LogKind();
    private final Logger log = Logger.getLogger(LogKind.class.getName());
    private final Lines lines = new Lines();

    /// Keeps what is logged.
    private static final class Lines extends Handler {
        private final List<String> all = new ArrayList<>();

        @Override
        public void publish(LogRecord line) {
            all.add(line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    LogContractTest() {
        log.setLevel(Level.INFO);
        log.addHandler(lines);
    }

    @AfterEach
    void close() {
        log.removeHandler(lines);
    }

    @Override
    protected TriggerKind kind() {
        return kind;
    }

    @Override
    protected Value.Mapping block() {
        return Value.object("intervalSeconds", 0);
    }

    @Override
    protected String payload(int number) {
        return "{\"dep\":{\"context\":{\"id\":\"e" + number + "\"},\"data\":{\"n\":" + number + "}}}";
    }

    @Override
    protected List<String> taken() {
        return lines.all.stream()
                .map(line ->
                        line.replaceAll(
                                "\\D*trigger, dependency dep, event (.*): (.*)",
                                "{\"dep\":{\"context\":$1,\"data\":$2}}"))
                .toList();
    }

    @Override
    protected boolean hasServer() {
        return false;
    }

    @Override
    protected boolean isIdempotent() {
        return false;
    }

    @Override
    protected void stopServer() {}

    @Override
    protected void startServer() {}

    @Test
    void within_the_interval_one_firing_is_logged() {
        var block = Value.object("intervalSeconds", 10);
        var times = List.of(0, 9, 10, 15, 21);
        for (var seconds : times) {
            kind.fire(
                    ActionWorld.firing(seconds, ActionWorld.NOON.plusSeconds(seconds)),
                    world.request(block, payload(seconds)));
        }
        assertThat(taken()).containsExactly(payload(0), payload(10), payload(21));
    }
}
