package tiphys.engine.run;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import tiphys.engine.lock.LockName;
import tiphys.manifest.Value;

/// Draws small workflows that use everything a run can do.
public final class RandomWorkflow {
    /// The locks that workflows in the namespace `ns` draw; there is no limit for the last.
    public static final List<LockName> LOCKS =
            List.of(
                    new LockName(LockName.Kind.MUTEX, "ns", "m0", ""),
                    new LockName(LockName.Kind.MUTEX, "ns", "m1", ""),
                    new LockName(LockName.Kind.CONFIG_MAP, "ns", "limits", "two"),
                    new LockName(LockName.Kind.CONFIG_MAP, "ns", "limits", "none"));

    /// What steps call that the server does itself.
    private static final List<String> SERVED = List.of("ask", "change", "tell");

    private final RandomGenerator random;

    /// Whether the workflow has a claimed volume.
    private boolean claims;

    public RandomWorkflow(RandomGenerator random) {
        this.random = random;
    }

    /// A Workflow object.
    Value.Mapping draw() {
        return draw("ns", "run", "uid-1");
    }

    /// A Workflow object of that name.
    public Value.Mapping draw(String namespace, String name, String uid) {
        claims = maybe(5);
        var spec =
                Value.object(
                        "entrypoint",
                        maybe(60) ? "nope" : "main",
                        "templates",
                        List.of(
                                main(),
                                locked(body("inner", callees("leaf", "flaky", "daemon"))),
                                locked(leaf("leaf")),
                                locked(flaky("flaky")),
                                set(),
                                daemon(),
                                locked(pause()),
                                locked(served("ask", "http", Value.object("url", "http://there/"))),
                                locked(
                                        served(
                                                "change",
                                                "resource",
                                                Value.object("action", "get", "manifest", "kind: ConfigMap"))),
                                locked(served("tell", "plugin", Value.object("hello", Value.Mapping.EMPTY)))),
                        "volumeClaimTemplates",
                        claims ? List.of(claim()) : null,
                        "volumeClaimGC",
                        claims && maybe(2) ? Value.object("strategy", "OnWorkflowCompletion") : null,
                        "onExit",
                        maybe(3) ? "leaf" : null,
                        "hooks",
                        maybe(5)
                                ? Value.object(
                                        "busy",
                                        hook("workflow.status == 'Running'"),
                                        "done",
                                        hook("workflow.status != 'Running'"))
                                : null,
                        "parallelism",
                        maybe(3) ? 1 + random.nextInt(3) : null,
                        "synchronization",
                        maybe(6) ? locks() : null,
                        "activeDeadlineSeconds",
                        maybe(6) ? 100 : null,
                        "metrics",
                        maybe(8) ? metrics() : null,
                        "suspend",
                        maybe(10) ? true : null);
        return Value.object(
                "apiVersion",
                "argoproj.io/v1alpha1",
                "kind",
                "Workflow",
                "metadata",
                Value.object("name", name, "namespace", namespace, "uid", uid),
                "spec",
                spec);
    }

    private static Value claim() {
        return Value.object(
                "metadata",
                Value.object("name", "work"),
                "spec",
                Value.object(
                        "accessModes",
                        List.of("ReadWriteOnce"),
                        "resources",
                        Value.object("requests", Value.object("storage", "1Gi"))));
    }

    private Value.Mapping served(String name, String kind, Value what) {
        return Value.object(
                "name",
                name,
                "retryStrategy",
                maybe(3) ? Value.object("limit", 1, "retryPolicy", "Always") : null,
                "timeout",
                maybe(6) ? "50s" : null,
                kind,
                what);
    }

    private boolean maybe(int in) {
        return random.nextInt(in) == 0;
    }

    private Value.Mapping metrics() {
        return Value.object(
                "prometheus",
                List.of(
                        Value.object(
                                "name",
                                "lasts",
                                "help",
                                "how long",
                                "gauge",
                                Value.object("realtime", true, "value", "{{duration}}")),
                        Value.object(
                                "name",
                                "ends",
                                "help",
                                "how it ended",
                                "when",
                                maybe(2) ? "{{status}} != Failed" : maybe(3) ? "{{exitCode}} == 0" : "",
                                "counter",
                                Value.object("value", "1"))));
    }

    private Value.Mapping locked(Value.Mapping template) {
        var locked = maybe(4) ? template.with("synchronization", locks()) : template;
        locked = maybe(8) ? locked.with("metrics", metrics()) : locked;
        return maybe(6)
                ? locked.with(
                        "memoize",
                        Value.object(
                                "key",
                                maybe(10) ? "no key" : "key-" + random.nextInt(3),
                                "maxAge",
                                maybe(2) ? "20s" : maybe(10) ? "soon" : "",
                                "cache",
                                Value.object("configMap", Value.object("name", "cache"))))
                : locked;
    }

    private Value.Mapping locks() {
        var mutexes = new ArrayList<Value>();
        var semaphores = new ArrayList<Value>();
        for (int i = random.nextInt(2); i >= 0; i--) {
            var lock = LOCKS.get(maybe(20) ? 3 : random.nextInt(3));
            if (lock.mutex()) {
                mutexes.add(Value.object("name", lock.name()));
            } else {
                semaphores.add(Value.object("configMapKeyRef", Value.object("name", lock.name(), "key", lock.key())));
            }
        }
        return Value.object("mutexes", mutexes, "semaphores", semaphores);
    }

    private Value.Mapping main() {
        return maybe(8)
                ? flaky("main")
                : body("main", callees("leaf", "leaf", "flaky", "inner", "inner", "set", "daemon", "pause"));
    }

    /// These, and something that the server does itself.
    private List<String> callees(String... names) {
        var all = new ArrayList<>(List.of(names));
        all.add(SERVED.get(random.nextInt(SERVED.size())));
        return all;
    }

    private Value.Mapping body(String name, List<String> callees) {
        return random.nextBoolean() ? dag(name, callees) : steps(name, callees);
    }

    private Value.Mapping dag(String name, List<String> callees) {
        var tasks = new ArrayList<Value>();
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            var task = call("t" + i, callees, "tasks");
            var depends = new ArrayList<String>();
            for (int j = 0; j < i; j++) {
                if (maybe(2)) {
                    depends.add(
                            "t" + j + (maybe(3) ? ".Failed" : maybe(3) ? ".Succeeded" : maybe(4) ? ".Daemoned" : ""));
                }
            }
            if (!depends.isEmpty()) {
                task = task.with("depends", String.join(maybe(2) ? " || " : " && ", depends));
            }
            tasks.add(task);
        }
        return Value.object(
                "name",
                name,
                "parallelism",
                maybe(4) ? 1 : null,
                "dag",
                Value.object("tasks", tasks, "failFast", maybe(4) ? false : null));
    }

    private Value.Mapping steps(String name, List<String> callees) {
        var groups = new ArrayList<Value>();
        int count = 1 + random.nextInt(3);
        int number = 0;
        for (int group = 0; group < count; group++) {
            var steps = new ArrayList<Value>();
            for (int i = random.nextInt(2); i >= 0; i--) {
                var step = call("s" + number++, callees, "steps");
                if (maybe(4)) {
                    step = step.with("continueOn", Value.object("failed", true, "error", maybe(2)));
                }
                steps.add(step);
            }
            groups.add(Value.list(steps));
        }
        return Value.object(
                "name", name, "parallelism", maybe(4) ? 1 : null, "failFast", maybe(6) ? true : null, "steps", groups);
    }

    private Value.Mapping call(String name, List<String> callees, String prefix) {
        var task = Value.object("name", name, "template", callees.get(random.nextInt(callees.size())));
        if (maybe(5)) {
            task = task.with("withItems", Value.of(List.of("a", "b", 3).subList(0, random.nextInt(4))));
        }
        if (maybe(6)) {
            task = task.with("when", maybe(6) ? "1 ==" : maybe(2) ? "1 == 2" : "1 == 1");
        }
        if (maybe(6)) {
            task =
                    task.with(
                            "hooks",
                            Value.object(
                                    "exit",
                                    Value.object(
                                            "template",
                                            "leaf",
                                            "expression",
                                            maybe(2) ? prefix + "." + name + ".status == 'Succeeded'" : null)));
        }
        if (maybe(5)) {
            task =
                    task.with(
                            "hooks",
                            task.mapAt("hooks")
                                    .with("running", hook(prefix + "." + name + ".status == 'Running'"))
                                    .with("other", hook(condition(prefix, name))));
        }
        return task;
    }

    private Value hook(String expression) {
        return Value.object(
                "template", List.of("leaf", "flaky", "pause").get(random.nextInt(3)), "expression", expression);
    }

    private String condition(String prefix, String name) {
        return switch (random.nextInt(8)) {
            case 0 -> prefix + ".nobody.status == 'Failed'";
            case 1 -> "workflow.status == 'Running'";
            case 2 -> prefix + "." + name.charAt(0) + "0.status == 'Succeeded'";
            default -> prefix + "." + name + ".status in ['Succeeded', 'Failed', 'Error', 'Skipped']";
        };
    }

    private Value.Mapping leaf(String name) {
        return Value.object(
                "name",
                name,
                "inputs",
                maybe(3) ? artifacts("seed", Value.object("raw", Value.object("data", "x"))) : null,
                "outputs",
                maybe(3) ? artifacts(maybe(8) ? "missing" : "out", Value.object("optional", maybe(2))) : null,
                "container",
                claims && maybe(2)
                        ? Value.object(
                                "image",
                                "alpine",
                                "command",
                                List.of(name),
                                "volumeMounts",
                                List.of(Value.object("name", "work", "mountPath", "/work")))
                        : Value.object("image", "alpine", "command", List.of(name)));
    }

    private static Value artifacts(String name, Value.Mapping more) {
        return Value.object("artifacts", List.of(more.with("name", name).with("path", name)));
    }

    private Value.Mapping flaky(String name) {
        var retry = Value.object("limit", random.nextInt(3), "retryPolicy", maybe(2) ? "Always" : null);
        if (maybe(2)) {
            retry = retry.with("backoff", Value.object("duration", "5", "factor", 2));
        }
        return Value.object(
                "name",
                name,
                "retryStrategy",
                retry,
                "timeout",
                maybe(4) ? "50s" : null,
                "pendingTimeout",
                maybe(4) ? "1s" : null,
                "outputs",
                maybe(4) ? artifacts("out", Value.Mapping.EMPTY) : null,
                "container",
                Value.object("image", "alpine", "command", List.of("flaky")));
    }

    /// A container set, whose last container waits for the others or not.
    private Value set() {
        var first = Value.object("name", "a", "image", "alpine", "command", List.of("a"));
        var second = Value.object("name", "main", "image", "alpine", "command", List.of("b"));
        return Value.object(
                "name",
                "set",
                "retryStrategy",
                maybe(3) ? Value.object("limit", 1) : null,
                "containerSet",
                Value.object(
                        "containers",
                        List.of(first, maybe(2) ? second.with("dependencies", Value.of(List.of("a"))) : second)));
    }

    private Value daemon() {
        return Value.object(
                "name",
                "daemon",
                "daemon",
                true,
                "retryStrategy",
                maybe(3) ? Value.object("limit", 1) : null,
                "container",
                Value.object("image", "alpine", "command", List.of("daemon")));
    }

    private Value.Mapping pause() {
        return Value.object(
                "name", "pause", "suspend", maybe(2) ? Value.object("duration", "10") : Value.Mapping.EMPTY);
    }
}
