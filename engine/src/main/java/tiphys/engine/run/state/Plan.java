package tiphys.engine.run.state;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import tiphys.language.EvaluationFailed;
import tiphys.language.depends.Depends;
import tiphys.manifest.Json;
import tiphys.manifest.workflow.Task;
import tiphys.manifest.workflow.Template;

/// What is worked out about a template once: its tasks in a flat order, who waits for whom, which results somebody reads.
/// Immutable after its making.
public final class Plan {
    /// Where the JSON of a template reads the result of a step or task: `.NAME.outputs.result`, `['NAME'].outputs.result`,
    /// `["NAME"].outputs.result`, `['NAME']?.outputs`.
    private static final Pattern RESULT =
            Pattern.compile(
                    "\\.([-\\w]+)\\.outputs\\.result|\\['([^']+)'](?:\\.outputs\\.result|\\?\\.outputs)"
                            + "|\\[\\\\\"([^\"\\\\]+)\\\\\"]\\.outputs\\.result");

    /// Where an expression names a step or task: `steps.NAME`, `tasks['NAME']`.
    private static final Pattern NAMED = Pattern.compile("\\b(?:steps|tasks)(?:\\.([-\\w]+)|\\[['\"]([^'\"]+)['\"]])");

    private final String key;
    private final Template template;
    private final List<List<Task>> groups;
    private final int[] groupStarts;
    private final List<Task> tasks;
    private final Map<String, Integer> ordinals = new HashMap<>();
    private final List<Depends> depends = new ArrayList<>();
    private final List<List<Integer>> dependents = new ArrayList<>();
    private final int[] needs;
    private final boolean[] wanted;
    private final Set<String> resultsRead = new HashSet<>();
    private final boolean loops;

    /// For a task, by its ordinal: the other tasks whose hooks look at it.
    private final Map<Integer, List<Integer>> hookReaders = new HashMap<>();

    Plan(String key, Template template) {
        this.key = key;
        this.template = template;
        groups = template.steps();
        var flat = new ArrayList<Task>();
        groupStarts = new int[groups.size()];
        for (int i = 0; i < groups.size(); i++) {
            groupStarts[i] = flat.size();
            flat.addAll(groups.get(i));
        }
        flat.addAll(template.tasks());
        tasks = List.copyOf(flat);
        loops = tasks.stream().anyMatch(Task::loops);
        for (int i = 0; i < tasks.size(); i++) {
            ordinals.put(tasks.get(i).name(), i);
            dependents.add(new ArrayList<>());
        }
        needs = new int[tasks.size()];
        if (!template.tasks().isEmpty()) {
            for (int i = 0; i < tasks.size(); i++) {
                var own = dependsOf(tasks.get(i));
                depends.add(own);
                for (var name : own.tasks()) {
                    var before = ordinals.get(name);
                    if (before != null) {
                        dependents.get(before).add(i);
                        needs[i]++;
                    }
                }
            }
            wanted = wanted(template.targets());
        } else {
            wanted = new boolean[tasks.size()];
        }
        if (!tasks.isEmpty()) {
            markReads(Json.write(template.json()));
        }
        for (int i = 0; i < tasks.size(); i++) {
            for (var hook : tasks.get(i).lifecycleHooks().values()) {
                markHookReader(i, hook.expression());
            }
        }
    }

    private void markHookReader(int reader, String expression) {
        var names = NAMED.matcher(expression);
        while (names.find()) {
            var seen = ordinals.get(names.group(1) == null ? names.group(2) : names.group(1));
            if (seen != null && seen != reader) {
                var readers = hookReaders.computeIfAbsent(seen, _ -> new ArrayList<>(1));
                if (!readers.contains(reader)) {
                    readers.add(reader);
                }
            }
        }
    }

    /// The other tasks whose hooks look at a task.
    public List<Integer> hookReaders(int ordinal) {
        return hookReaders.getOrDefault(ordinal, List.of());
    }

    private void markReads(String json) {
        if (!json.contains(".outputs")) {
            return;
        }
        var reads = RESULT.matcher(json);
        while (reads.find()) {
            for (int i = 1; i <= reads.groupCount(); i++) {
                if (reads.group(i) != null) {
                    resultsRead.add(reads.group(i));
                }
            }
        }
    }

    /// A task's condition on others; one that cannot be read was refused before the run started.
    static Depends dependsOf(Task task) {
        try {
            return task.depends().isBlank()
                    ? Depends.all(new LinkedHashSet<>(task.dependencies()))
                    : Depends.parse(task.depends());
        } catch (EvaluationFailed e) {
            return Depends.all(Set.of());
        }
    }

    /// Which tasks are needed for these targets; all, if there are none.
    private boolean[] wanted(List<String> targets) {
        var needed = new boolean[tasks.size()];
        if (targets.isEmpty()) {
            java.util.Arrays.fill(needed, true);
            return needed;
        }
        var open = new java.util.ArrayDeque<String>(targets);
        while (!open.isEmpty()) {
            var ordinal = ordinals.get(open.pop());
            if (ordinal != null && !needed[ordinal]) {
                needed[ordinal] = true;
                open.addAll(depends.get(ordinal).tasks());
            }
        }
        return needed;
    }

    /// Which tasks a dag node needs.
    ///
    /// @param targets its own, if only its inputs tell them
    boolean[] wantedFor(List<String> targets) {
        return targets.isEmpty() ? wanted : wanted(targets);
    }

    String key() {
        return key;
    }

    public Template template() {
        return template;
    }

    /// The tasks of a dag, or the steps of every group one after another.
    public List<Task> tasks() {
        return tasks;
    }

    public Task task(int ordinal) {
        return tasks.get(ordinal);
    }

    /// Where a task stands in [#tasks]; -1 if there is none of that name.
    public int ordinal(String name) {
        return ordinals.getOrDefault(name, -1);
    }

    public int groups() {
        return groups.size();
    }

    /// The ordinal of a group's first step.
    public int groupStart(int group) {
        return groupStarts[group];
    }

    public int groupSize(int group) {
        return groups.get(group).size();
    }

    public Depends depends(int ordinal) {
        return depends.get(ordinal);
    }

    /// The tasks that wait for a task.
    public List<Integer> dependents(int ordinal) {
        return dependents.get(ordinal);
    }

    /// For how many tasks a task waits.
    public int needs(int ordinal) {
        return needs[ordinal];
    }

    /// Whether a task is one of the targets, or, where there are none, nothing waits for it.
    ///
    /// @param own the targets of the node, if only its inputs tell them
    public boolean target(List<String> own, int ordinal) {
        var targets = own.isEmpty() ? template.targets() : own;
        return targets.isEmpty() ? dependents.get(ordinal).isEmpty() : targets.contains(tasks.get(ordinal).name());
    }

    /// The names of the tasks that nothing waits for.
    public List<String> leaves() {
        return tasks.stream().filter(task -> dependents.get(ordinal(task.name())).isEmpty()).map(Task::name).toList();
    }

    /// Whether one of the tasks is a loop.
    public boolean hasLoops() {
        return loops;
    }

    /// Whether something in the template reads the result of that task's process.
    public boolean resultRead(String task) {
        return resultsRead.contains(task);
    }
}
