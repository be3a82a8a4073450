package tiphys.engine.run.validate;

import java.util.List;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Task;
import tiphys.manifest.workflow.Template;

/// What Argo's validation asks of the kind of a template.
final class Kinds {
    private Kinds() {}

    /// Whether it runs something of its own.
    static boolean leaf(Template template) {
        return template.type()
                .map(type ->
                        switch (type) {
                            case CONTAINER, CONTAINER_SET, SCRIPT, RESOURCE, DATA, HTTP, PLUGIN -> true;
                            case STEPS, DAG, SUSPEND -> false;
                        })
                .orElse(false);
    }

    /// Whether a pod is made for it.
    static boolean makesPod(Template template) {
        return template.type()
                .map(type ->
                        switch (type) {
                            case CONTAINER, CONTAINER_SET, SCRIPT, RESOURCE, DATA -> true;
                            case STEPS, DAG, SUSPEND, HTTP, PLUGIN -> false;
                        })
                .orElse(false);
    }

    /// Argo's word for it.
    static String word(Template template) {
        return template.type()
                .map(type ->
                        switch (type) {
                            case CONTAINER -> "Container";
                            case CONTAINER_SET -> "ContainerSet";
                            case STEPS -> "Steps";
                            case DAG -> "DAG";
                            case SCRIPT -> "Script";
                            case RESOURCE -> "Resource";
                            case DATA -> "Data";
                            case SUSPEND -> "Suspend";
                            case HTTP -> "HTTP";
                            case PLUGIN -> "Plugin";
                        })
                .orElse("Unknown");
    }

    /// The items that a loop lists; empty if it lists none or only a tag gives them.
    static List<Value> items(Task task) {
        return task.withItems().orElse(Value.nothing()) instanceof Value.Sequence(var items, _) ? items : List.of();
    }
}
