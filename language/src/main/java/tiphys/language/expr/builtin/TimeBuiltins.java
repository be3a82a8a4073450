package tiphys.language.expr.builtin;

import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Map;
import tiphys.language.EvaluationFailed;
import tiphys.language.expr.builtin.Builtins.Body;
import tiphys.language.gotext.GoDuration;
import tiphys.language.value.Times;

/// Functions of times.
final class TimeBuiltins {
    private TimeBuiltins() {}

    static void add(Map<String, Body> all) {
        all.put("now", TimeBuiltins::now);
        all.put("duration", TimeBuiltins::duration);
        all.put("date", TimeBuiltins::date);
        all.put("timezone", a -> Times.zone(a.text(0)));
    }

    private static ZonedDateTime now(BuiltinArguments a) {
        var zone = a.size() > 0 && a.any(0) instanceof ZoneId given ? given : ZoneOffset.UTC;
        return a.now().atZone(zone);
    }

    private static Duration duration(BuiltinArguments a) {
        return GoDuration.parse(a.text(0))
                .orElseThrow(() -> new EvaluationFailed("time: invalid duration \"" + a.text(0) + "\""));
    }

    private static ZonedDateTime date(BuiltinArguments a) {
        int from = a.any(0) instanceof ZoneId ? 1 : 0;
        var zone = a.any(0) instanceof ZoneId given ? given : ZoneOffset.UTC;
        if (a.size() <= from) {
            throw new EvaluationFailed("invalid number of arguments (expected at least 1, got 0)");
        }
        var text = a.text(from);
        return switch (a.size() - from) {
            case 2 -> Times.parse(a.text(from + 1), text, zone);
            case 3 -> Times.parse(a.text(from + 1), text, Times.zone(a.text(from + 2)));
            default -> {
                for (var layout : Times.COMMON) {
                    try {
                        yield Times.parse(layout, text, zone);
                    } catch (EvaluationFailed _) {
                        // The next may fit.
                    }
                }
                throw new EvaluationFailed("invalid date " + text);
            }
        };
    }
}
