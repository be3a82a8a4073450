package tiphys.objects;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tiphys.manifest.Value;

/// What roles and bindings allow whom, as they were at one moment. Immutable and safe for every thread; a check looks at
/// the user's own grants only.
public final class Rbac {
    /// The types that grants are made of.
    public static final List<ResourceType> TYPES =
            List.of(
                    ResourceTypes.ROLE,
                    ResourceTypes.ROLE_BINDING,
                    ResourceTypes.CLUSTER_ROLE,
                    ResourceTypes.CLUSTER_ROLE_BINDING);

    private static final String SERVICE_ACCOUNT_PREFIX = "system:serviceaccount:";
    private static final String EVERYWHERE = "";

    private final Map<String, List<Grant>> grants;

    /// What somebody wants to do.
    ///
    /// @param subresource such as `log`; empty for the object itself
    /// @param namespace empty for the cluster, or for every namespace
    /// @param name empty if it is about no single object
    public record Wish(String user, String verb, ResourceType type, String subresource, String namespace, String name) {
        private String resource() {
            return subresource.isEmpty() ? type.plural() : type.plural() + "/" + subresource;
        }
    }

    /// @param namespace where it holds; empty for everywhere
    private record Grant(String namespace, List<Rule> rules) {
        boolean allows(Wish wish) {
            return (namespace.equals(EVERYWHERE) || namespace.equals(wish.namespace()))
                    && rules.stream().anyMatch(rule -> rule.allows(wish));
        }
    }

    private record Rule(Set<String> verbs, Set<String> groups, Set<String> resources, Set<String> names) {
        boolean allows(Wish wish) {
            return (verbs.contains("*") || verbs.contains(wish.verb()))
                    && (groups.contains("*") || groups.contains(wish.type().group()))
                    && namesResource(wish)
                    && (names.isEmpty() || names.contains(wish.name()));
        }

        private boolean namesResource(Wish wish) {
            return resources.contains("*")
                    || resources.contains(wish.resource())
                    || (!wish.subresource().isEmpty() && resources.contains("*/" + wish.subresource()));
        }
    }

    private Rbac(Map<String, List<Grant>> grants) {
        this.grants = grants;
    }

    /// The grants that these roles and bindings make.
    public static Rbac of(List<ApiObject> rolesAndBindings) {
        var roles = new HashMap<ObjectKey, ApiObject>();
        rolesAndBindings.forEach(object -> roles.put(object.key(), object));
        var grants = new HashMap<String, List<Grant>>();
        for (var object : rolesAndBindings) {
            boolean everywhere = object.type().equals(ResourceTypes.CLUSTER_ROLE_BINDING);
            if (!everywhere && !object.type().equals(ResourceTypes.ROLE_BINDING)) {
                continue;
            }
            var rules = rules(object, roles);
            if (rules.isEmpty()) {
                continue;
            }
            var grant = new Grant(everywhere ? EVERYWHERE : object.namespace(), rules);
            for (var subject : object.json().listAt("subjects")) {
                subject(subject).ifPresent(name -> grants.computeIfAbsent(name, _ -> new ArrayList<>()).add(grant));
            }
        }
        return new Rbac(grants);
    }

    private static List<Rule> rules(ApiObject binding, Map<ObjectKey, ApiObject> roles) {
        var name = binding.json().textAt("roleRef", "name").orElse("");
        var key =
                binding.json().textAt("roleRef", "kind").orElse("").equals("ClusterRole")
                        ? new ObjectKey(ResourceTypes.CLUSTER_ROLE, "", name)
                        : new ObjectKey(ResourceTypes.ROLE, binding.namespace(), name);
        return Optional.ofNullable(roles.get(key))
                .map(role ->
                        aggregated(role, roles).stream()
                                .flatMap(part -> part.json().listAt("rules").stream())
                                .map(Rbac::rule)
                                .toList())
                .orElse(List.of());
    }

    /// The role and those whose labels its aggregation rule selects.
    private static Set<ApiObject> aggregated(ApiObject role, Map<ObjectKey, ApiObject> roles) {
        var parts = new LinkedHashSet<ApiObject>();
        parts.add(role);
        for (var selector : role.json().listAt("aggregationRule", "clusterRoleSelectors")) {
            var wanted = selector.mapAt("matchLabels").fields();
            roles.values().stream()
                    .filter(other -> other.type().equals(ResourceTypes.CLUSTER_ROLE))
                    .filter(other ->
                            !wanted.isEmpty()
                                    && wanted.entrySet().stream()
                                            .allMatch(label ->
                                                    Value.text(other.labels().getOrDefault(label.getKey(), ""))
                                                            .equals(label.getValue())))
                    .forEach(parts::add);
        }
        return parts;
    }

    private static Rule rule(Value rule) {
        return new Rule(
                texts(rule, "verbs"), texts(rule, "apiGroups"), texts(rule, "resources"), texts(rule, "resourceNames"));
    }

    private static Set<String> texts(Value rule, String field) {
        var texts = new HashSet<String>();
        for (var item : rule.listAt(field)) {
            if (item instanceof Value.Text(var text, _)) {
                texts.add(text);
            }
        }
        return Set.copyOf(texts);
    }

    private static Optional<String> subject(Value subject) {
        var name = subject.textAt("name").orElse("");
        return switch (subject.textAt("kind").orElse("")) {
            case "User" -> Optional.of("user " + name);
            case "Group" -> Optional.of("group " + name);
            case "ServiceAccount" ->
                    Optional.of("user " + SERVICE_ACCOUNT_PREFIX + subject.textAt("namespace").orElse("") + ":" + name);
            default -> Optional.empty();
        };
    }

    /// The groups that a user is in by its name.
    public static List<String> groups(String user) {
        if (!user.startsWith(SERVICE_ACCOUNT_PREFIX)) {
            return List.of("system:authenticated");
        }
        var account = user.substring(SERVICE_ACCOUNT_PREFIX.length());
        int colon = account.indexOf(':');
        return colon < 0
                ? List.of("system:authenticated")
                : List.of(
                        "system:serviceaccounts",
                        "system:serviceaccounts:" + account.substring(0, colon),
                        "system:authenticated");
    }

    /// The user name of a service account.
    public static String serviceAccount(String namespace, String name) {
        return SERVICE_ACCOUNT_PREFIX + namespace + ":" + name;
    }

    /// Whether a role that is bound to the user, or to a group of it, allows what is wished.
    public boolean allows(Wish wish) {
        return allows("user " + wish.user(), wish)
                || groups(wish.user()).stream().anyMatch(group -> allows("group " + group, wish));
    }

    private boolean allows(String subject, Wish wish) {
        return grants.getOrDefault(subject, List.of()).stream().anyMatch(grant -> grant.allows(wish));
    }

    /// Refuses what is not allowed.
    public void check(Wish wish) {
        if (!allows(wish)) {
            throw forbidden(wish);
        }
    }

    private static Refusal forbidden(Wish wish) {
        return Refusal.forbidden(
                new ObjectKey(wish.type(), wish.namespace(), wish.name()),
                "User \"%s\" cannot %s resource \"%s\" in API group \"%s\" %s"
                        .formatted(
                                wish.user(),
                                wish.verb(),
                                wish.resource(),
                                wish.type().group(),
                                wish.namespace().isEmpty()
                                        ? "at the cluster scope"
                                        : "in the namespace \"" + wish.namespace() + "\""));
    }
}
