package tiphys.engine.run.rules;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.engine.run.state.Node;
import tiphys.engine.run.state.RunState;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.Scope;
import tiphys.language.expr.Expression;
import tiphys.language.tags.Tags;
import tiphys.language.tags.Tags.Unresolved;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Artifact;
import tiphys.manifest.workflow.Task;
import tiphys.manifest.workflow.Template;

/// Which artifacts a node is given, and where those that it makes are kept (Argo's 1.4).
///
/// An artifact that lies in the run's own repository is written with its key alone (`s3: {key: …}`), wherever that is; only an order
/// says the rest, in its template's `archiveLocation`.
public final class ArtifactRules {
    private static final String KEY_FORMAT = "{{workflow.name}}/{{pod.name}}";

    /// How drivers call the format of the keys that a repository of theirs gives.
    private static final List<String> FORMATS = List.of("keyFormat", "blobNameFormat", "pathFormat");

    private ArtifactRules() {}

    /// A task whose artifacts are those that its arguments name.
    ///
    /// @throws EvaluationFailed if one cannot be found that is not optional
    static Value.Mapping resolved(Value.Mapping task, RunScope scope, Budget budget) {
        var arguments = task.mapAt("arguments");
        if (arguments.listAt("artifacts").isEmpty()) {
            return task;
        }
        var all = new ArrayList<Value>();
        for (var artifact : Artifact.list(arguments)) {
            all.add(resolved(artifact, scope, budget).json());
        }
        return task.with("arguments", arguments.with("artifacts", Value.list(all)));
    }

    private static Artifact resolved(Artifact artifact, RunScope scope, Budget budget) {
        if (artifact.from().isEmpty() && artifact.fromExpression().isEmpty()) {
            return artifact;
        }
        try {
            return new Artifact(source(artifact, scope, budget).json().with("name", artifact.name()));
        } catch (EvaluationFailed e) {
            if (artifact.optional()) {
                return new Artifact(artifact.json().without("from").without("fromExpression").without("subPath"));
            }
            throw scope.ofSteps() ? new EvaluationFailed("unable to resolve references: " + e.getMessage()) : e;
        }
    }

    /// The artifact that another one comes from.
    ///
    /// @throws EvaluationFailed if there is none
    private static Artifact source(Artifact artifact, RunScope scope, Budget budget) {
        var found = artifact.from().isPresent() ? named(artifact.from().get(), scope) : chosen(artifact, scope, budget);
        if (artifact.subPath().isEmpty()) {
            return found;
        }
        var part = Tags.replace(artifact.subPath().get(), scope, Unresolved.KEEP, budget);
        return new Artifact(
                Artifact.withKey(found.json(), found.key().orElse("") + "/" + part.replaceFirst("^/+", "")));
    }

    private static Artifact named(String from, RunScope scope) {
        var text = from.strip();
        var name = text.startsWith("{{") && text.endsWith("}}") ? text.substring(2, text.length() - 2).strip() : text;
        return switch (scope.find(name).orElse(null)) {
            case Value.Mapping json when RunScope.names(name) -> new Artifact(json);
            case null -> throw new EvaluationFailed("Unable to resolve: \"" + name + "\"");
            default -> throw new EvaluationFailed("Variable {{" + name + "}} is not an artifact");
        };
    }

    private static Artifact chosen(Artifact artifact, RunScope scope, Budget budget) {
        var text = artifact.fromExpression().orElseThrow();
        var value = Expression.parse(text).evaluate(scope, budget);
        if (value instanceof Value.Mapping json) {
            return new Artifact(json);
        }
        throw new EvaluationFailed(
                value instanceof Value.Null
                        ? "Unable to resolve: \"" + text + "\""
                        : "Variable {{" + text + "}} is not an artifact");
    }

    /// The artifacts that a task's arguments give, their references replaced already.
    static Map<String, Artifact> given(Task task) {
        return byName(task.artifacts());
    }

    static Map<String, Artifact> byName(List<Artifact> artifacts) {
        var given = new LinkedHashMap<String, Artifact>();
        artifacts.forEach(one -> given.put(one.name(), one));
        return given;
    }

    /// The artifacts of a template's inputs: an argument takes the place of the input but for its path and rights.
    ///
    /// @param scope with the values of the template's input parameters
    /// @throws EvaluationFailed if one is not supplied that is not optional
    static List<Artifact> inputs(Template template, Map<String, Artifact> given, Scope scope, Budget budget) {
        var inputs = new ArrayList<Artifact>();
        for (var input : template.inputArtifacts()) {
            var argument = given.get(input.name());
            if (!input.optional() && !known(input)) {
                if (argument == null) {
                    throw new EvaluationFailed("inputs.artifacts." + input.name() + " was not supplied");
                }
                if (!known(argument)) {
                    throw new EvaluationFailed("inputs.artifacts." + input.name() + " missing location information");
                }
            }
            var json = argument == null ? input.json() : argument.json();
            for (var own : List.of("path", "mode", "recurseMode")) {
                var field = input.json().find(own);
                json = field.isPresent() ? json.with(own, field.get()) : json.without(own);
            }
            inputs.add(new Artifact((Value.Mapping) Tags.replace(json, scope, Unresolved.KEEP, budget)));
        }
        return inputs;
    }

    private static boolean known(Artifact artifact) {
        return artifact.located() || artifact.key().isPresent();
    }

    /// The output artifacts of a steps or dag node whose children went well.
    ///
    /// @throws EvaluationFailed if one cannot be found that is not optional
    static List<Artifact> ofBody(RunState state, Node node) {
        var outputs = new ArrayList<Artifact>();
        var scope = new RunScope(state, node.inputs, node.index);
        for (var output : state.plan(node).template().outputArtifacts()) {
            if (output.from().isEmpty() && output.fromExpression().isEmpty()) {
                continue;
            }
            try {
                var json = source(output, scope, Budget.standard()).json().with("name", output.name());
                var global = output.json().find("globalName");
                outputs.add(
                        new Artifact(
                                global.isPresent()
                                        ? json.with("globalName", global.get())
                                        : json.without("globalName")));
            } catch (EvaluationFailed e) {
                if (!output.optional()) {
                    throw new EvaluationFailed("unable to resolve outputs from scope: " + e.getMessage());
                }
            }
        }
        return outputs;
    }

    /// Adds to an order's template the artifacts that go into the step and come out of it, and where they are kept.
    ///
    /// @param json the template with its tags replaced, without its inputs
    /// @param scope of the order
    static Value.Mapping placed(RunState state, Node node, Value.Mapping json, Scope scope) {
        var inputs =
                node.artifacts.stream()
                        .filter(ArtifactRules::known)
                        .map(one -> Tags.replace(one.json(), scope, Unresolved.LAST, Budget.standard()))
                        .toList();
        var outputs = new Template(json).outputArtifacts();
        boolean logs = archivesLogs(state, json);
        var placed = json.without("archiveLocation");
        boolean lists = json.find("data").isPresent(); // it asks the repository what it has
        if (inputs.isEmpty() && outputs.isEmpty() && !logs && !lists) {
            return placed;
        }
        var location = location(state, json.mapAt("archiveLocation"), scope);
        if (!inputs.isEmpty()) {
            placed = placed.with("inputs", Value.object("artifacts", Value.list(inputs)));
        }
        var made = new ArrayList<Value>();
        outputs.forEach(output -> made.add(kept(output, location).json()));
        if (logs) {
            made.add(shown(Value.object("name", "main-logs"), location, "main.log"));
        }
        if (!made.isEmpty()) {
            placed = placed.with("outputs", json.mapAt("outputs").with("artifacts", Value.list(made)));
        }
        return placed.with("archiveLocation", location);
    }

    /// An output with the key that it gets if it names no place of its own.
    private static Artifact kept(Artifact output, Value.Mapping location) {
        if (known(output)) {
            return output;
        }
        var file =
                switch (output.archive().orElse("tar")) {
                    case "none" -> baseName(output.path().orElse(output.name()));
                    case "zip" -> output.name() + ".zip";
                    default -> output.name() + ".tgz";
                };
        return new Artifact(shown(output.json(), location, file));
    }

    private static String baseName(String path) {
        var trimmed = path.replaceAll("/+$", "");
        return trimmed.substring(trimmed.lastIndexOf('/') + 1);
    }

    /// What is in the run's own repository shows its key alone; what is elsewhere shows where.
    private static Value.Mapping shown(Value.Mapping artifact, Value.Mapping location, String file) {
        var driver = Artifact.driver(location).orElse("local");
        var path = Artifact.key(location).orElse("") + "/" + file;
        var key = driver.equals("hdfs") ? path : path.replaceFirst("^/+", ""); // a key there is a path from the root
        if (location.find("own").isPresent()) {
            return artifact.with(driver, Artifact.withKey(location, key).mapAt(driver));
        }
        var shown = driver.equals("local") ? "s3" : driver;
        return Artifact.withKey(artifact.with(shown, Value.Mapping.EMPTY), key);
    }

    /// Where the artifacts of a step are kept, with the key that theirs begin with.
    ///
    /// @param own the template's own `archiveLocation`; may be empty
    private static Value.Mapping location(RunState state, Value.Mapping own, Scope scope) {
        var named = new Artifact(own);
        if (named.located()) {
            var driver = named.driver().orElseThrow();
            return Value.object(driver, own.mapAt(driver), "own", true);
        }
        var repository = reached(state.repository());
        var driver = Artifact.driver(repository).orElse("local");
        var settings = repository.mapAt(driver);
        var format =
                FORMATS.stream()
                        .flatMap(field -> settings.textAt(field).stream())
                        .filter(text -> !text.isEmpty())
                        .findFirst()
                        .or(() ->
                                settings.textAt("keyPrefix")
                                        .filter(text -> !text.isEmpty())
                                        .map(prefix -> prefix + "/" + KEY_FORMAT))
                        .orElse(KEY_FORMAT);
        var fields = settings;
        for (var field : FORMATS) {
            fields = fields.without(field);
        }
        var key =
                named.key()
                        .orElseGet(() ->
                                (driver.equals("artifactory") ? Artifact.key(repository).orElse("") + "/" : "")
                                        + Tags.replace(format, scope, Unresolved.LAST, Budget.standard()));
        return Artifact.withKey(Value.object(driver, fields.without("keyPrefix")), key);
    }

    /// A repository as a location of its kind: what Artifactory calls `repoURL` there is the `url` that keys go below.
    private static Value.Mapping reached(Value.Mapping repository) {
        var url = repository.textAt("artifactory", "repoURL");
        return url.isEmpty()
                ? repository
                : repository.with(
                        "artifactory",
                        repository
                                .mapAt("artifactory")
                                .without("repoURL")
                                .with("url", url.get().replaceFirst("/+$", "")));
    }

    /// Where an artifact that a node shows is kept: one field, named by the driver; empty if it is nowhere.
    public static Value.Mapping located(RunState state, Artifact artifact) {
        var driver = artifact.driver().orElse("");
        if (artifact.located()) {
            return Value.object(driver, artifact.json().mapAt(driver));
        }
        var repository = reached(state.repository());
        var kind = Artifact.driver(repository).orElse("local");
        return artifact.key()
                .map(key -> Artifact.withKey(Value.object(kind, repository.mapAt(kind)), key))
                .orElse(Value.Mapping.EMPTY);
    }

    /// When an output artifact of a run is deleted; empty for never.
    public static String deletion(RunState state, Artifact artifact) {
        var strategy =
                artifact.deletion().or(() -> state.library().spec().json().textAt("artifactGC", "strategy")).orElse("");
        return strategy.equals("Never") ? "" : strategy;
    }

    /// Whether what the step prints becomes an artifact: a repository that says so wins, then the template, then the workflow.
    private static boolean archivesLogs(RunState state, Value.Mapping template) {
        return flag(state.repository(), "archiveLogs")
                .filter(Boolean::booleanValue)
                .or(() -> flag(template.mapAt("archiveLocation"), "archiveLogs"))
                .or(() -> flag(state.library().spec().json(), "archiveLogs"))
                .orElse(false);
    }

    private static Optional<Boolean> flag(Value.Mapping json, String field) {
        return json.find(field)
                .flatMap(value -> value instanceof Value.Bool(var on, _) ? Optional.of(on) : Optional.empty());
    }
}
