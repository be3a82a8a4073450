package tiphys.served.resource;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tiphys.engine.StepOrder;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;
import tiphys.objects.ApiObject;
import tiphys.objects.Names;
import tiphys.objects.ObjectAccess;
import tiphys.objects.ObjectKey;
import tiphys.objects.Objects;
import tiphys.objects.Patches;
import tiphys.objects.Refusal;
import tiphys.objects.ResourceType;
import tiphys.objects.Selector;

/// What kubectl does with a manifest and flags, done on the objects of an API in the name of a user. Safe for every thread.
final class Kubectl {
    /// The annotation of an object that a step created: the attempt, by which it is known again after the server was killed.
    static final String ATTEMPT = "tiphys.io/attempt";

    private static final String FILE = "\"/tmp/manifest.yaml\"";
    private static final Objects.Mode STRICT = new Objects.Mode(false, Objects.FieldValidation.STRICT);
    private static final int SUFFIXES = 12;

    private final ResourceApi api;
    private final ObjectAccess objects;
    private final StepOrder order;
    private final Flags flags;

    /// @param objects in the name of who asks
    Kubectl(ResourceApi api, ObjectAccess objects, StepOrder order, Flags flags) {
        this.api = api;
        this.objects = objects;
        this.order = order;
        this.flags = flags;
    }

    /// The documents of a manifest.
    ///
    /// @throws KubectlFailed if it cannot be read
    static List<Value> documents(String manifest) {
        try {
            var all = new ArrayList<Value>();
            for (var document : Yaml.parse(manifest.getBytes(StandardCharsets.UTF_8), "manifest")) {
                if (document.textAt("kind").orElse("").equals("List")) {
                    all.addAll(document.listAt("items"));
                } else if (!(document instanceof Value.Null)) {
                    all.add(document);
                }
            }
            return all;
        } catch (InvalidInput e) {
            throw new KubectlFailed("error: error parsing /tmp/manifest.yaml: " + e.getMessage());
        }
    }

    /// What came of it.
    ///
    /// @param shown the objects that kubectl would print, oldest first
    /// @param list whether it would print them as a list
    record Done(List<ApiObject> shown, boolean list) {
        Done {
            shown = List.copyOf(shown);
        }
    }

    private interface Action {
        ApiObject of(ApiObject wanted, int place);
    }

    private Done each(List<Value> documents, boolean list, Action action) {
        if (documents.isEmpty()) {
            throw new KubectlFailed("error: no objects passed to " + "apply");
        }
        var done = new ArrayList<ApiObject>();
        for (int i = 0; i < documents.size(); i++) {
            done.add(action.of(wanted(documents.get(i)), i));
        }
        return new Done(done, list && done.size() > 1);
    }

    /// The object that a document describes, in its namespace.
    private ApiObject wanted(Value document) {
        var apiVersion = document.textAt("apiVersion").orElse("");
        var kind = document.textAt("kind").orElse("");
        if (!(document instanceof Value.Mapping json) || kind.isEmpty()) {
            throw new KubectlFailed(
                    "error: unable to decode " + FILE + ": Object 'Kind' is missing in '" + Json.write(document) + "'");
        }
        if (apiVersion.isEmpty()) {
            throw new KubectlFailed(
                    "error: unable to decode "
                            + FILE
                            + ": Object 'apiVersion' is missing in '"
                            + Json.write(document)
                            + "'");
        }
        var type =
                api.byKind(apiVersion, kind)
                        .orElseThrow(() ->
                                new KubectlFailed(
                                        "error: resource mapping not found for name: \"%s\" namespace: \"%s\" from %s: no matches for kind \"%s\" in version \"%s\"%nensure CRDs are installed first"
                                                .formatted(
                                                        document.textAt("metadata", "name").orElse(""),
                                                        document.textAt("metadata", "namespace").orElse(""),
                                                        FILE,
                                                        kind,
                                                        apiVersion)));
        var object = new ApiObject(type, json);
        if (!type.namespaced()) {
            return object;
        }
        var own = object.namespace();
        if (own.isEmpty()) {
            return object.withMetadata("namespace", Value.text(namespace()));
        }
        if (flags.namespace().filter(named -> !named.equals(own)).isPresent()) {
            throw new KubectlFailed(
                    "error: the namespace from the provided object \"%s\" does not match the namespace \"%s\". You must pass '--namespace=%s' to perform this operation."
                            .formatted(own, namespace(), own));
        }
        return object;
    }

    private String namespace() {
        return flags.namespace().orElse(order.namespace());
    }

    /// `kubectl create`. What this attempt created before is there, and is what it created.
    Done create(List<Value> documents) {
        return each(
                documents,
                false,
                (wanted, place) -> {
                    var annotated =
                            wanted.withMetadata(
                                    "annotations",
                                    wanted.json()
                                            .mapAt("metadata", "annotations")
                                            .with(ATTEMPT, order.attempt().text()));
                    var prefix = wanted.json().textAt("metadata", "generateName").orElse("");
                    boolean generated = wanted.name().isEmpty() && !prefix.isEmpty();
                    for (int suffix = 0; ; suffix++) {
                        var named =
                                generated
                                        ? annotated.withMetadata(
                                                "name", Value.text(Names.generated(prefix, end(place, suffix))))
                                        : annotated;
                        try {
                            return objects.create(named, STRICT).object();
                        } catch (Refusal e) {
                            if (e.reason().equals("AlreadyExists")) {
                                var there = found(named.key());
                                if (there.filter(this::ofThisAttempt).isPresent()) {
                                    return there.get();
                                }
                                if (generated && suffix < SUFFIXES) {
                                    continue;
                                }
                            }
                            throw KubectlFailed.of(e, "error when creating " + FILE);
                        }
                    }
                });
    }

    private Optional<ApiObject> found(ObjectKey key) {
        try {
            return objects.find(key);
        } catch (Refusal e) {
            return Optional.empty(); // whoever may not look it up cannot tell that it is the own one
        }
    }

    private boolean ofThisAttempt(ApiObject object) {
        return order.attempt().text().equals(object.annotations().get(ATTEMPT));
    }

    /// The end of a generated name: the same for the same attempt.
    private String end(int place, int suffix) {
        try {
            var hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest((order.attempt() + "\n" + place + "\n" + suffix).getBytes(StandardCharsets.UTF_8));
            var digits = new int[Names.SUFFIX_LENGTH];
            for (int i = 0; i < digits.length; i++) {
                digits[i] = ((hash[2 * i] & 0xff) << 8) | (hash[2 * i + 1] & 0xff);
            }
            return Names.suffix(digits);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /// `kubectl apply`.
    Done apply(List<Value> documents) {
        return each(
                documents,
                true,
                (wanted, _) -> {
                    if (wanted.name().isEmpty()) {
                        throw new KubectlFailed(
                                "error: from "
                                        + wanted.json().textAt("metadata", "generateName").orElse("")
                                        + ": cannot use generate name with apply");
                    }
                    boolean there;
                    try {
                        there = objects.find(wanted.key()).isPresent();
                    } catch (Refusal e) {
                        throw KubectlFailed.of(
                                e,
                                "error when retrieving current configuration of:\n"
                                        + described(wanted)
                                        + "\nfrom server for: "
                                        + FILE);
                    }
                    try {
                        return objects.apply(wanted, STRICT).object();
                    } catch (Refusal e) {
                        throw KubectlFailed.of(
                                e,
                                there
                                        ? "error when applying patch:\n"
                                                + Json.write(wanted.json())
                                                + "\nto:\n"
                                                + described(wanted)
                                                + "\nfor: "
                                                + FILE
                                                + ": error when patching "
                                                + FILE
                                        : "error when creating " + FILE);
                    }
                });
    }

    private static String described(ApiObject object) {
        var type = object.type();
        var prefix = type.group().isEmpty() ? "/" + type.version() : type.apiVersion();
        return "Resource: \"%s, Resource=%s\", GroupVersionKind: \"%s, Kind=%s\"%nName: \"%s\", Namespace: \"%s\""
                .formatted(prefix, type.plural(), prefix, type.kind(), object.name(), object.namespace())
                .replace("\r\n", "\n");
    }

    /// `kubectl replace`.
    Done replace(List<Value> documents) {
        return each(
                documents,
                true,
                (wanted, _) -> {
                    try {
                        return objects.replace(wanted.key(), wanted, STRICT).object();
                    } catch (Refusal e) {
                        throw KubectlFailed.of(e, "error when replacing " + FILE);
                    }
                });
    }

    /// `kubectl get`, of the manifest's objects, or of what the flags name.
    Done get(List<Value> documents) {
        if (!documents.isEmpty()) {
            return each(documents, true, (wanted, _) -> answered(() -> objects.get(wanted.key())));
        }
        var named = named();
        if (named.names().isEmpty()) {
            return new Done(listed(named.type()), true);
        }
        var found = new ArrayList<ApiObject>();
        for (var name : named.names()) {
            found.add(answered(() -> objects.get(key(named.type(), name))));
        }
        return new Done(found, found.size() > 1);
    }

    /// `kubectl delete --ignore-not-found`.
    void delete(List<Value> documents) {
        if (!documents.isEmpty()) {
            for (var document : documents) {
                remove(wanted(document).key(), "error when deleting " + FILE);
            }
            return;
        }
        var named = named();
        if (named.names().isEmpty()) {
            if (flags.selector().isEmpty() && flags.fieldSelector().isEmpty() && !flags.all()) {
                throw new KubectlFailed("error: resource(s) were provided, but no name was specified");
            }
            listed(named.type()).forEach(object -> remove(object.key(), ""));
        }
        named.names().forEach(name -> remove(key(named.type(), name), ""));
    }

    private void remove(ObjectKey key, String doing) {
        try {
            objects.delete(key, Objects.Precondition.NONE, Objects.Mode.PLAIN);
        } catch (Refusal e) {
            if (!e.reason().equals("NotFound")) {
                throw KubectlFailed.of(e, doing);
            }
        }
    }

    /// `kubectl patch`.
    ///
    /// @param strategy strategic, merge or json
    Done patch(String strategy, String manifest) {
        var documents = documents(manifest);
        var patch = documents.isEmpty() ? Value.nothing() : documents.getFirst();
        ObjectKey key;
        boolean flagsName = strategy.equals("json") || (!flags.words().isEmpty() && patch.textAt("kind").isEmpty());
        if (flagsName) {
            var named = named();
            if (named.names().size() != 1) {
                throw new KubectlFailed(
                        "error: one or more resources must be specified as <resource> <name> or <resource>/<name>");
            }
            key = key(named.type(), named.names().getFirst());
        } else {
            key = wanted(patch).key();
        }
        var kind =
                switch (strategy) {
                    case "json" -> new Objects.Patch.Json(patch);
                    case "merge" -> new Objects.Patch.Merge(patch);
                    default -> new Objects.Patch.Strategic(patch);
                };
        return new Done(
                List.of(
                        api.shown(key.type())
                                ? patchedPod(key, kind)
                                : answered(() -> objects.patch(key, kind, Objects.Mode.PLAIN).object())),
                false);
    }

    /// A pod is a view of a step: what a patch makes of its labels and annotations is answered, and kept by nobody.
    private ApiObject patchedPod(ObjectKey key, Objects.Patch patch) {
        var pod = answered(() -> objects.get(key));
        var metadata = pod.json().mapAt("metadata");
        for (var map : List.of("labels", "annotations")) { // each step's pod has some in a cluster
            metadata = metadata.find(map).isPresent() ? metadata : metadata.with(map, Value.Mapping.EMPTY);
        }
        var whole = new ApiObject(pod.type(), pod.json().with("metadata", metadata));
        var patched = answered(() -> Patches.apply(whole, patch));
        return bare(patched).equals(bare(whole))
                ? patched
                : answered(() -> objects.patch(key, patch, Objects.Mode.PLAIN).object()); // which says why not
    }

    private static Value bare(ApiObject pod) {
        var metadata = pod.json().mapAt("metadata").without("labels").without("annotations");
        return pod.json().with("metadata", metadata);
    }

    private interface Asked {
        ApiObject ask();
    }

    private static ApiObject answered(Asked asked) {
        try {
            return asked.ask();
        } catch (Refusal e) {
            throw KubectlFailed.of(e, "");
        }
    }

    private List<ApiObject> listed(ResourceType type) {
        try {
            return objects.list(
                            type,
                            type.namespaced() ? Optional.of(namespace()) : Optional.empty(),
                            Selector.parse(flags.selector(), flags.fieldSelector()),
                            0,
                            "")
                    .objects();
        } catch (Refusal e) {
            throw KubectlFailed.of(e, "");
        }
    }

    private ObjectKey key(ResourceType type, String name) {
        return new ObjectKey(type, type.namespaced() ? namespace() : "", name);
    }

    /// The kind and the names that the flags say.
    private record Named(ResourceType type, List<String> names) {
        Named {
            names = List.copyOf(names);
        }
    }

    private Named named() {
        if (flags.words().isEmpty()) {
            throw new KubectlFailed("error: You must provide one or more resources by argument or filename.");
        }
        var first = flags.words().getFirst();
        if (first.contains("/")) {
            var names = new ArrayList<String>();
            var kind = first.substring(0, first.indexOf('/'));
            for (var word : flags.words()) {
                if (!word.startsWith(kind + "/")) {
                    throw new KubectlFailed("error: the resources of one step must be of one kind");
                }
                names.add(word.substring(kind.length() + 1));
            }
            return new Named(type(kind), names);
        }
        return new Named(type(first), flags.words().subList(1, flags.words().size()));
    }

    private ResourceType type(String word) {
        return api.byWord(word)
                .orElseThrow(
                        () -> new KubectlFailed("error: the server doesn't have a resource type \"" + word + "\""));
    }
}
