package tiphys.objects;

import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tiphys.manifest.Value;

/// What each of Kubernetes' own kinds adds to an object and demands of it. The Argo kinds have no rules here: their
/// controllers judge them.
final class KindRules {
    private static final int MAX_DATA_BYTES = 1024 * 1024;
    private static final String BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    private static final Set<String> KEPT_NAMESPACES = Set.of("default", "kube-system", "kube-public");

    private KindRules() {}

    /// Whether a namespace belongs to the server and stays.
    static boolean stays(ObjectKey key) {
        return key.type().equals(ResourceTypes.NAMESPACE) && KEPT_NAMESPACES.contains(key.name());
    }

    /// The object with what its kind fills in.
    ///
    /// @throws Refusal if a field has a type that the kind cannot have
    static ApiObject defaulted(ApiObject object) {
        return switch (object.type().kind()) {
            case "Namespace" -> namespace(object);
            case "Secret" -> secret(object);
            case "ConfigMap" -> configMap(object);
            case "RoleBinding", "ClusterRoleBinding" -> binding(object);
            default -> object;
        };
    }

    private static ApiObject namespace(ApiObject object) {
        var labels = object.json().mapAt("metadata", "labels").with("kubernetes.io/metadata.name", object.name());
        var json = object.json().with("spec", Value.object("finalizers", List.of("kubernetes")));
        return new ApiObject(object.type(), json).withMetadata("labels", labels);
    }

    private static ApiObject secret(ApiObject object) {
        var json = object.json();
        var data = new LinkedHashMap<String, Value>();
        texts(object, "data").forEach((key, text) -> data.put(key, Value.text(base64(object.type(), text))));
        texts(object, "stringData").forEach((key, text) -> data.put(key, Value.text(encoded(text))));
        json = json.without("stringData").without("data");
        if (!data.isEmpty()) {
            json = json.with("data", Value.of(data));
        }
        if (json.textAt("type").orElse("").isEmpty()) {
            json = json.with("type", "Opaque");
        }
        return new ApiObject(object.type(), json);
    }

    private static ApiObject configMap(ApiObject object) {
        var json = object.json();
        var data = texts(object, "data");
        var binary = new LinkedHashMap<String, Value>();
        texts(object, "binaryData").forEach((key, text) -> binary.put(key, Value.text(base64(object.type(), text))));
        json = json.without("data").without("binaryData");
        if (!data.isEmpty()) {
            json = json.with("data", Value.of(data));
        }
        if (!binary.isEmpty()) {
            json = json.with("binaryData", Value.of(binary));
        }
        return new ApiObject(object.type(), json);
    }

    private static ApiObject binding(ApiObject object) {
        var subjects = new ArrayList<Value>();
        for (var item : list(object, "subjects")) {
            if (!(item instanceof Value.Mapping subject)) {
                throw MetadataRules.undecodable(object.type(), item, object.type().kind() + ".subjects", "v1.Subject");
            }
            boolean person = !subject.textAt("kind").orElse("").equals("ServiceAccount");
            subjects.add(
                    person && subject.textAt("apiGroup").orElse("").isEmpty()
                            ? subject.with("apiGroup", ResourceTypes.ROLE.group())
                            : subject);
        }
        var json = object.json();
        if (!subjects.isEmpty()) {
            json = json.with("subjects", Value.list(subjects));
        }
        var role = json.mapAt("roleRef");
        if (!role.fields().isEmpty() && role.textAt("apiGroup").orElse("").isEmpty()) {
            json = json.with("roleRef", role.with("apiGroup", ResourceTypes.ROLE.group()));
        }
        return new ApiObject(object.type(), json);
    }

    /// What is wrong with a defaulted object.
    static List<Refusal.Cause> flaws(ApiObject object) {
        var flaws = new ArrayList<Refusal.Cause>();
        switch (object.type().kind()) {
            case "Secret" -> dataFlaws(object, List.of("data"), flaws);
            case "ConfigMap" -> dataFlaws(object, List.of("data", "binaryData"), flaws);
            case "Role", "ClusterRole" -> ruleFlaws(object, flaws);
            case "RoleBinding", "ClusterRoleBinding" -> bindingFlaws(object, flaws);
            default -> {}
        }
        return flaws;
    }

    private static void dataFlaws(ApiObject object, List<String> fields, List<Refusal.Cause> flaws) {
        long size = 0;
        for (var field : fields) {
            for (var entry : texts(object, field).entrySet()) {
                var key = entry.getKey();
                Names.dataKeyFlaws(key)
                        .forEach(flaw -> flaws.add(Refusal.Cause.invalid(field + "[" + key + "]", key, flaw)));
                size += entry.getValue().length();
            }
        }
        if (size > MAX_DATA_BYTES) {
            flaws.add(
                    new Refusal.Cause(
                            "FieldValueTooLong",
                            "Too long: may not be more than " + MAX_DATA_BYTES + " bytes",
                            "data"));
        }
    }

    private static void ruleFlaws(ApiObject object, List<Refusal.Cause> flaws) {
        var rules = list(object, "rules");
        for (int i = 0; i < rules.size(); i++) {
            var rule = rules.get(i);
            var field = "rules[" + i + "].";
            if (rule.listAt("verbs").isEmpty()) {
                flaws.add(Refusal.Cause.required(field + "verbs", "verbs must contain at least one value"));
            }
            if (!rule.listAt("nonResourceURLs").isEmpty()) {
                continue;
            }
            if (rule.listAt("apiGroups").isEmpty()) {
                flaws.add(
                        Refusal.Cause.required(
                                field + "apiGroups", "resource rules must supply at least one api group"));
            }
            if (rule.listAt("resources").isEmpty()) {
                flaws.add(
                        Refusal.Cause.required(
                                field + "resources", "resource rules must supply at least one resource"));
            }
        }
    }

    private static void bindingFlaws(ApiObject object, List<Refusal.Cause> flaws) {
        var role = object.json().mapAt("roleRef");
        if (role.textAt("name").orElse("").isEmpty()) {
            flaws.add(Refusal.Cause.required("roleRef.name", ""));
        }
        var kinds = object.type().namespaced() ? List.of("Role", "ClusterRole") : List.of("ClusterRole");
        var kind = role.textAt("kind").orElse("");
        if (!kinds.contains(kind)) {
            flaws.add(Refusal.Cause.unsupported("roleRef.kind", kind, kinds));
        }
        var group = role.textAt("apiGroup").orElse(ResourceTypes.ROLE.group());
        if (!group.equals(ResourceTypes.ROLE.group())) {
            flaws.add(Refusal.Cause.unsupported("roleRef.apiGroup", group, List.of(ResourceTypes.ROLE.group())));
        }
        var subjects = list(object, "subjects");
        for (int i = 0; i < subjects.size(); i++) {
            subjectFlaws(subjects.get(i), "subjects[" + i + "].", flaws);
        }
    }

    private static void subjectFlaws(Value subject, String field, List<Refusal.Cause> flaws) {
        var name = subject.textAt("name").orElse("");
        if (name.isEmpty()) {
            flaws.add(Refusal.Cause.required(field + "name", ""));
        }
        var kind = subject.textAt("kind").orElse("");
        switch (kind) {
            case "ServiceAccount" -> {
                if (!name.isEmpty()) {
                    Names.flaws(Names.Form.SUBDOMAIN, name)
                            .forEach(flaw -> flaws.add(Refusal.Cause.invalid(field + "name", name, flaw)));
                }
                if (subject.textAt("namespace").orElse("").isEmpty()) {
                    flaws.add(Refusal.Cause.required(field + "namespace", ""));
                }
            }
            case "User", "Group" -> {}
            default ->
                    flaws.add(
                            Refusal.Cause.unsupported(
                                    field + "kind", kind, List.of("ServiceAccount", "User", "Group")));
        }
    }

    /// What an update must not change.
    static List<Refusal.Cause> changeFlaws(ApiObject before, ApiObject after) {
        var flaws = new ArrayList<Refusal.Cause>();
        switch (after.type().kind()) {
            case "Secret", "ConfigMap" -> {
                if (after.type().equals(ResourceTypes.SECRET)
                        && !before.json().textAt("type").equals(after.json().textAt("type"))) {
                    flaws.add(
                            Refusal.Cause.invalid(
                                    "type", after.json().textAt("type").orElse(""), "field is immutable"));
                }
                if (before.json().find("immutable").filter(Value.bool(true)::equals).isPresent()) {
                    immutableFlaws(before, after, flaws);
                }
            }
            case "RoleBinding", "ClusterRoleBinding" -> {
                var roleRef = after.json().mapAt("roleRef");
                if (!before.json().mapAt("roleRef").equals(roleRef)) {
                    flaws.add(
                            new Refusal.Cause(
                                    "FieldValueInvalid",
                                    "Invalid value: rbac.RoleRef{APIGroup:\"%s\", Kind:\"%s\", Name:\"%s\"}: cannot change roleRef"
                                            .formatted(
                                                    roleRef.textAt("apiGroup").orElse(""),
                                                    roleRef.textAt("kind").orElse(""),
                                                    roleRef.textAt("name").orElse("")),
                                    "roleRef"));
                }
            }
            default -> {}
        }
        return flaws;
    }

    private static void immutableFlaws(ApiObject before, ApiObject after, List<Refusal.Cause> flaws) {
        for (var field : List.of("immutable", "data", "binaryData")) {
            if (!before.json().find(field).equals(after.json().find(field))) {
                flaws.add(Refusal.Cause.forbidden(field, "field is immutable when `immutable` is set"));
            }
        }
    }

    private static Map<String, String> texts(ApiObject object, String field) {
        var texts = new LinkedHashMap<String, String>();
        var value = object.json().fields().get(field);
        if (value instanceof Value.Mapping(var fields, _, _)) {
            fields.forEach((key, item) -> texts.put(key, text(object, item, field)));
        } else if (value != null && !(value instanceof Value.Null)) {
            throw MetadataRules.undecodable(
                    object.type(), value, object.type().kind() + "." + field, "map[string]string");
        }
        return texts;
    }

    private static String text(ApiObject object, Value value, String field) {
        return switch (value) {
            case Value.Text(var text, _) -> text;
            case Value.Null _ -> "";
            case Value.Bool _, Value.Number _, Value.Sequence _, Value.Mapping _ ->
                    throw MetadataRules.undecodable(object.type(), value, object.type().kind() + "." + field, "string");
        };
    }

    private static List<Value> list(ApiObject object, String field) {
        var value = object.json().fields().get(field);
        if (value != null && !(value instanceof Value.Sequence) && !(value instanceof Value.Null)) {
            throw MetadataRules.undecodable(object.type(), value, object.type().kind() + "." + field, "list");
        }
        return object.json().listAt(field);
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    /// The text without line breaks, which Go's decoder passes over too.
    private static String base64(ResourceType type, String text) {
        var plain = text.replace("\r", "").replace("\n", "");
        try {
            var bytes = Base64.getDecoder().decode(plain);
            return Base64.getEncoder().encodeToString(bytes);
        } catch (IllegalArgumentException e) {
            throw MetadataRules.unreadable(type, "illegal base64 data at input byte " + firstBad(plain));
        }
    }

    private static int firstBad(String text) {
        int at = 0;
        while (at < text.length() && BASE64.indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at;
    }
}
