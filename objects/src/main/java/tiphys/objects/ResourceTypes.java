package tiphys.objects;

import java.util.List;
import java.util.Optional;

/// The types that this server knows.
public final class ResourceTypes {
    public static final ResourceType NAMESPACE = core("Namespace", "namespaces", List.of("ns"), List.of(), false);
    public static final ResourceType CONFIG_MAP = core("ConfigMap", "configmaps", List.of("cm"), List.of(), true);
    public static final ResourceType SECRET = core("Secret", "secrets", List.of(), List.of(), true);
    public static final ResourceType SERVICE_ACCOUNT =
            core("ServiceAccount", "serviceaccounts", List.of("sa"), List.of(), true);
    public static final ResourceType PERSISTENT_VOLUME_CLAIM =
            core("PersistentVolumeClaim", "persistentvolumeclaims", List.of("pvc"), List.of(), true);
    public static final ResourceType SERVICE = core("Service", "services", List.of("svc"), List.of("all"), true);
    public static final ResourceType POD = core("Pod", "pods", List.of("po"), List.of("all"), true);
    public static final ResourceType EVENT = core("Event", "events", List.of("ev"), List.of(), true);
    public static final ResourceType ROLE = rbac("Role", "roles", true);
    public static final ResourceType ROLE_BINDING = rbac("RoleBinding", "rolebindings", true);
    public static final ResourceType CLUSTER_ROLE = rbac("ClusterRole", "clusterroles", false);
    public static final ResourceType CLUSTER_ROLE_BINDING = rbac("ClusterRoleBinding", "clusterrolebindings", false);
    public static final ResourceType WORKFLOW = argo("Workflow", "workflows", List.of("wf"), true);
    public static final ResourceType WORKFLOW_TEMPLATE =
            argo("WorkflowTemplate", "workflowtemplates", List.of("wftmpl"), true);
    public static final ResourceType CLUSTER_WORKFLOW_TEMPLATE =
            argo("ClusterWorkflowTemplate", "clusterworkflowtemplates", List.of("clusterwftmpl", "cwft"), false);
    public static final ResourceType CRON_WORKFLOW =
            argo("CronWorkflow", "cronworkflows", List.of("cwf", "cronwf"), true);
    public static final ResourceType WORKFLOW_EVENT_BINDING =
            argo("WorkflowEventBinding", "workfloweventbindings", List.of("wfeb"), true);
    public static final ResourceType EVENT_BUS = argo("EventBus", "eventbus", List.of("eb"), true);
    public static final ResourceType EVENT_SOURCE = argo("EventSource", "eventsources", List.of("es"), true);
    public static final ResourceType SENSOR = argo("Sensor", "sensors", List.of("sn"), true);

    /// Every type, in the order in which `apply -f DIR` creates them.
    public static final List<ResourceType> ALL =
            List.of(
                    NAMESPACE,
                    SERVICE_ACCOUNT,
                    SECRET,
                    CONFIG_MAP,
                    PERSISTENT_VOLUME_CLAIM,
                    CLUSTER_ROLE,
                    ROLE,
                    CLUSTER_ROLE_BINDING,
                    ROLE_BINDING,
                    SERVICE,
                    EVENT_BUS,
                    CLUSTER_WORKFLOW_TEMPLATE,
                    WORKFLOW_TEMPLATE,
                    CRON_WORKFLOW,
                    WORKFLOW_EVENT_BINDING,
                    EVENT_SOURCE,
                    SENSOR,
                    WORKFLOW,
                    POD,
                    EVENT);

    private ResourceTypes() {}

    /// The type by what a manifest says.
    public static Optional<ResourceType> byKind(String apiVersion, String kind) {
        return ALL.stream()
                .filter(type -> type.kind().equals(kind) && type.apiVersion().equals(apiVersion))
                .findFirst();
    }

    /// The type by what a path says.
    public static Optional<ResourceType> byPlural(String group, String plural) {
        return ALL.stream().filter(type -> type.group().equals(group) && type.plural().equals(plural)).findFirst();
    }

    private static ResourceType core(
            String kind, String plural, List<String> shortNames, List<String> categories, boolean namespaced) {
        return new ResourceType(
                "", "v1", kind, plural, kind.toLowerCase(java.util.Locale.ROOT), shortNames, categories, namespaced);
    }

    private static ResourceType rbac(String kind, String plural, boolean namespaced) {
        return new ResourceType(
                "rbac.authorization.k8s.io",
                "v1",
                kind,
                plural,
                kind.toLowerCase(java.util.Locale.ROOT),
                List.of(),
                List.of(),
                namespaced);
    }

    private static ResourceType argo(String kind, String plural, List<String> shortNames, boolean namespaced) {
        return new ResourceType(
                "argoproj.io",
                "v1alpha1",
                kind,
                plural,
                kind.toLowerCase(java.util.Locale.ROOT),
                shortNames,
                List.of(),
                namespaced);
    }
}
