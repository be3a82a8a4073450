package tiphys.manifest.workflow;

import java.util.List;
import java.util.Optional;
import tiphys.manifest.Value;

/// A parameter: of an argument, an input or an output.
public record Parameter(Value.Mapping json) {

    static List<Parameter> list(Value.Mapping json, String field) {
        return Views.maps(json, field).map(Parameter::new).toList();
    }

    /// Its name.
    public String name() {
        return json.textAt("name").orElse("");
    }

    /// Its value as text; numbers and truth values are taken too.
    public Optional<String> value() {
        return Views.scalar(json, "value");
    }

    /// What it is if nothing else gives a value.
    public Optional<String> defaultValue() {
        return Views.scalar(json, "default");
    }

    /// Where its value comes from.
    public Value.Mapping valueFrom() {
        return json.mapAt("valueFrom");
    }

    /// `valueFrom.default`.
    public Optional<String> valueFromDefault() {
        return Views.scalar(valueFrom(), "default");
    }

    /// The file of an output.
    public Optional<String> path() {
        return valueFrom().textAt("path");
    }

    /// The one tag whose value an output of steps or dag takes.
    public Optional<String> parameter() {
        return valueFrom().textAt("parameter");
    }

    /// The expression whose value an output of steps or dag takes.
    public Optional<String> expression() {
        return valueFrom().textAt("expression");
    }

    /// Whether a person supplies it (`suspend` templates).
    public boolean supplied() {
        return valueFrom().find("supplied").isPresent();
    }

    /// The ConfigMap key that gives the value.
    public Optional<ConfigMapKey> configMapKey() {
        return valueFrom().find("configMapKeyRef").isPresent()
                ? Optional.of(
                        new ConfigMapKey(
                                valueFrom().textAt("configMapKeyRef", "name").orElse(""),
                                valueFrom().textAt("configMapKeyRef", "key").orElse(""),
                                Views.flag(valueFrom().mapAt("configMapKeyRef"), "optional")))
                : Optional.empty();
    }

    /// The name under which an output is known in the whole workflow.
    public Optional<String> globalName() {
        return json.textAt("globalName");
    }

    /// A key of a ConfigMap.
    public record ConfigMapKey(String name, String key, boolean optional) {}
}
