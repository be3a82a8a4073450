package tiphys.kubernetes.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import tiphys.kubernetes.client.ApiClient;
import tiphys.manifest.Value;
import tiphys.objects.ResourceType;
import tiphys.objects.ResourceTypes;
import tiphys.testkit.Eventually;

/// Argo's kinds in the form of its minimal definitions: every field is kept, and nothing has a status of its own.
public final class ArgoDefinitions {
    private static final List<ResourceType> KINDS =
            List.of(
                    ResourceTypes.WORKFLOW,
                    ResourceTypes.WORKFLOW_TEMPLATE,
                    ResourceTypes.CLUSTER_WORKFLOW_TEMPLATE,
                    ResourceTypes.CRON_WORKFLOW,
                    new ResourceType(
                            "argoproj.io",
                            "v1alpha1",
                            "WorkflowTaskResult",
                            "workflowtaskresults",
                            "workflowtaskresult",
                            List.of(),
                            List.of(),
                            true));

    private ArgoDefinitions() {}

    /// Installs them, and waits until they are served.
    public static void install(ApiClient client) {
        try {
            for (var kind : KINDS) {
                var answer = client.create("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition(kind));
                assertThat(answer.done()).as(answer.message()).isTrue();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (var kind : KINDS) {
            Eventually.within(Duration.ofSeconds(20), kind.plural(), () -> served(client, kind));
        }
    }

    private static boolean served(ApiClient client, ResourceType kind) {
        try {
            return client.get("/apis/" + kind.apiVersion() + "/" + kind.plural()).done();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Value.Mapping definition(ResourceType kind) {
        var schema = Value.object("type", "object", "x-kubernetes-preserve-unknown-fields", true);
        return Value.object(
                "apiVersion",
                "apiextensions.k8s.io/v1",
                "kind",
                "CustomResourceDefinition",
                "metadata",
                Value.object("name", kind.plural() + "." + kind.group()),
                "spec",
                Value.object(
                        "group",
                        kind.group(),
                        "scope",
                        kind.namespaced() ? "Namespaced" : "Cluster",
                        "names",
                        Value.object("kind", kind.kind(), "plural", kind.plural(), "singular", kind.singular()),
                        "versions",
                        List.of(
                                Value.object(
                                        "name",
                                        kind.version(),
                                        "served",
                                        true,
                                        "storage",
                                        true,
                                        "schema",
                                        Value.object("openAPIV3Schema", schema)))));
    }
}
