package tiphys.engine.lock;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Who holds which lock and who waits for it.
///
/// Nothing of it is recorded here: what a run holds and waits for is in the run's own stream, and the table is made of that
/// again after a restart ([#adopt]). So a lock cannot outlive its holder, whatever is lost; and what the table believes to be
/// held is never less than what is recorded, for a grant is made here first and is given back here only once that is recorded.
///
/// Whoever wants several locks gets all of them or none, and waits in the queue of each. All queues have one order
/// ([LockRequest#ORDER]), so the first of all that wait is the first in each of its queues: no two wait for one another. Only
/// the first of a queue is looked at, as in Argo; handing a lock on costs the same however many wait. Whoever is within what
/// holds locks already goes before the others and waits for none of them, for what is around it gives nothing back until it
/// has ended; if that makes a ring in which everybody waits, whoever closes it is refused. A lock that nobody holds or wants
/// is forgotten.
///
/// Not safe for several threads.
public final class LockTable {
    /// How many locks are looked at for a ring in which everybody waits.
    private static final int MOST_LOOKED_AT = 100;

    private final LockLimits limits;
    private final Map<LockName, Lock> locks = new HashMap<>();
    private final Map<LockTicket, LockRequest> held = new HashMap<>();
    private final Map<LockTicket, LockRequest> waiting = new HashMap<>();
    private final Map<String, Set<LockTicket>> ofRun = new HashMap<>();

    /// What waits below whoever holds something: it will not give back before that has ended.
    private final Map<LockTicket, Set<LockRequest>> below = new HashMap<>();

    private boolean open = true;

    public LockTable(LockLimits limits) {
        this.limits = limits;
    }

    private static final class Lock {
        final LockName name;
        int limit;
        final Map<LockTicket, LockRequest> holders = new LinkedHashMap<>();
        final TreeSet<LockRequest> queue = new TreeSet<>(LockRequest.ORDER);

        /// Those of the queue that are within what holds locks.
        final TreeSet<LockRequest> within = new TreeSet<>(LockRequest.ORDER);

        Lock(LockName name, int limit) {
            this.name = name;
            this.limit = limit;
        }

        void add(LockRequest request) {
            queue.add(request);
            if (!request.above().isEmpty()) {
                within.add(request);
            }
        }

        void remove(LockRequest request) {
            queue.remove(request);
            within.remove(request);
        }

        int free() {
            return Math.max(0, limit - holders.size());
        }
    }

    /// How a lock stands.
    ///
    /// @param holders who holds it, by Argo's names
    /// @param waiters who waits for it, the next first, by Argo's names; the first hundred
    /// @param waiting how many wait
    public record Standing(LockName name, int limit, List<String> holders, List<String> waiters, int waiting) {
        private static final int MOST_WAITERS = 100;

        private static Standing of(Lock lock) {
            return new Standing(
                    lock.name,
                    lock.limit,
                    lock.holders.values().stream().map(LockRequest::holder).toList(),
                    lock.queue.stream().limit(MOST_WAITERS).map(LockRequest::holder).toList(),
                    lock.queue.size());
        }
    }

    /// Grants nothing until [#open]: what is held is not known yet.
    public void close() {
        open = false;
    }

    /// Everything that is held is known: grants what can be granted.
    ///
    /// @return who holds now what it waited for
    public List<LockTicket> open() {
        open = true;
        return handOn(locks.keySet());
    }

    /// Somebody wants locks.
    public LockAnswer ask(LockRequest request) {
        var ticket = request.ticket();
        if (held.containsKey(ticket)) {
            return new LockAnswer.Granted();
        }
        var refusal = refusal(request);
        if (refusal.isPresent()) {
            return new LockAnswer.Refused(refusal.get());
        }
        enqueue(request);
        if (handOn(request.locks()).contains(ticket)) {
            return new LockAnswer.Granted();
        }
        if (!request.above().isEmpty()) {
            for (var name : request.locks()) {
                if (stuck(name, new HashSet<>())) {
                    handOn(remove(ticket));
                    return new LockAnswer.Refused(
                            name.text()
                                    + " is held by what waits for this node to end, so it would wait for ever;"
                                    + " use a lock of another name");
                }
            }
        }
        return standing(request);
    }

    private Optional<String> refusal(LockRequest request) {
        if (new HashSet<>(request.locks()).size() < request.locks().size()) {
            return Optional.of("requested configuration is invalid: duplicate synchronization item found");
        }
        for (var name : request.locks()) {
            var lock = locks.get(name);
            if ((lock == null ? limit(name) : lock.limit) <= 0) {
                return Optional.of("failed to initialize semaphore " + name.text() + " with limit");
            }
        }
        return Optional.empty();
    }

    /// Whether whoever waits for a lock waits for ever: everybody who holds it waits for something below to end that waits for
    /// such a lock itself. A lock that is being looked at counts as one; if it is none in the end, so is what led to it.
    private boolean stuck(LockName name, Set<LockName> looking) {
        var lock = locks.get(name);
        if (looking.contains(name)) {
            return true;
        }
        if (lock == null || lock.free() > 0 || looking.size() >= MOST_LOOKED_AT) {
            return false;
        }
        looking.add(name);
        for (var holder : lock.holders.keySet()) {
            var waits =
                    below.getOrDefault(holder, Set.of()).stream()
                            .anyMatch(one -> one.locks().stream().anyMatch(other -> stuck(other, looking)));
            if (!waits) {
                looking.remove(name);
                return false;
            }
        }
        looking.remove(name);
        return true;
    }

    private int limit(LockName name) {
        return name.mutex() ? 1 : limits.limit(name).orElse(0);
    }

    private Lock lock(LockName name) {
        return locks.computeIfAbsent(name, _ -> new Lock(name, limit(name)));
    }

    private void enqueue(LockRequest request) {
        waiting.put(request.ticket(), request);
        ofRun.computeIfAbsent(request.ticket().runUid(), _ -> new LinkedHashSet<>()).add(request.ticket());
        request.locks().forEach(name -> lock(name).add(request));
        request.above().forEach(holder -> below.computeIfAbsent(holder, _ -> new LinkedHashSet<>()).add(request));
    }

    private void waitsNoMore(LockRequest request) {
        waiting.remove(request.ticket());
        for (var holder : request.above()) {
            below.computeIfPresent(
                    holder,
                    (_, requests) -> {
                        requests.remove(request);
                        return requests.isEmpty() ? null : requests;
                    });
        }
    }

    /// The first lock that keeps somebody waiting.
    private LockAnswer.Waiting standing(LockRequest request) {
        var which = request.locks().getFirst();
        for (var name : request.locks()) {
            var lock = lock(name);
            if (lock.free() == 0 || !lock.queue.first().ticket().equals(request.ticket())) {
                which = name;
                break;
            }
        }
        var lock = lock(which);
        return new LockAnswer.Waiting(
                which, lock.free(), lock.limit, lock.holders.values().stream().map(LockRequest::holder).toList());
    }

    /// Gives locks to whoever is first for them and can have all that it wants.
    ///
    /// @param changed the locks of which something changed
    /// @return who holds now what it waited for
    private List<LockTicket> handOn(Iterable<LockName> changed) {
        var granted = new ArrayList<LockTicket>();
        if (!open) {
            return granted;
        }
        var look = new ArrayDeque<LockName>();
        changed.forEach(look::add);
        while (!look.isEmpty()) {
            var lock = locks.get(look.poll());
            for (var next = next(lock); next != null; next = next(lock)) {
                waitsNoMore(next);
                held.put(next.ticket(), next);
                for (var name : next.locks()) {
                    var one = lock(name);
                    one.remove(next);
                    one.holders.put(next.ticket(), next);
                    if (one != lock) {
                        look.add(name); // another is the first of its queue now
                    }
                }
                granted.add(next.ticket());
            }
            if (lock != null && lock.queue.isEmpty() && lock.holders.isEmpty()) {
                locks.remove(lock.name);
            }
        }
        return granted;
    }

    /// Who gets a lock next, with all else that it wants; null for nobody now.
    private @Nullable LockRequest next(@Nullable Lock lock) {
        if (lock == null || lock.free() == 0) {
            return null;
        }
        for (var request : lock.within) {
            if (request.locks().stream().allMatch(name -> lock(name).free() > 0)) {
                return request;
            }
        }
        return !lock.queue.isEmpty() && obtainable(lock.queue.first()) ? lock.queue.first() : null;
    }

    private boolean obtainable(LockRequest request) {
        for (var name : request.locks()) {
            var lock = lock(name);
            if (lock.free() == 0 || !lock.queue.first().ticket().equals(request.ticket())) {
                return false;
            }
        }
        return true;
    }

    /// Whether somebody holds what it asked for.
    public boolean holds(LockTicket ticket) {
        return held.containsKey(ticket);
    }

    /// Somebody gives back what it holds, or waits no more.
    ///
    /// @return who holds now what it waited for
    public List<LockTicket> release(LockTicket ticket) {
        return handOn(remove(ticket));
    }

    private List<LockName> remove(LockTicket ticket) {
        var holding = held.remove(ticket);
        var request = holding == null ? waiting.get(ticket) : holding;
        if (request == null) {
            return List.of();
        }
        waitsNoMore(request);
        for (var name : request.locks()) {
            var lock = lock(name);
            lock.holders.remove(ticket);
            lock.remove(request);
        }
        ofRun.computeIfPresent(
                ticket.runUid(),
                (_, tickets) -> {
                    tickets.remove(ticket);
                    return tickets.isEmpty() ? null : tickets;
                });
        return request.locks();
    }

    /// Everything that a run holds or waits for is given back.
    ///
    /// @return who holds now what it waited for
    public List<LockTicket> releaseAll(String runUid) {
        var changed = new LinkedHashSet<LockName>();
        for (var ticket : List.copyOf(ofRun.getOrDefault(runUid, Set.of()))) {
            changed.addAll(remove(ticket));
        }
        return handOn(changed);
    }

    /// A run waits for nothing any more; what it holds it keeps.
    ///
    /// @return who holds now what it waited for
    public List<LockTicket> waitsNoMore(String runUid) {
        var changed = new LinkedHashSet<LockName>();
        for (var ticket : List.copyOf(ofRun.getOrDefault(runUid, Set.of()))) {
            if (!held.containsKey(ticket)) {
                changed.addAll(remove(ticket));
            }
        }
        return handOn(changed);
    }

    /// Takes over what is recorded of a run; what the table believed of it before is forgotten, but for grants that are on
    /// their way to it.
    ///
    /// @param holding what it holds: nobody is asked whether it may
    /// @param wanting what it waits for
    /// @return who holds now what it waited for, those of this run with grants on their way included
    public List<LockTicket> adopt(String runUid, List<LockRequest> holding, List<LockRequest> wanting) {
        var changed = new LinkedHashSet<LockName>();
        var again = new ArrayList<LockTicket>();
        for (var request : wanting) {
            if (held.containsKey(request.ticket())) {
                again.add(request.ticket());
            }
        }
        for (var ticket : List.copyOf(ofRun.getOrDefault(runUid, Set.of()))) {
            if (!again.contains(ticket)) {
                changed.addAll(remove(ticket));
            }
        }
        for (var request : holding) {
            held.put(request.ticket(), request);
            ofRun.computeIfAbsent(runUid, _ -> new LinkedHashSet<>()).add(request.ticket());
            request.locks().forEach(name -> lock(name).holders.put(request.ticket(), request));
            changed.addAll(request.locks());
        }
        for (var request : wanting) {
            if (!again.contains(request.ticket())) {
                enqueue(request);
                changed.addAll(request.locks());
            }
        }
        again.addAll(handOn(changed));
        return again;
    }

    /// The limits of some locks may have changed.
    ///
    /// @return who holds now what it waited for
    public List<LockTicket> limitsChanged(Predicate<LockName> which) {
        var changed = new ArrayList<LockName>();
        for (var lock : locks.values()) {
            if (!lock.name.mutex() && which.test(lock.name)) {
                lock.limit = limits.limit(lock.name).orElse(0);
                changed.add(lock.name);
            }
        }
        return handOn(changed);
    }

    /// How the locks stand that are held or wanted, by name.
    public List<Standing> standings() {
        return locks.values().stream()
                .filter(lock -> !lock.holders.isEmpty() || !lock.queue.isEmpty())
                .map(Standing::of)
                .sorted(java.util.Comparator.comparing(one -> one.name().text()))
                .toList();
    }
}
