package tiphys.server.api;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectKey;
import tiphys.objects.Objects;
import tiphys.objects.ResourceType;
import tiphys.objects.ResourceTypes;
import tiphys.objects.Selector;
import tiphys.server.http.Problem;

/// Requests about objects of any kind: lists for pages, single ones for panels. Values of Secrets are masked.
final class ObjectRequests {
    private static final String MASK = "***";
    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    private final Objects objects;

    ObjectRequests(Objects objects) {
        this.objects = objects;
    }

    void list(Call call) {
        var namespace = call.text("namespace");
        var page =
                objects.list(
                        type(call),
                        namespace.isEmpty() ? Optional.empty() : Optional.of(namespace),
                        Selector.parse(call.text("labels"), ""),
                        call.limit(),
                        call.text("next"));
        call.answer(
                Value.object(
                        "items", page.objects().stream().map(ObjectRequests::shown).toList(), "next", page.next()));
    }

    void one(Call call) {
        var type = type(call);
        call.answer(
                shown(
                        objects.get(
                                new ObjectKey(
                                        type, type.namespaced() ? call.part("namespace") : "", call.part("name")))));
    }

    private static ResourceType type(Call call) {
        var kind = call.part("kind");
        return typeOf(kind)
                .orElseThrow(() ->
                        new Problem(
                                        404,
                                        "TIP-4043",
                                        "there is no kind " + Call.shortened(kind),
                                        "`tiphys get` takes the same kinds")
                                .thrown());
    }

    /// By kind, plural, singular or short name.
    private static Optional<ResourceType> typeOf(String text) {
        var lower = text.toLowerCase(Locale.ROOT);
        return ResourceTypes.ALL.stream()
                .filter(type ->
                        type.kind().equalsIgnoreCase(text)
                                || type.plural().equals(lower)
                                || type.shortNames().contains(lower))
                .findFirst();
    }

    private static Value.Mapping shown(ApiObject object) {
        return object.type().equals(ResourceTypes.SECRET) ? masked(object.json()) : object.json();
    }

    /// A Secret as panels may show it: its keys without their values.
    private static Value.Mapping masked(Value.Mapping secret) {
        var shown = secret;
        for (var field : List.of("data", "stringData")) {
            if (secret.find(field).isPresent()) {
                var keys = new HashMap<String, Object>();
                secret.mapAt(field).fields().keySet().forEach(key -> keys.put(key, MASK));
                shown = shown.with(field, Value.of(keys));
            }
        }
        var annotations = secret.mapAt("metadata", "annotations").without(LAST_APPLIED); // repeats the values
        return secret.find("metadata", "annotations").isEmpty()
                ? shown
                : shown.with("metadata", secret.mapAt("metadata").with("annotations", annotations));
    }
}
