package tiphys.connectors.hook;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tiphys.connectors.http.TakingServer.Taken;
import tiphys.events.hook.Registrar;
import tiphys.manifest.Value;

class StripeHooksTest extends RegistrarContract {
    StripeHooksTest() throws IOException {}

    @Override
    Registrar registrar() {
        return new StripeHooks(server.url());
    }

    @Override
    Value.Mapping manifest(List<String> events) {
        return Value.object("createWebhook", true, "eventFilter", values(events));
    }

    @Override
    List<String> two() {
        return List.of("charge.succeeded", "charge.failed");
    }

    @Override
    Map<String, String> secrets(String token) {
        return Map.of("apiKey", token);
    }

    @Override
    List<String> collections() {
        return List.of("/v1/webhook_endpoints");
    }

    @Override
    Value listed(List<Value> all) {
        return Value.object("object", "list", "data", all, "has_more", false);
    }

    /// A form, in which a list's name ends in brackets.
    @Override
    Value.Mapping told(Taken taken) {
        var told = Value.object("status", "enabled");
        var events = new ArrayList<Value>();
        for (var pair : taken.body().split("&")) {
            var parts = URLDecoder.decode(pair, StandardCharsets.UTF_8).split("=", 2);
            if (parts[0].equals("enabled_events[]")) {
                events.add(Value.text(parts[1]));
            } else if (parts[0].equals("url")) {
                told = told.with("url", parts[1]);
            }
        }
        return told.with("enabled_events", Value.list(events));
    }

    @Override
    Value.Mapping shown(String id, Value.Mapping told) {
        return told.with("id", id);
    }

    @Override
    List<String> eventsOf(Value.Mapping hook) {
        return texts(hook.listAt("enabled_events"));
    }

    @Override
    String urlOf(Value.Mapping hook) {
        return hook.textAt("url").orElse("");
    }

    @Override
    boolean isLetIn(Taken taken) {
        return taken.header("Authorization").equals("Bearer " + TOKEN);
    }
}
