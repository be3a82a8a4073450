package tiphys.runtime.settings;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;
import tiphys.objects.ApiObject;

/// What a `workflow-controller-configmap` says. A key that cannot be read counts as missing, and says so in the flaws, as does
/// each key that has no effect here.
///
/// @param namespace of the ConfigMap; empty for none
/// @param defaults `workflowDefaults`: an object, or a text that says why they cannot be used
/// @param templateReferencing `Strict`, `Secure`, or empty
/// @param parallelism how many Workflows may go on at once; 0 for any number
/// @param namespaceParallelism how many of one namespace
/// @param rate how fast pods may be made; empty for any speed
/// @param links what is shown beside Workflows
/// @param flaws what is wrong with it, each as a sentence that names the key
public record ControllerSettings(
        String namespace,
        Optional<Value> defaults,
        String templateReferencing,
        int parallelism,
        int namespaceParallelism,
        Optional<Rate> rate,
        Kept kept,
        List<Value.Mapping> links,
        Events events,
        List<String> flaws) {
    /// Where there is no such ConfigMap.
    public static final ControllerSettings NONE =
            new ControllerSettings(
                    "",
                    Optional.empty(),
                    "",
                    0,
                    0,
                    Optional.empty(),
                    Kept.ALL,
                    List.of(),
                    new Events(true, true),
                    List.of());

    private static final String CONFIG = "config";

    /// What Argo's controller knows and this server has no use for.
    private static final Set<String> WITHOUT_EFFECT =
            Set.of(
                    "artifactDrivers",
                    "artifactRepository",
                    "columns",
                    "customRateLimit",
                    "disableAgentPodCreation",
                    "executor",
                    "failedPodRestart",
                    "images",
                    "initialDelay",
                    "instanceID",
                    "kubeConfig",
                    "mainContainer",
                    "metricsConfig",
                    "modals",
                    "namespace",
                    "navColor",
                    "persistence",
                    "podGCDeleteDelayDuration",
                    "podGCGracePeriodSeconds",
                    "podSpecLogStrategy",
                    "sso",
                    "synchronization",
                    "telemetryConfig",
                    "tracingConfig");

    public ControllerSettings {
        links = List.copyOf(links);
        flaws = List.copyOf(flaws);
    }

    /// A pace with which pods may be made.
    ///
    /// @param perSecond more than 0
    /// @param burst how many may be made at once after a pause, at least 1
    public record Rate(double perSecond, int burst) {}

    /// How many Workflows that are over are kept, by how they ended; empty for all of them.
    public record Kept(OptionalInt completed, OptionalInt failed, OptionalInt errored) {
        /// Nothing is deleted.
        public static final Kept ALL = new Kept(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty());

        /// How many of those are kept that ended in a phase.
        public OptionalInt of(String phase) {
            return switch (phase) {
                case "Succeeded" -> completed;
                case "Failed" -> failed;
                case "Error" -> errored;
                default -> OptionalInt.empty();
            };
        }

        /// Whether anything goes at all.
        public boolean any() {
            return completed.isPresent() || failed.isPresent() || errored.isPresent();
        }
    }

    /// Of what Kubernetes events tell.
    public record Events(boolean workflows, boolean nodes) {}

    /// What a ConfigMap says: a key for each setting, or all of them below the key `config`.
    public static ControllerSettings of(ApiObject map) {
        return new Reading(map).settings();
    }

    /// What a Workflow gets that asks for defaults: [#defaults], and how it has to refer to its templates.
    public Optional<Value> answer() {
        if (templateReferencing.isEmpty()) {
            return defaults;
        }
        return Optional.of(
                defaults.orElse(Value.Mapping.EMPTY) instanceof Value.Mapping workflow
                        ? workflow.with("templateReferencing", Value.text(templateReferencing))
                        : defaults.orElseThrow());
    }

    /// One ConfigMap being read.
    private static final class Reading {
        private final String namespace;
        private final String place;
        private final List<String> flaws = new ArrayList<>();
        private final Map<String, Value> values = new LinkedHashMap<>();
        private Optional<Value> defaults = Optional.empty();

        private Reading(ApiObject map) {
            namespace = map.namespace();
            place = map.namespace() + "/" + map.name();
            var data = map.json().mapAt("data");
            data.textAt(CONFIG)
                    .ifPresent(text -> {
                        try {
                            if (parsed(text, CONFIG).orElse(Value.Mapping.EMPTY) instanceof Value.Mapping below) {
                                values.putAll(below.fields());
                            } else {
                                flaw(CONFIG, "is no object");
                            }
                        } catch (InvalidInput e) {
                            flaw(CONFIG, "cannot be read: " + e.getMessage());
                            defaults = Optional.of(unusable(String.valueOf(e.getMessage())));
                        }
                    });
            data.fields()
                    .forEach((key, value) -> {
                        if (!key.equals(CONFIG)) {
                            try {
                                parsed(Json.text(value), key).ifPresent(one -> values.put(key, one));
                            } catch (InvalidInput e) {
                                flaw(key, "cannot be read: " + e.getMessage());
                                if (key.equals("workflowDefaults")) {
                                    defaults = Optional.of(unusable(String.valueOf(e.getMessage())));
                                }
                            }
                        }
                    });
            values.values().removeIf(Value.Null.class::isInstance);
        }

        private static Optional<Value> parsed(String text, String key) {
            return Yaml.parse(text.getBytes(UTF_8), key).stream().findFirst().map(Value.class::cast);
        }

        private void flaw(String key, String what) {
            flaws.add("the key " + key + " of the ConfigMap " + place + " " + what);
        }

        private Value unusable(String why) {
            return Value.text(
                    "workflowDefaults of the ConfigMap "
                            + place
                            + " cannot be used: "
                            + why
                            + "; mend it and submit the workflow again");
        }

        private ControllerSettings settings() {
            take("workflowDefaults")
                    .ifPresent(value ->
                            defaults =
                                    Optional.of(
                                            value instanceof Value.Mapping workflow
                                                    ? workflow.without("templateReferencing")
                                                    : unusable("it is no Workflow")));
            var referencing = object("workflowRestrictions").textAt("templateReferencing").orElse("");
            if (!Set.of("", "Strict", "Secure").contains(referencing)) {
                flaw("workflowRestrictions", "says templateReferencing: " + referencing + "; it is Strict or Secure");
            }
            var parallelism = take("parallelism").map(value -> count("parallelism", value)).orElse(0);
            var each = take("namespaceParallelism").map(value -> count("namespaceParallelism", value)).orElse(0);
            var rate = rate(object("resourceRateLimit"));
            var kept = kept(object("retentionPolicy"));
            var links = links();
            var events = new Events(enabled("workflowEvents"), enabled("nodeEvents"));
            values.keySet()
                    .forEach(key ->
                            flaw(
                                    key,
                                    WITHOUT_EFFECT.contains(key)
                                            ? "has no effect here"
                                            : "is no setting that is known; look for a slip of the pen"));
            return new ControllerSettings(
                    namespace, defaults, referencing, parallelism, each, rate, kept, links, events, flaws);
        }

        private Optional<Value> take(String key) {
            return Optional.ofNullable(values.remove(key));
        }

        private Value.Mapping object(String key) {
            var value = take(key).orElse(Value.Mapping.EMPTY);
            if (value instanceof Value.Mapping object) {
                return object;
            }
            flaw(key, "is no object");
            return Value.Mapping.EMPTY;
        }

        private int count(String key, Value value) {
            var count = whole(value);
            if (count.isEmpty()) {
                flaw(key, "is no whole number from 0 on: " + Json.text(value));
            }
            return count.orElse(0);
        }

        private static OptionalInt whole(Value value) {
            try {
                int count = Integer.parseInt(Json.text(value).strip());
                return count < 0 ? OptionalInt.empty() : OptionalInt.of(count);
            } catch (NumberFormatException e) {
                return OptionalInt.empty();
            }
        }

        private Optional<Rate> rate(Value.Mapping given) {
            if (given.fields().isEmpty()) {
                return Optional.empty();
            }
            var perSecond = given.find("limit").map(Reading::decimal).orElse(0.0);
            if (perSecond <= 0) {
                flaw("resourceRateLimit", "needs a limit above 0, in pods per second");
                return Optional.empty();
            }
            var burst = given.find("burst").map(Reading::whole).orElse(OptionalInt.of(1)).orElse(1);
            return Optional.of(new Rate(perSecond, Math.max(1, burst)));
        }

        private static double decimal(Value value) {
            try {
                double number = Double.parseDouble(Json.text(value).strip());
                return Double.isFinite(number) ? number : 0;
            } catch (NumberFormatException e) {
                return 0;
            }
        }

        private Kept kept(Value.Mapping given) {
            return new Kept(kept(given, "completed"), kept(given, "failed"), kept(given, "errored"));
        }

        private OptionalInt kept(Value.Mapping given, String name) {
            var value = given.find(name).filter(one -> !(one instanceof Value.Null));
            if (value.isEmpty()) {
                return OptionalInt.empty();
            }
            var count = whole(value.get());
            if (count.isEmpty()) {
                flaw("retentionPolicy", "says " + name + ": " + Json.text(value.get()) + ", which is no number");
            }
            return count;
        }

        private List<Value.Mapping> links() {
            var links = new ArrayList<Value.Mapping>();
            var given = take("links");
            if (given.isPresent() && !(given.get() instanceof Value.Sequence)) {
                flaw("links", "is no list");
            }
            if (given.orElse(Value.nothing()) instanceof Value.Sequence(var items, _)) {
                for (var item : items) {
                    if (item instanceof Value.Mapping link
                            && link.textAt("name").isPresent()
                            && link.textAt("url").isPresent()) {
                        links.add(link);
                        var scope = link.textAt("scope").orElse("");
                        if (!scope.equals(Links.SCOPE)) {
                            flaw(
                                    "links",
                                    "has a link of the scope "
                                            + scope
                                            + ", which is shown nowhere here; those of "
                                            + Links.SCOPE
                                            + " are");
                        }
                    } else {
                        flaw("links", "has a link without a name or a url: " + Json.write(item));
                    }
                }
            }
            return links;
        }

        private boolean enabled(String key) {
            return !(object(key).find("enabled").orElse(Value.nothing()) instanceof Value.Bool(var on, _)) || on;
        }
    }
}
