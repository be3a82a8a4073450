package tiphys.server.kubernetes;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectKey;
import tiphys.objects.Objects;
import tiphys.objects.Refusal;
import tiphys.objects.ResourceType;
import tiphys.objects.ResourceTypes;
import tiphys.objects.Selector;
import tiphys.server.follow.Stopping;

/// The verbs on objects and collections, turned into calls of [Objects].
final class Resources {
    private static final int PAGE = 500;

    /// Types of which some objects or all are views, and few.
    private static final Set<ResourceType> VIEWS = Set.of(ResourceTypes.POD, ResourceTypes.SERVICE, Served.DEPLOYMENT);

    private final Objects objects;
    private final Tables tables;
    private final PodLists podLists;
    private final Watches watches;
    private final PodLogs logs;
    private final WebhookServices services;

    Resources(KubernetesApi.Ports ports, Stopping stopping) {
        objects = ports.objects();
        tables = new Tables(ports.clock());
        podLists = new PodLists(ports.clock().millis());
        watches = new Watches(ports.objects(), ports.store(), podLists, ports.followers());
        logs = new PodLogs(ports.objects(), ports.logs(), ports.clock(), ports.followers(), stopping);
        services = new WebhookServices(ports.objects());
    }

    /// Every watch ends.
    void close() {
        watches.close();
    }

    /// Answers a request for a collection.
    void collection(KubernetesCall call, Target.Collection target) throws IOException {
        var type = target.type();
        switch (call.method()) {
            case "GET", "HEAD" -> {
                allow(target.served(), "list", call);
                if (call.flag("watch")) {
                    watches.serve(call, type, target.namespace(), selector(call), Rendering.of(call, tables));
                } else {
                    list(call, type, target.namespace(), Rendering.of(call, tables));
                }
            }
            case "POST" -> create(call, target);
            case "DELETE" -> deleteAll(call, target);
            default -> throw Statuses.notAllowed("expected GET, POST or DELETE, found " + call.method());
        }
    }

    /// Answers a request for one object or a subresource of it.
    void one(KubernetesCall call, Target.One target) throws IOException, InterruptedException {
        if (target.subresource().isPresent()) {
            subresource(call, target, target.subresource().get());
            return;
        }
        switch (call.method()) {
            case "GET", "HEAD" -> {
                allow(target.served(), "get", call);
                if (call.flag("watch")) {
                    var named = Selector.parse("", "metadata.name=" + target.key().name());
                    var namespace = Optional.of(target.key().namespace()).filter(name -> !name.isEmpty());
                    watches.serve(call, target.type(), namespace, named, Rendering.of(call, tables));
                } else {
                    call.answer(200, Rendering.of(call, tables).one(get(call, target.key())));
                }
            }
            case "PUT" -> {
                allow(target.served(), "update", call);
                var mode = mode(call);
                written(call, objects.replace(target.key(), object(call, target.type(), target.key()), mode));
            }
            case "PATCH" -> {
                if (target.type().equals(Served.DEPLOYMENT)) {
                    throw Statuses.notFound(target.key());
                }
                allow(target.served(), "patch", call);
                written(call, objects.patch(target.key(), patch(call), mode(call)));
            }
            case "DELETE" -> {
                if (target.type().equals(Served.DEPLOYMENT)) {
                    throw Statuses.notFound(target.key());
                }
                allow(target.served(), "delete", call);
                var options = ObjectBodies.options(call);
                var deleted = objects.delete(target.key(), precondition(options), deletion(call, options));
                call.answer(200, Statuses.deleted(target.type(), deleted.name(), deleted.uid()));
            }
            default -> throw Statuses.notAllowed("expected GET, PUT, PATCH or DELETE, found " + call.method());
        }
    }

    private ApiObject get(KubernetesCall call, ObjectKey key) {
        boolean forwarding = call.header("Kubectl-Command").contains("port-forward");
        if (key.type().equals(ResourceTypes.SERVICE)) {
            if (forwarding) {
                var refusal = services.forwarding(key);
                if (refusal.isPresent()) {
                    throw refusal.get();
                }
            }
            return objects.find(key).or(() -> services.find(key)).orElseThrow(() -> Statuses.notFound(key));
        }
        if (key.type().equals(ResourceTypes.POD) && forwarding) {
            throw noForwarding();
        }
        if (key.type().equals(Served.DEPLOYMENT)) {
            throw Statuses.notFound(key);
        }
        return objects.get(key);
    }

    /// Whoever sets no limit gets everything, but page by page: all of it at once could be more than the memory holds.
    private void list(KubernetesCall call, ResourceType type, Optional<String> namespace, Rendering rendering)
            throws IOException {
        if (VIEWS.contains(type) || call.number("limit").orElse(0L) > 0) {
            call.answer(200, rendering.list(type, list(call, type, namespace)));
            return;
        }
        var selector = selector(call);
        var page = objects.list(type, namespace, selector, PAGE, call.parameter("continue").orElse(""));
        if (page.next().isEmpty()) {
            call.answer(200, rendering.list(type, page));
            return;
        }
        var list = new ListStream(call, type, rendering, page.version());
        while (true) {
            list.send(page.objects());
            if (page.next().isEmpty()) {
                list.end();
                return;
            }
            page = objects.list(type, namespace, selector, PAGE, page.next());
        }
    }

    private Objects.Page list(KubernetesCall call, ResourceType type, Optional<String> namespace) {
        if (type.equals(Served.DEPLOYMENT)) {
            return new Objects.Page(0, List.of(), "", 0);
        }
        if (type.equals(ResourceTypes.POD)) {
            var pods = objects.list(type, namespace, selector(call), 0, "").objects();
            return new Objects.Page(podLists.remember(call.selection(namespace), pods), pods, "", 0);
        }
        int limit = (int) Math.min(Integer.MAX_VALUE, call.number("limit").orElse(0L));
        var selector = selector(call);
        var page = objects.list(type, namespace, selector, limit, call.parameter("continue").orElse(""));
        if (!type.equals(ResourceTypes.SERVICE) || !page.next().isEmpty()) {
            return page;
        }
        var all = new ArrayList<>(page.objects());
        all.addAll(services.list(namespace, selector));
        return new Objects.Page(page.version(), all, "", 0);
    }

    private void create(KubernetesCall call, Target.Collection target) throws IOException {
        var type = target.type();
        if (Reviews.reviews(type)) {
            call.answer(201, Reviews.answer(type, ObjectBodies.object(call)));
            return;
        }
        if (type.equals(Served.DEPLOYMENT)) {
            throw Statuses.notAllowed("this server runs steps as processes and keeps no deployments");
        }
        allow(target.served(), "create", call);
        if (type.namespaced() && target.namespace().isEmpty()) {
            throw Statuses.notAllowed("expected the namespace in the path: …/namespaces/NAMESPACE/" + type.plural());
        }
        var key = new ObjectKey(type, target.namespace().orElse(""), "");
        written(call, objects.create(object(call, type, key), mode(call)));
    }

    private void deleteAll(KubernetesCall call, Target.Collection target) throws IOException {
        allow(target.served(), "deletecollection", call);
        if (target.type().namespaced() && target.namespace().isEmpty()) {
            throw Statuses.notAllowed("expected the namespace in the path; objects of every namespace are not deleted");
        }
        var options = ObjectBodies.options(call);
        objects.deleteAll(target.type(), target.namespace(), selector(call), deletion(call, options));
        call.answer(200, Statuses.deleted(target.type(), "", ""));
    }

    private void subresource(KubernetesCall call, Target.One target, String name)
            throws IOException, InterruptedException {
        switch (name) {
            case "log" -> {
                allow("GET", call);
                logs.serve(call, target.key());
            }
            case "status" -> {
                allow("GET", call);
                call.answer(200, Rendering.of(call, tables).one(objects.get(target.key())));
            }
            case "portforward" -> throw noForwarding();
            default ->
                    throw Statuses.badRequest(
                            "steps are processes on this machine, not containers: there is nothing to "
                                    + name
                                    + " into; kubectl logs shows what they print");
        }
    }

    private static Refusal noForwarding() {
        return Statuses.badRequest(
                "nothing to forward: steps are processes on this machine, and their ports are open on localhost already");
    }

    private void written(KubernetesCall call, Objects.Written written) throws IOException {
        written.warnings().forEach(call::warn);
        call.answer(written.created() ? 201 : 200, Rendering.of(call, tables).one(written.object()));
    }

    /// The object in the body, of the kind and at the place that the path names.
    ///
    /// @param place its name is empty where the body names it
    private static ApiObject object(KubernetesCall call, ResourceType type, ObjectKey place) throws IOException {
        var body = ObjectBodies.object(call);
        var kind = body.textAt("kind").orElse(type.kind());
        var apiVersion = body.textAt("apiVersion").orElse(type.apiVersion());
        if (!kind.equals(type.kind()) || !apiVersion.equals(type.apiVersion())) {
            throw Statuses.badRequest(
                    "the body is a %s of %s, but the path takes a %s of %s"
                            .formatted(kind, apiVersion, type.kind(), type.apiVersion()));
        }
        var metadata = body.mapAt("metadata");
        var namespace = metadata.textAt("namespace").orElse("");
        if (!namespace.isEmpty() && !namespace.equals(place.namespace())) {
            throw Statuses.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the request");
        }
        if (type.namespaced()) {
            metadata = metadata.with("namespace", place.namespace());
        }
        var name = metadata.textAt("name").orElse("");
        if (!place.name().isEmpty() && !name.isEmpty() && !name.equals(place.name())) {
            throw Statuses.badRequest(
                    "the name of the object (" + name + ") does not match the name on the URL (" + place.name() + ")");
        }
        if (!place.name().isEmpty()) {
            metadata = metadata.with("name", place.name());
        }
        return new ApiObject(type, body.with("apiVersion", apiVersion).with("kind", kind).with("metadata", metadata));
    }

    private static Objects.Patch patch(KubernetesCall call) throws IOException {
        return switch (ObjectBodies.mediaType(call)) {
            case "application/merge-patch+json" -> new Objects.Patch.Merge(ObjectBodies.patch(call));
            case "application/json-patch+json" -> new Objects.Patch.Json(ObjectBodies.patch(call));
            case "application/strategic-merge-patch+json" -> new Objects.Patch.Strategic(ObjectBodies.patch(call));
            case "application/apply-patch+yaml" -> new Objects.Patch.Apply(ObjectBodies.applied(call));
            default ->
                    throw Statuses.unsupportedMediaType(
                            "the body of the request was in an unknown format - accepted media types include: "
                                    + "application/json-patch+json, application/merge-patch+json, "
                                    + "application/strategic-merge-patch+json, application/apply-patch+yaml");
        };
    }

    private Selector selector(KubernetesCall call) {
        return Selector.parse(call.parameter("labelSelector").orElse(""), call.parameter("fieldSelector").orElse(""));
    }

    private static Objects.Mode mode(KubernetesCall call) {
        var fields =
                switch (call.parameter("fieldValidation").orElse("Warn")) {
                    case "Ignore" -> Objects.FieldValidation.IGNORE;
                    case "Warn" -> Objects.FieldValidation.WARN;
                    case "Strict" -> Objects.FieldValidation.STRICT;
                    case String other ->
                            throw Statuses.badRequest(
                                    "expected fieldValidation to be Ignore, Warn or Strict, found \"" + other + "\"");
                };
        return new Objects.Mode(dryRun(call.parameter("dryRun")), fields);
    }

    private static Objects.Mode deletion(KubernetesCall call, Value.Mapping options) {
        var inBody =
                options.listAt("dryRun").stream()
                        .flatMap(item -> item instanceof Value.Text(var text, _) ? Optional.of(text).stream() : null)
                        .findFirst();
        return new Objects.Mode(dryRun(call.parameter("dryRun").or(() -> inBody)), Objects.FieldValidation.IGNORE);
    }

    private static boolean dryRun(Optional<String> asked) {
        if (asked.isPresent() && !asked.get().equals("All")) {
            throw Statuses.badRequest("expected dryRun to be All, found \"" + asked.get() + "\"");
        }
        return asked.isPresent();
    }

    private static Objects.Precondition precondition(Value.Mapping options) {
        var version = options.textAt("preconditions", "resourceVersion").map(Resources::version);
        return new Objects.Precondition(options.textAt("preconditions", "uid"), version);
    }

    private static long version(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException _) {
            throw Statuses.badRequest("expected resourceVersion to be a whole number, found \"" + text + "\"");
        }
    }

    private static void allow(Served served, String verb, KubernetesCall call) {
        if (!served.verbs().contains(verb)) {
            throw Statuses.notAllowed(
                    "the server does not allow this method on the requested resource: "
                            + served.type().groupResource()
                            + " cannot be changed by "
                            + call.method());
        }
    }

    private static void allow(String method, KubernetesCall call) {
        if (!call.method().equals(method)) {
            throw Statuses.notAllowed("expected " + method + ", found " + call.method());
        }
    }
}
