package tiphys.server.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.objects.ObjectKey;
import tiphys.objects.ResourceTypes;

class KubernetesApiTest {
    static final String CORE = "/api/v1/namespaces/lab/";
    static final String ARGO = "/apis/argoproj.io/v1alpha1/namespaces/lab/";

    final LocalApi api = new LocalApi();
    final HttpClient http = HttpClient.newHttpClient();

    @BeforeEach
    void a_namespace() throws Exception {
        assertThat(post("/api/v1/namespaces", "{\"metadata\":{\"name\":\"lab\"}}").statusCode()).isEqualTo(201);
    }

    @AfterEach
    void close() {
        http.shutdownNow();
        api.close();
    }

    @Nested
    class Discovery_and_schemas {
        @Test
        void the_aggregated_form_is_given_to_who_asks_for_it() throws Exception {
            var form = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
            var answer = get("/apis", "Accept", form + ",application/json");
            assertThat(answer.headers().firstValue("Content-Type")).contains(form);
            assertThat(json(answer).textAt("kind")).contains("APIGroupDiscoveryList");
            assertThat(json(get("/apis")).textAt("kind")).contains("APIGroupList");
        }

        @Test
        void the_version_says_which_commit_serves() throws Exception {
            var version = json(get("/version"));
            assertThat(version.textAt("gitVersion")).contains("v1.32.0+tiphys-0.1.0-test");
            assertThat(version.textAt("gitCommit")).contains("0123abc");
            assertThat(version.textAt("buildDate")).contains("2026-11-24T12:00:00Z");
        }

        @Test
        void every_kind_is_listed_with_its_short_names_and_subresources() throws Exception {
            var argo = get("/apis/argoproj.io/v1alpha1").body();
            assertThat(argo).contains("\"wftmpl\"", "\"name\":\"workflows/status\"", "\"kind\":\"EventBus\"");
            assertThat(get("/api/v1").body()).contains("\"name\":\"pods/log\"", "\"cm\"");
        }

        @Test
        void documents_are_not_sent_twice() throws Exception {
            for (var path : List.of("/apis", "/openapi/v3", "/openapi/v3/apis/argoproj.io/v1alpha1", "/openapi/v2")) {
                var tag = get(path).headers().firstValue("ETag").orElseThrow();
                assertThat(get(path, "If-None-Match", tag).statusCode()).as(path).isEqualTo(304);
            }
        }

        @Test
        void each_document_of_the_index_can_be_read() throws Exception {
            var paths = json(get("/openapi/v3")).mapAt("paths").fields();
            assertThat(paths).containsKeys("api/v1", "apis/argoproj.io/v1alpha1");
            for (var path : paths.values()) {
                assertThat(get(path.textAt("serverRelativeURL").orElseThrow()).statusCode()).isEqualTo(200);
            }
        }

        @Test
        void old_clients_get_the_protobuf_document_they_insist_on() throws Exception {
            var answer = get("/openapi/v2", "Accept", "application/com.github.proto-openapi.spec.v2@v1.0+protobuf");
            assertThat(answer.headers().firstValue("Content-Type"))
                    .contains("application/com.github.proto-openapi.spec.v2.v1.0+protobuf");
        }
    }

    @Nested
    class What_is_kept {
        @Test
        void are_created_read_changed_and_deleted() throws Exception {
            var made = post(CORE + "configmaps", "{\"metadata\":{\"name\":\"a\"},\"data\":{\"k\":\"v\"}}");
            assertThat(made.statusCode()).isEqualTo(201);
            assertThat(json(made).textAt("kind")).contains("ConfigMap");
            assertThat(json(get(CORE + "configmaps/a")).textAt("data", "k")).contains("v");
            var patched =
                    send("PATCH", CORE + "configmaps/a", "application/merge-patch+json", "{\"data\":{\"k\":\"w\"}}");
            assertThat(json(patched).textAt("data", "k")).contains("w");
            var replaced = send("PUT", CORE + "configmaps/a", "application/json", "{\"data\":{\"x\":\"y\"}}");
            assertThat(json(replaced).mapAt("data").fields()).containsOnlyKeys("x");
            var deleted = send("DELETE", CORE + "configmaps/a", "application/json", "{}");
            assertThat(json(deleted).textAt("details", "kind")).contains("configmaps");
            assertThat(get(CORE + "configmaps/a").statusCode()).isEqualTo(404);
        }

        @Test
        void are_read_from_yaml_as_well() throws Exception {
            var yaml = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: from-yaml\ndata:\n  k: \"yes\"\n";
            assertThat(send("POST", CORE + "configmaps", "application/yaml", yaml).statusCode()).isEqualTo(201);
            assertThat(json(get(CORE + "configmaps/from-yaml")).textAt("data", "k")).contains("yes");
        }

        @Test
        void are_not_kept_by_a_dry_run() throws Exception {
            assertThat(post(CORE + "configmaps?dryRun=All", "{\"metadata\":{\"name\":\"d\"}}").statusCode())
                    .isEqualTo(201);
            assertThat(get(CORE + "configmaps/d").statusCode()).isEqualTo(404);
        }

        @Test
        void are_listed_in_pages() throws Exception {
            for (var name : List.of("a", "b", "c")) {
                post(CORE + "configmaps", "{\"metadata\":{\"name\":\"" + name + "\"}}");
            }
            var first = json(get(CORE + "configmaps?limit=2"));
            assertThat(first.listAt("items")).hasSize(2);
            var next = first.textAt("metadata", "continue").orElseThrow();
            var second = json(get(CORE + "configmaps?limit=2&continue=" + next.replace("/", "%2F")));
            assertThat(second.listAt("items")).hasSize(1);
            assertThat(second.textAt("metadata", "continue")).isEmpty();
        }

        @ParameterizedTest
        @CsvSource({
            "application/json, ConfigMapList, items",
            "application/json;as=Table;v=v1;g=meta.k8s.io, Table, rows",
            "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io, PartialObjectMetadataList, items"
        })
        void are_listed_whole_without_a_limit_however_many(String accept, String kind, String field) throws Exception {
            var names = new TreeSet<String>();
            for (int i = 0; i < 1_001; i++) {
                names.add("many-" + i);
                post(CORE + "configmaps", "{\"metadata\":{\"name\":\"many-" + i + "\"}}");
            }
            var list = json(get(CORE + "configmaps", "Accept", accept));
            assertThat(list.textAt("kind")).contains(kind);
            assertThat(list.textAt("metadata", "resourceVersion")).isPresent();
            assertThat(list.textAt("metadata", "continue")).isEmpty();
            assertThat(list.listAt(field))
                    .map(item ->
                            (field.equals("rows") ? item.mapAt("object") : item).textAt("metadata", "name").orElse(""))
                    .containsExactlyElementsOf(names);
        }

        @Test
        void are_chosen_by_labels_and_fields() throws Exception {
            post(CORE + "configmaps", "{\"metadata\":{\"name\":\"a\",\"labels\":{\"t\":\"1\"}}}");
            post(CORE + "configmaps", "{\"metadata\":{\"name\":\"b\",\"labels\":{\"t\":\"2\"}}}");
            assertThat(json(get(CORE + "configmaps?labelSelector=t%3D1")).listAt("items")).hasSize(1);
            assertThat(json(get(CORE + "configmaps?fieldSelector=metadata.name%3Db")).listAt("items")).hasSize(1);
        }

        @Test
        void of_a_collection_are_deleted_together() throws Exception {
            post(CORE + "configmaps", "{\"metadata\":{\"name\":\"a\",\"labels\":{\"t\":\"1\"}}}");
            post(CORE + "configmaps", "{\"metadata\":{\"name\":\"b\"}}");
            var answer = send("DELETE", CORE + "configmaps?labelSelector=t%3D1", "application/json", "");
            assertThat(json(answer).textAt("status")).contains("Success");
            assertThat(json(answer).textAt("details", "kind")).contains("configmaps");
            assertThat(json(get(CORE + "configmaps")).listAt("items")).hasSize(1);
        }

        @Test
        void come_as_rows_for_people() throws Exception {
            post(ARGO + "workflows", "{\"metadata\":{\"name\":\"w\"},\"spec\":{}}");
            var key = new ObjectKey(ResourceTypes.WORKFLOW, "lab", "w");
            api.objects.status(
                    api.objects.get(key),
                    Value.object("phase", "Failed", "message", "why", "startedAt", "2026-11-25T12:03:00Z"));
            var table =
                    json(
                            get(
                                    ARGO + "workflows",
                                    "Accept",
                                    "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"));
            var names = table.listAt("columnDefinitions").stream().flatMap(column -> column.textAt("name").stream());
            assertThat(names).startsWith("Name", "Status", "Age", "Message");
            assertThat(table.listAt("rows").getFirst().listAt("cells").subList(0, 4))
                    .containsExactly(Value.text("w"), Value.text("Failed"), Value.text("2m"), Value.text("why"));
        }
    }

    @Nested
    class Refusals {
        @ParameterizedTest
        @CsvSource({
            "GET, /api/v1/nothing, 404, NotFound",
            "GET, /apis/argoproj.io/v1/workflows, 404, NotFound",
            "GET, /api/v1/namespaces/lab/pods/x/rise, 404, NotFound",
            "GET, /api/v1/namespaces/lab/configmaps/none, 404, NotFound",
            "GET, /apis/apps/v1/namespaces/lab/deployments/argo-server, 404, NotFound",
            "PATCH, /apis/apps/v1/namespaces/lab/deployments/argo-server, 404, NotFound",
            "POST, /apis/apps/v1/namespaces/lab/deployments, 405, MethodNotAllowed",
            "POST, /api/v1/namespaces/lab/pods, 405, MethodNotAllowed",
            "POST, /api/v1/configmaps, 405, MethodNotAllowed",
            "PUT, /api/v1/namespaces/lab/configmaps, 405, MethodNotAllowed",
            "POST, /version, 405, MethodNotAllowed",
            "GET, /api/v1/namespaces/lab/configmaps?limit=x, 400, BadRequest",
            "GET, /api/v1/namespaces/lab/configmaps?limit=-1, 400, BadRequest",
            "GET, /api/v1/namespaces/lab/configmaps?watch=true&resourceVersion=x, 400, BadRequest",
            "POST, /api/v1/namespaces/lab/configmaps?dryRun=Some, 400, BadRequest",
            "POST, /api/v1/namespaces/lab/configmaps?fieldValidation=Loud, 400, BadRequest"
        })
        void say_what_is_wrong(String method, String path, int status, String reason) throws Exception {
            var answer =
                    send(
                            method,
                            path,
                            "application/json",
                            method.equals("GET") ? "" : "{\"metadata\":{\"name\":\"a\"}}");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
            assertThat(json(answer).textAt("kind")).contains("Status");
            assertThat(json(answer).textAt("reason")).contains(reason);
            assertThat(json(answer).textAt("message").orElseThrow()).isNotEmpty();
        }

        @Test
        void name_the_object() throws Exception {
            var status = json(get(ARGO + "workflows/none"));
            assertThat(status.textAt("message")).contains("workflows.argoproj.io \"none\" not found");
            assertThat(status.textAt("details", "name")).contains("none");
            assertThat(status.textAt("details", "group")).contains("argoproj.io");
        }

        @Test
        void carry_the_fields_that_are_wrong() throws Exception {
            var answer = post(ARGO + "workflows", "{\"metadata\":{\"name\":\"a\"},\"spec\":{\"bad\":1}}");
            assertThat(answer.statusCode()).isEqualTo(422);
            assertThat(json(answer).listAt("details", "causes").getFirst().textAt("field")).contains("spec.bad");
        }

        @ParameterizedTest
        @CsvSource({
            "application/json, '{\"metadata\":', 400",
            "application/json, '[]', 400",
            "application/json, '', 400",
            "application/json, '{\"a\":1,\"a\":2}', 400",
            "application/yaml, 'a: [', 400",
            "application/yaml, 'a: *b', 400",
            "application/vnd.kubernetes.protobuf, 'k8s', 400",
            "text/plain, 'x', 415",
            "application/json, '{\"kind\":\"Secret\",\"apiVersion\":\"v1\"}', 400",
            "application/json, '{\"metadata\":{\"namespace\":\"other\",\"name\":\"x\"}}', 400"
        })
        void meet_bodies_that_are_no_object(String type, String body, int status) throws Exception {
            var answer = send("POST", CORE + "configmaps", type, body);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
            assertThat(json(answer).textAt("kind")).contains("Status");
        }

        @Test
        void say_where_a_body_is_broken() throws Exception {
            var answer = post(CORE + "configmaps", "{\"metadata\":\n  {\"name\" \"a\"}}");
            assertThat(json(answer).textAt("message").orElseThrow()).contains(" at 2:");
        }

        @Test
        void meet_bodies_that_are_too_long() throws Exception {
            var answer = post(CORE + "configmaps", "{\"data\":{\"x\":\"" + "a".repeat(4 << 20) + "\"}}");
            assertThat(answer.statusCode()).isEqualTo(413);
            assertThat(json(answer).textAt("reason")).contains("RequestEntityTooLarge");
        }

        @Test
        void meet_bodies_that_are_nested_without_end() throws Exception {
            assertThat(post(CORE + "configmaps", "[".repeat(100_000)).statusCode()).isEqualTo(400);
        }

        @Test
        void meet_a_strategic_patch_of_a_custom_resource() throws Exception {
            post(ARGO + "sensors", "{\"metadata\":{\"name\":\"s\"},\"spec\":{}}");
            var answer = send("PATCH", ARGO + "sensors/s", "application/strategic-merge-patch+json", "{}");
            assertThat(answer.statusCode()).isEqualTo(415);
        }
    }

    @Nested
    class Protobuf_bodies {
        @Test
        void make_a_namespace_as_kubectl_sends_it() throws Exception {
            var namespace = message(1, message(1, utf8("team")), 2, new byte[0], 3, new byte[0]);
            var answer = protobuf("/api/v1/namespaces", "v1", "Namespace", namespace);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
            assertThat(json(get("/api/v1/namespaces/team")).textAt("metadata", "name")).contains("team");
        }

        @Test
        void keep_a_secrets_bytes() throws Exception {
            var secret =
                    message(
                            1, message(1, utf8("s"), 11, message(1, utf8("l"), 2, utf8("m"))),
                            2, message(1, utf8("key"), 2, new byte[] {0, 1, 2}),
                            3, utf8("Opaque"));
            assertThat(protobuf(CORE + "secrets", "v1", "Secret", secret).statusCode()).isEqualTo(201);
            var kept = json(get(CORE + "secrets/s"));
            assertThat(kept.textAt("data", "key")).contains("AAEC");
            assertThat(kept.textAt("metadata", "labels", "l")).contains("m");
        }

        @Test
        void of_an_unknown_kind_are_refused_by_name() throws Exception {
            var answer = protobuf(CORE + "configmaps", "v1", "Widget", new byte[0]);
            assertThat(answer.statusCode()).isEqualTo(415);
            assertThat(answer.body()).contains("Widget of v1", "application/json");
        }

        @Test
        void cut_off_anywhere_are_refused_or_read_but_never_break_the_server() throws Exception {
            var whole =
                    envelope(
                            "v1",
                            "ConfigMap",
                            message(1, message(1, utf8("c")), 2, message(1, utf8("k"), 2, utf8("v"))));
            for (int length = 0; length < whole.length; length++) {
                var answer =
                        send(
                                HttpRequest.newBuilder(uri(CORE + "configmaps?dryRun=All"))
                                        .header("Content-Type", "application/vnd.kubernetes.protobuf")
                                        .POST(HttpRequest.BodyPublishers.ofByteArray(whole, 0, length)));
                assertThat(answer.statusCode()).as(length + " " + answer.body()).isIn(400, 415, 422);
            }
        }

        HttpResponse<String> protobuf(String path, String apiVersion, String kind, byte[] raw) throws Exception {
            return send(
                    HttpRequest.newBuilder(uri(path))
                            .header("Content-Type", "application/vnd.kubernetes.protobuf")
                            .POST(HttpRequest.BodyPublishers.ofByteArray(envelope(apiVersion, kind, raw))));
        }

        static byte[] envelope(String apiVersion, String kind, byte[] raw) {
            var out = new ByteArrayOutputStream();
            out.writeBytes(new byte[] {'k', '8', 's', 0});
            out.writeBytes(message(1, message(1, utf8(apiVersion), 2, utf8(kind)), 2, raw));
            return out.toByteArray();
        }

        static byte[] message(Object... numbersAndContents) {
            var out = new ByteArrayOutputStream();
            for (int i = 0; i < numbersAndContents.length; i += 2) {
                var content = (byte[]) numbersAndContents[i + 1];
                out.write((Integer) numbersAndContents[i] << 3 | 2);
                out.write(content.length);
                out.writeBytes(content);
            }
            return out.toByteArray();
        }

        static byte[] utf8(String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
    }

    @Nested
    class Logs {
        @Test
        void are_the_attempts_output() throws Exception {
            api.pod("lab", "p", "Succeeded", "a1");
            api.logs.print("a1", "one\ntwo\nthree\n");
            assertThat(get(CORE + "pods/p/log").body()).isEqualTo("one\ntwo\nthree\n");
            assertThat(get(CORE + "pods/p/log?tailLines=2&container=main").body()).isEqualTo("two\nthree\n");
            assertThat(get(CORE + "pods/p/log?tailLines=0").body()).isEmpty();
            assertThat(get(CORE + "pods/p/log?tailLines=9").body()).isEqualTo("one\ntwo\nthree\n");
            assertThat(get(CORE + "pods/p/log?limitBytes=5").body()).isEqualTo("one\nt");
            assertThat(get(CORE + "pods/p/log?container=wait").body()).isEmpty();
            assertThat(get(CORE + "pods/p/log?sinceSeconds=3600").body()).isEqualTo("one\ntwo\nthree\n");
        }

        @Test
        void are_followed_until_the_step_ends() throws Exception {
            api.pod("lab", "p", "Running", "a1");
            api.logs.print("a1", "one\n");
            var answer =
                    http.send(
                            HttpRequest.newBuilder(uri(CORE + "pods/p/log?follow=true")).build(),
                            HttpResponse.BodyHandlers.ofLines());
            var lines = answer.body().iterator();
            assertThat(lines.next()).isEqualTo("one");
            api.logs.print("a1", "two\n");
            assertThat(lines.next()).isEqualTo("two");
            api.pod("lab", "p", "Failed", "a1");
            assertThat(lines.hasNext()).isFalse();
        }

        @ParameterizedTest
        @CsvSource({
            "container=other, container other is not valid for pod p",
            "previous=true, previous terminated container",
            "timestamps=true, the time of each line is not kept",
            "sinceSeconds=10, the time of each line is not kept",
            "tailLines=many, expected tailLines to be a whole number",
            "sinceTime=yesterday, expected a time"
        })
        void say_what_they_cannot_tell(String query, String message) throws Exception {
            api.pod("lab", "p", "Running", "a1");
            var answer = get(CORE + "pods/p/log?" + query);
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(json(answer).textAt("message").orElseThrow()).contains(message);
        }

        @Test
        void of_a_pod_that_waits_are_not_there_yet() throws Exception {
            api.pod("lab", "p", "Pending", "");
            assertThat(json(get(CORE + "pods/p/log")).textAt("message").orElseThrow())
                    .startsWith("container \"main\" in pod \"p\" is waiting to start");
        }
    }

    @Nested
    class A_webhooks_service {
        @BeforeEach
        void an_event_source() throws Exception {
            post(
                    ARGO + "eventsources",
                    "{\"metadata\":{\"name\":\"webhook\"},\"spec\":{\"service\":{\"ports\":[{\"port\":12000,\"targetPort\":12000}]},"
                            + "\"webhook\":{\"trigger\":{\"port\":\"12000\",\"endpoint\":\"/trigger\",\"method\":\"POST\"}}}}");
        }

        @Test
        void is_seen_as_argo_would_have_made_it() throws Exception {
            var service = json(get(CORE + "services/webhook-eventsource-svc"));
            assertThat(service.listAt("spec", "ports").getFirst().find("port")).contains(Value.number(12000));
            assertThat(json(get(CORE + "services")).listAt("items")).hasSize(1);
        }

        @Test
        void needs_no_forwarding_and_says_so() throws Exception {
            var answer = get(CORE + "services/webhook-eventsource-svc", "Kubectl-Command", "kubectl port-forward");
            assertThat(json(answer).textAt("message"))
                    .contains(
                            "nothing to forward: event source webhook is served at http://localhost:12000/trigger already;"
                                    + " send events there");
        }
    }

    HttpResponse<String> get(String path, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(uri(path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request);
    }

    HttpResponse<String> post(String path, String body) throws Exception {
        return send("POST", path, "application/json", body);
    }

    HttpResponse<String> send(String method, String path, String type, String body) throws Exception {
        return send(
                HttpRequest.newBuilder(uri(path))
                        .header("Content-Type", type)
                        .method(method, HttpRequest.BodyPublishers.ofString(body)));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.timeout(Duration.ofSeconds(30)).build(), HttpResponse.BodyHandlers.ofString());
    }

    URI uri(String path) {
        return URI.create(api.url() + path);
    }

    static Value.Mapping json(HttpResponse<String> answer) {
        return (Value.Mapping) Json.parse(answer.body());
    }
}
