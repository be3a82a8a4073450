package tiphys.served.plugin;

import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectKey;
import tiphys.objects.ObjectStore;
import tiphys.objects.ResourceTypes;

/// The executor plugins that are announced: ConfigMaps with Argo's label, in the run's namespace and in the one where Argo would be
/// installed. Read anew for each step, so that one that was just applied is asked.
final class Plugins {
    /// Where the address of a plugin stands that is not reached on this machine at the port of its container.
    static final String ADDRESS = "tiphys.io/plugin-address";

    /// The Secret that holds the token a plugin expects: `NAMESPACE`'s own, by its name, under `token`.
    static final String TOKEN_SECRET = "tiphys.io/plugin-token-secret";

    private static final String LABEL = "workflows.argoproj.io/configmap-type";
    private static final String INSTALLED = "argo";
    private static final int PAGE = 500;

    private final ObjectStore objects;

    Plugins(ObjectStore objects) {
        this.objects = objects;
    }

    /// A plugin and how it is reached.
    ///
    /// @param token empty if it expects none
    record Plugin(String name, String address, String token) {}

    /// What is announced for a namespace, by name: one of the namespace's own hides one of the same name elsewhere.
    List<Plugin> of(String namespace) {
        var found = new LinkedHashMap<String, Plugin>();
        for (var place : List.of(namespace, INSTALLED)) {
            for (var map : maps(place)) {
                read(map).ifPresent(plugin -> found.putIfAbsent(plugin.name(), plugin));
            }
        }
        return List.copyOf(found.values());
    }

    private List<ApiObject> maps(String namespace) {
        var all = new ArrayList<ApiObject>();
        Optional<String> after = Optional.empty();
        while (true) {
            var page = objects.list(ResourceTypes.CONFIG_MAP, Optional.of(namespace), after, PAGE);
            for (var object : page.objects()) {
                if ("ExecutorPlugin".equals(object.labels().get(LABEL))) {
                    all.add(object);
                }
            }
            if (!page.more() || page.objects().isEmpty()) {
                return all;
            }
            var last = page.objects().getLast();
            after = Optional.of(last.namespace() + "/" + last.name());
        }
    }

    /// A ConfigMap that says no port is no plugin that could be asked.
    private Optional<Plugin> read(ApiObject map) {
        var text = map.json().textAt("data", "sidecar.container").orElse("");
        Value container;
        try {
            var documents = Yaml.parse(text.getBytes(java.nio.charset.StandardCharsets.UTF_8), "sidecar.container");
            container = documents.isEmpty() ? Value.nothing() : documents.getFirst();
        } catch (InvalidInput e) {
            return Optional.empty();
        }
        var ports = container.listAt("ports");
        var given = map.annotations().get(ADDRESS);
        if (given == null && ports.isEmpty()) {
            return Optional.empty();
        }
        var address =
                given != null
                        ? given.replaceFirst("/+$", "")
                        : "http://127.0.0.1:" + ports.getFirst().find("containerPort").map(Json::text).orElse("");
        return Optional.of(new Plugin(map.name(), address, token(map)));
    }

    private String token(ApiObject map) {
        var name = map.annotations().get(TOKEN_SECRET);
        if (name == null) {
            return "";
        }
        return objects.get(new ObjectKey(ResourceTypes.SECRET, map.namespace(), name))
                .flatMap(secret ->
                        secret.json()
                                .textAt("stringData", "token")
                                .or(() -> secret.json().textAt("data", "token").map(Plugins::decoded)))
                .orElse("")
                .strip();
    }

    private static String decoded(String base64) {
        try {
            return new String(Base64.getMimeDecoder().decode(base64), java.nio.charset.StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
