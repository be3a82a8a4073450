package tiphys.connectors.hook;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import tiphys.events.hook.Hook;
import tiphys.events.hook.Registrar;
import tiphys.manifest.Value;

/// A tenant's endpoint of StorageGRID, and the notifications of one of its buckets that go there. A bucket has one configuration of them,
/// which is this one's.
final class StorageGridHooks implements Registrar {
    @Override
    public List<String> places(Hook hook) {
        return List.of("bucket " + hook.manifest().textAt("bucket").orElse(""));
    }

    @Override
    public void register(Hook hook, String place, Occasion occasion) throws IOException, InterruptedException {
        var json = hook.manifest();
        var urn = json.textAt("topicArn").orElse("");
        try (var api = api(hook)) {
            var endpoints = Hooks.object(api.get("/org/endpoints")).listAt("data");
            var there = Hooks.with(endpoints, urn, "endpointURN");
            if (there.isEmpty()) {
                api.send(
                        "POST",
                        "/org/endpoints",
                        Value.object(
                                "displayName",
                                hook.event(),
                                "endpointURI",
                                hook.url(),
                                "endpointURN",
                                urn,
                                "authType",
                                "anonymous",
                                "insecureTLS",
                                true));
            } else if (there.get().textAt("endpointURI").filter(uri -> !uri.equals(hook.url())).isPresent()) {
                throw new IOException(
                        "the endpoint "
                                + urn
                                + " leads to "
                                + there.get().textAt("endpointURI").orElse("")
                                + ", and not here; change it at StorageGRID, or give the event source another topicArn");
            }
            if (there.isEmpty() || occasion == Occasion.FIRST) {
                var bucket = Api.encoded(json.textAt("bucket").orElse(""));
                api.send(
                        "PUT",
                        "/org/containers/" + bucket + "/notification",
                        Value.object("notification", notification(hook, urn)));
            }
        }
    }

    private static String notification(Hook hook, String urn) {
        var events = new StringBuilder();
        for (var event : hook.manifest().listAt("events")) {
            if (event instanceof Value.Text(var text, _)) {
                events.append("<Event>").append(xml(text)).append("</Event>");
            }
        }
        return "<NotificationConfiguration><TopicConfiguration><Id>%s</Id><Topic>%s</Topic>%s</TopicConfiguration></NotificationConfiguration>"
                .formatted(xml(hook.event()), xml(urn), events);
    }

    private static String xml(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    /// Argo's manifests have no field that asks for it.
    @Override
    public void remove(Hook hook, String place) {}

    private static Api api(Hook hook) throws IOException {
        return new Api(
                Api.base(hook, "apiURL"),
                Map.of("Authorization", Api.bearer(hook.secret("authToken"))),
                HookTls.of(hook));
    }
}
