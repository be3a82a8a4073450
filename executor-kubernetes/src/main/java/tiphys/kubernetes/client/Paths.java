package tiphys.kubernetes.client;

import java.util.Optional;
import tiphys.objects.ObjectKey;
import tiphys.objects.ResourceType;

/// Where objects are in an API server.
public final class Paths {
    private Paths() {}

    /// The path of a type's objects.
    ///
    /// @param namespace the only one; empty for all
    public static String of(ResourceType type, Optional<String> namespace) {
        return (type.group().isEmpty() ? "/api/" : "/apis/" + type.group() + "/")
                + type.version()
                + (type.namespaced() && namespace.isPresent() ? "/namespaces/" + namespace.get() : "")
                + "/"
                + type.plural();
    }

    /// The path of an object.
    public static String of(ObjectKey key) {
        return of(key.type(), Optional.of(key.namespace())) + "/" + key.name();
    }
}
