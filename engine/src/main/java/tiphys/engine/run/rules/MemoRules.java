package tiphys.engine.run.rules;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import tiphys.engine.run.state.CacheEntry;
import tiphys.engine.run.state.Node;
import tiphys.engine.run.state.NodePhase;
import tiphys.engine.run.state.NodeType;
import tiphys.engine.run.state.Outputs;
import tiphys.engine.run.state.RunFact;
import tiphys.engine.run.state.RunFact.Role;
import tiphys.engine.run.state.RunState;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.gotext.GoDuration;
import tiphys.language.tags.Tags;
import tiphys.language.tags.Tags.Unresolved;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Template;

/// Results that are kept under a key, and used again instead of running (Argo's 1.8): looked up once a node has its locks, kept
/// when it has succeeded. Argo's one cache for all namespaces is one for each here.
final class MemoRules {
    private static final Pattern KEY = Pattern.compile("^[a-zA-Z0-9][-a-zA-Z0-9]*$");

    private final Decider deciding;
    private final RunState state;

    MemoRules(Decider deciding) {
        this.deciding = deciding;
        this.state = deciding.state;
    }

    /// What `memoize` says of a node.
    ///
    /// @param maxAge how old a result may be; empty for any age
    record Wish(String cache, String key, Optional<Duration> maxAge) {}

    /// That of a template with these inputs; empty if it keeps nothing.
    ///
    /// @throws EvaluationFailed if it cannot be worked out, or the key is none
    Optional<Wish> of(Template template, Map<String, String> inputs) {
        var memoize = template.json().mapAt("memoize");
        if (memoize.fields().isEmpty()) {
            return Optional.empty();
        }
        var json =
                (Value.Mapping)
                        Tags.replace(memoize, new RunScope(state, inputs, -1), Unresolved.LAST, Budget.standard());
        var key = json.textAt("key").orElse("");
        if (!KEY.matcher(key).matches()) {
            throw new EvaluationFailed("invalid cache key: " + key);
        }
        var age = json.textAt("maxAge").orElse("");
        var maxAge = GoDuration.parse(age);
        if (!age.isEmpty() && maxAge.isEmpty()) {
            throw new EvaluationFailed("invalid maxAge: " + GoDuration.complaint(age));
        }
        return Optional.of(new Wish(json.textAt("cache", "configMap", "name").orElse(""), key, maxAge));
    }

    private Optional<Wish> of(Node node) {
        return of(state.plan(node).template(), node.inputs);
    }

    /// Looks a node up before it does anything.
    ///
    /// @return whether it does nothing before the answer
    boolean asks(Node node) {
        if (node.memo != null || node.role == Role.TRY || state.kept.containsKey(node.name)) {
            return false;
        }
        try {
            var wish = of(node);
            wish.ifPresent(one -> deciding.emit(new RunFact.CacheAsked(node.index, one.cache(), one.key())));
            return wish.isPresent();
        } catch (EvaluationFailed e) {
            deciding.ends.end(node, NodePhase.ERROR, deciding.begin.startError(node, e), Outputs.NONE);
            return true;
        }
    }

    /// What was found.
    ///
    /// @param kept the ConfigMap's value; empty if there is none
    void answered(int era, int index, Optional<String> kept) {
        if (era != state.era || !state.asking.contains(index)) {
            return;
        }
        var node = state.node(index);
        try {
            var entry = kept.map(CacheEntry::parse).filter(one -> fresh(node, one));
            deciding.emit(
                    new RunFact.CacheAnswered(index, entry.isPresent(), entry.map(CacheEntry::nodeId).orElse("")));
            if (entry.isPresent()) {
                deciding.ends.end(node, NodePhase.SUCCEEDED, "", entry.get().outputs());
            } else {
                deciding.begin.goWithRoom(node);
            }
        } catch (EvaluationFailed e) {
            deciding.emit(new RunFact.CacheAnswered(index, false, ""));
            deciding.ends.end(node, NodePhase.ERROR, deciding.begin.startError(node, e), Outputs.NONE);
        }
    }

    private boolean fresh(Node node, CacheEntry entry) {
        return of(node).flatMap(Wish::maxAge).map(age -> !entry.created().plus(age).isBefore(deciding.at)).orElse(true);
    }

    /// Keeps what a node gave that has just ended. One that only waited has nothing to keep, as in Argo.
    void ended(Node node) {
        boolean waited = node.type == NodeType.SUSPEND;
        if (node.memo != null && !node.memo.hit() && node.phase == NodePhase.SUCCEEDED && !waited) {
            deciding.emit(new RunFact.CacheStored(node.index));
        }
    }
}
