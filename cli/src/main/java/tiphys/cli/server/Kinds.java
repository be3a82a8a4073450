package tiphys.cli.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import tiphys.cli.terminal.CliError;
import tiphys.cli.terminal.ExitCode;
import tiphys.manifest.DidYouMean;
import tiphys.manifest.Value;

/// The kinds of objects that commands know, by all the names that people use for them, in the order in which `apply` makes
/// them.
public enum Kinds {
    NAMESPACE("v1", "Namespace", "namespaces", "ns"),
    SERVICE_ACCOUNT("v1", "ServiceAccount", "serviceaccounts", "sa"),
    SECRET("v1", "Secret", "secrets", ""),
    CONFIG_MAP("v1", "ConfigMap", "configmaps", "cm"),
    CLUSTER_ROLE("rbac.authorization.k8s.io/v1", "ClusterRole", "clusterroles", ""),
    ROLE("rbac.authorization.k8s.io/v1", "Role", "roles", ""),
    CLUSTER_ROLE_BINDING("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "clusterrolebindings", ""),
    ROLE_BINDING("rbac.authorization.k8s.io/v1", "RoleBinding", "rolebindings", ""),
    SERVICE("v1", "Service", "services", "svc"),
    EVENT_BUS("argoproj.io/v1alpha1", "EventBus", "eventbus", "eb"),
    CLUSTER_WORKFLOW_TEMPLATE("argoproj.io/v1alpha1", "ClusterWorkflowTemplate", "clusterworkflowtemplates", "cwft"),
    WORKFLOW_TEMPLATE("argoproj.io/v1alpha1", "WorkflowTemplate", "workflowtemplates", "wftmpl"),
    CRON_WORKFLOW("argoproj.io/v1alpha1", "CronWorkflow", "cronworkflows", "cwf"),
    WORKFLOW_EVENT_BINDING("argoproj.io/v1alpha1", "WorkflowEventBinding", "workfloweventbindings", "wfeb"),
    EVENT_SOURCE("argoproj.io/v1alpha1", "EventSource", "eventsources", "es"),
    SENSOR("argoproj.io/v1alpha1", "Sensor", "sensors", "sn"),
    WORKFLOW("argoproj.io/v1alpha1", "Workflow", "workflows", "wf"),
    POD("v1", "Pod", "pods", "po"),
    EVENT("v1", "Event", "events", "ev");

    private final String apiVersion;
    private final String kind;
    private final String plural;
    private final String shortName;

    Kinds(String apiVersion, String kind, String plural, String shortName) {
        this.apiVersion = apiVersion;
        this.kind = kind;
        this.plural = plural;
        this.shortName = shortName;
    }

    /// As manifests write it, `WorkflowTemplate`.
    public String kind() {
        return kind;
    }

    /// As commands print it, `workflowtemplate`.
    public String singular() {
        return kind.toLowerCase(Locale.ROOT);
    }

    /// As kubectl prints it before a name, `workflow.argoproj.io`.
    public String resource() {
        return group().isEmpty() ? singular() : singular() + "." + group();
    }

    private String group() {
        return apiVersion.contains("/") ? apiVersion.substring(0, apiVersion.indexOf('/')) : "";
    }

    public boolean namespaced() {
        return switch (this) {
            case NAMESPACE, CLUSTER_ROLE, CLUSTER_ROLE_BINDING, CLUSTER_WORKFLOW_TEMPLATE -> false;
            case SERVICE_ACCOUNT,
                    SECRET,
                    CONFIG_MAP,
                    ROLE,
                    ROLE_BINDING,
                    SERVICE,
                    EVENT_BUS,
                    WORKFLOW_TEMPLATE,
                    CRON_WORKFLOW,
                    WORKFLOW_EVENT_BINDING,
                    EVENT_SOURCE,
                    SENSOR,
                    WORKFLOW,
                    POD,
                    EVENT ->
                    true;
        };
    }

    /// The path of all objects of this kind: in one namespace, or everywhere.
    public String path(Optional<String> namespace) {
        var root = group().isEmpty() ? "/api/" + apiVersion : "/apis/" + apiVersion;
        return root
                + (namespaced() ? namespace.map(name -> "/namespaces/" + Paths.part(name)).orElse("") : "")
                + "/"
                + plural;
    }

    /// The path of one object.
    public String path(String namespace, String name) {
        return path(Optional.of(namespace)) + "/" + Paths.part(name);
    }

    /// All the names that [#named] takes.
    Stream<String> names() {
        return Stream.of(singular(), plural, shortName, kind).filter(name -> !name.isEmpty()).distinct();
    }

    /// The kind that a person names: `wf`, `workflow`, `workflows`, `Workflow`, `workflows.argoproj.io`.
    ///
    /// @throws CliError if there is none, with the likely one
    public static Kinds named(String name) {
        var wanted = name.toLowerCase(Locale.ROOT);
        for (var kind : values()) {
            var group = kind.group();
            boolean same =
                    kind.names()
                            .map(known -> known.toLowerCase(Locale.ROOT))
                            .anyMatch(known -> wanted.equals(known) || wanted.equals(known + "." + group));
            if (same) {
                return kind;
            }
        }
        var all = Stream.of(values()).flatMap(Kinds::names).toList();
        throw CliError.of(ExitCode.USAGE, "TIP-7102", "there is no kind \"" + name + "\"")
                .hint(DidYouMean.nearest(name, all).map(near -> "did you mean \"" + near + "\"?").orElse(known()));
    }

    private static String known() {
        var names = new ArrayList<String>();
        for (var kind : values()) {
            names.add(kind.shortName.isEmpty() ? kind.singular() : kind.shortName);
        }
        return "kinds are " + String.join(", ", names);
    }

    /// The kind of a manifest's object.
    public static Optional<Kinds> of(Value object) {
        var apiVersion = object.textAt("apiVersion").orElse("");
        var kind = object.textAt("kind").orElse("");
        return List.of(values()).stream()
                .filter(known -> known.kind.equals(kind) && known.apiVersion.equals(apiVersion))
                .findFirst();
    }
}
