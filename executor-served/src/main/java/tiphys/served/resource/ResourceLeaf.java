package tiphys.served.resource;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import tiphys.engine.StepOrder;
import tiphys.engine.StepReport.Ending;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.jq.Jq;
import tiphys.language.kubepath.KubePath;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Template;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectAccess;
import tiphys.objects.ObjectKey;
import tiphys.objects.Refusal;
import tiphys.served.leaf.Leaf;
import tiphys.served.leaf.Outcomes;

/// Does what a `resource` template says on an API: the action, then waiting for its conditions, then its outputs.
///
/// It acts in the name of the service account that the template or the workflow names, and is held to that account's roles;
/// without one, as the server itself. After the server was killed in its midst everything is done again: an object that was
/// created is known by the attempt in its annotation, a generated name is the same again, and the other actions lead to the same
/// object; only a JSON patch that adds to a list may add twice.
public final class ResourceLeaf implements Leaf {
    private final ResourceApi api;

    public ResourceLeaf(ResourceApi api) {
        this.api = api;
    }

    @Override
    public List<String> refusals(StepOrder order) {
        return List.of();
    }

    @Override
    public Ending.Served run(StepOrder order, Doing doing) throws InterruptedException {
        try {
            return done(order, doing);
        } catch (KubectlFailed e) {
            doing.say(e.message());
            return Outcomes.refused(e.message());
        } catch (EvaluationFailed e) {
            doing.say(e.getMessage());
            return Outcomes.refused(e.getMessage());
        } catch (Refusal e) {
            var why = KubectlFailed.of(e, "").message();
            doing.say(why);
            return Outcomes.refused(why);
        }
    }

    private Ending.Served done(StepOrder order, Doing doing) throws InterruptedException {
        var template = new Template(order.template().json());
        var resource = template.json().mapAt("resource");
        var action = resource.textAt("action").orElse("");
        var manifest = resource.textAt("manifest").orElse("");
        var words = resource.listAt("flags").stream().map(Json::text).toList();
        var success = resource.textAt("successCondition").orElse("");
        var failure = resource.textAt("failureCondition").orElse("");
        if (action.equals("delete") && !((success + failure).isEmpty() && template.outputs().isEmpty())) {
            throw new KubectlFailed(
                    "successCondition, failureCondition and outputs are not supported for delete action");
        }
        if (manifest.isEmpty() && words.isEmpty()) {
            throw new KubectlFailed("Must provide at least one of flags or manifest.");
        }
        var account = account(order, template);
        var acting = api.in(order.namespace(), account);
        doing.say(
                "kubectl "
                        + action
                        + (words.isEmpty() ? "" : " " + String.join(" ", words))
                        + account.map(name -> " as system:serviceaccount:" + order.namespace() + ":" + name)
                                .orElse(""));
        var owned =
                resource.find("setOwnerReference").equals(Optional.of(Value.bool(true)))
                        ? owned(manifest, order)
                        : manifest;
        var kubectl = new Kubectl(api, acting, order, flags(words));
        var done = acted(kubectl, action, owned, resource);
        if (action.equals("delete")) {
            return Outcomes.exited(Optional.empty(), Map.of());
        }
        var object = only(done);
        doing.say(object.type().singular() + "/" + object.name() + " in " + object.namespace());
        var conditions = Conditions.read(success, failure);
        if (!conditions.none()) {
            await(acting, object.key(), conditions, doing);
        }
        return Outcomes.exited(Optional.empty(), outputs(template, acting, object.key()));
    }

    private static Flags flags(List<String> words) {
        try {
            return Flags.read(words);
        } catch (KubectlFailed e) {
            throw new KubectlFailed("no more retries " + e.message());
        }
    }

    /// Argo tries what is refused for good no second time, and says so before the answer.
    private static Kubectl.Done acted(Kubectl kubectl, String action, String manifest, Value.Mapping resource) {
        try {
            return switch (action) {
                case "create" -> kubectl.create(Kubectl.documents(manifest));
                case "apply" -> kubectl.apply(Kubectl.documents(manifest));
                case "replace" -> kubectl.replace(Kubectl.documents(manifest));
                case "get" -> kubectl.get(Kubectl.documents(manifest));
                case "patch" -> kubectl.patch(resource.textAt("mergeStrategy").orElse("strategic"), manifest);
                case "delete" -> {
                    kubectl.delete(Kubectl.documents(manifest));
                    yield new Kubectl.Done(List.of(), false);
                }
                default -> throw new KubectlFailed("error: unknown command \"" + action + "\" for \"kubectl\"");
            };
        } catch (KubectlFailed e) {
            throw new KubectlFailed("no more retries " + e.message());
        }
    }

    /// The service account that a template names, or, where steps are pods, the workflow.
    private static Optional<String> account(StepOrder order, Template template) {
        return template.json()
                .textAt("serviceAccountName")
                .or(() -> order.pod().textAt("spec", "serviceAccountName"))
                .filter(name -> !name.isEmpty());
    }

    /// The one object that a step is about; Argo reads no list and no second object.
    private static ApiObject only(Kubectl.Done done) {
        if (done.list()) {
            throw new KubectlFailed(
                    "Kind and name are both required but at least one of them is missing from the manifest");
        }
        if (done.shown().size() > 1) {
            throw new KubectlFailed("invalid character '{' after top-level value");
        }
        return done.shown().getFirst();
    }

    /// The manifest with the workflow as the owner of its object.
    private static String owned(String manifest, StepOrder order) {
        var documents = Kubectl.documents(manifest);
        if (documents.isEmpty() || !(documents.getFirst() instanceof Value.Mapping json)) {
            return manifest;
        }
        var owners = new ArrayList<>(json.listAt("metadata", "ownerReferences"));
        owners.add(
                Value.object(
                        "apiVersion",
                        "argoproj.io/v1alpha1",
                        "kind",
                        "Workflow",
                        "name",
                        order.runName(),
                        "uid",
                        order.runUid(),
                        "controller",
                        true,
                        "blockOwnerDeletion",
                        true));
        return Json.write(json.with("metadata", json.mapAt("metadata").with("ownerReferences", Value.list(owners))));
    }

    private void await(ObjectAccess acting, ObjectKey key, Conditions conditions, Doing doing)
            throws InterruptedException {
        var failed = new AtomicReference<>("");
        ResourceApi.Look look =
                () -> {
                    try {
                        var verdict = conditions.of(acting.get(key));
                        failed.set(verdict.failed());
                        return verdict.over();
                    } catch (Refusal e) {
                        failed.set(
                                e.reason().equals("NotFound")
                                        ? "The resource has been deleted while its status was still being checked. Will not be retried: "
                                                + e.getMessage()
                                        : String.valueOf(e.getMessage()));
                        return true;
                    }
                };
        if (!look.over()) {
            doing.say("waits for its conditions");
            doing.aside(() -> api.await(key, look));
        }
        if (!failed.get().isEmpty()) {
            throw new KubectlFailed(failed.get());
        }
    }

    private static Map<String, String> outputs(Template template, ObjectAccess acting, ObjectKey key) {
        var outputs = new LinkedHashMap<String, String>();
        for (var output : template.outputs()) {
            var path = output.valueFrom().textAt("jsonPath").orElse("");
            var filter = output.valueFrom().textAt("jqFilter").orElse("");
            if (path.isEmpty() && filter.isEmpty()) {
                output.value().ifPresent(value -> outputs.put(output.name(), value));
                continue;
            }
            Value json;
            try {
                json = acting.get(key).json();
            } catch (Refusal e) {
                throw KubectlFailed.of(e, "");
            }
            outputs.put(
                    output.name(),
                    path.isEmpty() ? Jq.parse(filter).print(json, Budget.standard()) : printed(path, json));
        }
        return outputs;
    }

    private static String printed(String path, Value json) {
        try {
            return KubePath.parse(path).print(json, Budget.standard());
        } catch (EvaluationFailed e) {
            throw new KubectlFailed("error: " + e.getMessage());
        }
    }
}
