package tiphys.manifest.workflow;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import tiphys.manifest.Value;

/// A template.
public record Template(Value.Mapping json) {

    /// What a template does, in the order in which Argo looks.
    public enum Type {
        CONTAINER("container"),
        CONTAINER_SET("containerSet"),
        STEPS("steps"),
        DAG("dag"),
        SCRIPT("script"),
        RESOURCE("resource"),
        DATA("data"),
        SUSPEND("suspend"),
        HTTP("http"),
        PLUGIN("plugin");

        private final String field;

        Type(String field) {
            this.field = field;
        }

        /// The field of the manifest.
        public String field() {
            return field;
        }
    }

    /// Its name; empty if it is inline.
    public String name() {
        return json.textAt("name").orElse("");
    }

    /// What it does; empty if it does not say.
    public Optional<Type> type() {
        for (var type : Type.values()) {
            if (json.find(type.field).filter(value -> !(value instanceof Value.Null)).isPresent()) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /// The types that it names; more than one is a mistake.
    public List<Type> types() {
        return List.of(Type.values()).stream().filter(type -> json.find(type.field).isPresent()).toList();
    }

    /// Whether it runs processes.
    public boolean leaf() {
        return type().map(type -> type == Type.CONTAINER || type == Type.CONTAINER_SET || type == Type.SCRIPT)
                .orElse(false);
    }

    /// Whether what follows begins as soon as it answers, and it goes on until the template that it is a part of is over.
    public boolean daemon() {
        return Views.flag(json, "daemon");
    }

    /// Whether the server itself does what it says, without a process.
    public boolean served() {
        return type().map(
                        type -> type == Type.HTTP || type == Type.PLUGIN || type == Type.RESOURCE || type == Type.DATA)
                .orElse(false);
    }

    /// `inputs.parameters`.
    public List<Parameter> inputs() {
        return Parameter.list(json.mapAt("inputs"), "parameters");
    }

    /// `outputs.parameters`.
    public List<Parameter> outputs() {
        return Parameter.list(json.mapAt("outputs"), "parameters");
    }

    /// `inputs.artifacts`.
    public List<Artifact> inputArtifacts() {
        return Artifact.list(json.mapAt("inputs"));
    }

    /// `outputs.artifacts`.
    public List<Artifact> outputArtifacts() {
        return Artifact.list(json.mapAt("outputs"));
    }

    /// The container, also a script's.
    public Value.Mapping container() {
        return json.find("script").isPresent() ? json.mapAt("script") : json.mapAt("container");
    }

    /// The groups of a steps template.
    public List<List<Task>> steps() {
        var groups = new ArrayList<List<Task>>();
        for (var group : json.listAt("steps")) {
            var steps = new ArrayList<Task>();
            for (var item : group instanceof Value.Sequence(var items, _) ? items : List.of(group)) {
                if (item instanceof Value.Mapping map) {
                    steps.add(new Task(map));
                }
            }
            groups.add(List.copyOf(steps));
        }
        return List.copyOf(groups);
    }

    /// The tasks of a dag template.
    public List<Task> tasks() {
        return Views.maps(json.mapAt("dag"), "tasks").map(Task::new).toList();
    }

    /// The tasks that a dag is to reach; empty for all.
    public List<String> targets() {
        return json.textAt("dag", "target").map(Template::targets).orElse(List.of());
    }

    /// The names in a dag's target: none, or several with blanks between them.
    public static List<String> targets(String text) {
        return text.isBlank() ? List.of() : List.of(text.strip().split("\\s+"));
    }

    /// Whether a dag stops starting tasks once one failed; true if not said.
    public boolean failFast() {
        return json.find("dag", "failFast").isEmpty() || Views.flag(json.mapAt("dag"), "failFast");
    }

    /// How many children of a steps or dag template may be active at once.
    public OptionalLong parallelism() {
        return Views.number(json, "parallelism");
    }

    /// When a step is tried again.
    public Optional<RetryStrategy> retryStrategy() {
        return RetryStrategy.in(json);
    }

    /// The time a process may take, in seconds or as a tag; empty for any.
    public Optional<String> activeDeadlineSeconds() {
        return Views.scalar(json, "activeDeadlineSeconds");
    }

    /// The time a node may take from its start; empty for any.
    public Optional<String> timeout() {
        return Views.scalar(json, "timeout");
    }

    /// How long a node may wait before its process starts; empty for ever.
    public Optional<String> pendingTimeout() {
        return Views.scalar(json, "pendingTimeout");
    }

    /// How long a suspend template waits; empty until somebody resumes it.
    public Optional<String> suspendDuration() {
        return Views.scalar(json.mapAt("suspend"), "duration").filter(text -> !text.isEmpty());
    }

    /// The volumes it adds to the workflow's.
    public List<Value.Mapping> volumes() {
        return Views.maps(json, "volumes").toList();
    }
}
