package tiphys.connectors.hook;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import tiphys.connectors.http.TakingServer.Taken;
import tiphys.events.hook.Registrar;
import tiphys.manifest.Value;

class BitbucketHooksTest extends RegistrarContract {
    BitbucketHooksTest() throws IOException {}

    @Override
    Registrar registrar() {
        return new BitbucketHooks(server.url());
    }

    @Override
    Value.Mapping manifest(List<String> events) {
        return Value.object(
                "repositories",
                List.of(
                        Value.object("owner", "ada", "repositorySlug", "engine"),
                        Value.object("owner", "ada", "repositorySlug", "notes")),
                "events",
                values(events));
    }

    @Override
    Map<String, String> secrets(String token) {
        return Map.of("auth.basic.username", "ada", "auth.basic.password", token, "tiphys.io/signing-secret", SECRET);
    }

    @Override
    List<String> collections() {
        return List.of("/repositories/ada/engine/hooks", "/repositories/ada/notes/hooks");
    }

    @Override
    Value listed(List<Value> all) {
        return Value.object("pagelen", 100, "values", all);
    }

    @Override
    Value.Mapping shown(String id, Value.Mapping told) {
        return told.without("secret").with("uuid", id);
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
}
