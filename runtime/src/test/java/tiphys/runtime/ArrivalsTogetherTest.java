package tiphys.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tiphys.runtime.EventBench.NS;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tiphys.events.Arrival;
import tiphys.events.EventData;
import tiphys.events.Events;
import tiphys.events.source.Surroundings;
import tiphys.journal.StoreUnavailable;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.objects.ResourceTypes;

/// Arrivals that go in together.
class ArrivalsTogetherTest {
    private static final String SOURCE =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: EventSource
            metadata: {name: webhook}
            spec:
              webhook:
                trigger: {port: "12000", endpoint: /trigger, method: POST, filter: {expression: "n % 2 == 0"}}
            """;

    private final EventBench bench = new EventBench().start();

    @BeforeEach
    void apply() {
        bench.applyGuide("eventbus.yaml");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private Surroundings plain() {
        bench.applyGuide("event-source.yaml");
        return around();
    }

    private Surroundings filtered() {
        bench.apply(SOURCE);
        return around();
    }

    private Surroundings around() {
        bench.awaitCondition(ResourceTypes.EVENT_SOURCE, "webhook", "Deployed", "True");
        return bench.webhooks.routes().iterator().next().around();
    }

    private Arrival arrival(Surroundings around, int n, Optional<String> identity) {
        return new Arrival(
                NS,
                "webhook",
                "trigger",
                "webhook",
                EventData.of(Value.object("n", n)),
                identity,
                bench.clock.instant(),
                List.of(around.checkpoint().to("part", n)));
    }

    private void takeIn(Surroundings around, int from, int to, Optional<String> identity) {
        around.intake()
                .acceptAll(
                        IntStream.rangeClosed(from, to)
                                .mapToObj(n -> arrival(around, n, identity.map(id -> id + n)))
                                .toList())
                .join();
    }

    private List<String> recorded() {
        return bench.hub.list(Events.Query.of("", "", "", 100)).items().reversed().stream()
                .map(item ->
                        bench.story(item.textAt("id").orElseThrow()).find("data", "n").map(Json::write).orElseThrow())
                .toList();
    }

    @Test
    void they_are_events_in_their_order_and_the_source_is_behind_the_last() {
        var around = plain();
        takeIn(around, 1, 4, Optional.empty());
        assertThat(recorded()).containsExactly("1", "2", "3", "4");
        assertThat(around.checkpoint().at("part")).hasValue(4);
    }

    @Test
    void one_that_is_known_does_not_keep_the_others_out() {
        var around = plain();
        takeIn(around, 2, 2, Optional.of("id"));
        takeIn(around, 1, 4, Optional.of("id"));
        assertThat(recorded()).containsExactly("2", "1", "3", "4");
        assertThat(around.checkpoint().at("part")).hasValue(4);
    }

    @Test
    void what_a_filter_holds_back_is_passed_over_all_the_same() {
        var around = filtered();
        takeIn(around, 1, 5, Optional.empty());
        assertThat(recorded()).containsExactly("2", "4");
        assertThat(around.checkpoint().at("part")).hasValue(5);
        takeIn(around, 7, 7, Optional.empty());
        assertThat(recorded()).containsExactly("2", "4");
        assertThat(around.checkpoint().at("part")).hasValue(7);
    }

    @Test
    void if_the_store_cannot_write_none_of_them_is_there() {
        var around = plain();
        bench.store.failCommits(1_000);
        assertThatThrownBy(() -> takeIn(around, 1, 4, Optional.empty()))
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(StoreUnavailable.class);
        assertThat(recorded()).isEmpty();
        assertThat(around.checkpoint().at("part")).isEmpty();
    }
}
