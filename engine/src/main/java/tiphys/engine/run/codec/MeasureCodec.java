package tiphys.engine.run.codec;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tiphys.engine.Measure;
import tiphys.engine.Measure.Kind;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Measures as JSON. Numbers are texts there, for some are infinite.
final class MeasureCodec {
    private MeasureCodec() {}

    static @Nullable Value list(List<Measure> measures) {
        return measures.isEmpty() ? null : Value.list(measures.stream().map(MeasureCodec::json).toList());
    }

    static List<Measure> list(Iterable<Value> json) {
        var measures = new ArrayList<Measure>();
        json.forEach(one -> measures.add(measure(one)));
        return measures;
    }

    private static Value json(Measure measure) {
        return Value.object(
                "name",
                measure.name(),
                "help",
                measure.help(),
                "kind",
                measure.kind().name(),
                "labels",
                measure.labels().isEmpty() ? null : measure.labels(),
                "value",
                Double.toString(measure.value()),
                "buckets",
                measure.buckets().isEmpty() ? null : measure.buckets().stream().map(String::valueOf).toList());
    }

    private static Measure measure(Value json) {
        return new Measure(
                RunFacts.text(json, "name"),
                RunFacts.text(json, "help"),
                Kind.valueOf(RunFacts.text(json, "kind")),
                RunFacts.texts(json.mapAt("labels")),
                Double.parseDouble(RunFacts.text(json, "value")),
                json.listAt("buckets").stream().map(Json::text).map(Double::valueOf).toList());
    }
}
