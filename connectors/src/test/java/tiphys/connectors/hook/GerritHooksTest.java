package tiphys.connectors.hook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tiphys.connectors.http.TakingServer.Reply;
import tiphys.connectors.http.TakingServer.Taken;
import tiphys.events.hook.Registrar;
import tiphys.events.hook.Registrar.Occasion;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

class GerritHooksTest extends RegistrarContract {
    private static final String PROJECTS = "/a/config/server/webhooks~projects/";

    GerritHooksTest() throws IOException {}

    @Override
    Registrar registrar() {
        return new GerritHooks();
    }

    @Override
    Value.Mapping manifest(List<String> events) {
        return Value.object(
                "projects",
                List.of("ada/engine", "notes"),
                "hookName",
                "tiphys",
                "events",
                values(events),
                "gerritBaseURL",
                server.url() + "/",
                "sslVerify",
                true);
    }

    @Override
    Map<String, String> secrets(String token) {
        return Map.of("auth.username", "ada", "auth.password", token);
    }

    @Override
    List<String> collections() {
        return List.of(PROJECTS + "ada%2Fengine/remotes", PROJECTS + "notes/remotes");
    }

    /// Hooks are put by their names, and listed by them.
    @Override
    Reply other(Taken taken) {
        for (var collection : collections()) {
            if (taken.path().equals(collection + "/")) {
                var named = new TreeMap<String, Object>();
                hooks.forEach((path, hook) -> {
                    if (path.startsWith(collection)) {
                        named.put(path.substring(collection.length() + 1), hook);
                    }
                });
                return Reply.of(200, ")]}'\n" + Json.text(Value.of(named)));
            }
            if (taken.path().startsWith(collection) && taken.method().equals("PUT")) {
                hooks.put(taken.path(), told(taken));
                return Reply.of(201, ")]}'\n" + taken.body());
            }
        }
        return super.other(taken);
    }

    @Override
    Value.Mapping shown(String id, Value.Mapping told) {
        return told;
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
        return taken.header("Authorization").equals(Api.basic("ada", TOKEN));
    }

    /// One of the same name is this one's.
    @Override
    boolean keepsSeveral() {
        return false;
    }

    @Test
    void one_of_its_name_that_leads_elsewhere_is_led_here_and_not_deleted_while_it_does_not() throws Exception {
        hooks.put(collections().getFirst() + "/tiphys", Value.object("url", "https://elsewhere"));
        remove(hook(two(), TOKEN));
        assertThat(hooks).hasSize(1);
        register(hook(two(), TOKEN), Occasion.LOOK);
        assertThat(ours()).hasSize(2);
    }
}
