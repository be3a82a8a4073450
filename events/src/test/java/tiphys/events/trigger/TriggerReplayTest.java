package tiphys.events.trigger;

import static org.assertj.core.api.Assertions.assertThat;
import static tiphys.events.Examples.NOON;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import tiphys.events.Event;
import tiphys.events.Examples;
import tiphys.events.action.Answer;
import tiphys.events.sensor.SensorSpec;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.testkit.Seeded;

/// Replay equals the first run, whatever happened.
class TriggerReplayTest {
    private static final List<String> NAMES = List.of("a", "b", "c");

    private static SensorSpec sensor(RandomGenerator random) {
        var conditions = List.of("", "a", "a || b", "a && b || c", "(a || b) && c");
        return Examples.sensor(conditions.get(random.nextInt(conditions.size())), "a", "b", "c");
    }

    private static Event event(RandomGenerator random, int id) {
        return Examples.event("e" + id, NAMES.get(random.nextInt(3)), Value.object("body", random.nextInt()));
    }

    private static TriggerCommand command(RandomGenerator random, SensorSpec sensor, TriggerView view, int step) {
        var trigger = sensor.triggers().getFirst();
        var open = view.open();
        return switch (random.nextInt(6)) {
            case 0 -> new TriggerCommand.Replay(sensor, trigger, event(random, random.nextInt(step + 1)));
            case 1 ->
                    open.isEmpty()
                            ? new TriggerCommand.Listen("s", "t", step)
                            : random.nextBoolean()
                                    ? new TriggerCommand.ReportMade(
                                            open.getFirst().firing(), "Workflow", "ns", "n", "u", 1)
                                    : new TriggerCommand.ReportAnswered(
                                            open.getFirst().firing(), "http", new Answer("200", "x"), 1);
            case 2 ->
                    new TriggerCommand.ReportFailed(
                            open.isEmpty() ? "none" : open.getLast().firing(), "Forbidden", Answer.NONE, 2);
            default -> {
                var events = new ArrayList<Event>();
                for (int i = random.nextInt(4); i >= 0; i--) {
                    events.add(event(random, step * 10 + i));
                }
                yield new TriggerCommand.Consume(sensor, trigger, events, 1 + random.nextInt(3));
            }
        };
    }

    @Seeded(tries = 200)
    void replay_equals_the_first_run(RandomGenerator random) {
        var live = Trigger.fresh();
        var replayed = Trigger.fresh();
        var sensor = sensor(random);
        for (int step = 0; step < 40; step++) {
            for (var fact : live.handle(command(random, sensor, live.view(), step), NOON).facts()) {
                var entry = TriggerFacts.encode(fact);
                var read = TriggerFacts.decode(entry.type(), Json.parse(entry.body()));
                assertThat(read).isEqualTo(fact);
                replayed.apply(read, NOON);
            }
            if (random.nextInt(10) == 0) {
                replayed = Trigger.restore(replayed.snapshot());
            }
            assertThat(new String(replayed.snapshot(), java.nio.charset.StandardCharsets.UTF_8))
                    .isEqualTo(new String(live.snapshot(), java.nio.charset.StandardCharsets.UTF_8));
        }
    }
}
