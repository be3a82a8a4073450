package tiphys.objects;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
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
    private final Map<ObjectKey, ApiObject> roles;

    /// What somebody wants to do.
    ///
    /// @param subresource such as `log`; empty for the object itself
    /// @param namespace empty for the cluster, or for every namespace
    /// @param name empty if it is about no single object
    public record Wish(String user, String verb, ResourceType type, String subresource, String namespace, String name) {
        private Access access() {
            return new Access(
                    verb,
                    type.group(),
                    subresource.isEmpty() ? type.plural() : type.plural() + "/" + subresource,
                    name);
        }
    }

    /// One thing that a rule may allow.
    private record Access(String verb, String group, String resource, String name) {
        String ofAny() {
            int slash = resource.indexOf('/');
            return slash < 0 ? resource : "*" + resource.substring(slash);
        }
    }

    /// @param namespace where it holds; empty for everywhere
    private record Grant(String namespace, List<Rule> rules) {
        boolean allows(Access access, String in) {
            return (namespace.equals(EVERYWHERE) || namespace.equals(in))
                    && rules.stream().anyMatch(rule -> rule.allows(access));
        }
    }

    private record Rule(Set<String> verbs, Set<String> groups, Set<String> resources, Set<String> names) {
        boolean allows(Access access) {
            return (verbs.contains("*") || verbs.contains(access.verb()))
                    && (groups.contains("*") || groups.contains(access.group()))
                    && (resources.contains("*")
                            || resources.contains(access.resource())
                            || resources.contains(access.ofAny()))
                    && (names.isEmpty() || names.contains(access.name()));
        }

        /// Everything that it allows, one by one.
        List<Access> accesses() {
            var accesses = new ArrayList<Access>();
            for (var verb : verbs) {
                for (var group : groups) {
                    for (var resource : resources) {
                        for (var name : names.isEmpty() ? Set.of("") : names) {
                            accesses.add(new Access(verb, group, resource, name));
                        }
                    }
                }
            }
            return accesses;
        }

        String shown() {
            return "{APIGroups:%s, Resources:%s%s, Verbs:%s}"
                    .formatted(
                            quoted(groups),
                            quoted(resources),
                            names.isEmpty() ? "" : ", ResourceNames:" + quoted(names),
                            quoted(verbs));
        }
    }

    private Rbac(Map<String, List<Grant>> grants, Map<ObjectKey, ApiObject> roles) {
        this.grants = grants;
        this.roles = roles;
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
        return new Rbac(grants, roles);
    }

    private static List<Rule> rules(ApiObject binding, Map<ObjectKey, ApiObject> roles) {
        var name = binding.json().textAt("roleRef", "name").orElse("");
        var key =
                binding.json().textAt("roleRef", "kind").orElse("").equals("ClusterRole")
                        ? new ObjectKey(ResourceTypes.CLUSTER_ROLE, "", name)
                        : new ObjectKey(ResourceTypes.ROLE, binding.namespace(), name);
        return Optional.ofNullable(roles.get(key)).map(role -> rulesOf(role, roles)).orElse(List.of());
    }

    private static List<Rule> rulesOf(ApiObject role, Map<ObjectKey, ApiObject> roles) {
        return aggregated(role, roles).stream()
                .flatMap(part -> part.json().listAt("rules").stream())
                .map(Rbac::rule)
                .toList();
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
        return allows(wish.user(), wish.access(), wish.namespace());
    }

    private boolean allows(String user, Access access, String namespace) {
        return granted("user " + user, access, namespace)
                || groups(user).stream().anyMatch(group -> granted("group " + group, access, namespace));
    }

    private boolean granted(String subject, Access access, String namespace) {
        return grants.getOrDefault(subject, List.of()).stream().anyMatch(grant -> grant.allows(access, namespace));
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
                                wish.access().resource(),
                                wish.type().group(),
                                wish.namespace().isEmpty()
                                        ? "at the cluster scope"
                                        : "in the namespace \"" + wish.namespace() + "\""));
    }

    /// Refuses a role or binding that would give what its writer has not got, unless the writer may `escalate` the role or
    /// `bind` what the binding names. Other objects pass.
    public void checkGiving(String user, ApiObject object) {
        if (!TYPES.contains(object.type())) {
            return;
        }
        boolean binding =
                object.type().equals(ResourceTypes.ROLE_BINDING)
                        || object.type().equals(ResourceTypes.CLUSTER_ROLE_BINDING);
        var exempt =
                binding
                        ? new Access(
                                "bind",
                                ResourceTypes.ROLE.group(),
                                object.json().textAt("roleRef", "kind").orElse("").equals("ClusterRole")
                                        ? ResourceTypes.CLUSTER_ROLE.plural()
                                        : ResourceTypes.ROLE.plural(),
                                object.json().textAt("roleRef", "name").orElse(""))
                        : new Access("escalate", object.type().group(), object.type().plural(), object.name());
        if (allows(user, exempt, object.namespace())) {
            return;
        }
        var missing =
                (binding ? rules(object, roles) : rulesOf(object, roles))
                        .stream()
                                .filter(rule ->
                                        !rule.accesses().stream()
                                                .allMatch(access -> allows(user, access, object.namespace())))
                                .map(Rule::shown)
                                .toList();
        if (!missing.isEmpty()) {
            throw Refusal.forbidden(
                    object.key(),
                    "user \"%s\" (groups=%s) is attempting to grant RBAC permissions not currently held:\n%s"
                            .formatted(user, quoted(groups(user)), String.join("\n", missing)));
        }
    }

    private static String quoted(Collection<String> texts) {
        return texts.stream().sorted().map(text -> "\"" + text + "\"").collect(Collectors.joining(" ", "[", "]"));
    }
}
