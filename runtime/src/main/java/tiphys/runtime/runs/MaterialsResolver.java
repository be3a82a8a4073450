package tiphys.runtime.runs;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tiphys.engine.Materials;
import tiphys.engine.StepOrder;
import tiphys.engine.StepOrder.Origin;
import tiphys.manifest.Value;
import tiphys.objects.ObjectKey;
import tiphys.objects.ObjectStore;
import tiphys.objects.ResourceTypes;

/// Looks up what an order only names: values of ConfigMaps and Secrets. Done when the order is given to the executor, so
/// that no journal holds a secret; the values are those of that moment, as on Kubernetes.
public final class MaterialsResolver {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\$|\\$\\(([-._a-zA-Z][-._a-zA-Z0-9]*)\\)");

    private static final String PULL_KEY = ".dockerconfigjson";

    private final ObjectStore objects;

    public MaterialsResolver(ObjectStore objects) {
        this.objects = objects;
    }

    /// Says that something an order names is not there, in Kubernetes' words.
    public static final class Missing extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final String what;

        Missing(String what) {
            super(what, null, false, false);
            this.what = what;
        }

        String what() {
            return what;
        }
    }

    /// The materials of an order.
    ///
    /// @throws Missing if something is not there that is not optional
    public Materials resolve(StepOrder order) {
        var logins = logins(order);
        if (!order.template().grouped()) {
            var one = resolveOne(order);
            return new Materials(one.env(), one.volumes(), Map.of(), logins);
        }
        var volumes = new LinkedHashMap<String, Map<String, byte[]>>();
        var containers = new LinkedHashMap<String, Map<String, String>>();
        for (var container : order.template().containers()) {
            var one = resolveOne(order.of(container));
            containers.put(container.name(), one.env());
            volumes.putAll(one.volumes());
        }
        return new Materials(Map.of(), volumes, containers, logins);
    }

    /// What the Secrets hold that the pod names for pulling its images; as a kubelet does, one that is not there is passed over.
    private List<byte[]> logins(StepOrder order) {
        var logins = new ArrayList<byte[]>();
        for (var secret : order.template().json().listAt("imagePullSecrets")) {
            secret.textAt("name").flatMap(name -> secret(order.namespace(), name, PULL_KEY)).ifPresent(logins::add);
        }
        return logins;
    }

    private Materials resolveOne(StepOrder order) {
        var env = new LinkedHashMap<String, String>();
        for (var all : order.template().envFrom()) {
            keys(order.namespace(), all.origin(), all.name(), all.optional())
                    .forEach((key, value) -> env.put(all.prefix() + key, new String(value, StandardCharsets.UTF_8)));
        }
        var fields = new PodFields(order);
        for (var variable : order.template().env()) {
            var value = value(order.namespace(), variable.source(), fields);
            if (value != null) {
                env.put(
                        variable.name(),
                        variable.source() instanceof StepOrder.Source.Literal ? expand(value, env) : value);
            }
        }
        var volumes = new LinkedHashMap<String, Map<String, byte[]>>();
        for (var mount : order.template().mounts()) {
            if (!volumes.containsKey(mount.volume())) {
                files(order.namespace(), mount.source(), fields).ifPresent(files -> volumes.put(mount.volume(), files));
            }
        }
        return new Materials(env, volumes);
    }

    /// The bytes of a Secret's key; empty if there is no such key.
    public Optional<byte[]> secret(String namespace, String name, String key) {
        return Optional.ofNullable(keys(namespace, Origin.SECRET, name, true).get(key));
    }

    /// Kubernetes' `$(NAME)` in a text: replaced by the variable's value, left alone if there is none; `$$` is a dollar.
    static String expand(String text, Map<String, String> env) {
        if (text.indexOf('$') < 0) {
            return text;
        }
        return REFERENCE
                .matcher(text)
                .replaceAll(found ->
                        Matcher.quoteReplacement(
                                found.group(1) == null ? "$" : env.getOrDefault(found.group(1), found.group())));
    }

    private @Nullable String value(String namespace, StepOrder.Source source, PodFields fields) {
        return switch (source) {
            case StepOrder.Source.Literal(var text) -> text;
            case StepOrder.Source.ConfigMapKey(var name, var key, var optional) ->
                    key(namespace, Origin.CONFIG_MAP, name, key, optional);
            case StepOrder.Source.SecretKey(var name, var key, var optional) ->
                    key(namespace, Origin.SECRET, name, key, optional);
            case StepOrder.Source.Field(var path) -> fields.field(path);
            case StepOrder.Source.Resource(var name, var divisor) -> fields.resource(name, divisor);
        };
    }

    private @Nullable String key(String namespace, Origin origin, String name, String key, boolean optional) {
        var found = keys(namespace, origin, name, optional).get(key);
        if (found == null && !optional) {
            throw new Missing("couldn't find key " + key + " in " + kind(origin) + " " + namespace + "/" + name);
        }
        return found == null ? null : new String(found, StandardCharsets.UTF_8);
    }

    /// The files of a volume that is made of keys and fields; empty for one of another kind.
    private Optional<Map<String, byte[]>> files(String namespace, StepOrder.Volume volume, PodFields fields) {
        return switch (volume) {
            case StepOrder.Volume.Keys keys -> Optional.of(keys(namespace, keys));
            case StepOrder.Volume.Fields(var files) -> {
                var contents = new LinkedHashMap<String, byte[]>();
                for (var file : files) {
                    var value = value(namespace, file.source(), fields);
                    contents.put(file.path(), (value == null ? "" : value).getBytes(StandardCharsets.UTF_8));
                }
                yield Optional.of(contents);
            }
            case StepOrder.Volume.Projected(var parts) -> {
                var contents = new LinkedHashMap<String, byte[]>();
                parts.forEach(part -> files(namespace, part, fields).ifPresent(contents::putAll));
                yield Optional.of(contents);
            }
            case StepOrder.Volume.EmptyDir _, StepOrder.Volume.HostPath _, StepOrder.Volume.Claim _ -> Optional.empty();
        };
    }

    private Map<String, byte[]> keys(String namespace, StepOrder.Volume.Keys volume) {
        var all = keys(namespace, volume.origin(), volume.name(), volume.optional());
        if (volume.items().isEmpty()) {
            return all;
        }
        var files = new LinkedHashMap<String, byte[]>();
        for (var item : volume.items()) {
            var content = all.get(item.key());
            if (content != null) {
                files.put(item.path(), content);
            } else if (!volume.optional()) {
                throw new Missing("references non-existent " + kind(volume.origin()) + " key: " + item.key());
            }
        }
        return files;
    }

    private Map<String, byte[]> keys(String namespace, Origin origin, String name, boolean optional) {
        var type = origin == Origin.SECRET ? ResourceTypes.SECRET : ResourceTypes.CONFIG_MAP;
        var found = objects.get(new ObjectKey(type, namespace, name));
        if (found.isEmpty()) {
            if (optional) {
                return Map.of();
            }
            throw new Missing((origin == Origin.SECRET ? "secret" : "configmap") + " \"" + name + "\" not found");
        }
        var json = found.get().json();
        var keys = new LinkedHashMap<String, byte[]>();
        text(json, "data", origin == Origin.SECRET, keys);
        text(json, "binaryData", true, keys);
        text(json, "stringData", false, keys);
        return keys;
    }

    private static void text(Value.Mapping json, String field, boolean base64, Map<String, byte[]> into) {
        json.mapAt(field)
                .fields()
                .forEach((key, value) -> {
                    if (value instanceof Value.Text(var text, _)) {
                        decoded(text, base64).ifPresent(bytes -> into.put(key, bytes));
                    }
                });
    }

    private static Optional<byte[]> decoded(String text, boolean base64) {
        try {
            return Optional.of(base64 ? Base64.getMimeDecoder().decode(text) : text.getBytes(StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String kind(Origin origin) {
        return origin == Origin.SECRET ? "Secret" : "ConfigMap";
    }
}
