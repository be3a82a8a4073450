package tiphys.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.random.RandomGenerator;
import tiphys.events.trigger.Trigger;
import tiphys.events.trigger.TriggerFacts;
import tiphys.journal.StoreUnavailable;
import tiphys.objects.ResourceTypes;
import tiphys.testkit.Eventually;
import tiphys.testkit.Seeded;

/// Whatever fails and whenever the hub ends, each accepted event makes exactly one object for each trigger, however often its
/// sender repeats it.
class EventCrashTest {
    private static final String SECOND =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Sensor
            metadata: {name: second}
            spec:
              dependencies: [{name: dep, eventSourceName: "web*", eventName: trigger}]
              triggers:
              - template:
                  name: also
                  k8s:
                    source:
                      resource: {apiVersion: v1, kind: ConfigMap, metadata: {generateName: also-}}
            """;

    @Seeded(tries = 25)
    void every_accepted_event_fires_once_per_trigger(RandomGenerator random) {
        try (var bench = new EventBench().start()) {
            bench.applyGuide("eventbus.yaml", "event-source.yaml", "sensor.yaml");
            bench.apply(SECOND);
            bench.awaitCondition(ResourceTypes.SENSOR, "second", "Deployed", "True");
            bench.awaitCondition(ResourceTypes.SENSOR, "ml-pipeline-sensor", "Deployed", "True");
            assertThat(bench.store.live(TriggerFacts.KIND)).as("triggers that listen").hasSize(2);
            var accepted = new TreeMap<String, String>();
            var asked = new ArrayList<String>();
            for (int step = 0; step < 25; step++) {
                switch (random.nextInt(12)) {
                    case 0 -> bench.store.failCommits(1 + random.nextInt(3));
                    case 1 -> bench.restart();
                    case 2 -> bench.kill();
                    case 3 -> bench.process.cutAfter(random.nextInt(6));
                    case 4 -> bench.process.failFlush();
                    case 5 -> bench.now.updateAndGet(now -> now.plusSeconds(random.nextInt(-100, 100)));
                    case 6 -> {
                        if (!asked.isEmpty()) {
                            post(bench, asked.get(random.nextInt(asked.size())), accepted);
                        }
                    }
                    default -> {
                        asked.add("key-" + step);
                        post(bench, asked.getLast(), accepted);
                    }
                }
            }
            bench.store.failCommits(0);
            bench.kill();
            asked.forEach(key -> post(bench, key, accepted)); // each sender repeats until it is answered
            assertThat(accepted.keySet()).containsExactlyInAnyOrderElementsOf(asked);
            Eventually.within(
                    EventBench.SOON,
                    "every event fired",
                    () ->
                            bench.workflows().size() >= accepted.size()
                                    && bench.count(ResourceTypes.CONFIG_MAP) >= accepted.size());
            Eventually.within(EventBench.SOON, "every firing recorded", () -> open(bench) == 0);
            assertThat(bench.workflows().stream().map(one -> one.annotations().get("tiphys.io/event")))
                    .containsExactlyInAnyOrderElementsOf(accepted.values());
            assertThat(bench.count(ResourceTypes.CONFIG_MAP)).isEqualTo(accepted.size());
        }
    }

    /// A sender posts, perhaps once more because it was not answered; it must hear of the same event again.
    private static void post(EventBench bench, String key, Map<String, String> accepted) {
        try {
            var event = bench.post("webhook", "trigger", "{\"model\":\"m\",\"dataset\":\"d\"}", Optional.of(key));
            assertThat(accepted.getOrDefault(key, event)).as("the event of %s", key).isEqualTo(event);
            accepted.put(key, event);
        } catch (CompletionException e) {
            assertThat(e).hasCauseInstanceOf(StoreUnavailable.class);
        }
    }

    /// How many firings the journal alone says are open.
    private static int open(EventBench bench) {
        int open = 0;
        for (var stream : bench.store.live(TriggerFacts.KIND).keySet()) {
            var trigger = Trigger.fresh();
            bench.store
                    .read(stream, 0, 100_000)
                    .forEach(entry -> trigger.apply(TriggerFacts.decode(entry), entry.at()));
            open += trigger.view().open().size();
        }
        return open;
    }
}
