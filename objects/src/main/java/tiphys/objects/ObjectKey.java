package tiphys.objects;

/// Which object: its type, namespace (empty for cluster-wide types) and name.
public record ObjectKey(ResourceType type, String namespace, String name) {
    @Override
    public String toString() {
        return type.kind() + " " + (namespace.isEmpty() ? "" : namespace + "/") + name;
    }
}
