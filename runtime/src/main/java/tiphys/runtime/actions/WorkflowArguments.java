package tiphys.runtime.actions;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tiphys.manifest.Value;

/// `args` of a trigger of type `argoWorkflow`: what stands behind `argo OPERATION NAME`.
///
/// @param parameters `-p`
/// @param options the others, by their long names
/// @param unknown what is none that this version knows
record WorkflowArguments(Map<String, String> parameters, Map<String, String> options, List<String> unknown) {
    private static final Map<String, Set<String>> KNOWN =
            Map.of(
                    "submit", Set.of("name", "generate-name", "entrypoint", "labels", "serviceaccount", "priority"),
                    "submit-from",
                            Set.of("name", "generate-name", "entrypoint", "labels", "serviceaccount", "priority"),
                    "retry", Set.of("restart-successful", "node-field-selector"),
                    "resume", Set.of("node-field-selector"),
                    "stop", Set.of("message", "node-field-selector"));
    private static final Set<String> WITH_PARAMETERS = Set.of("submit", "submit-from", "retry", "resubmit");
    private static final Map<String, String> SHORT = Map.of("-l", "labels");

    /// @param operation which options there may be
    static WorkflowArguments read(String operation, List<String> arguments) {
        var parameters = new LinkedHashMap<String, String>();
        var options = new LinkedHashMap<String, String>();
        var unknown = new ArrayList<String>();
        for (int i = 0; i < arguments.size(); i++) {
            var written = arguments.get(i);
            int equals = written.startsWith("--") ? written.indexOf('=') : -1;
            var option = equals < 0 ? written : written.substring(0, equals);
            boolean flag = option.equals("--restart-successful");
            boolean parameter = option.equals("-p") || option.equals("--parameter");
            var name = SHORT.getOrDefault(option, option.startsWith("--") ? option.substring(2) : "");
            boolean known =
                    parameter
                            ? WITH_PARAMETERS.contains(operation)
                            : KNOWN.getOrDefault(operation, Set.of()).contains(name);
            var value =
                    equals >= 0
                            ? Optional.of(written.substring(equals + 1))
                            : flag
                                    ? Optional.of("true")
                                    : i + 1 < arguments.size()
                                            ? Optional.of(arguments.get(i + 1))
                                            : Optional.<String>empty();
            if (!known || value.isEmpty() || (parameter && value.get().indexOf('=') < 1)) {
                unknown.add(written);
                continue;
            }
            i += equals < 0 && !flag ? 1 : 0;
            if (parameter) {
                int at = value.get().indexOf('=');
                parameters.put(value.get().substring(0, at), value.get().substring(at + 1));
            } else {
                options.put(name, value.get());
            }
        }
        return new WorkflowArguments(parameters, options, unknown);
    }

    Optional<String> option(String name) {
        return Optional.ofNullable(options.get(name));
    }

    /// A Workflow with all of it, as `argo submit` puts it in.
    Value.Mapping into(Value.Mapping workflow) {
        var spec = workflow.mapAt("spec");
        if (!parameters.isEmpty()) {
            var left = new LinkedHashMap<>(parameters);
            var list = new ArrayList<Value>();
            left.forEach((name, value) -> list.add(Value.object("name", name, "value", value)));
            for (var one : spec.listAt("arguments", "parameters")) {
                if (!left.containsKey(one.textAt("name").orElse(""))) {
                    list.add(one);
                }
            }
            spec = spec.with("arguments", spec.mapAt("arguments").with("parameters", Value.list(list)));
        }
        var metadata = workflow.mapAt("metadata");
        for (var option : options.entrySet()) {
            var value = option.getValue();
            switch (option.getKey()) {
                case "entrypoint" -> spec = spec.with("entrypoint", value);
                case "serviceaccount" -> spec = spec.with("serviceAccountName", value);
                case "priority" -> spec = spec.with("priority", Value.number(Long.parseLong(value.strip())));
                case "name" -> metadata = metadata.with("name", value);
                case "generate-name" -> metadata = metadata.with("generateName", value);
                default -> {
                    // what other operations have
                }
            }
        }
        for (var label : option("labels").orElse("").split(",", -1)) {
            int at = label.indexOf('=');
            if (at > 0) {
                metadata =
                        metadata.with(
                                "labels",
                                metadata.mapAt("labels").with(label.substring(0, at), label.substring(at + 1)));
            }
        }
        return workflow.with("metadata", metadata).with("spec", spec);
    }
}
