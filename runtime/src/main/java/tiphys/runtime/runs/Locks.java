package tiphys.runtime.runs;

import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import tiphys.engine.lock.LockAnswer;
import tiphys.engine.lock.LockLimits;
import tiphys.engine.lock.LockName;
import tiphys.engine.lock.LockRequest;
import tiphys.engine.lock.LockTable;
import tiphys.engine.lock.LockTicket;
import tiphys.engine.run.Run;
import tiphys.engine.run.state.RunCommand;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectKey;
import tiphys.objects.ObjectStore;
import tiphys.objects.ResourceTypes;

/// The locks of all runs: one table, asked while a run decides and told after its flush. Safe for every thread.
///
/// Until [#open] nothing is granted: a start first reads what every live run holds.
public final class Locks {
    private final ObjectStore objects;
    private final BiConsumer<String, RunCommand> tell;
    private final ReentrantLock guard = new ReentrantLock();
    private final LockTable table = new LockTable(new Limits());

    /// @param tell hands a command to a run's actor; without effect if the run is not live
    public Locks(ObjectStore objects, BiConsumer<String, RunCommand> tell) {
        this.objects = objects;
        this.tell = tell;
        table.close();
    }

    private final class Limits implements LockLimits {
        @Override
        public OptionalInt limit(LockName semaphore) {
            if (semaphore.kind() != LockName.Kind.CONFIG_MAP) {
                return OptionalInt.empty();
            }
            return objects.get(new ObjectKey(ResourceTypes.CONFIG_MAP, semaphore.namespace(), semaphore.name()))
                    .flatMap(map -> map.json().textAt("data", semaphore.key()))
                    .map(Locks::number)
                    .orElse(OptionalInt.empty());
        }
    }

    private static OptionalInt number(String text) {
        try {
            return OptionalInt.of(Integer.parseInt(text.strip()));
        } catch (NumberFormatException e) {
            return OptionalInt.empty();
        }
    }

    /// Everything that is held is known.
    void open() {
        granted(table::open);
    }

    /// A run asks; whoever asks decides about the answer at once.
    LockAnswer ask(LockRequest request) {
        guard.lock();
        try {
            return table.ask(request);
        } finally {
            guard.unlock();
        }
    }

    /// Whether a grant that is told still stands: it does not if the run was read again from its stream meanwhile.
    boolean stands(LockTicket ticket) {
        guard.lock();
        try {
            return table.holds(ticket);
        } finally {
            guard.unlock();
        }
    }

    /// It is recorded that something was given back.
    void released(LockTicket ticket) {
        granted(() -> table.release(ticket));
    }

    /// A run is set aside: it keeps what it holds, for its steps may go on, and waits for nothing.
    public void aside(String uid) {
        granted(() -> table.waitsNoMore(uid));
    }

    /// A run is set aside, and holds this; nothing else of it is known.
    void aside(String uid, List<LockRequest> held) {
        granted(() -> table.adopt(uid, held, List.of()));
    }

    /// A run is known no more, or what it was set aside with is gone.
    public void releasedAll(String uid) {
        granted(() -> table.releaseAll(uid));
    }

    /// A run was read from its stream.
    void read(Run run) {
        granted(() -> table.adopt(run.uid(), run.locksHeld(), run.locksAwaited()));
    }

    /// A ConfigMap was made, changed or deleted.
    public void changed(ApiObject configMap) {
        granted(() ->
                table.limitsChanged(name ->
                        name.kind() == LockName.Kind.CONFIG_MAP
                                && name.namespace().equals(configMap.namespace())
                                && name.name().equals(configMap.name())));
    }

    /// How the locks stand that are held or wanted.
    public List<LockTable.Standing> standings() {
        guard.lock();
        try {
            return table.standings();
        } finally {
            guard.unlock();
        }
    }

    private void granted(Supplier<List<LockTicket>> change) {
        List<LockTicket> now;
        guard.lock();
        try {
            now = change.get();
        } finally {
            guard.unlock();
        }
        now.forEach(
                ticket -> tell.accept(ticket.runUid(), new RunCommand.LocksAnswered(ticket, new LockAnswer.Granted())));
    }
}
