package tiphys.server.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import tiphys.engine.AttemptId;
import tiphys.engine.NodeArtifact;
import tiphys.engine.Runs;
import tiphys.engine.lock.LockName;
import tiphys.engine.lock.LockTable;
import tiphys.manifest.Value;

/// Runs that are as a test says; keeps what they were told.
final class FakeRuns implements Runs {
    final Map<String, Summary> summaries = new LinkedHashMap<>();
    final Map<String, Value.Mapping> details = new ConcurrentHashMap<>();
    final Map<String, List<AttemptId>> attempts = new ConcurrentHashMap<>();
    final List<Control> told = new ArrayList<>();
    final List<NodeArtifact> artifacts = new ArrayList<>();
    Optional<String> refusal = Optional.empty();
    Optional<Query> lastQuery = Optional.empty();

    static Summary summary(String name) {
        return new Summary(
                "uid-" + name,
                "ns",
                name,
                "Running",
                "",
                "2026-11-24T12:00:00.000Z",
                "2026-11-24T12:00:01.000Z",
                "",
                "1/2",
                "train",
                "e1",
                true,
                "",
                List.of(Value.object("name", "model", "value", "resnet", "fallback", "")));
    }

    /// A run in namespace `ns` that started when it was made.
    static Summary summary(String name, String phase, String template, String created, String finished) {
        return new Summary(
                "uid-" + name,
                "ns",
                name,
                phase,
                "",
                created,
                created,
                finished,
                "1/1",
                template,
                "",
                false,
                "",
                List.of());
    }

    void add(String name) {
        summaries.put(name, summary(name));
    }

    /// A run with one node whose one attempt is in that state.
    void node(String run, String node, AttemptId attempt, String state) {
        attempts.put(node, List.of(attempt));
        details.put(
                run,
                Value.object(
                        "name",
                        run,
                        "nodes",
                        List.of(
                                Value.object(
                                        "id",
                                        node,
                                        "attempts",
                                        List.of(Value.object("id", attempt.text(), "number", 0, "state", state))))));
    }

    @Override
    public List<Summary> list(Query query) {
        lastQuery = Optional.of(query);
        var uids = summaries.values().stream().map(Summary::uid).toList();
        return summaries.values().stream().skip(uids.indexOf(query.before()) + 1L).limit(query.limit()).toList();
    }

    @Override
    public Optional<Summary> find(String namespace, String name) {
        return namespace.equals("ns") ? Optional.ofNullable(summaries.get(name)) : Optional.empty();
    }

    @Override
    public Optional<Value.Mapping> status(String uid) {
        return Optional.empty();
    }

    @Override
    public Optional<Value.Mapping> detail(String namespace, String name) {
        return Optional.ofNullable(details.get(name));
    }

    @Override
    public List<AttemptId> attempts(String uid, String nodeId) {
        return attempts.getOrDefault(nodeId, List.of());
    }

    @Override
    public List<Value.Mapping> explain(String uid, Optional<String> nodeId) {
        return List.of(Value.object("what", "about " + uid + nodeId.map(node -> "/" + node).orElse("")));
    }

    @Override
    public CompletableFuture<Optional<String>> control(String namespace, String name, Control control, String user) {
        told.add(control);
        return CompletableFuture.completedFuture(refusal);
    }

    @Override
    public List<NodeArtifact> artifacts(String uid) {
        return List.copyOf(artifacts);
    }

    @Override
    public List<LockTable.Standing> locks(String namespace) {
        var mutex = new LockName(LockName.Kind.MUTEX, "ns", "m", "");
        return namespace.equals("ns")
                ? List.of(new LockTable.Standing(mutex, 1, List.of("ns/a"), List.of("ns/b/b-1"), 1))
                : List.of();
    }
}
