package tiphys.events.firing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.events.Event;
import tiphys.events.action.TriggerKind;
import tiphys.events.sensor.ParameterSpec;
import tiphys.events.sensor.SensorSpec;
import tiphys.events.sensor.TemplateReader;
import tiphys.events.sensor.TemplateSpec;
import tiphys.events.sensor.TriggerSpec;
import tiphys.events.spec.Fields;
import tiphys.events.spec.Read;
import tiphys.language.EvaluationFailed;
import tiphys.language.Moment;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// The object that a firing wants, or what else it does, with every parameter and where it came from; or why there is nothing.
///
/// @param object without a name if the manifest has none; see [#named]. Empty if the firing does something else
/// @param action what it does instead of creating an object
/// @param error empty if it can be done
public record Wanted(Value.Mapping object, Optional<Action> action, List<Resolved> parameters, String error) {
    /// The annotation that carries the firing's id.
    public static final String FIRING = "tiphys.io/firing";

    /// The annotation that carries the id of the event that fired.
    public static final String EVENT = "tiphys.io/event";

    /// The annotation that says which parameters have a default, and why: a JSON object from dest to sentence.
    public static final String FALLBACKS = "tiphys.io/fallbacks";

    private static final int LONGEST_BASE = 50;

    public Wanted {
        parameters = List.copyOf(parameters);
    }

    /// As it is recorded.
    public Value.Mapping json() {
        return Value.object(
                "object",
                object,
                "action",
                action.map(Action::json).orElse(null),
                "parameters",
                parameters.stream().map(Resolved::json).toList(),
                "error",
                error);
    }

    /// What [#json] wrote.
    public static Wanted of(Value.Mapping json) {
        return new Wanted(
                json.mapAt("object"),
                json.find("action").map(Action::of),
                json.listAt("parameters").stream().map(Resolved::of).toList(),
                json.textAt("error").orElse(""));
    }

    /// What a trigger wants for these events.
    ///
    /// @param events by dependency; the last one is the one that fired
    public static Wanted of(
            SensorSpec sensor,
            TriggerSpec trigger,
            String firing,
            String eventId,
            Map<String, Event> events,
            Instant at) {
        var resolved = new ArrayList<Resolved>();
        try {
            var parameters = new Parameters(events, new Moment(at, firing.hashCode()));
            var template = parameters.apply(trigger.template(), trigger.templateParameters(), resolved);
            var names = sensor.dependencies().stream().map(dependency -> dependency.name()).toList();
            var read = TemplateReader.read(template, names, sensor.kinds());
            if (!read.usable()) {
                return nothing(resolved, read.message());
            }
            int before = resolved.size();
            if (!read.value().creates()) {
                var kind = sensor.kinds().find(read.value().kind());
                if (kind.isEmpty()) {
                    return nothing(resolved, "this program has no triggers of type " + read.value().kind());
                }
                var action = action(kind.get(), read.value(), parameters, resolved);
                return new Wanted(Value.Mapping.EMPTY, Optional.of(action), resolved, "");
            }
            List<ParameterSpec> specs = read.value().parameters();
            var object = parameters.apply(read.value().object().orElseThrow(), specs, resolved);
            var fallbacks = fallbacks(resolved.subList(before, resolved.size()));
            return new Wanted(
                    marked(
                            object,
                            new Maker(sensor.namespace(), sensor.name(), read.value().name(), firing, eventId, at),
                            fallbacks),
                    Optional.empty(),
                    resolved,
                    "");
        } catch (EvaluationFailed e) {
            return nothing(resolved, e.getMessage());
        }
    }

    private static Wanted nothing(List<Resolved> resolved, String why) {
        return new Wanted(Value.Mapping.EMPTY, Optional.empty(), resolved, why);
    }

    private static Action action(
            TriggerKind kind, TemplateSpec template, Parameters parameters, List<Resolved> resolved) {
        if (kind.content() == TriggerKind.Content.OBJECT) {
            return onObject(kind, template, parameters, resolved);
        }
        boolean later = kind.content() == TriggerKind.Content.FETCHED;
        var puts = later ? parameters.puts(template.parameters(), resolved) : List.<Put>of();
        var block = later ? template.block() : parameters.apply(template.block(), template.parameters(), resolved);
        for (var taken : List.of("parameters", "payload", "dynamicHeaders")) {
            block = block.without(taken);
        }
        var wrong = new ArrayList<Diagnostic>();
        kind.check(new Fields(block, kind.key(), wrong));
        var read = new Read<>(block, wrong);
        if (!read.usable()) {
            throw new EvaluationFailed(read.message());
        }
        var payload =
                switch (kind.content()) {
                    case PAYLOAD, FETCHED -> parameters.payload(template.payload(), resolved);
                    case EVENTS -> parameters.events();
                    case NOTHING, OBJECT -> "";
                };
        return new Action(kind.key(), block, payload, parameters.headers(template.headers(), resolved), puts);
    }

    /// The parameters go into the object, if it is at hand and is what they are meant for; else they are put in when it is.
    private static Action onObject(
            TriggerKind kind, TemplateSpec template, Parameters parameters, List<Resolved> resolved) {
        var block = template.block().without("parameters");
        var object = template.object();
        boolean later = object.isEmpty() || block.find("liveObject").filter(Value.bool(true)::equals).isPresent();
        var puts = later ? parameters.puts(template.parameters(), resolved) : List.<Put>of();
        var payload =
                object.map(one -> Json.write(later ? one : parameters.apply(one, template.parameters(), resolved)));
        return new Action(
                kind.key(), object.isPresent() ? block.without("source") : block, payload.orElse(""), Map.of(), puts);
    }

    /// Whose firing makes an object.
    ///
    /// @param sensor its name
    public record Maker(String namespace, String sensor, String trigger, String firing, String eventId, Instant at) {}

    /// An object with what says who made it.
    public static Value.Mapping marked(Value.Mapping object, Maker maker) {
        return marked(object, maker, Map.of());
    }

    /// The object with its name: as the manifest has it, or from `generateName` and the firing.
    ///
    /// @param suffix 0; then 1, 2 … when another firing's object has the name already
    public static Value.Mapping named(Value.Mapping object, String firing, int suffix) {
        var metadata = object.mapAt("metadata");
        var base = metadata.textAt("generateName").orElse("");
        if (hasFixedName(object) || base.isEmpty()) {
            return object;
        }
        var shortened = base.length() > LONGEST_BASE ? base.substring(0, LONGEST_BASE) : base;
        return object.with("metadata", metadata.with("name", shortened + FiringId.nameEnd(firing, suffix)));
    }

    /// Whether the manifest gives the object its whole name.
    public static boolean hasFixedName(Value.Mapping object) {
        return !object.textAt("metadata", "name").orElse("").isEmpty();
    }

    private static Value.Mapping marked(Value.Mapping object, Maker maker, Map<String, Value> fallbacks) {
        var metadata = object.mapAt("metadata");
        if (metadata.textAt("namespace").orElse("").isEmpty()) {
            metadata = metadata.with("namespace", maker.namespace());
        }
        var labels =
                metadata.mapAt("labels")
                        .with("events.argoproj.io/sensor", maker.sensor())
                        .with("events.argoproj.io/trigger", maker.trigger())
                        .with("events.argoproj.io/action-timestamp", Long.toString(maker.at().toEpochMilli()));
        var annotations = metadata.mapAt("annotations").with(FIRING, maker.firing()).with(EVENT, maker.eventId());
        if (!fallbacks.isEmpty()) {
            annotations = annotations.with(FALLBACKS, Json.write(Value.of(fallbacks)));
        }
        return object.with("metadata", metadata.with("labels", labels).with("annotations", annotations));
    }

    private static Map<String, Value> fallbacks(List<Resolved> parameters) {
        var fallbacks = new LinkedHashMap<String, Value>();
        for (var parameter : parameters) {
            if (!parameter.fallback().isEmpty()) {
                fallbacks.put(parameter.dest(), Value.text(parameter.fallback()));
            }
        }
        return fallbacks;
    }
}
