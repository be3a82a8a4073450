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
    Optional<Query> lastQuery = Optional.empty();
    Optional<Value> lastBody = Optional.empty();

    @Override
    public Page list(Query query) {
        lastQuery = Optional.of(query);
        boolean all = events.size() < query.limit();
        return new Page(events.stream().limit(query.limit()).toList(), all ? 0 : events.size() - query.limit() + 1L);
    }

    @Override
    public List<Value.Mapping> arrivals(String namespace, String eventSource) {
        return List.of(Value.object("eventSource", namespace + "/" + eventSource));
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
