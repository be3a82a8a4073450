package tiphys.runtime.actions;

import java.io.IOException;
import java.util.Set;
import java.util.function.Supplier;
import tiphys.events.action.Answer;
import tiphys.events.action.Answer.ObjectRef;
import tiphys.events.action.Firing;
import tiphys.events.action.Request;
import tiphys.events.action.Texts;
import tiphys.events.action.TriggerFailed;
import tiphys.events.action.TriggerKind;
import tiphys.events.action.TriggerKinds;
import tiphys.events.firing.Wanted;
import tiphys.events.sensor.TemplateReader;
import tiphys.events.spec.Fields;
import tiphys.language.EvaluationFailed;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectKey;
import tiphys.objects.Objects;
import tiphys.objects.Refusal;

/// The type `k8s` beside the creation of an object that stands in the manifest: objects of this server's API are created from elsewhere,
/// updated, patched and deleted, in the name of the sensor's service account.
public final class K8sKind implements TriggerKind {
    private static final Set<String> OPERATIONS = Set.of("create", "update", "patch", "delete");
    private static final String MERGE = "application/merge-patch+json";
    private static final Set<String> STRATEGIES =
            Set.of(
                    MERGE,
                    "application/json-patch+json",
                    "application/strategic-merge-patch+json",
                    "application/apply-patch+yaml");

    private final Supplier<Objects> objects;
    private final Texts texts;

    /// @param texts fetches objects that do not stand in the manifest
    public K8sKind(Supplier<Objects> objects, Texts texts) {
        this.objects = objects;
        this.texts = texts;
    }

    @Override
    public String key() {
        return TriggerKinds.K8S;
    }

    @Override
    public String claims() {
        return """
        events.StandardK8STrigger honoured liveObject patchStrategy
        """
                + SourceClaims.TEXT;
    }

    @Override
    public Content content() {
        return Content.OBJECT;
    }

    @Override
    public void check(Fields block) {
        var operation = block.text("operation");
        if (!operation.isEmpty() && !OPERATIONS.contains(operation)) {
            block.invalid("operation", "must be create, update, patch or delete, not \"" + operation + "\"");
        }
        var strategy = block.text("patchStrategy");
        if (!strategy.isEmpty() && !STRATEGIES.contains(strategy)) {
            block.invalid(
                    "patchStrategy", "must be one of " + String.join(", ", STRATEGIES) + ", not \"" + strategy + "\"");
        }
        TemplateReader.source(block);
    }

    @Override
    public Answer fire(Firing firing, Request request) throws IOException, InterruptedException, TriggerFailed {
        var making = new FiringObjects(objects.get());
        var user = making.inTheNameOf(firing.namespace(), firing.account());
        try {
            boolean live = request.truth("liveObject") && request.text("operation").equals("update");
            var written = SourceObject.of(request, texts);
            var object = inNamespace(live ? written : request.puts().into(written), firing);
            return switch (request.text("operation")) {
                case "update" -> live ? updateLive(user, object, firing, request) : update(user, object);
                case "patch" -> patch(user, object, request.text("patchStrategy"));
                case "delete" -> delete(user, object);
                default -> answer("created", making.create(user, marked(object, firing), firing.id()));
            };
        } catch (Refusal e) {
            throw failed(e);
        } catch (EvaluationFailed e) {
            throw new TriggerFailed(String.valueOf(e.getMessage()));
        }
    }

    static TriggerFailed failed(Refusal e) {
        boolean passes = e.code() >= 500 || e.code() == 429 || e.reason().equals("Conflict");
        return new TriggerFailed(
                String.valueOf(e.getMessage()),
                new Answer(e.code() + " " + e.reason(), ""),
                passes ? TriggerFailed.Again.MAY_HELP : TriggerFailed.Again.IS_IN_VAIN);
    }

    static Value.Mapping marked(Value.Mapping object, Firing firing) {
        return Wanted.marked(
                object,
                new Wanted.Maker(
                        firing.namespace(),
                        firing.sensor(),
                        firing.trigger(),
                        firing.id(),
                        firing.eventId(),
                        firing.at()));
    }

    private static Value.Mapping inNamespace(Value.Mapping object, Firing firing) {
        var metadata = object.mapAt("metadata");
        return metadata.textAt("namespace").orElse("").isEmpty()
                ? object.with("metadata", metadata.with("namespace", firing.namespace()))
                : object;
    }

    static Answer answer(String what, ApiObject object) {
        return new Answer(
                what,
                object.type().kind() + " " + object.namespace() + "/" + object.name(),
                new ObjectRef(object.type().kind(), object.namespace(), object.name(), object.uid()));
    }

    private static ObjectKey key(Value.Mapping object) throws TriggerFailed {
        var name = object.textAt("metadata", "name").orElse("");
        if (name.isEmpty()) {
            throw new TriggerFailed("the object has no metadata.name, which tells which one is meant");
        }
        return new ApiObject(FiringObjects.knownType(object), object).key();
    }

    /// What is not there is created, without labels, as in Argo.
    private static Answer created(Objects user, Value.Mapping object) {
        var made = new ApiObject(FiringObjects.knownType(object), object);
        return answer("created", user.create(made, Objects.Mode.PLAIN).object());
    }

    private static Answer update(Objects user, Value.Mapping object) throws TriggerFailed {
        var key = key(object);
        var there = user.find(key);
        if (there.isEmpty()) {
            return created(user, object);
        }
        var merged = new ApiObject(key.type(), DeepMerge.of(there.get().json(), object));
        return answer("updated", user.replace(key, merged, Objects.Mode.PLAIN).object());
    }

    /// The parameters go into the object as it is; its annotation says that they did, for what is appended must not be appended twice.
    private static Answer updateLive(Objects user, Value.Mapping object, Firing firing, Request request)
            throws TriggerFailed {
        var key = key(object);
        var there = user.find(key);
        if (there.isEmpty()) {
            return created(user, request.puts().into(object));
        }
        var live = there.get();
        if (firing.id().equals(live.annotations().get(Wanted.FIRING))) {
            return answer("updated", live);
        }
        var put = new ApiObject(key.type(), request.puts().into(live.json()));
        var annotations = put.json().mapAt("metadata", "annotations").with(Wanted.FIRING, firing.id());
        return answer(
                "updated",
                user.replace(key, put.withMetadata("annotations", annotations), Objects.Mode.PLAIN).object());
    }

    private static Answer patch(Objects user, Value.Mapping object, String strategy) throws TriggerFailed {
        var key = key(object);
        if (user.find(key).isEmpty()) {
            return created(user, object);
        }
        var patch =
                switch (strategy) {
                    case "application/json-patch+json" -> new Objects.Patch.Json(object);
                    case "application/strategic-merge-patch+json" -> new Objects.Patch.Strategic(object);
                    case "application/apply-patch+yaml" -> new Objects.Patch.Apply(object);
                    default -> new Objects.Patch.Merge(object);
                };
        return answer("patched", user.patch(key, patch, Objects.Mode.PLAIN).object());
    }

    private static Answer delete(Objects user, Value.Mapping object) throws TriggerFailed {
        var key = key(object);
        try {
            return answer("deleted", user.delete(key, Objects.Precondition.NONE, Objects.Mode.PLAIN));
        } catch (Refusal e) {
            if (e.code() == 404) {
                return new Answer("not there", key.toString());
            }
            throw e;
        }
    }
}
