package tiphys.objects;

/// Which object: its type, namespace (empty for cluster-wide types) and name.
public record ObjectKey(ResourceType type, String namespace, String name) {
    /// `workflows.argoproj.io "name"`, as the API's messages name it.
    public String quoted() {
        return type.groupResource() + " \"" + name + "\"";
    }

    @Override
    public String toString() {
        return type.kind() + " " + (namespace.isEmpty() ? "" : namespace + "/") + name;
    }
}
