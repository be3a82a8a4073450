package tiphys.events.sensor;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import tiphys.events.action.TriggerKinds;
import tiphys.events.spec.Codes;
import tiphys.events.spec.Fields;
import tiphys.events.spec.Read;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Value;

/// Reads Sensor objects.
public final class SensorReader {
    private SensorReader() {}

    /// Reads a Sensor object; with an error in it none of its triggers may run, but that a trigger whose conditions cannot
    /// be read never fires by itself and holds up no other.
    ///
    /// @param kinds the types of triggers that are there
    public static Read<SensorSpec> read(Value.Mapping json, TriggerKinds kinds) {
        var found = new ArrayList<Diagnostic>();
        var spec = new Fields(json.mapAt("spec"), "spec", found);
        spec.refuseUnclaimed("events.SensorSpec", kinds.claims());
        var dependencies = new ArrayList<Dependency>();
        var names = new HashSet<String>();
        for (var fields : spec.each("dependencies")) {
            var dependency = DependencyReader.read(fields);
            dependencies.add(dependency);
            if (!names.add(dependency.name())) {
                fields.error(
                        Codes.TWICE,
                        "name",
                        "the dependency \"" + dependency.name() + "\" is there twice in the sensor");
            }
        }
        if (dependencies.isEmpty()) {
            spec.error(Codes.MISSING, "dependencies", "spec.dependencies needs at least one dependency, but has none");
        }
        var triggers = new ArrayList<TriggerSpec>();
        var triggerNames = new HashSet<String>();
        for (var fields : spec.each("triggers")) {
            var trigger = trigger(fields, dependencies.stream().map(Dependency::name).toList(), kinds);
            triggers.add(trigger);
            if (!triggerNames.add(trigger.name())) {
                fields.error(
                        Codes.TWICE, "template", "the trigger \"" + trigger.name() + "\" is there twice in the sensor");
            }
        }
        if (triggers.isEmpty()) {
            spec.error(Codes.MISSING, "triggers", "spec.triggers needs at least one trigger, but has none");
        }
        var bus = spec.text("eventBusName");
        var account = spec.at("template").text("serviceAccountName");
        return new Read<>(
                new SensorSpec(
                        json.textAt("metadata", "namespace").orElse(""),
                        json.textAt("metadata", "name").orElse(""),
                        json.textAt("metadata", "uid").orElse(""),
                        json.find("metadata", "generation")
                                .map(value -> value instanceof Value.Number number ? number.decimal().longValue() : 0L)
                                .orElse(0L),
                        bus.isEmpty() ? "default" : bus,
                        account.isEmpty() ? "default" : account,
                        dependencies,
                        triggers,
                        kinds),
                found);
    }

    private static TriggerSpec trigger(Fields fields, List<String> dependencies, TriggerKinds kinds) {
        var template = fields.at("template");
        for (var misplaced : List.of("atLeastOnce", "policy", "retryStrategy", "rateLimit")) {
            if (template.has(misplaced)) {
                template.warn(
                        misplaced,
                        template.path(misplaced) + " has no effect: it belongs to the trigger, not its template");
            }
        }
        var parameters = parameters(fields, "parameters", dependencies, false);
        // where parameters go into the template, the names in it may be replaced; it is read again then
        var filled = parameters.stream().map(ParameterSpec::dest).toList();
        TemplateReader.read(template, parameters.isEmpty() ? dependencies : List.of(), kinds, filled);
        var conditions = template.text("conditions").strip();
        var condition = Condition.every(dependencies);
        if (!conditions.isEmpty()) {
            try {
                condition = Condition.read(conditions, dependencies);
            } catch (Condition.Unreadable e) {
                condition = Condition.never();
                template.error(
                        Codes.CONDITIONS,
                        "conditions",
                        template.path("conditions") + " cannot be used: " + e.getMessage());
            }
        }
        return new TriggerSpec(
                template.text("name"),
                conditions,
                condition,
                Reset.read(template),
                template.json(),
                parameters,
                Execution.read(fields),
                fields.has("dlqTrigger")
                        ? Optional.of(deadLetter(fields, fields.at("dlqTrigger"), dependencies, kinds))
                        : Optional.empty());
    }

    private static TriggerSpec deadLetter(Fields of, Fields fields, List<String> dependencies, TriggerKinds kinds) {
        for (var both : List.of(of, fields)) {
            if (!both.truth("atLeastOnce")) {
                both.error(
                        Codes.INVALID,
                        "atLeastOnce",
                        both.path("atLeastOnce") + " must be true where there is a dlqTrigger, here and there");
            }
        }
        if (fields.has("dlqTrigger")) {
            fields.warn("dlqTrigger", fields.path("dlqTrigger") + " is never used, as in Argo");
        }
        var own = new Fields(fields.json().without("dlqTrigger"), fields.path(), fields.found());
        return trigger(own, dependencies, kinds).withoutRate();
    }

    /// @param dependencies that there are; empty if any name will do
    /// @param whole whether one may have no `dest`
    static List<ParameterSpec> parameters(Fields of, String list, List<String> dependencies, boolean whole) {
        var parameters = new ArrayList<ParameterSpec>();
        for (var fields : of.each(list)) {
            var src = fields.at("src");
            var dependency = src.required("dependencyName");
            if (!dependency.isEmpty() && !dependencies.isEmpty() && !dependencies.contains(dependency)) {
                src.error(
                        Codes.UNKNOWN_NAME,
                        "dependencyName",
                        src.path("dependencyName")
                                + " is \""
                                + dependency
                                + "\", but the sensor's dependencies are: "
                                + String.join(", ", dependencies));
            }
            parameters.add(
                    new ParameterSpec(
                            dependency,
                            src.text("contextKey"),
                            DependencyReader.read(src, "contextTemplate", Script::template),
                            src.text("dataKey"),
                            DependencyReader.read(src, "dataTemplate", Script::template),
                            src.optional("value"),
                            src.truth("useRawData"),
                            whole ? fields.text("dest") : fields.required("dest"),
                            operation(fields)));
        }
        return parameters;
    }

    private static ParameterSpec.Operation operation(Fields fields) {
        return switch (fields.text("operation")) {
            case "", "overwrite" -> ParameterSpec.Operation.OVERWRITE;
            case "append" -> ParameterSpec.Operation.APPEND;
            case "prepend" -> ParameterSpec.Operation.PREPEND;
            case String other -> {
                fields.invalid("operation", "must be append, prepend or overwrite, not \"" + other + "\"");
                yield ParameterSpec.Operation.OVERWRITE;
            }
        };
    }
}
