package tiphys.events.hook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import tiphys.events.source.Assignment;
import tiphys.events.source.Source;
import tiphys.events.source.SourceFields;
import tiphys.events.source.SourceKind;
import tiphys.events.source.SourceSettings;
import tiphys.events.source.SourceState;
import tiphys.events.source.SourceWorld;
import tiphys.events.source.Surroundings;
import tiphys.manifest.Value;

/// When hooks are registered, looked after and deleted, and what is said of it. Time is the test's, and so is the thread.
class HookedSourceTest {
    private static final Duration DAY = Duration.ofDays(1);

    private final SourceWorld world = new SourceWorld(Runnable::run);
    private final Sender sender = new Sender();
    private final Door door = new Door();

    /// A sender that may refuse, with the hooks that it has: `PLACE URL`.
    private static final class Sender implements Registrar {
        final TreeSet<String> hooks = new TreeSet<>();
        final List<String> told = new ArrayList<>();
        final Map<String, String> refuses = new HashMap<>();

        @Override
        public List<String> places(Hook hook) {
            return hook.manifest().listAt("places").stream()
                    .map(Value.Text.class::cast)
                    .map(Value.Text::value)
                    .toList();
        }

        @Override
        public void register(Hook hook, String place, Occasion occasion) throws IOException {
            told.add(occasion + " " + place);
            answer(place);
            hooks.add(place + " " + hook.url());
        }

        @Override
        public void remove(Hook hook, String place) throws IOException {
            told.add("REMOVE " + place);
            answer(place);
            hooks.remove(place + " " + hook.url());
        }

        private void answer(String place) throws IOException {
            if (refuses.containsKey(place)) {
                throw new IOException(refuses.get(place));
            }
        }
    }

    private static final class Door implements Source {
        SourceState state = new SourceState.Running(SourceWorld.NOON);
        boolean closed;

        @Override
        public SourceState state() {
            return state;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private record Settings() implements SourceSettings {
        @Override
        public Optional<Value.Mapping> metadata() {
            return Optional.empty();
        }
    }

    private Source start(boolean goesAtTheEnd, String url, Object... places) {
        var hook =
                new Hook(
                        "sender",
                        "event",
                        url,
                        Value.object("places", List.of(places)),
                        Map.of("token", "s3cret\n", "none", ""),
                        goesAtTheEnd,
                        Duration.ofMinutes(10));
        return world.start(new Kind(hook), new Settings());
    }

    private final class Kind implements SourceKind {
        private final Hook hook;

        Kind(Hook hook) {
            this.hook = hook;
        }

        @Override
        public String key() {
            return "sender";
        }

        @Override
        public String claims() {
            return "";
        }

        @Override
        public SourceSettings read(SourceFields event) {
            return new Settings();
        }

        @Override
        public String address(SourceSettings settings) {
            return hook.url();
        }

        @Override
        public Source start(Assignment assignment, Surroundings around) {
            return new HookedSource(assignment.name(), door, hook, sender, around).start();
        }
    }

    private static SourceState running() {
        return new SourceState.Running(SourceWorld.NOON);
    }

    @Test
    void hooks_are_registered_at_the_start_and_looked_after_every_ten_minutes() {
        var source = start(false, "u", "a", "b");
        assertThat(sender.hooks).containsExactly("a u", "b u");
        assertThat(source.state()).isEqualTo(running());
        sender.told.clear();
        sender.hooks.remove("a u");
        world.pass(Duration.ofMinutes(11));
        assertThat(sender.told).containsExactly("LOOK a", "LOOK b");
        assertThat(sender.hooks).containsExactly("a u", "b u");
    }

    @Test
    void one_that_is_refused_is_told_without_secrets_and_tried_with_growing_pauses_until_it_is_there() {
        sender.refuses.put("a", "401 of s3cret");
        sender.refuses.put("b", "404");
        var source = start(false, "u", "a", "b", "c");
        assertThat(source.state())
                .isEqualTo(
                        new SourceState.BackingOff(
                                SourceWorld.NOON,
                                "the hook at sender could not be registered for a: 401 of *** (and 1 more)",
                                SourceWorld.NOON.plusSeconds(1)));
        assertThat(sender.hooks).containsExactly("c u");
        world.pass(DAY);
        long tries = sender.told.stream().filter("FIRST a"::equals).count();
        assertThat(tries).isBetween(200L, 330L); // five minutes apart in the end
        sender.refuses.clear();
        world.pass(Duration.ofMinutes(6));
        assertThat(source.state()).isEqualTo(running());
        assertThat(source.lastTrouble().orElseThrow().message()).contains("could not be registered for a");
        assertThat(sender.hooks).containsExactly("a u", "b u", "c u");
    }

    @Test
    void a_sender_that_cannot_be_asked_for_a_while_is_no_reason_to_say_that_nothing_comes_in() {
        var source = start(false, "u", "a");
        sender.refuses.put("a", "503");
        world.pass(Duration.ofMinutes(11));
        assertThat(source.state()).isEqualTo(running());
        assertThat(source.lastTrouble().orElseThrow().message())
                .isEqualTo("the hook at sender could not be looked after for a: 503");
    }

    @Test
    void what_the_listener_says_comes_first() {
        sender.refuses.put("a", "401");
        var source = start(false, "u", "a");
        door.state = new SourceState.Stopped(Instant.EPOCH, "the port is in use");
        assertThat(source.state().problem()).contains("the port is in use");
    }

    @Nested
    class The_end {
        @Test
        void of_the_server_alone_deletes_nothing() {
            start(true, "u", "a").close();
            world.pass(DAY);
            assertThat(sender.hooks).containsExactly("a u");
            assertThat(door.closed).isTrue();
            assertThat(sender.told).containsExactly("FIRST a");
        }

        @Test
        void of_an_event_deletes_its_hooks_if_the_manifest_says_so() {
            start(false, "keeps", "a").end();
            start(true, "goes", "a", "b").end();
            assertThat(sender.hooks).containsExactly("a keeps");
            assertThat(door.closed).isTrue();
        }

        @Test
        void is_tried_again_for_a_while() {
            var source = start(true, "u", "a", "b");
            sender.refuses.put("a", "503");
            source.end();
            world.pass(Duration.ofSeconds(2));
            sender.refuses.clear();
            world.pass(DAY);
            assertThat(sender.hooks).isEmpty();
            sender.refuses.put("a", "503");
            start(true, "u", "a").end();
            sender.told.clear();
            world.pass(DAY);
            assertThat(sender.told).containsExactly("REMOVE a", "REMOVE a", "REMOVE a", "REMOVE a");
        }
    }

    @Test
    void another_that_takes_its_place_keeps_the_hooks_that_it_wants_too() {
        var before = (HookedSource) start(true, "u", "a", "b");
        var after = start(true, "u", "b", "c");
        before.replacedBy(after);
        assertThat(sender.hooks).containsExactly("b u", "c u");
        assertThat(door.closed).isFalse();
        ((HookedSource) after).replacedBy(door);
        assertThat(sender.hooks).isEmpty();
        world.pass(DAY);
        assertThat(sender.hooks).isEmpty();
    }
}
