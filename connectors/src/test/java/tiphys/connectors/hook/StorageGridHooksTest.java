package tiphys.connectors.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tiphys.connectors.http.TakingServer;
import tiphys.connectors.http.TakingServer.Reply;
import tiphys.connectors.http.TakingServer.Taken;
import tiphys.events.hook.Hook;
import tiphys.events.hook.Registrar.Occasion;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// An endpoint and a bucket's configuration are no hook, but registered like one.
class StorageGridHooksTest {
    private static final String URL = "https://hooks.example/grid";

    private TakingServer server;
    private String endpoints = "[]";

    @BeforeEach
    void open() throws IOException {
        server = new TakingServer();
        server.answer(this::answer);
    }

    @AfterEach
    void close() {
        server.close();
    }

    private Reply answer(Taken taken) {
        if (!taken.header("Authorization").equals("Bearer t0k3n")) {
            return Reply.of(401, "{\"message\":{\"text\":\"no token\"}}");
        }
        if (taken.path().equals("/api/org/endpoints") && taken.method().equals("POST")) {
            endpoints = "[" + taken.body() + "]";
            return Reply.of(201, "{}");
        }
        return Reply.of(200, "{\"data\":" + endpoints + "}");
    }

    private Hook hook(String url, String token) {
        return new Hook(
                "storageGrid",
                "grid",
                url,
                Value.object(
                        "topicArn",
                        "urn:sgws:sns:us-east:1:t",
                        "bucket",
                        "data",
                        "apiURL",
                        server.url() + "/api/",
                        "events",
                        List.of("s3:ObjectCreated:*")),
                Map.of("authToken", token),
                false,
                Duration.ZERO);
    }

    private void register(Hook hook, Occasion occasion) throws IOException, InterruptedException {
        var registrar = new StorageGridHooks();
        assertThat(registrar.places(hook)).containsExactly("bucket data");
        registrar.register(hook, "bucket data", occasion);
    }

    private List<String> changes() {
        return server.all().stream()
                .filter(taken -> !taken.method().equals("GET"))
                .map(taken -> taken.method() + " " + taken.path())
                .toList();
    }

    @Test
    void the_endpoint_is_made_once_and_the_buckets_notifications_go_there() throws Exception {
        register(hook(URL, "t0k3n"), Occasion.FIRST);
        assertThat(changes()).containsExactly("POST /api/org/endpoints", "PUT /api/org/containers/data/notification");
        var told = Json.parse(server.all().getLast().body());
        assertThat(Hooks.object(told).textAt("notification").orElseThrow())
                .contains("<Topic>urn:sgws:sns:us-east:1:t</Topic><Event>s3:ObjectCreated:*</Event>");
        register(hook(URL, "t0k3n"), Occasion.LOOK);
        assertThat(changes()).hasSize(2);
    }

    @Test
    void one_of_its_name_that_leads_elsewhere_is_told_and_left_alone() throws Exception {
        register(hook(URL, "t0k3n"), Occasion.FIRST);
        assertThatThrownBy(() -> register(hook(URL + "/other", "t0k3n"), Occasion.FIRST))
                .hasMessageContaining("leads to " + URL + ", and not here");
        assertThat(changes()).hasSize(2);
    }

    @Test
    void wrong_credentials_are_told() {
        assertThatThrownBy(() -> register(hook(URL, "wrong"), Occasion.FIRST))
                .hasMessage("127.0.0.1 says 401 no token");
    }
}
