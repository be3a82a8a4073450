package tiphys.engine.run.state;

/// What a node is, by Argo's names.
public enum NodeType {
    POD("Pod"),
    CONTAINER("Container"),
    STEPS("Steps"),
    STEP_GROUP("StepGroup"),
    DAG("DAG"),
    TASK_GROUP("TaskGroup"),
    RETRY("Retry"),
    SKIPPED("Skipped"),
    SUSPEND("Suspend"),
    HTTP("HTTP"),
    PLUGIN("Plugin");

    private final String text;

    NodeType(String text) {
        this.text = text;
    }

    /// Argo's name.
    public String text() {
        return text;
    }

    /// Whether an executor is given an order for it.
    public boolean ordered() {
        return this == POD || this == HTTP || this == PLUGIN;
    }

    /// Whether it is a group of others and does nothing itself.
    public boolean groups() {
        return this == STEP_GROUP || this == TASK_GROUP || this == RETRY;
    }
}
