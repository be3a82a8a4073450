package tiphys.engine.run.rules;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tiphys.engine.lock.LockAnswer;
import tiphys.engine.lock.LockName;
import tiphys.engine.lock.LockRequest;
import tiphys.engine.lock.LockTicket;
import tiphys.engine.run.state.Node;
import tiphys.engine.run.state.NodeNames;
import tiphys.engine.run.state.NodePhase;
import tiphys.engine.run.state.Outputs;
import tiphys.engine.run.state.RunFact;
import tiphys.engine.run.state.RunState;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.Scope;
import tiphys.language.tags.Tags;
import tiphys.language.tags.Tags.Unresolved;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Synchronization;
import tiphys.manifest.workflow.Template;
import tiphys.manifest.workflow.WorkflowSpec;

/// Mutexes and semaphores of a run and of its nodes (Argo's 1.8): what they ask for, and what follows the answer. A node that
/// waits is Pending; a try of a retry asks for nothing, for the retry holds its locks through all of them. Whatever ends
/// gives back what it holds, by a fact of its own ([Decider#emit]).
public final class LockRules {
    /// What a node says that is not begun any more when it gets its locks.
    static final String STOPPED = "workflow shutdown with strategy: Stop";

    private static final String FAILED = "Failed to acquire the synchronization lock. ";

    private final Decider deciding;
    private final RunState state;

    LockRules(Decider deciding) {
        this.deciding = deciding;
        this.state = deciding.state;
    }

    /// The locks that a template's node must hold.
    ///
    /// @throws EvaluationFailed if a name cannot be worked out
    List<LockName> of(Template template, Map<String, String> inputs) {
        return template.json().find("synchronization").isEmpty()
                ? List.of()
                : names(template.json(), new RunScope(state, inputs, -1));
    }

    /// The locks that a whole run must hold.
    ///
    /// @throws EvaluationFailed if a name cannot be worked out
    List<LockName> of(WorkflowSpec spec) {
        if (spec.json().find("synchronization").isEmpty()) {
            return List.of();
        }
        Map<String, Value> known = new LinkedHashMap<>();
        RunScope.values(spec).forEach((name, value) -> known.put("workflow.parameters." + name, Value.text(value)));
        known.put("workflow.name", Value.text(state.name));
        known.put("workflow.namespace", Value.text(state.namespace));
        return names(spec.json(), Scope.of(known));
    }

    private List<LockName> names(Value.Mapping owner, Scope scope) {
        var json =
                (Value.Mapping)
                        Tags.replace(owner.mapAt("synchronization"), scope, Unresolved.REFUSE, Budget.standard());
        var names = new ArrayList<LockName>();
        for (var lock : new Synchronization(json).locks()) {
            var kind =
                    lock.mutex()
                            ? lock.database() ? LockName.Kind.DATABASE_MUTEX : LockName.Kind.MUTEX
                            : lock.database() ? LockName.Kind.DATABASE : LockName.Kind.CONFIG_MAP;
            var namespace = lock.namespace().isEmpty() ? state.namespace : lock.namespace();
            var name = new LockName(kind, namespace, lock.name(), lock.key());
            if (lock.database()) { // what Argo says where none is configured
                throw new EvaluationFailed(
                        "database session is not available for "
                                + (lock.mutex() ? "mutex " : "semaphore ")
                                + name.text());
            }
            names.add(name);
        }
        return names;
    }

    /// Asks for the locks of the whole run.
    ///
    /// @return whether it has any to ask for, so that it does not go on now
    boolean waits(WorkflowSpec spec) {
        List<LockName> names;
        try {
            names = of(spec);
        } catch (EvaluationFailed e) {
            deciding.emit(new RunFact.Ended(NodePhase.FAILED, FAILED + e.getMessage()));
            return true;
        }
        if (!names.isEmpty()) {
            deciding.emit(new RunFact.LocksAsked(-1, names));
        }
        return !names.isEmpty();
    }

    /// What became of a wish; one that nobody waits for any more changes nothing.
    void answered(LockTicket ticket, LockAnswer answer) {
        if (ticket.era() != state.era || state.ended || !state.waitsForLocks(ticket.node())) {
            return;
        }
        int node = ticket.node();
        switch (answer) {
            case LockAnswer.Granted _ -> {
                deciding.emit(new RunFact.LocksGranted(node));
                if (node < 0) {
                    deciding.control.goOn();
                } else {
                    goOn(state.node(node));
                }
            }
            case LockAnswer.Waiting(var lock, var free, var limit, var holders) -> {
                deciding.emit(new RunFact.LocksAwaited(node, lock, free, limit, holders));
                deciding.later(deciding.ends::endWhatIsStopped);
            }
            case LockAnswer.Refused(var why) -> {
                deciding.emit(new RunFact.LocksRefused(node, why));
                if (node < 0) {
                    deciding.emit(new RunFact.Ended(NodePhase.FAILED, FAILED + why));
                } else {
                    var message = deciding.begin.startError(state.node(node), new EvaluationFailed(why));
                    deciding.ends.end(state.node(node), NodePhase.ERROR, message, Outputs.NONE);
                }
            }
        }
    }

    private void goOn(Node node) {
        deciding.hooks.changed(node);
        if (!node.phase.fulfilled()) {
            deciding.begin.proceed(node);
        }
    }

    /// What a run or a node asked for, as the table of locks takes it.
    ///
    /// @param node the node's index; -1 for the run
    public static LockRequest request(RunState state, int node) {
        var locks = state.locks(node).orElseThrow();
        var holder = state.namespace + "/" + state.name;
        return new LockRequest(
                ticket(state, node),
                node < 0 ? holder : holder + "/" + NodeNames.id(state.name, state.node(node).name),
                locks.names(),
                priority(spec(state)),
                created(state),
                locks.askedMicros(),
                above(state, node));
    }

    private static WorkflowSpec spec(RunState state) {
        return state.library == null ? ControlRules.joined(state) : state.library.spec();
    }

    /// Who has more goes first.
    public static long priority(WorkflowSpec spec) {
        return spec.json().find("priority").map(LockRules::number).orElse(0L);
    }

    private static long number(Value value) {
        return value instanceof Value.Number number ? number.decimal().longValue() : 0;
    }

    /// When the Workflow was made.
    public static long created(RunState state) {
        return state.workflow
                .textAt("metadata", "creationTimestamp")
                .map(java.time.Instant::parse)
                .map(RunState::micros)
                .orElse(0L);
    }

    public static LockTicket ticket(RunState state, int node) {
        return new LockTicket(state.uid, state.era, node);
    }

    /// Who does not end before a node ends, and holds locks.
    private static List<LockTicket> above(RunState state, int node) {
        var above = new ArrayList<LockTicket>();
        if (node < 0) {
            return above;
        }
        if (state.locks != null && state.locks.held()) {
            above.add(ticket(state, -1));
        }
        for (var one = state.node(node); one.parent >= 0; ) {
            one = state.node(one.parent);
            if (one.locks != null && one.locks.held()) {
                above.add(ticket(state, one.index));
            }
        }
        return above;
    }
}
