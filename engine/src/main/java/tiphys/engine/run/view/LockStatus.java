package tiphys.engine.run.view;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tiphys.engine.lock.LockName;
import tiphys.engine.run.rules.LockRules;
import tiphys.engine.run.state.RunState;
import tiphys.manifest.Value;

/// `status.synchronization`: the locks that a run holds and waits for, in Argo's form. What is waited for names who holds it.
final class LockStatus {
    private final Map<String, List<String>> holding = new LinkedHashMap<>();
    private final Map<String, List<String>> waiting = new LinkedHashMap<>();
    private final Set<String> mutexes = new HashSet<>();

    private LockStatus() {}

    /// Empty if it holds none and waits for none.
    static Value.Mapping of(RunState state) {
        var all = new LockStatus();
        if (state.locks != null) {
            all.add(state, -1);
        }
        state.locked.forEach(node -> all.add(state, node));
        var status = Value.Mapping.EMPTY;
        for (var mutex : List.of(false, true)) {
            var side = all.side(mutex);
            status = side.fields().isEmpty() ? status : status.with(mutex ? "mutex" : "semaphore", side);
        }
        return status;
    }

    private void add(RunState state, int node) {
        var locks = state.locks(node).orElseThrow();
        locks.names().stream().filter(LockName::mutex).map(LockName::text).forEach(mutexes::add);
        if (locks.held()) {
            var holder = LockRules.request(state, node).holder();
            locks.names().forEach(name -> holding.computeIfAbsent(name.text(), _ -> new ArrayList<>()).add(holder));
        } else if (!locks.waiting().isEmpty()) {
            waiting.put(locks.waiting(), locks.holders());
        }
    }

    private Value.Mapping side(boolean mutex) {
        var side = Value.Mapping.EMPTY;
        var held = list(holding, mutex);
        side = held.isEmpty() ? side : side.with("holding", Value.list(held));
        var awaited = list(waiting, mutex);
        return awaited.isEmpty() ? side : side.with("waiting", Value.list(awaited));
    }

    private List<Value> list(Map<String, List<String>> locks, boolean mutex) {
        var list = new ArrayList<Value>();
        locks.forEach((name, holders) -> {
            if (mutexes.contains(name) == mutex) {
                list.add(
                        mutex
                                ? Value.object("mutex", name, "holder", String.join(",", holders))
                                : Value.object("semaphore", name, "holders", holders));
            }
        });
        return list;
    }
}
