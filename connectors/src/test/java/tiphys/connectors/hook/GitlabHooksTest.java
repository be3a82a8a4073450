package tiphys.connectors.hook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tiphys.connectors.http.TakingServer.Taken;
import tiphys.events.hook.Registrar;
import tiphys.events.hook.Registrar.Occasion;
import tiphys.manifest.Value;

class GitlabHooksTest extends RegistrarContract {
    GitlabHooksTest() throws IOException {}

    @Override
    Registrar registrar() {
        return new GitlabHooks();
    }

    @Override
    Value.Mapping manifest(List<String> events) {
        return Value.object(
                "projects",
                List.of("ada/engine", 3),
                "groups",
                List.of("analytical"),
                "events",
                values(events),
                "gitlabBaseURL",
                server.url() + "/",
                "enableSSLVerification",
                true);
    }

    @Override
    Map<String, String> secrets(String token) {
        return Map.of("accessToken", token + "\n", "secretToken", SECRET);
    }

    @Override
    List<String> collections() {
        return List.of(
                "/api/v4/projects/ada%2Fengine/hooks", "/api/v4/projects/3/hooks", "/api/v4/groups/analytical/hooks");
    }

    @Override
    List<String> two() {
        return List.of("PushEvents", "MergeRequestsEvents");
    }

    @Override
    List<String> shownTwo() {
        return List.of("push_events", "merge_requests_events");
    }

    @Override
    List<String> eventsOf(Value.Mapping hook) {
        return hook.fields().keySet().stream()
                .filter(field -> field.endsWith("_events") && Hooks.isTrue(hook, field))
                .toList();
    }

    @Override
    String urlOf(Value.Mapping hook) {
        return hook.textAt("url").orElse("");
    }

    @Override
    boolean isLetIn(Taken taken) {
        return taken.header("Private-token").equals(TOKEN);
    }

    /// It never shows the token.
    @Override
    Value.Mapping shown(String id, Value.Mapping told) {
        return super.shown(id, told).without("token");
    }

    @Test
    void what_is_not_named_is_switched_off_and_the_token_is_told() throws Exception {
        register(hook(two(), TOKEN), Occasion.FIRST);
        assertThat(ours().getFirst().find("tag_push_events")).contains(Value.bool(false));
        assertThat(ours().getFirst().find("enable_ssl_verification")).contains(Value.bool(true));
        register(hook(two(), TOKEN), Occasion.FIRST);
        assertThat(server.all().getLast().method()).isEqualTo("PUT");
        assertThat(server.all().getLast().body()).contains("\"token\":\"" + SECRET + "\"");
    }
}
