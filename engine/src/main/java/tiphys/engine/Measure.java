package tiphys.engine;

import java.util.List;
import java.util.Map;

/// A number that a manifest's `metrics` asks for, worked out when its node or run began or was over.
///
/// @param name as the manifest says, without the prefix that all of them get
/// @param labels in the manifest's order
/// @param value what it is to do to the metric; of [Kind#SINCE] the instant from which it grows, in seconds of Unix time
/// @param buckets the upper bounds of a histogram's; else empty
public record Measure(
        String name, String help, Kind kind, Map<String, String> labels, double value, List<Double> buckets) {
    public Measure {
        buckets = List.copyOf(buckets);
    }

    /// What it does to the metric.
    public enum Kind {
        /// Adds to a counter.
        COUNTER,
        /// Becomes a gauge's value.
        SET,
        /// Is added to a gauge.
        ADD,
        /// Is taken from a gauge.
        SUB,
        /// Is one more value of a histogram.
        HISTOGRAM,
        /// Is a gauge that grows by itself: how many seconds ago something began. Over once another value is set, or its run is.
        SINCE
    }
}
