package tiphys.engine.run.validate;

import java.util.function.BiFunction;
import java.util.regex.Pattern;
import tiphys.engine.run.validate.Findings.Spot;
import tiphys.manifest.Position;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Template;

/// Checks the metrics of a template, by Argo's rules and in its words.
final class MetricCheck {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");

    private final Findings found;
    private final BiFunction<Position, String, Spot> spots;

    MetricCheck(Findings found, BiFunction<Position, String, Spot> spots) {
        this.found = found;
        this.spots = spots;
    }

    void template(String way, Template template, String path) {
        for (var metric : template.json().mapAt("metrics").listAt("prometheus")) {
            if (metric instanceof Value.Mapping json) {
                metric(way, template, json, path + ".metrics");
            }
        }
    }

    private void metric(String way, Template template, Value.Mapping metric, String path) {
        var templates = "templates." + template.name();
        var name = metric.textAt("name").orElse("");
        if (!NAME.matcher(name).matches()) {
            var sentence =
                    templates
                            + " metric name '"
                            + name
                            + "' is invalid. Metric names must contain alphanumeric characters or '_'";
            error(way, sentence, metric, "name", path);
        }
        for (var label : metric.listAt("labels")) {
            var key = label.textAt("key").orElse("");
            if (!NAME.matcher(key).matches()) {
                var sentence =
                        "metric label '" + key + "' is invalid: keys may only contain alphanumeric characters or '_'";
                error(way, sentence, metric, "labels", path);
            }
        }
        var metricName = templates + " metric '" + name + "'";
        if (metric.textAt("help").orElse("").isEmpty()) {
            var sentence = metricName + " must contain a help string under 'help: ' field";
            error(way, sentence, metric, "help", path);
        }
        for (var kind : new String[] {"gauge", "counter", "histogram"}) {
            if (metric.find(kind).filter(ParameterCheck::said).isPresent()
                    && metric.textAt(kind, "value").orElse("").isEmpty()) {
                error(way, metricName + " error: missing " + kind + ".value", metric, kind, path);
            }
        }
        var gauge = metric.mapAt("gauge");
        if (gauge.find("realtime").filter(Value.bool(true)::equals).isPresent()
                && gauge.textAt("value").orElse("").contains("resourcesDuration.")) {
            var sentence = metricName + " error: 'resourcesDuration.*' metrics cannot be used in real-time";
            error(way, sentence, gauge, "value", path + ".gauge");
        }
    }

    private void error(String way, String sentence, Value.Mapping json, String field, String path) {
        var own = Spot.of(json, field, path);
        found.error("TIP-2025", way, sentence, spots.apply(own.at(), own.path()));
    }
}
