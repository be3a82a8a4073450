package tiphys.runtime.settings;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import tiphys.engine.lock.TurnLimits.Limits;
import tiphys.engine.lock.TurnTable;
import tiphys.engine.run.Run;
import tiphys.engine.run.state.Need;
import tiphys.engine.run.state.RunCommand;
import tiphys.journal.StoreUnavailable;

/// Which Workflows go on and which wait for their turn: one table, asked while a run decides and told after its flush. Safe for
/// every thread.
///
/// Until [#open] nobody's turn comes: a start first reads which runs go on.
public final class WorkflowTurns {
    private final Controllers controllers;
    private final BiConsumer<String, RunCommand> tell;
    private final ReentrantLock guard = new ReentrantLock();

    /// The limits that the table goes by, by namespace.
    private final Map<String, Limits> used = new ConcurrentHashMap<>();

    private final Map<String, Need.Turn> wanted = new ConcurrentHashMap<>();
    private final TurnTable table = new TurnTable(this::limits);

    /// @param tell hands a command to a run's actor; without effect if the run is not live
    public WorkflowTurns(Controllers controllers, BiConsumer<String, RunCommand> tell) {
        this.controllers = controllers;
        this.tell = tell;
        table.close();
        controllers.onChange(() -> granted(table::limitsChanged));
    }

    private Limits limits(String namespace) {
        try {
            var now = controllers.limits(namespace);
            used.put(namespace, now);
            return now;
        } catch (StoreUnavailable e) {
            return used.getOrDefault(namespace, Limits.NONE);
        }
    }

    /// Whether a Workflow of a namespace may have to wait for its turn; also if nobody can tell now.
    ///
    /// @throws StoreUnavailable if the settings cannot be read
    public boolean limited(String namespace) {
        var now = controllers.limits(namespace);
        var before = used.get(namespace);
        if (before != null && !before.equals(now)) {
            granted(table::limitsChanged);
        }
        return now.any();
    }

    /// Everything that goes on is known.
    public void open() {
        granted(table::open);
    }

    /// A run asks for its turn.
    ///
    /// @return the answer if it comes at once
    public Optional<RunCommand.Supplied> ask(Run run, Need.Turn need) {
        wanted.put(run.uid(), need);
        guard.lock();
        try {
            return run.turn().filter(table::ask).map(_ -> answer(need));
        } finally {
            guard.unlock();
        }
    }

    private static RunCommand.Supplied answer(Need.Turn need) {
        return new RunCommand.Supplied(need, Optional.empty(), "");
    }

    /// A run goes on without waiting.
    public void goesOn(String uid, String namespace) {
        guard.lock();
        try {
            table.goesOn(uid, namespace);
        } finally {
            guard.unlock();
        }
    }

    /// It is recorded that a run is over, or it is set aside or known no more.
    public void over(String uid) {
        wanted.remove(uid);
        granted(() -> table.over(uid));
    }

    /// A run was read from its stream.
    public void read(Run run) {
        var view = run.view();
        var turn = run.turn();
        if (view.ended()) {
            over(run.uid());
        } else if (turn.isPresent()) {
            wanted.put(run.uid(), run.turnWanted().orElseThrow());
            granted(() -> table.waits(turn.get()));
        } else if (view.known()) {
            goesOn(run.uid(), view.namespace());
        }
    }

    /// How many wait for their turn.
    public int waiting() {
        guard.lock();
        try {
            return table.waiting();
        } finally {
            guard.unlock();
        }
    }

    private void granted(Supplier<List<String>> change) {
        List<String> now;
        guard.lock();
        try {
            now = change.get();
        } finally {
            guard.unlock();
        }
        for (var uid : now) {
            var need = wanted.get(uid);
            if (need != null) {
                tell.accept(uid, answer(need));
            }
        }
    }
}
