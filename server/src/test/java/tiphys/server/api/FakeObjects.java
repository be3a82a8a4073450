package tiphys.server.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectKey;
import tiphys.objects.Objects;
import tiphys.objects.Refusal;
import tiphys.objects.ResourceType;
import tiphys.objects.Selector;

/// Objects in a map; only what this API asks for is there.
final class FakeObjects implements Objects {
    final Map<ObjectKey, ApiObject> objects = new LinkedHashMap<>();

    /// The names and uids of what was to be deleted.
    final List<String> deleted = new ArrayList<>();

    void add(ResourceType type, Value.Mapping json) {
        var object = new ApiObject(type, json);
        objects.put(object.key(), object);
    }

    /// How many were made.
    int created;

    @Override
    public Objects as(String user) {
        return this;
    }

    @Override
    public ApiObject get(ObjectKey key) {
        return find(key)
                .orElseThrow(() ->
                        new Refusal(404, "NotFound", key.type().groupResource() + " \"" + key.name() + "\" not found"));
    }

    @Override
    public Optional<ApiObject> find(ObjectKey key) {
        return Optional.ofNullable(objects.get(key));
    }

    @Override
    public Page list(ResourceType type, Optional<String> namespace, Selector selector, int limit, String next) {
        var found =
                objects.values().stream()
                        .filter(object -> object.type().equals(type))
                        .filter(object -> namespace.isEmpty() || namespace.get().equals(object.namespace()))
                        .filter(selector::matches)
                        .toList();
        return new Page(1, found, "", 0);
    }

    @Override
    public Planned plan(ApiObject object) {
        throw new UnsupportedOperationException("plan");
    }

    @Override
    public Written create(ApiObject object, Mode mode) {
        created++;
        var named =
                object.withMetadata(
                                "name",
                                Value.text(object.json().textAt("metadata", "generateName").orElse("") + "abcde"))
                        .withMetadata("uid", Value.text("uid-new"));
        objects.put(named.key(), named);
        return new Written(named, true, List.of());
    }

    @Override
    public Written replace(ObjectKey key, ApiObject object, Mode mode) {
        throw new UnsupportedOperationException("replace");
    }

    @Override
    public Written patch(ObjectKey key, Patch patch, Mode mode) {
        throw new UnsupportedOperationException("patch");
    }

    @Override
    public Written apply(ApiObject object, Mode mode) {
        throw new UnsupportedOperationException("apply");
    }

    @Override
    public ApiObject delete(ObjectKey key, Precondition precondition, Mode mode) {
        deleted.add(key.name() + " " + precondition.uid().orElse(""));
        return get(key);
    }

    @Override
    public void deleteAll(ResourceType type, Optional<String> namespace, Selector selector, Mode mode) {
        throw new UnsupportedOperationException("deleteAll");
    }
}
