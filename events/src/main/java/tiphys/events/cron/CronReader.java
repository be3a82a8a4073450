package tiphys.events.cron;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import tiphys.language.EvaluationFailed;
import tiphys.language.cron.CronSchedule;
import tiphys.language.expr.Expression;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Position;
import tiphys.manifest.Value;

/// Reads CronWorkflow objects. Codes TIP-35xx.
public final class CronReader {
    private static final int LONGEST_NAME = 52;
    private static final int KEEP_SUCCEEDED = 3;
    private static final int KEEP_FAILED = 1;
    private static final int MOST_KEPT = 10_000;

    private final Value.Mapping object;
    private final Value.Mapping spec;
    private final List<Diagnostic> problems = new ArrayList<>();

    private CronReader(Value.Mapping object) {
        this.object = object;
        this.spec = object.mapAt("spec");
    }

    /// Reads one; what is wrong with it is among its problems.
    ///
    /// @param home the zone of one that names none
    public static CronSpec read(Value.Mapping object, ZoneId home) {
        return new CronReader(object).read(home);
    }

    private CronSpec read(ZoneId home) {
        name();
        var texts = texts();
        var timezone = spec.textAt("timezone").orElse("");
        var schedules = schedules(texts, timezone, home);
        if (spec.mapAt("workflowSpec").fields().isEmpty()) {
            problem("TIP-3502", "spec.workflowSpec is required", "workflowSpec");
        }
        return new CronSpec(
                object,
                texts,
                schedules,
                timezone,
                policy(),
                spec.find("suspend").filter(Value.bool(true)::equals).isPresent(),
                number("startingDeadlineSeconds").orElse(0),
                spec.textAt("when").orElse(""),
                stop(),
                limit("successfulJobsHistoryLimit", KEEP_SUCCEEDED),
                limit("failedJobsHistoryLimit", KEEP_FAILED),
                problems);
    }

    private void name() {
        var name = object.textAt("metadata", "name").orElse("");
        if (name.length() > LONGEST_NAME) {
            var message =
                    "cron workflow name \"%s\" must not be more than 52 characters long (currently %d)"
                            .formatted(name, name.length());
            var at = object.mapAt("metadata").find("name").map(Value::at).orElse(object.at());
            problems.add(Diagnostic.error("TIP-3501", message, at, "metadata.name"));
        }
    }

    /// The schedules; the one that versions before 4 have in the singular is one of them.
    private List<String> texts() {
        var texts = new ArrayList<String>();
        for (var one : spec.listAt("schedules")) {
            if (one instanceof Value.Text(var text, _)) {
                texts.add(text);
            }
        }
        spec.textAt("schedule")
                .filter(text -> !text.isEmpty())
                .ifPresent(text -> {
                    var message = "spec.schedule is of Argo 3: it is heeded, but Argo 4 has it no more";
                    problems.add(
                            Diagnostic.warning("TIP-3504", message, at("schedule"), "spec.schedule")
                                    .hint("write schedules: [\"" + text + "\"]"));
                    texts.add(text);
                });
        if (texts.isEmpty()) {
            problem("TIP-3502", "cron workflow must have at least one schedule", "schedules");
        }
        return texts;
    }

    private List<CronSchedule> schedules(List<String> texts, String timezone, ZoneId home) {
        var schedules = new ArrayList<CronSchedule>();
        for (var text : texts) {
            var whole = timezone.isEmpty() ? text : "CRON_TZ=" + timezone + " " + text;
            try {
                schedules.add(CronSchedule.parse(whole, home));
            } catch (EvaluationFailed e) {
                var place =
                        String.valueOf(e.getMessage()).startsWith("provided bad location") ? "timezone" : "schedules";
                problem("TIP-3503", "cron schedule " + whole + " is malformed: " + e.getMessage(), place);
                return List.of();
            }
        }
        return schedules;
    }

    private CronSpec.Policy policy() {
        var text = spec.textAt("concurrencyPolicy").orElse("");
        return switch (text) {
            case "", "Allow" -> CronSpec.Policy.ALLOW;
            case "Forbid" -> CronSpec.Policy.FORBID;
            case "Replace" -> CronSpec.Policy.REPLACE;
            default -> {
                problem("TIP-3503", "'" + text + "' is not a valid concurrencyPolicy", "concurrencyPolicy");
                yield CronSpec.Policy.ALLOW;
            }
        };
    }

    /// `expression`, or `condition` as versions before 3.6 have it.
    private String stop() {
        var strategy = spec.mapAt("stopStrategy");
        var text = strategy.textAt("expression").or(() -> strategy.textAt("condition")).orElse("");
        if (strategy.find("condition").isPresent()) {
            var message = "spec.stopStrategy.condition is of Argo 3: it is heeded, but Argo 4 has it no more";
            problems.add(
                    Diagnostic.warning("TIP-3504", message, at("stopStrategy"), "spec.stopStrategy.condition")
                            .hint("write stopStrategy: {expression: …}"));
        }
        if (!text.isEmpty()) {
            try {
                Expression.parse(text);
            } catch (EvaluationFailed e) {
                problem("TIP-3503", "the stopStrategy cannot be read: " + e.getMessage(), "stopStrategy");
            }
        }
        return text;
    }

    private int limit(String field, int unsaid) {
        return (int) Math.min(MOST_KEPT, number(field).orElse(unsaid));
    }

    private OptionalLong number(String field) {
        if (!(spec.find(field).orElse(Value.nothing()) instanceof Value.Number(var literal, _))) {
            return OptionalLong.empty();
        }
        try {
            long number = Long.parseLong(literal.toLowerCase(Locale.ROOT));
            if (number >= 0) {
                return OptionalLong.of(number);
            }
        } catch (NumberFormatException _) {
            // It is said below.
        }
        problem("TIP-3503", field + " must be a positive whole number", field);
        return OptionalLong.empty();
    }

    private void problem(String code, String message, String field) {
        problems.add(Diagnostic.error(code, message, at(field), "spec." + field));
    }

    private Position at(String field) {
        return spec.find(field).map(Value::at).orElse(spec.at());
    }
}
