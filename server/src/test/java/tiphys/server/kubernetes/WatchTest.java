package tiphys.server.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.InMemoryStore;
import tiphys.objects.ObjectKey;
import tiphys.objects.Objects;
import tiphys.objects.ResourceTypes;

class WatchTest {
    static final String CONFIG_MAPS = "/api/v1/namespaces/lab/configmaps?watch=true";

    final LocalApi api = new LocalApi(new InMemoryStore(50));
    final HttpClient http = HttpClient.newHttpClient();

    @BeforeEach
    void a_namespace() {
        api.objects.create(
                new ApiObject(
                        ResourceTypes.NAMESPACE,
                        Value.object("apiVersion", "v1", "kind", "Namespace", "metadata", Map.of("name", "lab"))),
                Objects.Mode.PLAIN);
    }

    @AfterEach
    void close() {
        http.shutdownNow();
        api.close();
    }

    @Test
    void tells_what_happens_after_the_version() throws Exception {
        create("before", "x");
        var events = watch(CONFIG_MAPS + "&resourceVersion=" + api.store.version());
        create("a", "x");
        assertThat(summary(events.next())).isEqualTo("ADDED a");
        label("a", "y");
        assertThat(summary(events.next())).isEqualTo("MODIFIED a");
        delete("a");
        assertThat(summary(events.next())).isEqualTo("DELETED a");
    }

    @Test
    void without_a_version_begins_with_what_is_there() throws Exception {
        create("a", "x");
        var events = watch(CONFIG_MAPS);
        assertThat(summary(events.next())).isEqualTo("ADDED a");
        create("b", "x");
        assertThat(summary(events.next())).isEqualTo("ADDED b");
    }

    @Test
    void begins_with_everything_however_much_there_is() throws Exception {
        for (int i = 0; i < 1_100; i++) {
            create("a" + i, "x");
        }
        var events = watch(CONFIG_MAPS);
        for (int i = 0; i < 1_100; i++) {
            assertThat(summary(events.next())).startsWith("ADDED a");
        }
        create("last", "x");
        assertThat(summary(events.next())).isEqualTo("ADDED last");
    }

    @Test
    void sends_initial_events_and_says_where_they_end() throws Exception {
        create("a", "x");
        var events =
                watch(
                        CONFIG_MAPS
                                + "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true");
        assertThat(summary(events.next())).isEqualTo("ADDED a");
        var bookmark = events.next();
        assertThat(bookmark.textAt("type")).contains("BOOKMARK");
        assertThat(bookmark.textAt("object", "metadata", "annotations", "k8s.io/initial-events-end")).contains("true");
        assertThat(bookmark.textAt("object", "metadata", "resourceVersion"))
                .contains(Long.toString(api.store.version()));
    }

    @Test
    void with_a_selector_shows_objects_come_and_go() throws Exception {
        create("a", "x");
        var events = watch(CONFIG_MAPS + "&labelSelector=t%3Dx&resourceVersion=" + api.store.version());
        label("a", "y");
        assertThat(summary(events.next())).isEqualTo("DELETED a");
        label("a", "x");
        assertThat(summary(events.next())).isEqualTo("ADDED a");
        create("other", "z");
        label("a", "x2");
        assertThat(summary(events.next())).isEqualTo("DELETED a");
    }

    @Test
    void from_a_version_that_is_forgotten_is_gone() throws Exception {
        long old = api.store.version();
        for (int i = 0; i < 60; i++) {
            create("c" + i, "x");
        }
        var event = watch(CONFIG_MAPS + "&resourceVersion=" + old).next();
        assertThat(event.textAt("type")).contains("ERROR");
        assertThat(event.find("object", "code")).contains(Value.number(410));
        assertThat(event.textAt("object", "reason")).contains("Expired");
    }

    @Test
    void from_a_version_of_another_store_is_gone() throws Exception {
        var event = watch(CONFIG_MAPS + "&resourceVersion=999999").next();
        assertThat(event.find("object", "code")).contains(Value.number(410));
    }

    @Test
    void ends_when_its_time_is_over() throws Exception {
        var events = watch(CONFIG_MAPS + "&timeoutSeconds=1&resourceVersion=" + api.store.version());
        assertThat(events.hasNext()).isFalse();
    }

    @Test
    void of_pods_compares_the_views() throws Exception {
        api.pod("lab", "old", "Succeeded", "a0");
        var events = watch("/api/v1/namespaces/lab/pods?watch=true");
        assertThat(summary(events.next())).isEqualTo("ADDED old");
        api.pod("lab", "new", "Running", "a1");
        assertThat(summary(events.next())).isEqualTo("ADDED new");
        api.pod("lab", "new", "Succeeded", "a1");
        assertThat(summary(events.next())).isEqualTo("MODIFIED new");
        api.objects.pods.remove("old");
        assertThat(summary(events.next())).isEqualTo("DELETED old");
    }

    @Test
    void of_pods_goes_on_from_a_list_without_a_gap() throws Exception {
        api.pod("lab", "ends", "Running", "a0");
        api.pod("lab", "goes", "Running", "a1");
        var list =
                http.send(
                        HttpRequest.newBuilder(URI.create(api.url() + "/api/v1/namespaces/lab/pods")).build(),
                        HttpResponse.BodyHandlers.ofByteArray());
        var version = Json.parse(list.body()).textAt("metadata", "resourceVersion").orElseThrow();
        create("moves-the-version", "x");
        api.pod("lab", "ends", "Succeeded", "a0");
        api.pod("lab", "new", "Running", "a2");
        api.objects.pods.remove("goes");
        var events = watch("/api/v1/namespaces/lab/pods?watch=true&resourceVersion=" + version);
        assertThat(List.of(summary(events.next()), summary(events.next()), summary(events.next())))
                .containsExactlyInAnyOrder("MODIFIED ends", "ADDED new", "DELETED goes");
    }

    @Test
    void in_rows_describes_the_columns_once() throws Exception {
        var events =
                watch(
                        CONFIG_MAPS + "&resourceVersion=" + api.store.version(),
                        "application/json;as=Table;v=v1;g=meta.k8s.io,application/json");
        create("a", "x");
        var first = events.next();
        assertThat(first.textAt("object", "kind")).contains("Table");
        assertThat(first.listAt("object", "columnDefinitions")).isNotEmpty();
        create("b", "x");
        assertThat(events.next().listAt("object", "columnDefinitions")).isEmpty();
    }

    @Test
    void ends_when_the_server_stops() throws Exception {
        var events = watch(CONFIG_MAPS + "&resourceVersion=" + api.store.version());
        create("a", "x");
        events.next();
        api.close(); // throws if a request had to be cut off
        assertThat(ended(events)).isTrue();
    }

    private static boolean ended(Iterator<Value.Mapping> events) {
        try {
            return !events.hasNext();
        } catch (java.io.UncheckedIOException _) {
            return true;
        }
    }

    private Iterator<Value.Mapping> watch(String path) throws Exception {
        return watch(path, "application/json");
    }

    private Iterator<Value.Mapping> watch(String path, String accept) throws Exception {
        var answer =
                http.send(
                        HttpRequest.newBuilder(URI.create(api.url() + path)).header("Accept", accept).build(),
                        HttpResponse.BodyHandlers.ofLines());
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body().filter(line -> !line.isEmpty()).map(line -> (Value.Mapping) Json.parse(line)).iterator();
    }

    private static String summary(Value.Mapping event) {
        return event.textAt("type").orElseThrow() + " " + event.textAt("object", "metadata", "name").orElseThrow();
    }

    private static ApiObject configMap(String name, String label) {
        return new ApiObject(
                ResourceTypes.CONFIG_MAP,
                Value.object(
                        "apiVersion", "v1",
                        "kind", "ConfigMap",
                        "metadata", Map.of("name", name, "namespace", "lab", "labels", Map.of("t", label))));
    }

    private void create(String name, String label) {
        api.objects.create(configMap(name, label), Objects.Mode.PLAIN);
    }

    private void label(String name, String label) {
        api.objects.replace(key(name), configMap(name, label), Objects.Mode.PLAIN);
    }

    private void delete(String name) {
        api.objects.delete(key(name), Objects.Precondition.NONE, Objects.Mode.PLAIN);
    }

    private static ObjectKey key(String name) {
        return new ObjectKey(ResourceTypes.CONFIG_MAP, "lab", name);
    }
}
