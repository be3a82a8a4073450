package tiphys.runtime.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import tiphys.events.source.Assignment;
import tiphys.events.source.Checkpoint;
import tiphys.events.source.Redaction;
import tiphys.events.source.Source;
import tiphys.events.source.SourceFields;
import tiphys.events.source.SourceKind;
import tiphys.events.source.SourceName;
import tiphys.events.source.SourceSettings;
import tiphys.events.source.SourceState;
import tiphys.events.source.Surroundings;
import tiphys.manifest.Value;

/// Which sources are closed, and which are ended for good.
class RunningSourcesTest {
    private final List<String> said = new ArrayList<>();
    private final Saying kind = new Saying();
    private final RunningSources sources = new RunningSources(RunningSourcesTest::around);

    private record Settings(String text) implements SourceSettings {
        @Override
        public Optional<Value.Mapping> metadata() {
            return Optional.empty();
        }
    }

    private final class Saying implements SourceKind {
        @Override
        public String key() {
            return "saying";
        }

        @Override
        public String claims() {
            return "";
        }

        @Override
        public SourceSettings read(SourceFields event) {
            return new Settings("");
        }

        @Override
        public String address(SourceSettings settings) {
            return "";
        }

        @Override
        public Source start(Assignment assignment, Surroundings around) {
            var name = assignment.name().eventName();
            return new Source() {
                @Override
                public SourceState state() {
                    return new SourceState.Running(Instant.EPOCH);
                }

                @Override
                public void close() {
                    said.add("close " + name);
                }

                @Override
                public void end() {
                    said.add("end " + name);
                }
            };
        }
    }

    private static Surroundings around(Assignment assignment) {
        return new Surroundings(
                _ -> CompletableFuture.completedFuture("id"),
                new Checkpoint(assignment.name(), assignment.uid(), _ -> 0L, _ -> List.of()),
                () -> Instant.EPOCH,
                (_, _) -> () -> {},
                Runnable::run,
                () -> {});
    }

    private RunningSources.Wanted wanted(String event, String text) {
        var name = new SourceName("ns", "es", event);
        var assignment = new Assignment(name, "uid", new Settings(text), Map.of(), "default", Optional.empty());
        return new RunningSources.Wanted(kind, assignment, Redaction.none());
    }

    @Test
    void what_nobody_wants_any_more_is_ended_and_what_is_wanted_otherwise_or_by_a_server_that_stops_is_closed() {
        sources.serve(List.of(wanted("gone", "a"), wanted("changed", "a"), wanted("stays", "a")));
        sources.serve(List.of(wanted("changed", "b"), wanted("stays", "a")));
        assertThat(said).containsExactly("end gone", "close changed");
        sources.close();
        assertThat(said).containsExactly("end gone", "close changed", "close changed", "close stays");
    }
}
