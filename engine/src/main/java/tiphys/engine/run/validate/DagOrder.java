package tiphys.engine.run.validate;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import tiphys.manifest.workflow.Task;

/// Which tasks of a dag wait for which. The names are found in `depends` as Argo finds them, so also in one that cannot be read.
final class DagOrder {
    private static final Pattern NAME =
            Pattern.compile("([a-zA-Z0-9][-a-zA-Z0-9]*?)\\.([A-Z][a-zA-Z]+)|([a-zA-Z0-9][-a-zA-Z0-9]*)");

    private final Map<String, List<Reference>> needs = new LinkedHashMap<>();

    /// A task that another one names.
    ///
    /// @param result the result that it must have come to; empty for a bare name
    record Reference(String task, String result) {}

    DagOrder(List<Task> tasks) {
        tasks.forEach(task -> needs.put(task.name(), references(task)));
    }

    private static List<Reference> references(Task task) {
        var found = new LinkedHashSet<Reference>();
        if (task.depends().isBlank()) {
            task.dependencies().forEach(name -> found.add(new Reference(name, "")));
        } else {
            NAME.matcher(task.depends())
                    .results()
                    .forEach(match ->
                            found.add(
                                    match.group(3) == null
                                            ? new Reference(match.group(1), match.group(2))
                                            : new Reference(match.group(3), "")));
        }
        return List.copyOf(found);
    }

    /// What a task names, in the order of its text.
    List<Reference> of(String task) {
        return needs.getOrDefault(task, List.of());
    }

    private List<String> before(String task) {
        return of(task).stream().map(Reference::task).toList();
    }

    /// The places of the tasks in the list, each after those that it waits for, else in the order of the list. Those in a ring are
    /// left out.
    static List<Integer> sorted(List<Task> tasks, DagOrder order) {
        var place = new HashMap<String, Integer>();
        for (int i = 0; i < tasks.size(); i++) {
            place.putIfAbsent(tasks.get(i).name(), i);
        }
        var open = new int[tasks.size()];
        var next = new ArrayList<List<Integer>>();
        tasks.forEach(task -> next.add(new ArrayList<>()));
        var ready = new ArrayDeque<Integer>();
        for (int i = 0; i < tasks.size(); i++) {
            for (var needed : Set.copyOf(order.before(tasks.get(i).name()))) {
                var before = place.get(needed);
                if (before != null) {
                    open[i]++;
                    next.get(before).add(i);
                }
            }
            if (open[i] == 0) {
                ready.add(i);
            }
        }
        var sorted = new ArrayList<Integer>();
        while (!ready.isEmpty()) {
            int task = ready.remove();
            sorted.add(task);
            for (int after : next.get(task)) {
                if (--open[after] == 0) {
                    ready.add(after);
                }
            }
        }
        return sorted;
    }

    /// Whether a task is over before another begins. The ancestors are only looked for when somebody asks, since a chain has as many
    /// pairs of them as its length squared.
    boolean isBefore(String earlier, String task) {
        var seen = new LinkedHashSet<String>();
        var open = new ArrayDeque<>(before(task));
        while (!open.isEmpty()) {
            var next = open.remove();
            if (next.equals(earlier)) {
                return true;
            }
            if (seen.add(next)) {
                open.addAll(before(next));
            }
        }
        return false;
    }

    /// Tasks that wait for one another, the first again at the end; empty if there are none.
    List<String> ring() {
        var done = new LinkedHashSet<String>();
        for (var task : needs.keySet()) {
            var ring = ring(task, done);
            if (!ring.isEmpty()) {
                return ring;
            }
        }
        return List.of();
    }

    private List<String> ring(String start, Set<String> done) {
        var path = new LinkedHashSet<String>();
        var iterators = new ArrayDeque<Iterator<String>>();
        if (done.contains(start)) {
            return List.of();
        }
        path.add(start);
        iterators.push(before(start).iterator());
        while (!iterators.isEmpty()) {
            if (!iterators.peek().hasNext()) {
                iterators.pop();
                done.add(path.removeLast());
                continue;
            }
            var next = iterators.peek().next();
            if (path.contains(next)) {
                var ring = new ArrayList<>(path);
                ring.subList(0, ring.indexOf(next)).clear();
                ring.add(next);
                return ring;
            }
            if (!done.contains(next)) {
                path.add(next);
                iterators.push(before(next).iterator());
            }
        }
        return List.of();
    }
}
