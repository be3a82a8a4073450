package tiphys.server.kubernetes;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import tiphys.journal.Conflict;
import tiphys.journal.Transaction;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.InMemoryStore;
import tiphys.objects.ObjectKey;
import tiphys.objects.ObjectWrite;
import tiphys.objects.Objects;
import tiphys.objects.Patches;
import tiphys.objects.Refusal;
import tiphys.objects.ResourceType;
import tiphys.objects.ResourceTypes;
import tiphys.objects.Selector;

/// As much of [Objects] as the API's tests need, on a store in memory. Pods are what a test puts in.
final class LocalObjects implements Objects {
    private static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");

    final InMemoryStore store;
    final Map<String, ApiObject> pods = new ConcurrentHashMap<>();
    private final AtomicLong names = new AtomicLong();

    LocalObjects(InMemoryStore store) {
        this.store = store;
    }

    @Override
    public Objects as(String user) {
        return this;
    }

    @Override
    public ApiObject get(ObjectKey key) {
        return find(key).orElseThrow(() -> Statuses.notFound(key));
    }

    @Override
    public Optional<ApiObject> find(ObjectKey key) {
        return key.type().equals(ResourceTypes.POD)
                ? Optional.ofNullable(pods.get(key.name())).filter(pod -> pod.namespace().equals(key.namespace()))
                : store.get(key);
    }

    @Override
    public Page list(ResourceType type, Optional<String> namespace, Selector selector, int limit, String next) {
        if (type.equals(ResourceTypes.POD)) {
            var found =
                    pods.values().stream()
                            .filter(pod -> namespace.isEmpty() || pod.namespace().equals(namespace.get()))
                            .filter(selector::matches)
                            .toList();
            return new Page(store.version(), found, "", 0);
        }
        var after = Optional.of(next).filter(text -> !text.isEmpty());
        var page = store.list(type, namespace, after, limit == 0 ? Integer.MAX_VALUE : limit);
        var shown = page.objects().stream().filter(selector::matches).toList();
        var more = page.more() ? page.objects().getLast().namespace() + "/" + page.objects().getLast().name() : "";
        return new Page(page.version(), shown, more, 0);
    }

    @Override
    public Planned plan(ApiObject object) {
        throw new UnsupportedOperationException("plan");
    }

    @Override
    public Written create(ApiObject object, Mode mode) {
        checked(object, mode);
        if (object.type().namespaced()) {
            get(new ObjectKey(ResourceTypes.NAMESPACE, "", object.namespace()));
        }
        var made = object;
        if (made.name().isEmpty()) {
            var prefix = made.json().textAt("metadata", "generateName").orElseThrow(() -> required(object));
            made = made.withMetadata("name", Value.text(prefix + "x" + names.incrementAndGet()));
        }
        made =
                made.withMetadata("uid", Value.text(UUID.randomUUID().toString()))
                        .withMetadata("creationTimestamp", Value.text(NOON.toString()))
                        .withMetadata("generation", Value.number(1));
        if (made.type().equals(ResourceTypes.NAMESPACE)) {
            made = made.withStatus(Value.object("phase", "Active"));
        }
        if (store.get(made.key()).isPresent()) {
            throw new Refusal(409, "AlreadyExists", named(made.key()) + " already exists");
        }
        return new Written(mode.dryRun() ? made : stored(new ObjectWrite.Create(made), made.key()), true, List.of());
    }

    @Override
    public Written replace(ObjectKey key, ApiObject object, Mode mode) {
        checked(object, mode);
        var before = get(key);
        var kept = before.json().mapAt("metadata");
        var metadata = new LinkedHashMap<>(object.json().mapAt("metadata").fields());
        var version = object.resourceVersion();
        for (var field : List.of("uid", "creationTimestamp", "generation")) {
            kept.find(field).ifPresent(value -> metadata.put(field, value));
        }
        metadata.put("resourceVersion", Value.text(Long.toString(before.resourceVersion())));
        var after = new ApiObject(key.type(), object.json().with("metadata", Value.of(metadata)));
        if (after.json().equals(before.json())) {
            return new Written(before, false, List.of());
        }
        var precondition = version == 0 ? OptionalLong.empty() : OptionalLong.of(version);
        return new Written(
                mode.dryRun() ? after : stored(new ObjectWrite.Update(after, precondition), key), false, List.of());
    }

    @Override
    public Written patch(ObjectKey key, Patch patch, Mode mode) {
        if (find(key).isEmpty() && patch instanceof Patch.Apply(var object)) {
            return create(new ApiObject(key.type(), (Value.Mapping) object), mode);
        }
        return replace(key, Patches.apply(get(key), patch), mode);
    }

    @Override
    public Written apply(ApiObject object, Mode mode) {
        return patch(object.key(), new Patch.Apply(object.json()), mode);
    }

    @Override
    public ApiObject delete(ObjectKey key, Precondition precondition, Mode mode) {
        var found = get(key);
        if (precondition.uid().isPresent() && !precondition.uid().get().equals(found.uid())) {
            throw new Refusal(409, "Conflict", "another uid");
        }
        if (!mode.dryRun()) {
            if (key.type().equals(ResourceTypes.POD)) {
                pods.remove(key.name());
            } else {
                commit(new ObjectWrite.Delete(key, found.uid()));
            }
        }
        return found;
    }

    @Override
    public void deleteAll(ResourceType type, Optional<String> namespace, Selector selector, Mode mode) {
        list(type, namespace, selector, 0, "")
                .objects()
                .forEach(object -> delete(object.key(), Precondition.NONE, mode));
    }

    /// Writes a status, as the engine does.
    void status(ApiObject object, Value.Mapping status) {
        commit(new ObjectWrite.Status(object.key(), object.uid(), status, Value.Mapping.EMPTY));
    }

    private static void checked(ApiObject object, Mode mode) {
        if (mode.fields() == FieldValidation.STRICT && object.spec().find("bogus").isPresent()) {
            throw new Refusal(
                    400,
                    "BadRequest",
                    object.type().kind()
                            + " in version \""
                            + object.type().version()
                            + "\" cannot be handled as a "
                            + object.type().kind()
                            + ": strict decoding error: unknown field \"spec.bogus\"");
        }
        if (object.spec().find("bad").isPresent()) {
            throw new Refusal(
                    422,
                    "Invalid",
                    object.type().kind() + " \"" + object.name() + "\" is invalid: spec.bad: Invalid value: \"x\"",
                    List.of(new Refusal.Cause("FieldValueInvalid", "Invalid value: \"x\"", "spec.bad")));
        }
    }

    private ApiObject stored(ObjectWrite write, ObjectKey key) {
        commit(write);
        return get(key);
    }

    private void commit(ObjectWrite write) {
        try {
            store.commit(new Transaction(NOON, List.of(), List.of(), List.of(write))).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof Conflict conflict) {
                throw new Refusal(409, "Conflict", conflict.getMessage());
            }
            throw e;
        }
    }

    private static Refusal required(ApiObject object) {
        return new Refusal(422, "Invalid", object.type().kind() + " \"\" is invalid: metadata.name: Required value");
    }

    private static String named(ObjectKey key) {
        return key.type().groupResource() + " \"" + key.name() + "\"";
    }
}
