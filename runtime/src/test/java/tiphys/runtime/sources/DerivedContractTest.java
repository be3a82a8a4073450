package tiphys.runtime.sources;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import tiphys.events.Arrival;
import tiphys.events.Event;
import tiphys.events.SourceFacts;
import tiphys.events.source.Source;
import tiphys.events.source.SourceContract;
import tiphys.events.source.SourceWorld;
import tiphys.journal.Append;
import tiphys.journal.Transaction;
import tiphys.manifest.Value;
import tiphys.objects.InMemoryStore;
import tiphys.testkit.Eventually;

/// What happens is that an event is recorded, which makes a batch of one.
class DerivedContractTest extends SourceContract {
    private final InMemoryStore store = new InMemoryStore();
    private final DerivedKind kind = new DerivedKind(() -> store);
    private String rule = "batch: {count: 1, within: 1h}";

    DerivedContractTest() {
        super(Thread::startVirtualThread);
    }

    @Override
    protected Source start() {
        return world.start(kind, SourceWorld.read(kind, "{from: other, " + rule + "}"));
    }

    @Override
    protected void happen(int n) {
        record("other", "webhook", n);
    }

    private void record(String event, String type, int n) {
        var happened =
                new Event(
                        "e" + n,
                        "ns",
                        "es",
                        type,
                        event,
                        SourceWorld.NOON.plusSeconds(n),
                        Value.object("body", Value.object("n", n)));
        var append =
                new Append(SourceFacts.stream(happened), OptionalLong.empty(), List.of(SourceFacts.accepted(happened)));
        store.commit(Transaction.of(SourceWorld.NOON, append)).join();
    }

    @Override
    protected int number(Arrival arrival) {
        var found = arrival.payload().value().mapAt("body", "last", "body").find("n").orElseThrow();
        return ((Value.Number) found).decimal().intValue();
    }

    @Override
    protected boolean remembers() {
        return true;
    }

    @Test
    void what_time_makes_is_made_when_it_is_over() {
        rule = "batch: {count: 100, within: 30s}";
        begin();
        happen(1);
        happen(2);
        Eventually.within(
                SOON,
                "they are gathered",
                () -> {
                    world.pass(Duration.ofSeconds(10));
                    return world.recorded().size() == 1;
                });
        assertThat(world.recorded().getFirst().payload().value().textAt("body", "why")).contains("time");
        assertThat(world.recorded().getFirst().payload().value().listAt("body", "events")).hasSize(2);
    }

    @Test
    void a_silence_is_one_event() {
        rule = "silence: {after: 10m}";
        begin();
        Eventually.within(
                SOON,
                "the alarm",
                () -> {
                    world.pass(Duration.ofMinutes(10));
                    return world.recorded().size() == 1;
                });
        world.pass(Duration.ofHours(1));
        assertThat(world.recorded()).hasSize(1);
        assertThat(world.recorded().getFirst().payload().value().textAt("body", "why")).contains("silence");
        assertThat(world.recorded().getFirst().type()).isEqualTo("derived");
    }

    @Test
    void events_that_were_made_of_others_make_no_further_ones() {
        begin();
        record("other", "derived", 1);
        record("another", "webhook", 2);
        happen(3);
        Eventually.within(SOON, "the third", () -> world.recorded().size() == 1);
        assertThat(number(world.recorded().getFirst())).isEqualTo(3);
    }
}
