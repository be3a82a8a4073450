package tiphys.objects;

import java.util.ArrayList;
import java.util.List;
import tiphys.manifest.Value;

/// The objects that are there before anybody creates one: the namespaces of a fresh cluster with their service accounts,
/// and the cluster roles that bindings usually name.
public final class Bootstrap {
    private static final List<String> READ = List.of("get", "list", "watch");
    private static final List<String> WRITE =
            List.of("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection");
    private static final List<String> PLAIN = List.of("configmaps", "pods", "pods/log", "services", "events");

    private Bootstrap() {}

    /// The objects, in the order in which they are created.
    public static List<ApiObject> objects() {
        var objects = new ArrayList<ApiObject>();
        for (var name : List.of("default", "kube-system", "kube-public")) {
            objects.add(object(ResourceTypes.NAMESPACE, "", name, Value.Mapping.EMPTY));
            objects.add(serviceAccount(name));
        }
        objects.add(role("cluster-admin", rule("*", List.of("*"), List.of("*"))));
        objects.add(
                role(
                        "admin",
                        rule("argoproj.io", List.of("*"), WRITE),
                        rule("", PLAIN, WRITE),
                        rule("", List.of("secrets", "serviceaccounts"), WRITE),
                        rule("rbac.authorization.k8s.io", List.of("roles", "rolebindings"), WRITE)));
        objects.add(
                role(
                        "edit",
                        rule("argoproj.io", List.of("*"), WRITE),
                        rule("", PLAIN, WRITE),
                        rule("", List.of("secrets", "serviceaccounts"), WRITE)));
        objects.add(
                role(
                        "view",
                        rule("argoproj.io", List.of("*"), READ),
                        rule("", PLAIN, READ),
                        rule("", List.of("serviceaccounts"), READ)));
        return objects;
    }

    /// The service account that each namespace has from its beginning.
    public static ApiObject serviceAccount(String namespace) {
        return object(ResourceTypes.SERVICE_ACCOUNT, namespace, "default", Value.Mapping.EMPTY);
    }

    private static ApiObject role(String name, Value... rules) {
        return object(ResourceTypes.CLUSTER_ROLE, "", name, Value.object("rules", List.of(rules)));
    }

    private static Value rule(String group, List<String> resources, List<String> verbs) {
        return Value.object("apiGroups", List.of(group), "resources", resources, "verbs", verbs);
    }

    private static ApiObject object(ResourceType type, String namespace, String name, Value.Mapping rest) {
        var json =
                Value.object(
                        "apiVersion",
                        type.apiVersion(),
                        "kind",
                        type.kind(),
                        "metadata",
                        Value.object("name", name, "namespace", namespace.isEmpty() ? null : namespace));
        for (var field : rest.fields().entrySet()) {
            json = json.with(field.getKey(), field.getValue());
        }
        return new ApiObject(type, json);
    }
}
