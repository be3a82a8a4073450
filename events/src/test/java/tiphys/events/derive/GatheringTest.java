package tiphys.events.derive;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import tiphys.events.Event;
import tiphys.manifest.Json;
import tiphys.testkit.Seeded;

class GatheringTest {
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

    private final List<Gathered> made = new ArrayList<>();
    private long sequence;

    private static Event event(long number, Duration later, String body) {
        var data = Json.parse("{\"body\":" + body + "}");
        return new Event("e" + number, "ns", "es", "webhook", "e", NOON.plus(later), data);
    }

    private void come(Gathering gathering, long second, String body) {
        sequence++;
        made.addAll(gathering.offer(sequence, event(sequence, Duration.ofSeconds(second), body)));
    }

    /// `count:e1,e2` for each.
    private List<String> told() {
        return made.stream()
                .map(one -> one.why() + ":" + String.join(",", one.events().stream().map(Event::id).toList()))
                .toList();
    }

    @Nested
    class A_batch {
        private final Gathering batch = new Gathering(new Rule.Batch("", 3, Duration.ofSeconds(30)), NOON);

        @Test
        void is_made_of_so_many_or_of_what_came_in_time() {
            come(batch, 0, "{}");
            come(batch, 1, "{}");
            assertThat(batch.settled(sequence)).isZero();
            come(batch, 2, "{}");
            assertThat(batch.settled(sequence)).isEqualTo(3);
            come(batch, 10, "{}");
            assertThat(batch.due()).contains(NOON.plusSeconds(40));
            assertThat(batch.expire(NOON.plusSeconds(39))).isEmpty();
            made.addAll(batch.expire(NOON.plusSeconds(40)));
            assertThat(told()).containsExactly("count:e1,e2,e3", "time:e4");
        }

        @Test
        void that_is_over_ends_before_a_later_event_begins_the_next_one() {
            come(batch, 0, "{}");
            come(batch, 31, "{}");
            assertThat(told()).containsExactly("time:e1");
            assertThat(made.getFirst().at()).isEqualTo(NOON.plusSeconds(30));
            assertThat(batch.due()).contains(NOON.plusSeconds(61));
        }

        @Test
        void of_a_key_is_apart_from_those_of_others() {
            var keyed = new Gathering(new Rule.Batch("body.k", 2, Duration.ofSeconds(30)), NOON);
            come(keyed, 0, "{\"k\":\"a\"}");
            come(keyed, 1, "{\"k\":\"b\"}");
            come(keyed, 2, "{}");
            come(keyed, 3, "{\"k\":\"b\"}");
            assertThat(told()).containsExactly("count:e2,e4");
            assertThat(made.getFirst().key()).isEqualTo("b");
            assertThat(keyed.settled(sequence)).isZero();
        }
    }

    @Test
    void a_debounce_waits_for_quiet_but_not_for_ever() {
        var calm =
                new Gathering(new Rule.Debounce("", Duration.ofSeconds(5), Optional.of(Duration.ofSeconds(12))), NOON);
        for (int second : new int[] {0, 4, 8, 20}) {
            come(calm, second, "{}");
        }
        made.addAll(calm.expire(NOON.plusSeconds(25)));
        assertThat(told()).containsExactly("time:e1,e2,e3", "quiet:e4");
        assertThat(made.getFirst().payload().textAt("body", "why")).contains("time");
    }

    @Test
    void all_of_a_key_are_waited_for_and_a_value_that_comes_twice_counts_once() {
        var all = new Gathering(new Rule.WaitForAll("body.day", "body.part", 2, Duration.ofHours(1)), NOON);
        come(all, 0, "{\"day\":\"mon\",\"part\":0}");
        come(all, 1, "{\"day\":\"tue\",\"part\":0}");
        come(all, 2, "{\"day\":\"mon\",\"part\":0}");
        assertThat(told()).isEmpty();
        come(all, 3, "{\"day\":\"mon\",\"part\":1}");
        assertThat(told()).containsExactly("complete:e1,e3,e4");
        made.addAll(all.expire(NOON.plusSeconds(3601)));
        assertThat(told()).containsExactly("complete:e1,e3,e4", "incomplete:e2");
        assertThat(made.getLast().incomplete()).isTrue();
    }

    @Test
    void a_silence_is_told_once_until_the_next_event() {
        var silence = new Gathering(new Rule.Silence(Duration.ofMinutes(10)), NOON);
        made.addAll(silence.expire(NOON.plusSeconds(600)));
        made.addAll(silence.expire(NOON.plusSeconds(1_000)));
        assertThat(silence.due()).isEmpty();
        come(silence, 1_000, "{}");
        come(silence, 1_100, "{}");
        come(silence, 2_000, "{}");
        assertThat(made).extracting(Gathered::identity).containsExactly("silence after ", "silence after e2");
        silence.silenceTold("e1");
        assertThat(silence.due()).isPresent();
        silence.silenceTold("e3");
        assertThat(silence.due()).isEmpty();
    }

    @Test
    void what_there_is_no_room_for_is_made_an_event_early() {
        var batch = new Gathering(new Rule.Batch("body.k", 10_000, Duration.ofHours(1)), NOON);
        for (int i = 0; i < 10_001; i++) {
            come(batch, 0, "{\"k\":%d}".formatted(i));
        }
        assertThat(told()).containsExactly("size:e1");
    }

    /// Killed anywhere and begun again behind the checkpoint, without what was recorded, it makes what it would have made.
    @Seeded
    void what_is_read_again_comes_to_the_same(RandomGenerator random) {
        var rule =
                switch (random.nextInt(3)) {
                    case 0 ->
                            new Rule.Batch(
                                    random.nextBoolean() ? "" : "body.k",
                                    1 + random.nextInt(5),
                                    Duration.ofSeconds(20));
                    case 1 -> new Rule.Debounce("body.k", Duration.ofSeconds(5), Optional.of(Duration.ofSeconds(20)));
                    default -> new Rule.WaitForAll("body.k", "body.p", 3, Duration.ofSeconds(60));
                };
        var events = new ArrayList<Event>();
        var at = Duration.ZERO;
        for (int i = 1; i <= 60; i++) {
            at = at.plusMillis(random.nextInt(8_000));
            events.add(event(i, at, "{\"k\":%d,\"p\":%d}".formatted(random.nextInt(3), random.nextInt(4))));
        }
        var end = NOON.plus(at).plus(Duration.ofHours(1));
        var whole = fold(rule, events, 0, new HashSet<>(), events.size());
        whole.addAll(whole.gathering.expire(end));

        int killed = random.nextInt(events.size());
        var before = fold(rule, events, 0, new HashSet<>(), killed);
        var parts = new HashSet<String>();
        before.made.forEach(one -> one.events().forEach(part -> parts.add(part.id())));
        var after = fold(rule, events, (int) before.gathering.settled(killed), parts, events.size());
        after.addAll(after.gathering.expire(end));

        var both = new ArrayList<>(before.made);
        both.addAll(after.made);
        assertThat(both)
                .extracting(Gathered::identity)
                .containsExactlyElementsOf(whole.made.stream().map(Gathered::identity).toList());
    }

    private record Folded(Gathering gathering, List<Gathered> made) {
        void addAll(List<Gathered> more) {
            made.addAll(more);
        }
    }

    private static Folded fold(Rule rule, List<Event> events, int from, HashSet<String> parts, int until) {
        var folded = new Folded(new Gathering(rule, NOON), new ArrayList<>());
        for (int i = from; i < until; i++) {
            if (!parts.contains(events.get(i).id())) {
                folded.addAll(folded.gathering.offer(i + 1L, events.get(i)));
            }
        }
        return folded;
    }
}
