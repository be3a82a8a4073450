package tiphys.server.http;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/// The numbers that `/metrics` shows, in Prometheus' text format. Safe for every thread; counting never blocks.
///
/// Names follow Prometheus' habits: `tiphys_…`, counters end in `_total`, units are base units.
public final class Metrics {
    private final Map<String, Family> families = new ConcurrentSkipListMap<>();
    private final List<Supplier<String>> more = new CopyOnWriteArrayList<>();

    private enum Type {
        COUNTER,
        GAUGE
    }

    private record Family(Type type, String help, Map<String, DoubleSupplier> series) {}

    /// The counter of that name with those labels; made at the first call.
    ///
    /// @param labels name, value, name, value …
    public LongAdder counter(String name, String help, String... labels) {
        var series = family(name, Type.COUNTER, help).series();
        return ((Counted) series.computeIfAbsent(labels(labels), _ -> new Counted(new LongAdder()))).adder();
    }

    /// Shows a number that grows and is counted elsewhere.
    public void counted(String name, String help, DoubleSupplier value, String... labels) {
        family(name, Type.COUNTER, help).series().put(labels(labels), value);
    }

    /// Shows a number that goes up and down; asked at each scrape.
    public void gauge(String name, String help, DoubleSupplier value, String... labels) {
        family(name, Type.GAUGE, help).series().put(labels(labels), value);
    }

    /// All of it.
    public String text() {
        var out = new StringBuilder();
        families.forEach((name, family) -> {
            head(out, name, family.type() == Type.COUNTER ? "counter" : "gauge", family.help());
            family.series()
                    .forEach((labels, value) ->
                            out.append(name)
                                    .append(labels)
                                    .append(' ')
                                    .append(number(value.getAsDouble()))
                                    .append('\n'));
        });
        more.forEach(one -> out.append(one.get()));
        return out.toString();
    }

    /// Shows what others have in the same format, after all of this.
    public void also(Supplier<String> text) {
        more.add(text);
    }

    static void head(StringBuilder out, String name, String type, String help) {
        out.append("# HELP ").append(name).append(' ').append(escaped(help, false)).append('\n');
        out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private Family family(String name, Type type, String help) {
        return families.computeIfAbsent(name, _ -> new Family(type, help, new ConcurrentSkipListMap<>()));
    }

    static String number(double value) {
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    static String labels(String... labels) {
        if (labels.length == 0) {
            return "";
        }
        var text = new StringBuilder("{");
        for (int i = 0; i < labels.length; i += 2) {
            text.append(i == 0 ? "" : ",").append(labels[i]).append("=\"").append(escaped(labels[i + 1], true));
            text.append('"');
        }
        return text.append('}').toString();
    }

    private static String escaped(String text, boolean quotes) {
        var plain = text.replace("\\", "\\\\").replace("\n", "\\n");
        return quotes ? plain.replace("\"", "\\\"") : plain;
    }

    private record Counted(LongAdder adder) implements DoubleSupplier {
        @Override
        public double getAsDouble() {
            return adder.sum();
        }
    }
}
