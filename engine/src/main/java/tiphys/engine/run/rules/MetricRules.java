package tiphys.engine.run.rules;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import tiphys.engine.Measure;
import tiphys.engine.Measure.Kind;
import tiphys.engine.run.state.Node;
import tiphys.engine.run.state.NodeType;
import tiphys.engine.run.state.RunFact;
import tiphys.engine.run.state.RunState;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.gotext.GoNumber;
import tiphys.language.govaluate.Govaluate;
import tiphys.language.tags.Tags;
import tiphys.language.tags.Tags.Unresolved;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// The numbers that manifests ask for (Argo's 1.9): those that grow are worked out when their node or run begins, and all of them
/// when it is over. What cannot be worked out does the run no harm; a condition tells it.
final class MetricRules {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");
    private static final int LONGEST_LABEL = 1_024;
    private static final String DURATION = "duration";
    private static final String RUN_DURATION = "workflow.duration";

    private final Decider deciding;
    private final RunState state;

    MetricRules(Decider deciding) {
        this.deciding = deciding;
        this.state = deciding.state;
    }

    /// What is measured: a node, or the whole run.
    private record Subject(int index, RunScope scope, long startedMicros, boolean over) {}

    /// What one metric came to: a measure, why there is none, or neither, because its condition does not hold.
    private sealed interface Outcome {
        record Given(Measure measure) implements Outcome {}

        record Flawed(String why) implements Outcome {}

        record Passed() implements Outcome {}
    }

    /// A node began, which is no try of another.
    void began(Node node) {
        if (asks(node) && !state.kept.containsKey(node.name)) {
            measure(metrics(node), subject(node, false));
        }
    }

    /// A node is over, which is no try: or one that another follows, for the last one is told by its retry.
    void ended(Node node) {
        var found = node.memo != null && node.memo.hit();
        if (asks(node) && !found && !state.kept.containsKey(node.name)) {
            measure(metrics(node), subject(node, true));
        }
    }

    /// The run began, or begins again.
    void runBegan() {
        var metrics = runMetrics();
        if (!metrics.isEmpty()) {
            measure(metrics, new Subject(-1, new RunScope(state, Map.of(), -1), state.startedMicros, false));
        }
    }

    /// The run is over but for that being recorded.
    void runEnds() {
        var metrics = runMetrics();
        if (!metrics.isEmpty() && state.root >= 0) {
            var scope = scope(state.node(state.root), true);
            measure(metrics, new Subject(-1, scope, state.startedMicros, true));
        }
    }

    private List<Value> runMetrics() {
        return state.library().spec().json().mapAt("metrics").listAt("prometheus");
    }

    private boolean asks(Node node) {
        return !node.template.isEmpty()
                && node.type != NodeType.CONTAINER
                && node.type != NodeType.TASK_GROUP
                && state.library()
                        .plan(node.template)
                        .filter(plan -> plan.template().json().find("metrics").isPresent())
                        .isPresent();
    }

    private List<Value> metrics(Node node) {
        return state.plan(node).template().json().mapAt("metrics").listAt("prometheus");
    }

    private Subject subject(Node node, boolean over) {
        return new Subject(node.index, scope(node, over), node.startedMicros, over);
    }

    private RunScope scope(Node node, boolean over) {
        var scope = new RunScope(state, node.inputs, -1);
        long until = over ? node.finishedMicros : RunState.micros(deciding.at);
        scope.with(DURATION, seconds(until - node.startedMicros));
        scope.with("status", node.phase.text());
        scope.with("node.name", node.name);
        if (node.type == NodeType.POD) {
            scope.with("pod.name", Orders.podName(state, node));
        }
        if (node.tries != null) {
            scope.with("retries", Integer.toString(node.tries.size() - 1));
        }
        scope.with("resourcesDuration.cpu", Double.toString(node.cpuMicros / 1e6));
        scope.with("resourcesDuration.memory", Double.toString(node.memorySeconds()));
        node.outputs.result().ifPresent(result -> scope.with("outputs.result", result));
        node.outputs.exitCode().ifPresent(code -> scope.with("exitCode", code));
        node.outputs.parameters().forEach((name, value) -> scope.with("outputs.parameters." + name, value));
        return scope;
    }

    private static String seconds(long micros) {
        return String.format(Locale.ROOT, "%.6f", Math.max(0, micros) / 1e6);
    }

    private void measure(List<Value> metrics, Subject subject) {
        var measures = new ArrayList<Measure>();
        var flaws = new ArrayList<String>();
        for (var metric : metrics) {
            if (metric instanceof Value.Mapping json && (subject.over() || realtime(json))) {
                switch (measure(json, subject)) {
                    case Outcome.Given(var measure) -> measures.add(measure);
                    case Outcome.Flawed(var why) -> flaws.add(why);
                    case Outcome.Passed _ -> {}
                }
            }
        }
        if (!measures.isEmpty() || !flaws.isEmpty()) {
            deciding.emit(new RunFact.Measured(subject.index(), measures, flaws));
        }
    }

    private Outcome measure(Value.Mapping metric, Subject subject) {
        var name = metric.textAt("name").orElse("");
        if (metric.textAt("help").orElse("").isEmpty()) {
            return new Outcome.Flawed("metric '" + name + "' must contain a help string under 'help: ' field");
        }
        Value.Mapping json;
        try {
            json = (Value.Mapping) Tags.replace(metric, subject.scope(), Unresolved.REFUSE, Budget.standard());
        } catch (EvaluationFailed e) {
            return new Outcome.Flawed("unable to substitute parameters for metric '" + name + "': " + e.getMessage());
        }
        var when = json.textAt("when").orElse("");
        try {
            if (!when.isBlank() && !Govaluate.when(when, Budget.standard())) {
                return new Outcome.Passed();
            }
        } catch (EvaluationFailed e) {
            // named after the workflow, as in Argo
            return new Outcome.Flawed(
                    "unable to compute 'when' clause for metric '" + state.name + "': " + e.getMessage());
        }
        try {
            return new Outcome.Given(realtime(metric) ? growing(metric, json, subject) : plain(json));
        } catch (EvaluationFailed e) {
            return new Outcome.Flawed(String.valueOf(e.getMessage()));
        }
    }

    private static boolean realtime(Value.Mapping metric) {
        return metric.find("gauge", "realtime").filter(Value.bool(true)::equals).isPresent();
    }

    /// A gauge that grows while its subject goes on, and then stays at how long that took.
    private Measure growing(Value.Mapping metric, Value.Mapping json, Subject subject) {
        var text = metric.textAt("gauge", "value").orElse("");
        if (!text.startsWith("{{") || !text.endsWith("}}")) {
            throw new EvaluationFailed("real time metrics can only be used with metric variables");
        }
        var variable = text.substring(2, text.length() - 2).strip();
        boolean ofNode = variable.equals(DURATION) && (subject.index() >= 0 || subject.over());
        if (!ofNode && !variable.equals(RUN_DURATION)) {
            throw new EvaluationFailed("'" + variable + "' is not available as a real time metric");
        }
        if (subject.over()) {
            return named(json, Kind.SET, number(json.textAt("gauge", "value").orElse(""), json), List.of());
        }
        long since = ofNode ? subject.startedMicros() : state.startedMicros;
        return named(json, Kind.SINCE, since / 1e6, List.of());
    }

    private static Measure plain(Value.Mapping json) {
        if (json.find("gauge").isPresent()) {
            var gauge = json.mapAt("gauge");
            var kind =
                    switch (gauge.textAt("operation").orElse("")) {
                        case "Add" -> Kind.ADD;
                        case "Sub" -> Kind.SUB;
                        default -> Kind.SET;
                    };
            return named(json, kind, number(value(gauge), json), List.of());
        }
        if (json.find("histogram").isPresent()) {
            var histogram = json.mapAt("histogram");
            var buckets =
                    histogram.listAt("buckets").stream()
                            .map(Json::text)
                            .flatMapToDouble(text -> GoNumber.read(text).stream())
                            .sorted()
                            .boxed()
                            .toList();
            return named(json, Kind.HISTOGRAM, number(value(histogram), json), buckets);
        }
        if (json.find("counter").isPresent()) {
            return named(json, Kind.COUNTER, number(value(json.mapAt("counter")), json), List.of());
        }
        throw notMade(json, "invalid metric spec");
    }

    private static String value(Value.Mapping kind) {
        return kind.find("value").map(Json::text).orElse("");
    }

    private static double number(String text, Value.Mapping json) {
        var number = GoNumber.read(text);
        if (number.isEmpty() || GoNumber.isTooLarge(text, number.getAsDouble())) {
            throw notMade(
                    json,
                    "strconv.ParseFloat: parsing "
                            + Json.write(Value.text(text))
                            + (number.isEmpty() ? ": invalid syntax" : ": value out of range"));
        }
        return number.getAsDouble();
    }

    private static Measure named(Value.Mapping json, Kind kind, double value, List<Double> buckets) {
        var name = json.textAt("name").orElse("");
        if (!NAME.matcher(name).matches()) {
            throw notMade(json, "metric name is invalid: names may only contain alphanumeric characters or '_'");
        }
        var labels = new LinkedHashMap<String, String>();
        for (var label : json.listAt("labels")) {
            var key = label.textAt("key").orElse("");
            if (!NAME.matcher(key).matches()) {
                throw notMade(
                        json,
                        "metric label '" + key + "' is invalid: keys may only contain alphanumeric characters or '_'");
            }
            var text = label.textAt("value").orElse("");
            if (text.length() > LONGEST_LABEL) {
                throw notMade(json, "the value of label '" + key + "' is longer than 1,024 characters");
            }
            labels.put(key, text);
        }
        return new Measure(name, json.textAt("help").orElse(""), kind, labels, value, buckets);
    }

    private static EvaluationFailed notMade(Value.Mapping json, String why) {
        return new EvaluationFailed("could not construct metric '" + json.textAt("name").orElse("") + "': " + why);
    }
}
