package tiphys.events.sensor;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.events.spec.Fields;
import tiphys.language.gotext.GoDuration;
import tiphys.manifest.Value;

/// How a trigger's firings are done: how often they are tried, and what counts as done. It is recorded with each firing, so that a restart
/// or a change of the sensor does not change it.
///
/// @param retry empty if the manifest has no `retryStrategy`
/// @param inOrder `atLeastOnce`: no later firing of the trigger is done before this one has ended
/// @param pace the time between two firings, from `rateLimit`; zero if there is no limit
/// @param allowed the statuses that count as done; empty if every status does
/// @param labels what the labels of the object must become; empty if nothing is waited for
public record Execution(
        Optional<Backoff> retry, boolean inOrder, Duration pace, List<Integer> allowed, Optional<Labels> labels) {
    /// As it is without a word of the manifest.
    public static final Execution PLAIN =
            new Execution(Optional.empty(), false, Duration.ZERO, List.of(), Optional.empty());

    private static final int STEPS = 5;
    private static final int MOST_STEPS = 1000;
    private static final Duration LONGEST = Duration.ofHours(24);

    public Execution {
        allowed = List.copyOf(allowed);
    }

    Execution withoutRate() {
        return new Execution(retry, inOrder, Duration.ZERO, allowed, labels);
    }

    /// `policy.k8s`: labels that an object must get.
    ///
    /// @param fails whether it has failed if they do not come in time; else it is done all the same
    public record Labels(Map<String, String> wanted, Backoff backoff, boolean fails) {
        public Labels {
            wanted = Map.copyOf(wanted);
        }

        Value.Mapping json() {
            return Value.object("wanted", wanted, "backoff", backoff.json(), "fails", fails);
        }

        static Labels of(Value json) {
            return new Labels(
                    texts(json.mapAt("wanted")),
                    Backoff.of(json.mapAt("backoff")),
                    json.find("fails").filter(Value.bool(true)::equals).isPresent());
        }

        static Labels read(Fields k8s) {
            return new Labels(
                    texts(k8s.json().mapAt("labels")),
                    Backoff.read(k8s.at("backoff")),
                    k8s.truth("errorOnBackoffTimeout"));
        }

        private static Map<String, String> texts(Value.Mapping map) {
            var texts = new LinkedHashMap<String, String>();
            map.fields().keySet().forEach(key -> texts.put(key, map.textAt(key).orElse("")));
            return texts;
        }
    }

    /// Pauses between attempts.
    ///
    /// @param steps how many attempts in all
    public record Backoff(Duration duration, double factor, double jitter, int steps) {
        /// The pause after an attempt, from 1 on.
        ///
        /// @param chance from 0 to 1, for the jitter
        public Duration pause(int attempt, double chance) {
            double nanos = duration.toNanos() * Math.pow(factor, attempt - 1.0) * (1 + chance * jitter);
            return nanos >= LONGEST.toNanos() ? LONGEST : Duration.ofNanos(Math.max(0, (long) nanos));
        }

        Value.Mapping json() {
            return Value.object(
                    "duration",
                    duration.toNanos(),
                    "factor",
                    new BigDecimal(Double.toString(factor)),
                    "jitter",
                    new BigDecimal(Double.toString(jitter)),
                    "steps",
                    steps);
        }

        static Backoff of(Value json) {
            return new Backoff(
                    Duration.ofNanos(number(json, "duration", 0).longValue()),
                    number(json, "factor", 1).doubleValue(),
                    number(json, "jitter", 0).doubleValue(),
                    number(json, "steps", 1).intValue());
        }

        /// Reads a `Backoff` as Argo does: what is missing is 1s, 1, 0, and 5 steps.
        public static Backoff read(Fields fields) {
            var duration = Duration.ofSeconds(1);
            var written = fields.json().find("duration");
            if (written.isPresent() && written.get() instanceof Value.Number number) {
                duration = Duration.ofNanos(number.decimal().longValue());
            } else if (!fields.text("duration").isEmpty()) {
                var read = GoDuration.parse(fields.text("duration"));
                if (read.isEmpty() || read.get().isNegative()) {
                    fields.invalid(
                            "duration", "must be a duration such as 10s, not \"" + fields.text("duration") + "\"");
                }
                duration = read.orElse(duration);
            }
            int steps = (int) Math.min(MOST_STEPS, real(fields, "steps", 0));
            return new Backoff(
                    duration, real(fields, "factor", 1), real(fields, "jitter", 0), steps <= 0 ? STEPS : steps);
        }

        private static double real(Fields fields, String field, double otherwise) {
            if (!fields.has(field)) {
                return otherwise;
            }
            if (fields.json().find(field).get() instanceof Value.Number number && number.decimal().signum() >= 0) {
                return number.decimal().doubleValue();
            }
            fields.invalid(field, "must be a number that is not negative");
            return otherwise;
        }
    }

    private static BigDecimal number(Value json, String field, long otherwise) {
        return json.find(field)
                .map(value -> value instanceof Value.Number number ? number.decimal() : BigDecimal.valueOf(otherwise))
                .orElse(BigDecimal.valueOf(otherwise));
    }

    /// Reads what a trigger says beside its template.
    static Execution read(Fields trigger) {
        var allowed = new ArrayList<Integer>();
        for (var status : trigger.at("policy").at("status").json().listAt("allow")) {
            if (status instanceof Value.Number number) {
                allowed.add(number.decimal().intValue());
            } else {
                trigger.at("policy").at("status").invalid("allow", "must be a list of numbers");
            }
        }
        return new Execution(
                trigger.has("retryStrategy")
                        ? Optional.of(Backoff.read(trigger.at("retryStrategy")))
                        : Optional.empty(),
                trigger.truth("atLeastOnce"),
                trigger.has("rateLimit") ? pace(trigger.at("rateLimit")) : Duration.ZERO,
                allowed,
                trigger.at("policy").has("k8s")
                        ? Optional.of(Labels.read(trigger.at("policy").at("k8s")))
                        : Optional.empty());
    }

    /// Any other unit is a second, as in Argo.
    private static Duration pace(Fields limit) {
        var unit =
                switch (limit.text("unit")) {
                    case "Minute" -> Duration.ofMinutes(1);
                    case "Hour" -> Duration.ofHours(1);
                    default -> Duration.ofSeconds(1);
                };
        var requests = limit.json().find("requestsPerUnit");
        if (requests.isPresent() && requests.get() instanceof Value.Number number && number.decimal().signum() > 0) {
            return Duration.ofNanos((long) (unit.toNanos() / number.decimal().doubleValue()));
        }
        limit.invalid("requestsPerUnit", "must be a number above 0");
        return Duration.ZERO;
    }

    /// As it is recorded.
    public Value.Mapping json() {
        return Value.object(
                "retry",
                retry.map(Backoff::json).orElse(null),
                "inOrder",
                inOrder,
                "pace",
                pace.isZero() ? null : pace.toNanos(),
                "allowed",
                allowed,
                "labels",
                labels.map(Labels::json).orElse(null));
    }

    /// What [#json] wrote.
    public static Execution of(Value json) {
        return new Execution(
                json.find("retry").filter(Value.Mapping.class::isInstance).map(Backoff::of),
                json.find("inOrder").filter(Value.bool(true)::equals).isPresent(),
                Duration.ofNanos(number(json, "pace", 0).longValue()),
                json.listAt("allowed").stream()
                        .map(one -> one instanceof Value.Number number ? number.decimal().intValue() : 0)
                        .toList(),
                json.find("labels").map(Labels::of));
    }
}
