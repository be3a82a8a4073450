package tiphys.engine.lock;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tiphys.engine.lock.TurnLimits.Limits;

/// Which Workflows go on, and which wait because as many go on as may.
///
/// As with locks nothing of it is recorded here: that a run waits is in its own stream, and the table is made of the live runs
/// after a restart. Every run that has begun counts until it is over, whatever the limits were when it began, so a limit may
/// be set at any time; it keeps nobody from going on who goes on.
///
/// Who begins next is the first of all that wait in the namespaces that have room. A namespace that is full holds up no other,
/// and a hand-over costs the same however many wait.
///
/// Not safe for several threads.
public final class TurnTable {
    private final TurnLimits limits;
    private final Map<String, Namespace> namespaces = new HashMap<>();
    private final Map<String, Group> groups = new HashMap<>();

    /// The runs that go on, with their namespaces.
    private final Map<String, Namespace> going = new HashMap<>();

    private final Map<String, Turn> waiting = new HashMap<>();
    private boolean open = true;

    public TurnTable(TurnLimits limits) {
        this.limits = limits;
    }

    /// How a run stands.
    public enum Standing {
        UNKNOWN,
        WAITS,
        GOES_ON
    }

    private static final class Group {
        int limit;
        int going;

        /// The first of each namespace that has room, the next of all first.
        final TreeSet<Turn> firsts = new TreeSet<>(Turn.ORDER);

        boolean full() {
            return limit > 0 && going >= limit;
        }
    }

    private static final class Namespace {
        final String name;
        Group group;
        int limit;
        int going;
        final TreeSet<Turn> queue = new TreeSet<>(Turn.ORDER);

        /// What stands for it among the firsts of its group.
        @Nullable Turn offered;

        Namespace(String name, Group group) {
            this.name = name;
            this.group = group;
        }

        /// Its place in its group, after something of it changed.
        void offer() {
            if (offered != null) {
                group.firsts.remove(offered);
            }
            offered = queue.isEmpty() || (limit > 0 && going >= limit) ? null : queue.first();
            if (offered != null) {
                group.firsts.add(offered);
            }
        }
    }

    /// Lets nobody begin until [#open]: not all that go on are known.
    public void close() {
        open = false;
    }

    /// Everything that goes on is known.
    ///
    /// @return who may begin now
    public List<String> open() {
        open = true;
        return handOn(groups.values());
    }

    /// A run wants to begin.
    ///
    /// @return whether it may now; else it is told by what another call returns
    public boolean ask(Turn turn) {
        if (going.containsKey(turn.runUid())) {
            return true;
        }
        wait(turn);
        return handOn(List.of(namespace(turn.namespace()).group)).contains(turn.runUid());
    }

    private void wait(Turn turn) {
        if (waiting.putIfAbsent(turn.runUid(), turn) == null) {
            var namespace = namespace(turn.namespace());
            namespace.queue.add(turn);
            namespace.offer();
        }
    }

    /// A run goes on without asking.
    public void goesOn(String runUid, String namespace) {
        remove(runUid);
        count(runUid, namespace(namespace));
    }

    /// A run was read from its stream, and waits. If it was told meanwhile that it may begin, it is to be told again.
    ///
    /// @return who may begin now
    public List<String> waits(Turn turn) {
        if (going.containsKey(turn.runUid())) {
            return List.of(turn.runUid());
        }
        wait(turn);
        return handOn(List.of(namespace(turn.namespace()).group));
    }

    /// A run is over, or known no more.
    ///
    /// @return who may begin now
    public List<String> over(String runUid) {
        return remove(runUid).map(group -> handOn(List.of(group))).orElse(List.of());
    }

    /// The limits may have changed.
    ///
    /// @return who may begin now
    public List<String> limitsChanged() {
        groups.clear();
        for (var namespace : namespaces.values()) {
            var now = limits.of(namespace.name);
            namespace.group = group(now);
            namespace.group.going += namespace.going;
            namespace.limit = now.each();
            namespace.offered = null;
            namespace.offer();
        }
        return handOn(groups.values());
    }

    /// How a run stands.
    public Standing standing(String runUid) {
        if (waiting.containsKey(runUid)) {
            return Standing.WAITS;
        }
        return going.containsKey(runUid) ? Standing.GOES_ON : Standing.UNKNOWN;
    }

    /// How many wait.
    public int waiting() {
        return waiting.size();
    }

    private Namespace namespace(String name) {
        var known = namespaces.get(name);
        if (known != null) {
            return known;
        }
        var now = limits.of(name);
        var made = new Namespace(name, group(now));
        made.limit = now.each();
        namespaces.put(name, made);
        return made;
    }

    private Group group(Limits now) {
        var group = groups.computeIfAbsent(now.group(), _ -> new Group());
        group.limit = now.total();
        return group;
    }

    private void count(String runUid, Namespace namespace) {
        going.put(runUid, namespace);
        namespace.going++;
        namespace.group.going++;
        namespace.offer();
    }

    private Optional<Group> remove(String runUid) {
        var namespace = going.remove(runUid);
        if (namespace != null) {
            namespace.going--;
            namespace.group.going--;
        } else {
            var turn = waiting.remove(runUid);
            if (turn == null) {
                return Optional.empty();
            }
            namespace = namespace(turn.namespace());
            namespace.queue.remove(turn);
        }
        namespace.offer();
        return Optional.of(namespace.group);
    }

    private List<String> handOn(Iterable<Group> changed) {
        var granted = new ArrayList<String>();
        if (!open) {
            return granted;
        }
        for (var group : changed) {
            while (!group.full() && !group.firsts.isEmpty()) {
                var next = group.firsts.first();
                waiting.remove(next.runUid());
                var namespace = namespace(next.namespace());
                namespace.queue.remove(next);
                count(next.runUid(), namespace);
                granted.add(next.runUid());
            }
        }
        return granted;
    }
}
