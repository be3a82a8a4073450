package tiphys.e2e;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Asks a server everything that people and tools read of a store, and keeps the answers in a form that can be compared on
/// another machine at another time: long texts as their hash, and nothing that tells of the moment alone.
final class GoldenQuestions {
    /// The namespace of the golden data.
    static final String NAMESPACE = "golden";

    private static final int LONG_TEXT = 400;
    private static final String API = "/tiphys/v1";
    private static final List<String> KINDS =
            List.of(
                    "/apis/argoproj.io/v1alpha1/namespaces/golden/eventbus",
                    "/apis/argoproj.io/v1alpha1/namespaces/golden/eventsources",
                    "/apis/argoproj.io/v1alpha1/namespaces/golden/sensors",
                    "/apis/argoproj.io/v1alpha1/namespaces/golden/workflowtemplates",
                    "/apis/argoproj.io/v1alpha1/namespaces/golden/workflows",
                    "/apis/rbac.authorization.k8s.io/v1/namespaces/golden/roles",
                    "/apis/rbac.authorization.k8s.io/v1/namespaces/golden/rolebindings",
                    "/api/v1/namespaces/golden/serviceaccounts",
                    "/api/v1/namespaces/golden/configmaps",
                    "/api/v1/namespaces/golden/secrets",
                    "/api/v1/namespaces/golden/pods");

    /// The ConfigMap with the server's own certificate, which every namespace has.
    private static final String OWN_AUTHORITY = "kube-root-ca.crt";

    /// What tells of the moment: each start writes conditions, and after another boot of the host it writes to live runs.
    private static final Set<String> OF_THE_MOMENT = Set.of("ready", "conditions", "backlog", "resourceVersion");

    /// The same where sources are told of, whose port another program may hold.
    private static final Set<String> OF_THE_PORT =
            Set.of("ready", "conditions", "backlog", "resourceVersion", "message", "since");

    private final Server server;

    GoldenQuestions(Server server) {
        this.server = server;
    }

    /// Asks everything anew.
    List<GoldenData.Answer> all() {
        return paths().stream().map(this::ask).toList();
    }

    GoldenData.Answer ask(String path) {
        return new GoldenData.Answer(path, kept(path));
    }

    private Value kept(String path) {
        var answer = server.send("GET", path, "application/json", "");
        if (answer.statusCode() != 200) {
            return Value.object("status", answer.statusCode(), "body", answer.body());
        }
        if (path.endsWith("/log")) {
            return shortened(Value.text(answer.body()), Set.of());
        }
        var left = path.endsWith("/eventsources") || path.contains("/flow?") ? OF_THE_PORT : OF_THE_MOMENT;
        return shortened(path.startsWith(API) ? Json.parse(answer.body()) : items(answer.body()), left);
    }

    /// The objects alone, without what each server makes anew for itself; the version of the list grows with each start, which
    /// writes conditions.
    private static Value items(String list) {
        return Value.list(
                Json.parse(list).listAt("items").stream()
                        .filter(item -> !item.textAt("metadata", "name").orElse("").equals(OWN_AUTHORITY))
                        .toList());
    }

    private Set<String> paths() {
        var paths = new TreeSet<String>(KINDS);
        paths.add(API + "/flow?namespace=" + NAMESPACE);
        paths.add(API + "/templates?namespace=" + NAMESPACE);
        var events = API + "/events?namespace=" + NAMESPACE + "&limit=500";
        paths.add(events);
        server.get(events)
                .listAt("items")
                .forEach(event -> paths.add(API + "/events/" + event.textAt("id").orElseThrow()));
        var runs = API + "/runs?namespace=" + NAMESPACE + "&limit=500";
        paths.add(runs);
        server.get(runs).listAt("items").forEach(run -> addRun(run.textAt("name").orElseThrow(), paths));
        return paths;
    }

    private void addRun(String name, Set<String> paths) {
        var path = API + "/namespaces/" + NAMESPACE + "/runs/" + name;
        var run = server.send("GET", path, "application/json", "");
        if (run.statusCode() == 200) { // the object of the others was deleted
            paths.add(path);
            paths.add(path + "/explain");
            for (var node : Json.parse(run.body()).listAt("nodes")) {
                if (!node.listAt("attempts").isEmpty()) {
                    paths.add(path + "/nodes/" + node.textAt("id").orElseThrow() + "/log");
                }
            }
        }
    }

    private static Value shortened(Value value, Set<String> left) {
        return switch (value) {
            case Value.Text(var text, _) when text.length() > LONG_TEXT -> Value.text(fingerprint(text));
            case Value.Sequence(var items, _) -> Value.list(items.stream().map(item -> shortened(item, left)).toList());
            case Value.Mapping(var fields, _, _) -> {
                Map<String, Object> kept = new LinkedHashMap<>();
                fields.forEach((name, field) -> {
                    if (!left.contains(name)) {
                        kept.put(name, shortened(field, left));
                    }
                });
                yield Value.of(kept);
            }
            default -> value;
        };
    }

    private static String fingerprint(String text) {
        try {
            var hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return text.substring(0, 40)
                    + "… ("
                    + text.length()
                    + " characters, SHA-256 "
                    + HexFormat.of().formatHex(hash)
                    + ")";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Where an answer says less or something else than it once said. What is new is no difference: fields, and what a run
    /// recorded when it was opened, as that the host has started anew since.
    static List<String> losses(String place, Value once, Value now) {
        var losses = new ArrayList<String>();
        compare(place, once, now, losses);
        return losses;
    }

    private static void compare(String place, Value once, Value now, List<String> losses) {
        if (once instanceof Value.Mapping(var fields, _, _) && now instanceof Value.Mapping mapping) {
            fields.forEach((name, field) ->
                    mapping.find(name)
                            .ifPresentOrElse(
                                    there -> compare(place + "." + name, field, there, losses),
                                    () -> losses.add(place + "." + name + " is gone; it was " + Json.write(field))));
        } else if (once instanceof Value.Sequence(var items, _)
                && now instanceof Value.Sequence(var there, _)
                && (items.size() == there.size() || place.endsWith("/explain.items") && items.size() < there.size())) {
            for (int i = 0; i < items.size(); i++) {
                compare(place + "[" + i + "]", items.get(i), there.get(i), losses);
            }
        } else if (!once.equals(now)) {
            losses.add(place + " was " + Json.write(once) + " and is " + Json.write(now));
        }
    }
}
