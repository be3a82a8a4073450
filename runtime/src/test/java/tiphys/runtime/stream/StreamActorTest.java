package tiphys.runtime.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tiphys.journal.InMemoryJournal;
import tiphys.journal.NewEntry;
import tiphys.journal.Quarantine;
import tiphys.journal.StoreUnavailable;
import tiphys.journal.StreamName;

class StreamActorTest {
    private static final StreamName NAME = new StreamName("run", "one");
    private static final StreamName NEIGHBOUR = new StreamName("run", "two");

    private final InMemoryJournal journal = new InMemoryJournal();
    private final Quarantine quarantine = Quarantine.forgetful();
    private final List<StreamName> aside = new ArrayList<>();

    /// Records every command; some it cannot bear.
    private final class Words implements StreamActor.Decider<String> {
        private final StreamName name;

        Words(StreamName name) {
            this.name = name;
        }

        @Override
        public Optional<String> decide(String command, Instant at, StreamActor.Work work) {
            switch (command) {
                case "deep" -> work.entries.add(new NewEntry("depth/1", new byte[depth(1)]));
                case "broken" -> throw new IllegalStateException("a bug");
                case "away" -> throw new StoreUnavailable("not now", new IllegalStateException());
                default -> work.entries.add(new NewEntry("word/1", command.getBytes(StandardCharsets.UTF_8)));
            }
            return Optional.empty();
        }

        private int depth(int below) {
            return 1 + depth(below + 1);
        }

        @Override
        public String about(String command) {
            return command;
        }

        @Override
        public void beforeCommit(Instant at, StreamActor.Work work) {}

        @Override
        public long reload() {
            return journal.live("run").getOrDefault(name, 0L);
        }
    }

    private StreamActor<String> actor(StreamName name) {
        var clock = InstantSource.fixed(Instant.EPOCH);
        var context = new ActorContext(journal, clock, Runnable::run, new Wakeups(clock), 10, quarantine, aside::add);
        return new StreamActor<>(name, new Words(name), context);
    }

    @Test
    void a_stream_that_runs_out_of_stack_is_set_aside_alone() {
        var actor = actor(NAME);
        assertThat(actor.ask("deep").join().orElseThrow())
                .contains("run/one is set aside, because deciding about it failed: java.lang.StackOverflowError")
                .contains("tiphys repair run/one");
        assertThat(actor.ask("word").join()).isPresent();
        assertThat(quarantine.all()).containsOnlyKeys(NAME);
        assertThat(aside).containsExactly(NAME);
        assertThat(actor(NEIGHBOUR).ask("word").join()).isEmpty();
        assertThat(journal.live("run")).containsOnlyKeys(NEIGHBOUR);
    }

    @Test
    void a_stream_that_was_set_aside_before_is_not_even_read() {
        quarantine.setAside(NAME, "set aside yesterday");
        var actor = actor(NAME);
        assertThat(actor.ask("word").join())
                .contains(
                        "run/one is set aside yesterday; the other streams go on; `tiphys repair run/one` tries it again");
        quarantine.release(NAME);
        assertThat(actor(NAME).ask("word").join()).isEmpty();
    }

    @Test
    void a_question_that_runs_out_of_stack_fails_alone() {
        var actor = actor(NAME);
        var words = new Words(NAME);
        assertThat(actor.query(() -> words.depth(1))).failsWithin(java.time.Duration.ofSeconds(5));
        assertThat(actor.ask("word").join()).isEmpty();
    }

    @Test
    void a_store_that_cannot_be_read_is_no_reason_to_set_anything_aside() {
        var actor = actor(NAME);
        assertThat(actor.ask("away"))
                .failsWithin(java.time.Duration.ofSeconds(5))
                .withThrowableOfType(java.util.concurrent.ExecutionException.class)
                .withCauseInstanceOf(StoreUnavailable.class);
        assertThat(quarantine.all()).isEmpty();
    }

    @Test
    void a_bug_sets_its_stream_aside() {
        assertThat(actor(NAME).ask("broken").join()).isPresent();
        assertThat(quarantine.reason(NAME))
                .contains("set aside, because deciding about it failed: java.lang.IllegalStateException: a bug");
    }
}
