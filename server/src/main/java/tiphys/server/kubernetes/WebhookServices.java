package tiphys.server.kubernetes;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectKey;
import tiphys.objects.Objects;
import tiphys.objects.Refusal;
import tiphys.objects.ResourceTypes;
import tiphys.objects.Selector;

/// The services that Argo Events makes for event sources (`webhook-eventsource-svc`), as views of the EventSource objects, and
/// what is said to those who want to forward a port to one: the listener is on localhost already.
final class WebhookServices {
    private static final String SUFFIX = "-eventsource-svc";

    private final Objects objects;

    WebhookServices(Objects objects) {
        this.objects = objects;
    }

    /// The view of that name, if its event source asks for a service.
    Optional<ApiObject> find(ObjectKey service) {
        if (!service.name().endsWith(SUFFIX)) {
            return Optional.empty();
        }
        return source(service).filter(WebhookServices::wantsService).map(WebhookServices::view);
    }

    /// The views of a namespace, or of all.
    List<ApiObject> list(Optional<String> namespace, Selector selector) {
        return objects.list(ResourceTypes.EVENT_SOURCE, namespace, Selector.ALL, 0, "").objects().stream()
                .filter(WebhookServices::wantsService)
                .map(WebhookServices::view)
                .filter(selector::matches)
                .toList();
    }

    /// What to say to `kubectl port-forward svc/NAME`.
    Optional<Refusal> forwarding(ObjectKey service) {
        if (service.name().equals("argo-server")) {
            return Optional.of(
                    Statuses.badRequest(
                            "nothing to forward: the user interface is served by this server itself; run tiphys open"));
        }
        return source(service).filter(_ -> service.name().endsWith(SUFFIX)).map(WebhookServices::nothingToForward);
    }

    private static Refusal nothingToForward(ApiObject source) {
        var trouble = Columns.whyNotReady(source);
        var what = "nothing to forward: event source " + source.name() + " is ";
        return Statuses.badRequest(
                trouble.isEmpty()
                        ? what + "served at " + addresses(source) + " already; send events there"
                        : what + "to be served at " + addresses(source) + ", but is not: " + trouble);
    }

    /// Where an event source's webhooks are served, `http://localhost:12000/trigger`; empty if it has none.
    static String addresses(ApiObject source) {
        return source.spec().mapAt("webhook").fields().values().stream()
                .map(webhook ->
                        "http://localhost:"
                                + webhook.find("port").map(WebhookServices::digits).orElse("")
                                + webhook.textAt("endpoint").orElse("/"))
                .collect(Collectors.joining(","));
    }

    private Optional<ApiObject> source(ObjectKey service) {
        var name = service.name().replace(SUFFIX, "");
        return objects.find(new ObjectKey(ResourceTypes.EVENT_SOURCE, service.namespace(), name));
    }

    private static boolean wantsService(ApiObject source) {
        return source.spec().find("service").isPresent();
    }

    private static ApiObject view(ApiObject source) {
        var owner =
                Value.object(
                        "apiVersion", source.type().apiVersion(),
                        "kind", source.type().kind(),
                        "name", source.name(),
                        "uid", source.uid(),
                        "controller", true,
                        "blockOwnerDeletion", true);
        var labels =
                Map.of(
                        "controller", "eventsource-controller",
                        "eventsource-name", source.name(),
                        "owner-name", source.name());
        var ports = new ArrayList<Value>();
        for (var port : source.spec().listAt("service", "ports")) {
            if (port instanceof Value.Mapping fields) {
                ports.add(fields.find("protocol").isPresent() ? fields : fields.with("protocol", "TCP"));
            }
        }
        var uid = UUID.nameUUIDFromBytes((source.uid() + "/service").getBytes(StandardCharsets.UTF_8));
        return new ApiObject(
                ResourceTypes.SERVICE,
                Value.object(
                        "apiVersion", "v1",
                        "kind", "Service",
                        "metadata",
                                Value.object(
                                        "name", source.name() + SUFFIX,
                                        "namespace", source.namespace(),
                                        "uid", uid.toString(),
                                        "resourceVersion", Long.toString(source.resourceVersion()),
                                        "creationTimestamp",
                                                source.json().textAt("metadata", "creationTimestamp").orElse(""),
                                        "labels", labels,
                                        "ownerReferences", List.of(owner)),
                        "spec",
                                Value.object(
                                        "type",
                                        "ClusterIP",
                                        "clusterIP",
                                        "127.0.0.1",
                                        "ports",
                                        ports,
                                        "selector",
                                        Map.of("eventsource-name", source.name())),
                        "status", Map.of("loadBalancer", Map.of())));
    }

    private static String digits(Value port) {
        return switch (port) {
            case Value.Text(var text, _) -> text;
            case Value.Number(var literal, _) -> literal;
            case Value.Null _, Value.Bool _, Value.Sequence _, Value.Mapping _ -> "";
        };
    }
}
