package tiphys.container.order;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import tiphys.container.api.Image;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// As whom a container runs and what it may do: what the container says wins over what its pod says.
public final class Security {
    private final Value.Mapping pod;
    private final Value.Mapping own;

    public Security(Value.Mapping template, Value.Mapping container) {
        pod = template.mapAt("securityContext");
        own = container.mapAt("securityContext");
    }

    private Optional<Value> either(String field) {
        return own.find(field).or(() -> pod.find(field));
    }

    private OptionalLong number(String field) {
        var value = either(field);
        return value.isPresent() && value.get() instanceof Value.Number number
                ? OptionalLong.of(number.decimal().longValue())
                : OptionalLong.empty();
    }

    private boolean flag(String field) {
        return either(field).equals(Optional.of(Value.bool(true)));
    }

    /// The user and group, if the manifest names any.
    Optional<String> user(Image image) {
        var user = number("runAsUser");
        var group = number("runAsGroup");
        if (group.isEmpty()) {
            return user.isPresent() ? Optional.of(Long.toString(user.getAsLong())) : Optional.empty();
        }
        var imageUser = image.user().split(":", 2)[0];
        var name = user.isPresent() ? Long.toString(user.getAsLong()) : imageUser.isEmpty() ? "0" : imageUser;
        return Optional.of(name + ":" + group.getAsLong());
    }

    /// Why the container must not run as its image's user, in a kubelet's words; empty if it may.
    public Optional<String> rootRefused(Image image, String container) {
        if (!flag("runAsNonRoot")) {
            return Optional.empty();
        }
        var user = number("runAsUser");
        if (user.isPresent()) {
            return user.getAsLong() == 0
                    ? Optional.of("container's runAsUser breaks non-root policy (container: " + container + ")")
                    : Optional.empty();
        }
        var named = image.userNumber();
        if (!named.getKey() && !image.user().isEmpty()) {
            return Optional.of(
                    "container has runAsNonRoot and image has non-numeric user (%s), cannot verify user is non-root (container: %s)"
                            .formatted(image.user(), container));
        }
        return named.getValue() == 0
                ? Optional.of("container has runAsNonRoot and image will run as root (container: " + container + ")")
                : Optional.empty();
    }

    /// The group that the files of the volumes belong to.
    public OptionalLong filesGroup() {
        return pod.find("fsGroup").filter(Value.Number.class::isInstance).stream()
                .mapToLong(group -> ((Value.Number) group).decimal().longValue())
                .findFirst();
    }

    void put(Map<String, Object> host) {
        var groups = new ArrayList<>(pod.listAt("supplementalGroups").stream().map(Json::text).toList());
        filesGroup().ifPresent(group -> groups.add(Long.toString(group)));
        put(host, "GroupAdd", groups);
        put(host, "CapAdd", capabilities("add"));
        put(host, "CapDrop", capabilities("drop"));
        if (flag("privileged")) {
            host.put("Privileged", true);
        }
        if (flag("readOnlyRootFilesystem")) {
            host.put("ReadonlyRootfs", true);
        }
        var options = new ArrayList<String>();
        if (own.find("allowPrivilegeEscalation").equals(Optional.of(Value.bool(false)))) {
            options.add("no-new-privileges");
        }
        if (seccomp().equals("Unconfined")) {
            options.add("seccomp=unconfined");
        }
        put(host, "SecurityOpt", options);
        var sysctls = new LinkedHashMap<String, Object>();
        pod.listAt("sysctls")
                .forEach(one -> sysctls.put(one.textAt("name").orElse(""), one.textAt("value").orElse("")));
        if (!sysctls.isEmpty()) {
            host.put("Sysctls", sysctls);
        }
    }

    private String seccomp() {
        return own.textAt("seccompProfile", "type").or(() -> pod.textAt("seccompProfile", "type")).orElse("");
    }

    private List<String> capabilities(String which) {
        return own.mapAt("capabilities").listAt(which).stream().map(Json::text).toList();
    }

    private static void put(Map<String, Object> map, String field, List<?> values) {
        if (!values.isEmpty()) {
            map.put(field, values);
        }
    }

    /// What no engine can be told, each by its name.
    List<String> refused() {
        var refused = new ArrayList<String>();
        for (var context : List.of(pod, own)) {
            for (var field : List.of("seLinuxOptions", "windowsOptions", "appArmorProfile")) {
                if (context.find(field).filter(value -> !(value instanceof Value.Null)).isPresent()) {
                    refused.add("securityContext." + field);
                }
            }
        }
        if (own.textAt("procMount").filter(text -> !text.isEmpty() && !text.equals("Default")).isPresent()) {
            refused.add("securityContext.procMount " + own.textAt("procMount").orElse(""));
        }
        if (seccomp().equals("Localhost")) {
            refused.add("securityContext.seccompProfile of type Localhost");
        }
        return refused;
    }
}
