package tiphys.app;

import static org.assertj.core.api.Assertions.assertThat;
import static tiphys.app.SharedCluster.LIMIT;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.manifest.Value;
import tiphys.testkit.Eventually;

/// Steps of a cluster that the controller does itself: what they may is what their service account may.
class ClusterServedTest {
    private static final String NAMESPACE = "served";
    private static final String MAPS = "/api/v1/namespaces/" + NAMESPACE + "/configmaps";
    private static SharedCluster cluster;
    @TempDir Path data;
    private ClusterHost host;

    @BeforeAll
    static void start() {
        cluster = SharedCluster.with(NAMESPACE);
        cluster.apply(
                "/api/v1/namespaces/served/serviceaccounts",
                "{apiVersion: v1, kind: ServiceAccount, metadata: {name: worker, namespace: served}}");
        cluster.apply(
                "/apis/rbac.authorization.k8s.io/v1/namespaces/served/roles",
                """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: worker, namespace: served}
                rules:
                - {apiGroups: [""], resources: [configmaps], verbs: [get, create, patch, update, delete]}
                - {apiGroups: [""], resources: [secrets], verbs: [get]}
                - {apiGroups: [argoproj.io], resources: [workflows/finalizers], verbs: [update]}
                """);
        cluster.apply(
                "/apis/rbac.authorization.k8s.io/v1/namespaces/served/rolebindings",
                """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: worker, namespace: served}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: worker}
                subjects: [{kind: ServiceAccount, name: worker, namespace: served}]
                """);
    }

    @BeforeEach
    void open() throws IOException {
        host = cluster.controller(data, NAMESPACE);
    }

    @AfterEach
    void close() {
        host.close();
    }

    private static void run(String name, String spec) {
        cluster.run(
                NAMESPACE,
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Workflow
                metadata: {name: %s, namespace: served}
                spec:
                  entrypoint: main
                %s\
                """
                        .formatted(name, spec.indent(2)));
    }

    private static Value.Mapping node(String workflow) {
        return (Value.Mapping)
                cluster.workflow(NAMESPACE, workflow).mapAt("status", "nodes").fields().values().iterator().next();
    }

    @Test
    void a_resource_template_changes_objects_of_the_cluster_in_the_name_of_its_service_account() throws IOException {
        run(
                "maker",
                """
                serviceAccountName: worker
                templates:
                - name: main
                  resource:
                    action: create
                    setOwnerReference: true
                    successCondition: data.state == done
                    manifest: |
                      apiVersion: v1
                      kind: ConfigMap
                      metadata: {generateName: made-}
                      data: {state: begun, number: "7"}
                  outputs: {parameters: [{name: number, valueFrom: {jsonPath: "{.data.number}"}}]}
                """);
        Eventually.within(LIMIT, "the object", () -> made() != null);
        var object = made();
        assertThat(object.listAt("metadata", "ownerReferences").getFirst().textAt("name")).contains("maker");
        cluster.client()
                .patch(
                        MAPS + "/" + object.textAt("metadata", "name").orElseThrow(),
                        Value.object("data", Value.object("state", "done")));
        assertThat(cluster.ended(NAMESPACE, "maker").textAt("phase"))
                .as("%s", cluster.workflow(NAMESPACE, "maker"))
                .contains("Succeeded");
        var node = node("maker");
        assertThat(node.textAt("type")).contains("Pod");
        assertThat(node.listAt("outputs", "parameters").getFirst().textAt("value")).contains("7");
        assertThat(cluster.pods(NAMESPACE, "maker")).isEmpty();
    }

    private static Value.Mapping made() {
        for (var map : cluster.get(MAPS).listAt("items")) {
            if (map.textAt("metadata", "name").orElse("").startsWith("made-")) {
                return (Value.Mapping) map;
            }
        }
        return null;
    }

    @Test
    void a_service_account_without_rights_is_refused_by_the_cluster() {
        run(
                "powerless",
                """
                templates:
                - name: main
                  resource:
                    action: apply
                    manifest: |
                      apiVersion: v1
                      kind: ConfigMap
                      metadata: {name: never}
                """);
        var status = cluster.ended(NAMESPACE, "powerless");
        assertThat(status.textAt("phase")).contains("Failed");
        assertThat(status.textAt("message").orElse("")).contains("Forbidden").contains("serviceaccount:served:default");
        assertThat(cluster.there(MAPS + "/never")).isFalse();
    }

    @Test
    void flags_name_any_type_that_the_cluster_has() {
        cluster.apply(
                MAPS, "{apiVersion: v1, kind: ConfigMap, metadata: {name: read, namespace: served}, data: {a: b}}");
        run(
                "reader",
                """
                serviceAccountName: worker
                templates:
                - name: main
                  resource: {action: patch, mergeStrategy: json, flags: [cm, read], manifest: '[{"op": "add", "path": "/data/c", "value": "d"}]'}
                """);
        assertThat(cluster.ended(NAMESPACE, "reader").textAt("phase"))
                .as("%s", cluster.workflow(NAMESPACE, "reader"))
                .contains("Succeeded");
        assertThat(cluster.get(MAPS + "/read").textAt("data", "c")).contains("d");
    }

    @Test
    void an_http_template_is_asked_by_the_controller_with_a_secret_that_its_account_may_read() throws IOException {
        cluster.apply(
                "/api/v1/namespaces/served/secrets",
                "{apiVersion: v1, kind: Secret, metadata: {name: key, namespace: served}, stringData: {token: open-sesame}}");
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    try (exchange) {
                        var body =
                                String.valueOf(exchange.getRequestHeaders().getFirst("X-Key"))
                                        .getBytes(StandardCharsets.UTF_8);
                        exchange.sendResponseHeaders(200, body.length);
                        exchange.getResponseBody().write(body);
                    }
                });
        server.start();
        try {
            run(
                    "asker",
                    """
                    serviceAccountName: worker
                    templates:
                    - name: main
                      http:
                        url: http://127.0.0.1:%d/
                        successCondition: response.body == "open-sesame"
                        headers: [{name: X-Key, valueFrom: {secretKeyRef: {name: key, key: token}}}]
                    """
                            .formatted(server.getAddress().getPort()));
            assertThat(cluster.ended(NAMESPACE, "asker").textAt("phase"))
                    .as("%s", cluster.workflow(NAMESPACE, "asker"))
                    .contains("Succeeded");
            assertThat(node("asker").textAt("type")).contains("HTTP");
        } finally {
            server.stop(0);
        }
    }
}
