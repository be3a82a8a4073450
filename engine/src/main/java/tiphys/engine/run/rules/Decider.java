package tiphys.engine.run.rules;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import tiphys.engine.run.state.Decision;
import tiphys.engine.run.state.RunCommand;
import tiphys.engine.run.state.RunFact;
import tiphys.engine.run.state.RunState;

/// One command being decided: the facts so far, each applied as it is decided, and what is still to be looked at because of
/// them. Things are looked at one after another, not inside one another, so a chain of a million nodes needs no stack.
public final class Decider {
    /// What becomes of a command: its facts, each applied already, or why it is refused.
    public static Decision decide(RunState state, RunCommand command, Instant at) {
        return new Decider(state, at).control.handle(command);
    }

    final RunState state;
    final Instant at;
    final BeginRules begin;
    final FlowRules flow;
    final LeafRules leaves;
    final ContainerRules containers;
    final DaemonRules daemons;
    final RetryRules retries;
    final EndRules ends;
    final HookRules hooks;
    final LockRules locks;
    final MemoRules memo;
    final PendingRules pending;
    final MetricRules metrics;
    final ControlRules control;
    private final List<RunFact> facts = new ArrayList<>();
    private final ArrayDeque<Runnable> agenda = new ArrayDeque<>();

    private Decider(RunState state, Instant at) {
        this.state = state;
        this.at = at;
        state.deciding(at);
        begin = new BeginRules(this);
        flow = new FlowRules(this);
        leaves = new LeafRules(this);
        containers = new ContainerRules(this);
        daemons = new DaemonRules(this);
        retries = new RetryRules(this);
        ends = new EndRules(this);
        hooks = new HookRules(this);
        locks = new LockRules(this);
        memo = new MemoRules(this);
        pending = new PendingRules(this);
        metrics = new MetricRules(this);
        control = new ControlRules(this);
    }

    /// Records a fact. What ends gives back its locks.
    void emit(RunFact fact) {
        if (fact instanceof RunFact.Ended && state.locks != null) {
            emit(new RunFact.LocksReleased(-1));
        }
        state.apply(fact, at);
        facts.add(fact);
        if (fact instanceof RunFact.NodeEnded ended && state.locks(ended.node()).isPresent()) {
            emit(new RunFact.LocksReleased(ended.node()));
        }
    }

    /// Looks at something after what is being looked at now.
    void later(Runnable look) {
        agenda.add(look);
    }

    /// Looks at something before everything else that is still to be looked at.
    void next(Runnable look) {
        agenda.addFirst(look);
    }

    /// Looks at everything that is still open, then at what may begin because room was made.
    List<RunFact> finish() {
        while (true) {
            while (!agenda.isEmpty()) {
                agenda.poll().run();
            }
            if (!flow.drainQueue() && agenda.isEmpty() && !ends.giveUp()) {
                return facts;
            }
        }
    }
}
