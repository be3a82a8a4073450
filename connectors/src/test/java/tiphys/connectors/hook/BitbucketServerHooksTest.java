package tiphys.connectors.hook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tiphys.connectors.http.TakingServer.Reply;
import tiphys.connectors.http.TakingServer.Taken;
import tiphys.events.hook.Registrar;
import tiphys.events.hook.Registrar.Occasion;
import tiphys.manifest.Value;

/// One repository, and a project with two.
class BitbucketServerHooksTest extends RegistrarContract {
    private static final String PROJECTS = "/rest/api/1.0/projects/";

    BitbucketServerHooksTest() throws IOException {}

    @Override
    Registrar registrar() {
        return new BitbucketServerHooks();
    }

    @Override
    Value.Mapping manifest(List<String> events) {
        return Value.object(
                "repositories",
                List.of(Value.object("projectKey", "ADA", "repositorySlug", "engine")),
                "projects",
                List.of("POEMS"),
                "events",
                values(events),
                "bitbucketserverBaseURL",
                server.url() + "/rest");
    }

    @Override
    Map<String, String> secrets(String token) {
        return Map.of("accessToken", token, "webhookSecret", SECRET);
    }

    @Override
    List<String> collections() {
        return List.of(
                PROJECTS + "ADA/repos/engine/webhooks",
                PROJECTS + "POEMS/repos/one/webhooks",
                PROJECTS + "POEMS/repos/two/webhooks");
    }

    /// Two pages of repositories.
    @Override
    Reply other(Taken taken) {
        return switch (taken.path()) {
            case PROJECTS + "POEMS/repos?limit=100&start=0" ->
                    json(
                            200,
                            Value.object(
                                    "values",
                                    List.of(Value.object("slug", "one")),
                                    "isLastPage",
                                    false,
                                    "nextPageStart",
                                    1));
            case PROJECTS + "POEMS/repos?limit=100&start=1" ->
                    json(200, Value.object("values", List.of(Value.object("slug", "two")), "isLastPage", true));
            default -> super.other(taken);
        };
    }

    @Override
    Value listed(List<Value> all) {
        return Value.object("values", all, "isLastPage", true);
    }

    @Override
    List<String> eventsOf(Value.Mapping hook) {
        return texts(hook.listAt("events"));
    }

    @Override
    String urlOf(Value.Mapping hook) {
        return hook.textAt("url").orElse("");
    }

    @Override
    boolean isLetIn(Taken taken) {
        return taken.header("Authorization").equals("Bearer " + TOKEN);
    }

    @Test
    void the_hook_has_the_secret() throws Exception {
        register(hook(two(), TOKEN), Occasion.FIRST);
        assertThat(ours().getFirst().textAt("configuration", "secret")).contains(SECRET);
    }
}
