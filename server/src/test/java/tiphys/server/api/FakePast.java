package tiphys.server.api;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import tiphys.events.past.Past;
import tiphys.events.past.Selection;
import tiphys.manifest.Value;

/// Remembers what was asked of the recorded events.
final class FakePast implements Past {
    Optional<Selection> selection = Optional.empty();
    Optional<String> again = Optional.empty();
    long after;
    int most;

    Optional<Value.Mapping> sensor = Optional.empty();
    String against = "";

    @Override
    public CompletableFuture<Value.Mapping> whatIf(Value.Mapping object, String name, Selection events, int samples) {
        sensor = Optional.of(object);
        against = name;
        selection = Optional.of(events);
        most = samples;
        return CompletableFuture.completedFuture(Value.object("sensor", "s"));
    }

    @Override
    public CompletableFuture<Value.Mapping> plan(Selection events, Optional<String> name) {
        selection = Optional.of(events);
        again = name;
        return CompletableFuture.completedFuture(Value.object("events", 3));
    }

    @Override
    public CompletableFuture<Value.Mapping> replay(Selection events, Optional<String> name, long from, int number) {
        selection = Optional.of(events);
        again = name;
        after = from;
        most = number;
        return CompletableFuture.completedFuture(Value.object("next", 0));
    }
}
