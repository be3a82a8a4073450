package tiphys.kubernetes.pod;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tiphys.engine.StepOrder;
import tiphys.manifest.Value;

/// The variables that Argo's in-pod executor lives by.
///
record Variables(StepOrder order, PodSettings settings, boolean resultWanted) {
    /// What says that there is no deadline.
    private static final String NEVER = "0001-01-01T00:00:00Z";

    /// Those of a container of the executor's own, before those of every container.
    List<Value> agent() {
        var env = new ArrayList<Value>();
        env.add(field("ARGO_POD_NAME", "metadata.name"));
        env.add(field("ARGO_POD_UID", "metadata.uid"));
        env.add(variable("ARGO_WORKFLOW_NAME", order.runName()));
        env.add(variable("ARGO_WORKFLOW_UID", order.runUid()));
        if (!settings.instanceId().isEmpty()) {
            env.add(variable("ARGO_INSTANCE_ID", settings.instanceId()));
        }
        env.addAll(settings.agent().env());
        return env;
    }

    /// Those of every container.
    ///
    /// @param template the step's template, for containers that are told it
    List<Value> everywhere(String container, Optional<String> template) {
        var env = new ArrayList<Value>();
        env.add(variable("ARGO_CONTAINER_NAME", container));
        template.ifPresent(text -> env.add(variable("ARGO_TEMPLATE", text)));
        env.add(variable("ARGO_NODE_ID", order.nodeId()));
        env.add(variable("ARGO_INCLUDE_SCRIPT_OUTPUT", Boolean.toString(resultWanted)));
        env.add(
                variable(
                        "ARGO_DEADLINE",
                        order.deadline()
                                .map(until -> until.truncatedTo(java.time.temporal.ChronoUnit.SECONDS).toString())
                                .orElse(NEVER)));
        env.add(variable("ARGO_WORKFLOW_NAME", order.runName()));
        env.add(variable("ARGO_PROGRESS_FILE", "/var/run/argo/progress"));
        env.add(variable("ARGO_PROGRESS_PATCH_TICK_DURATION", "1m0s"));
        env.add(variable("ARGO_PROGRESS_FILE_TICK_DURATION", "3s"));
        return env;
    }

    static Value variable(String name, String value) {
        return Value.object("name", name, "value", value);
    }

    private static Value field(String name, String path) {
        return Value.object(
                "name",
                name,
                "valueFrom",
                Value.object("fieldRef", Value.object("apiVersion", "v1", "fieldPath", path)));
    }
}
