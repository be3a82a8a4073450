package tiphys.engine.run.validate;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import tiphys.engine.run.validate.Findings.Spot;
import tiphys.manifest.Position;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Parameter;
import tiphys.manifest.workflow.Template;

/// Checks names, arguments and outputs, by Argo's rules and in its words.
final class ParameterCheck {
    /// The form of the names of parameters and artifacts.
    private static final Pattern PARAMETER = Pattern.compile("[-a-zA-Z0-9_]+");

    /// The form of the names of templates, steps and tasks.
    private static final Pattern FIELD = Pattern.compile("[a-zA-Z0-9][-a-zA-Z0-9]*");

    private static final int LONGEST_NAME = 128;
    private static final Pattern TAG = Pattern.compile("\\{\\{[^{}]*}}");
    private static final String ONLY = ".valueFrom only allows: default, configMapKeyRef and supplied";

    private final Findings found;
    private final BiFunction<Position, String, Spot> spots;

    /// @param spots where a finding is told: in a template of another object, at its caller
    ParameterCheck(Findings found, BiFunction<Position, String, Spot> spots) {
        this.found = found;
        this.spots = spots;
    }

    /// What is wrong with the name of a parameter or artifact; empty if nothing is.
    static Optional<String> parameterFlaw(String name) {
        return PARAMETER.matcher(name).matches()
                ? Optional.empty()
                : Optional.of(
                        "Parameter/Artifact name must consist of alpha-numeric characters, '_' or '-' e.g. my_param_1, MY-PARAM-1");
    }

    /// The same for a name in which tags may stand: Argo looks at the template once its inputs are put in, and takes a word for each
    /// that has no value yet.
    static Optional<String> madeNameFlaw(String name) {
        return parameterFlaw(TAG.matcher(name).replaceAll("placeholder"));
    }

    /// What is wrong with the name of a template, step or task.
    static Optional<String> fieldFlaw(String name) {
        var flaws = new java.util.ArrayList<String>();
        if (name.length() > LONGEST_NAME) {
            flaws.add("must be no more than " + LONGEST_NAME + " characters");
        }
        if (name.length() > 8 * LONGEST_NAME || !FIELD.matcher(name).matches()) {
            flaws.add(
                    "name must consist of alpha-numeric characters or '-', and must start with an alpha-numeric"
                            + " character (e.g. My-name1-2, 123-NAME)");
        }
        return flaws.isEmpty() ? Optional.empty() : Optional.of(String.join(";", flaws));
    }

    /// What is wrong with the name of a step, in which tags may stand.
    static Optional<String> stepFlaw(String name) {
        return fieldFlaw(name.length() > 8 * LONGEST_NAME ? name : TAG.matcher(name).replaceAll("x"));
    }

    /// Checks the names of a list: each is there, well formed, and there once.
    ///
    /// @param what as Argo names the list, before `[0].name`
    void names(
            String way,
            String what,
            List<Value> items,
            java.util.function.Function<String, Optional<String>> flaw,
            String path) {
        var seen = new HashSet<String>();
        for (int i = 0; i < items.size(); i++) {
            if (!(items.get(i) instanceof Value.Mapping item)) {
                continue; // the schema has told
            }
            var name = item.textAt("name").orElse("");
            var itemPath = path + "[" + i + "]";
            var at = spot(item, "name", itemPath);
            var broken = name.isEmpty() ? Optional.<String>empty() : flaw.apply(name);
            if (name.isEmpty()) {
                found.error("TIP-2005", way, what + "[" + i + "].name is required", spots.apply(item.at(), itemPath));
            } else if (broken.isPresent()) {
                found.error("TIP-2006", way, what + "[" + i + "].name: '" + name + "' is invalid: " + broken.get(), at);
            } else if (!seen.add(name)) {
                found.error("TIP-2007", way, what + "[" + i + "].name '" + name + "' is not unique", at);
            }
        }
    }

    /// Checks the arguments of a workflow, a step or a task.
    ///
    /// @param prefix as Argo names them, with a full stop at the end
    /// @param valuesLater whether an argument may be without a value
    void arguments(String way, String prefix, Value.Mapping arguments, boolean valuesLater, String path) {
        names(
                way,
                prefix + "parameters",
                arguments.listAt("parameters"),
                ParameterCheck::parameterFlaw,
                path + ".parameters");
        names(
                way,
                prefix + "artifacts",
                arguments.listAt("artifacts"),
                ParameterCheck::parameterFlaw,
                path + ".artifacts");
        var parameters = arguments.listAt("parameters");
        for (int i = 0; i < parameters.size(); i++) {
            if (parameters.get(i) instanceof Value.Mapping json) {
                argument(
                        way,
                        prefix + json.textAt("name").orElse(""),
                        json,
                        valuesLater,
                        path + ".parameters[" + i + "]");
            }
        }
        var artifacts = arguments.listAt("artifacts");
        for (int i = 0; i < artifacts.size(); i++) {
            if (artifacts.get(i) instanceof Value.Mapping json) {
                artifact(way, prefix + json.textAt("name").orElse(""), json, path + ".artifacts[" + i + "]");
            }
        }
    }

    private void argument(String way, String name, Value.Mapping json, boolean valuesLater, String path) {
        var parameter = new Parameter(json);
        var value = parameter.value();
        var from = json.find("valueFrom").filter(one -> !(one instanceof Value.Null));
        var here = spots.apply(json.at(), path);
        if (from.isEmpty() && value.isEmpty() && !valuesLater) {
            found.error("TIP-2003", way, name + ".value or " + name + ".valueFrom is required", here);
        }
        if (from.isPresent()) {
            var source = parameter.valueFrom();
            boolean taken =
                    List.of("configMapKeyRef", "event", "supplied").stream()
                            .anyMatch(one -> source.find(one).filter(ParameterCheck::said).isPresent());
            boolean others =
                    List.of("path", "jsonPath", "parameter", "expression").stream()
                            .anyMatch(one -> source.find(one).filter(ParameterCheck::said).isPresent());
            if (!taken || others) {
                found.error("TIP-2023", way, name + ONLY, spot(json, "valueFrom", path));
            }
        }
        if (json.find("enum").orElse(Value.nothing()) instanceof Value.Sequence(var words, _)) {
            var list = spot(json, "enum", path);
            if (words.isEmpty()) {
                found.error("TIP-2024", way, name + ".enum should contain at least one value", list);
            } else if (value.isEmpty()) {
                if (!valuesLater) {
                    found.error("TIP-2003", way, name + ".value is required", here);
                }
            } else if (words.stream().noneMatch(word -> text(word).equals(value.get()))) {
                found.error(
                        "TIP-2024",
                        way,
                        name + ".value should be present in " + name + ".enum list",
                        spot(json, "value", path));
            }
        }
    }

    private static String text(Value word) {
        return new Parameter(Value.object("value", word)).value().orElse("");
    }

    private void artifact(String way, String name, Value.Mapping json, String path) {
        boolean from = json.find("from").filter(ParameterCheck::said).isPresent();
        boolean expression = json.find("fromExpression").filter(ParameterCheck::said).isPresent();
        var here = spots.apply(json.at(), path);
        if (!from && !expression && !located(json)) {
            found.error("TIP-2003", way, name + ".from, artifact location, or key is required", here);
        }
        if (from && expression) {
            found.error("TIP-2012", way, name + " shouldn't have both `from` and `fromExpression` in Artifact", here);
        }
    }

    /// Whether an artifact says where it is.
    static boolean located(Value.Mapping artifact) {
        return List.of("s3", "git", "http", "artifactory", "hdfs", "raw", "oss", "gcs", "azure", "plugin").stream()
                .anyMatch(kind -> artifact.find(kind).filter(ParameterCheck::said).isPresent());
    }

    /// Whether a field is there and neither null nor an empty text.
    static boolean said(Value value) {
        return !(value instanceof Value.Null) && !(value instanceof Value.Text(var text, _) && text.isEmpty());
    }

    /// Checks what a template says of its output parameters; names and tags are checked by others.
    void outputs(String way, Template template, String path) {
        var outputs = template.json().listAt("outputs", "parameters");
        for (int i = 0; i < outputs.size(); i++) {
            if (outputs.get(i) instanceof Value.Mapping json) {
                var name = "templates." + template.name() + ".outputs.parameters." + json.textAt("name").orElse("");
                output(way, name, json, template, path + ".outputs.parameters[" + i + "]");
            }
        }
    }

    private void output(String way, String name, Value.Mapping json, Template template, String path) {
        var here = spots.apply(json.at(), path);
        var from = json.find("valueFrom").filter(one -> !(one instanceof Value.Null));
        boolean value = json.find("value").filter(one -> !(one instanceof Value.Null)).isPresent();
        if (from.isPresent() && value) {
            found.error("TIP-2012", way, name + " has both valueFrom and value specified, choose one", here);
            return;
        }
        if (from.isEmpty()) {
            if (!value) {
                found.error("TIP-2003", way, name + " does not have valueFrom or value specified", here);
            }
            global(way, name, json, path);
            return;
        }
        var source = json.mapAt("valueFrom");
        var at = spot(json, "valueFrom", path);
        long kinds =
                List.of("path", "jqFilter", "jsonPath", "parameter", "expression", "supplied").stream()
                        .filter(kind -> source.find(kind).filter(ParameterCheck::said).isPresent())
                        .count();
        if (kinds == 0) {
            found.error(
                    "TIP-2023",
                    way,
                    "valueFrom type unspecified. choose one of: path, jqFilter, jsonPath, parameter, raw, expression",
                    at);
        } else if (kinds > 1) {
            found.error(
                    "TIP-2023",
                    way,
                    "multiple valueFrom types specified. choose one of: path, jqFilter, jsonPath, parameter, raw",
                    at);
        } else {
            wrongKind(template, source)
                    .ifPresent(rule ->
                            found.error(
                                    "TIP-2023",
                                    way,
                                    name + rule + " must be specified for " + Kinds.word(template) + " templates",
                                    at));
        }
        global(way, name, json, path);
    }

    /// What an output of that kind of template must have and has not.
    private static Optional<String> wrongKind(Template template, Value.Mapping source) {
        return template.type()
                .flatMap(type ->
                        switch (type) {
                            case CONTAINER, CONTAINER_SET, SCRIPT -> lacks(source, ".path", "path");
                            case RESOURCE -> lacks(source, " .jqFilter or jsonPath", "jqFilter", "jsonPath");
                            case DAG, STEPS -> lacks(source, ".parameter or expression", "parameter", "expression");
                            case DATA, SUSPEND, HTTP, PLUGIN -> Optional.empty();
                        });
    }

    private static Optional<String> lacks(Value.Mapping source, String rule, String... fields) {
        return List.of(fields).stream().anyMatch(field -> source.find(field).filter(ParameterCheck::said).isPresent())
                ? Optional.empty()
                : Optional.of(rule);
    }

    private void global(String way, String name, Value.Mapping json, String path) {
        json.textAt("globalName")
                .filter(global -> !global.isEmpty() && !TAG.matcher(global).find())
                .flatMap(ParameterCheck::parameterFlaw)
                .ifPresent(flaw ->
                        found.error("TIP-2006", way, name + ".globalName: " + flaw, spot(json, "globalName", path)));
    }

    private Spot spot(Value.Mapping json, String field, String path) {
        var own = Spot.of(json, field, path);
        return spots.apply(own.at(), own.path());
    }
}
