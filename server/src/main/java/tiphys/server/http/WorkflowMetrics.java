package tiphys.server.http;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tiphys.engine.Measure;
import tiphys.engine.Measures;

/// The metrics that manifests ask for, named as Argo names them: `argo_workflows_…`. Safe for every thread.
///
/// Who may write a manifest could ask for one more series with every run; so there are at most [#MOST_SERIES], the ones that were
/// written longest ago go first, and a manifest cannot change what another says of the same name.
public final class WorkflowMetrics implements Measures {
    /// What stands before each name.
    static final String PREFIX = "argo_workflows_";

    static final int MOST_SERIES = 10_000;

    private final InstantSource clock;
    private final Map<String, Family> families = new TreeMap<>();

    /// All series, the one that was written longest ago first.
    private final LinkedHashMap<Key, Series> series = new LinkedHashMap<>(16, 0.75f, true);

    private long refused;
    private long dropped;

    public WorkflowMetrics(InstantSource clock) {
        this.clock = clock;
    }

    private enum Type {
        COUNTER,
        GAUGE,
        HISTOGRAM;

        static Type of(Measure.Kind kind) {
            return switch (kind) {
                case COUNTER -> COUNTER;
                case HISTOGRAM -> HISTOGRAM;
                case SET, ADD, SUB, SINCE -> GAUGE;
            };
        }

        String text() {
            return switch (this) {
                case COUNTER -> "counter";
                case GAUGE -> "gauge";
                case HISTOGRAM -> "histogram";
            };
        }
    }

    private record Family(Type type, String help, List<Double> buckets) {}

    private record Key(String name, Map<String, String> labels) {}

    /// One series' value.
    private static final class Series {
        private double value;

        /// The run whose going on makes it grow; empty for none.
        private String grows = "";

        private long[] counts = {};
        private long count;
        private long touchedMillis;
    }

    @Override
    public synchronized void add(String runUid, List<Measure> measures) {
        for (var measure : measures) {
            if (fits(measure)) {
                var key = new Key(measure.name(), Map.copyOf(measure.labels()));
                change(series.computeIfAbsent(key, _ -> new Series()), measure, runUid);
            } else {
                refused++;
            }
        }
        while (series.size() > MOST_SERIES) {
            series.remove(series.firstEntry().getKey());
            dropped++;
        }
    }

    @Override
    public synchronized void over(String runUid) {
        var now = now();
        for (var one : series.sequencedValues()) {
            if (one.grows.equals(runUid)) {
                one.value = now - one.value;
                one.grows = "";
            }
        }
    }

    /// Whether it is of the type, the help and the buckets that its name has already.
    private boolean fits(Measure measure) {
        var family = new Family(Type.of(measure.kind()), measure.help(), measure.buckets());
        return families.computeIfAbsent(measure.name(), _ -> family).equals(family);
    }

    private void change(Series series, Measure measure, String runUid) {
        double value = measure.value();
        series.touchedMillis = clock.millis();
        series.grows = "";
        switch (measure.kind()) {
            case COUNTER, ADD -> series.value += value;
            case SUB -> series.value -= value;
            case SET -> series.value = value;
            case SINCE -> {
                series.value = value;
                series.grows = runUid;
            }
            case HISTOGRAM -> {
                if (series.counts.length == 0) {
                    series.counts = new long[measure.buckets().size()];
                }
                for (int i = 0; i < series.counts.length; i++) {
                    series.counts[i] += value <= measure.buckets().get(i) ? 1 : 0;
                }
                series.count++;
                series.value += value;
            }
        }
    }

    private double now() {
        return clock.millis() / 1e3;
    }

    /// Lets series go that nobody wrote for so long.
    public synchronized void forget(Duration unused) {
        long before = clock.millis() - unused.toMillis();
        series.values().removeIf(one -> one.grows.isEmpty() && one.touchedMillis < before);
        var used = series.sequencedKeySet().stream().map(Key::name).toList();
        families.keySet().retainAll(used);
    }

    /// All of it, in Prometheus' text format.
    public synchronized String text() {
        var byName = new TreeMap<String, List<Map.Entry<Key, Series>>>();
        for (var one : series.sequencedEntrySet()) {
            byName.computeIfAbsent(one.getKey().name(), _ -> new ArrayList<>()).add(one);
        }
        var out = new StringBuilder();
        byName.forEach((name, all) -> {
            var family = families.get(name);
            if (family != null) {
                Metrics.head(out, PREFIX + name, family.type().text(), family.help());
                all.stream()
                        .sorted((a, b) -> labels(a.getKey()).compareTo(labels(b.getKey())))
                        .forEach(one -> lines(out, family, one.getKey(), one.getValue()));
            }
        });
        if (refused > 0) {
            var help = "Values that manifests gave to a metric whose help, type or buckets are others already.";
            Metrics.head(out, "tiphys_workflow_metrics_refused_total", "counter", help);
            out.append("tiphys_workflow_metrics_refused_total ").append(refused).append('\n');
        }
        if (dropped > 0) {
            var help = "Series of manifests that were dropped, for there are too many.";
            Metrics.head(out, "tiphys_workflow_metrics_dropped_total", "counter", help);
            out.append("tiphys_workflow_metrics_dropped_total ").append(dropped).append('\n');
        }
        return out.toString();
    }

    private void lines(StringBuilder out, Family family, Key key, Series series) {
        if (family.type() != Type.HISTOGRAM) {
            double value = series.grows.isEmpty() ? series.value : Math.max(0, now() - series.value);
            line(out, key.name(), labels(key), value);
            return;
        }
        for (int i = 0; i < series.counts.length; i++) {
            line(
                    out,
                    key.name() + "_bucket",
                    labels(key, "le", Metrics.number(family.buckets().get(i))),
                    (double) series.counts[i]);
        }
        line(out, key.name() + "_bucket", labels(key, "le", "+Inf"), (double) series.count);
        line(out, key.name() + "_sum", labels(key), series.value);
        line(out, key.name() + "_count", labels(key), (double) series.count);
    }

    private static void line(StringBuilder out, String name, String labels, double value) {
        out.append(PREFIX).append(name).append(labels).append(' ').append(Metrics.number(value)).append('\n');
    }

    private static String labels(Key key, String... more) {
        var all = new ArrayList<String>();
        new TreeMap<>(key.labels()).forEach((name, value) -> all.addAll(List.of(name, value)));
        all.addAll(Arrays.asList(more));
        return Metrics.labels(all.toArray(String[]::new));
    }
}
