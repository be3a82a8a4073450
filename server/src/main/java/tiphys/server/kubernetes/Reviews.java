package tiphys.server.kubernetes;

import java.util.List;
import java.util.Map;
import tiphys.manifest.Value;
import tiphys.objects.ResourceType;

/// What a client may do and who it is: the token of the kubeconfig is admin, so everything, and that.
final class Reviews {
    private static final List<String> ANY = List.of("*");

    private Reviews() {}

    static boolean reviews(ResourceType type) {
        return type.equals(Served.ACCESS_REVIEW) || type.equals(Served.RULES_REVIEW) || type.equals(Served.SELF_REVIEW);
    }

    /// The review with its answer as status.
    static Value.Mapping answer(ResourceType type, Value.Mapping asked) {
        return asked.with("apiVersion", type.apiVersion()).with("kind", type.kind()).with("status", status(type));
    }

    private static Value.Mapping status(ResourceType type) {
        if (type.equals(Served.ACCESS_REVIEW)) {
            return Value.object("allowed", true, "reason", "the token of the kubeconfig is admin");
        }
        if (type.equals(Served.RULES_REVIEW)) {
            return Value.object(
                    "resourceRules", List.of(Map.of("verbs", ANY, "apiGroups", ANY, "resources", ANY)),
                    "nonResourceRules", List.of(Map.of("verbs", ANY, "nonResourceURLs", ANY)),
                    "incomplete", false);
        }
        return Value.object(
                "userInfo", Map.of("username", "admin", "groups", List.of("system:masters", "system:authenticated")));
    }
}
