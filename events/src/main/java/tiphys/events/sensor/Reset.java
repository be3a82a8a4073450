package tiphys.events.sensor;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import tiphys.events.spec.Fields;
import tiphys.language.EvaluationFailed;
import tiphys.language.cron.CronSchedule;

/// When the events that a trigger holds are forgotten. Two are equal if they were written alike.
public final class Reset {
    private final String cron;
    private final String timezone;
    private final CronSchedule schedule;

    private Reset(String cron, String timezone, CronSchedule schedule) {
        this.cron = cron;
        this.timezone = timezone;
        this.schedule = schedule;
    }

    /// Reads `conditionsReset`; what cannot be read is told and left out.
    static List<Reset> read(Fields template) {
        var all = new ArrayList<Reset>();
        for (var criteria : template.each("conditionsReset")) {
            var byTime = criteria.at("byTime");
            var cron = byTime.required("cron");
            var timezone = byTime.text("timezone");
            try {
                var zone = timezone.isEmpty() ? ZoneOffset.UTC : ZoneId.of(timezone);
                if (!cron.isEmpty()) {
                    all.add(new Reset(cron, timezone, CronSchedule.parse(cron, zone)));
                }
            } catch (DateTimeException _) {
                byTime.invalid("timezone", "must be a name such as Europe/Berlin, not \"" + timezone + "\"");
            } catch (EvaluationFailed | IllegalArgumentException e) {
                byTime.invalid("cron", "cannot be used: " + e.getMessage());
            }
        }
        return all;
    }

    /// Whether a time of it lies after one instant and not after another.
    public boolean between(Instant after, Instant until) {
        return schedule.next(after, after).filter(time -> !time.isAfter(until)).isPresent();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Reset reset && reset.cron.equals(cron) && reset.timezone.equals(timezone);
    }

    @Override
    public int hashCode() {
        return cron.hashCode() * 31 + timezone.hashCode();
    }

    @Override
    public String toString() {
        return timezone.isEmpty() ? cron : cron + " " + timezone;
    }
}
