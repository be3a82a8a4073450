package tiphys.server.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import tiphys.events.Events;
import tiphys.manifest.Value;

/// Events that are as a test says.
final class FakeEvents implements Events {
    final List<Value.Mapping> events = new ArrayList<>();
    CompletableFuture<Replayed> replayed = CompletableFuture.completedFuture(new Replayed.Unknown());
    CompletableFuture<String> sent = CompletableFuture.completedFuture("e9");
    Optional<Value> lastBody = Optional.empty();

    @Override
    public List<Value.Mapping> list(Query query) {
        return events.stream().limit(query.limit()).toList();
    }

    @Override
    public Optional<Value.Mapping> find(String id) {
        return events.stream().filter(event -> event.textAt("id").equals(Optional.of(id))).findFirst();
    }

    @Override
    public CompletableFuture<Replayed> replay(String id, boolean confirmed) {
        return confirmed ? CompletableFuture.completedFuture(new Replayed.Given(List.of("sensor/trigger"))) : replayed;
    }

    @Override
    public CompletableFuture<String> send(String namespace, String eventSource, String eventName, Value body) {
        lastBody = Optional.of(body);
        return sent;
    }

    @Override
    public Value.Mapping flow(String namespace) {
        return Value.object("namespace", namespace);
    }
}
