package tiphys.objects;

import java.util.List;

/// A kind of object as the API names it.
///
/// @param group empty for the core group
/// @param plural as in the path, `workflows`
/// @param shortNames as kubectl takes them, `wf`
/// @param categories such as `all`
public record ResourceType(
        String group,
        String version,
        String kind,
        String plural,
        String singular,
        List<String> shortNames,
        List<String> categories,
        boolean namespaced) {

    /// `v1` or `argoproj.io/v1alpha1`.
    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /// `Workflow.argoproj.io` or `Secret`, as messages about its fields name it.
    public String groupKind() {
        return group.isEmpty() ? kind : kind + "." + group;
    }

    /// Whether it is one of Kubernetes' own kinds, not a custom resource.
    public boolean builtIn() {
        return !group.equals("argoproj.io");
    }

    /// `workflows` or `workflows.argoproj.io`, as messages name it.
    public String groupResource() {
        return group.isEmpty() ? plural : plural + "." + group;
    }
}
