package tiphys.events.calendar;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import tiphys.events.source.SourceSettings;
import tiphys.events.spec.Fields;
import tiphys.language.EvaluationFailed;
import tiphys.language.cron.CronSchedule;
import tiphys.language.gotext.GoDuration;
import tiphys.manifest.Value;

/// When events are due.
///
/// @param schedule as cron writes it; empty for an interval
/// @param interval between two events; counts only without a schedule
/// @param exclusions days of the zone on which nothing is due
/// @param catchUp whether what was due while nobody was there is sent later
/// @param catchUpWithin how far back that goes; empty for all the way
record CalendarSettings(
        String schedule,
        Optional<Duration> interval,
        Set<LocalDate> exclusions,
        ZoneId zone,
        boolean catchUp,
        Optional<Duration> catchUpWithin,
        Optional<Value.Mapping> metadata)
        implements SourceSettings {
    private static final DateTimeFormatter EXCLUDED = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'");
    private static final String EXDATE = "EXDATE:";

    /// A schedule of which a century has no day left is out of days.
    private static final int MOST_EXCLUDED = 40_000;

    CalendarSettings {
        exclusions = Set.copyOf(exclusions);
    }

    static CalendarSettings read(Fields fields) {
        var zone = zone(fields);
        var schedule = fields.text("schedule");
        Optional<Duration> interval = Optional.empty();
        if (!schedule.isEmpty()) {
            try {
                if (schedule.startsWith("@")) {
                    throw new EvaluationFailed("parser does not accept descriptors: " + schedule);
                }
                CronSchedule.parse(schedule, zone);
            } catch (EvaluationFailed e) {
                fields.invalid("schedule", "cannot be read: " + e.getMessage());
                schedule = "";
            }
        } else {
            interval = duration(fields, "interval", fields.required("interval"));
        }
        var metadata = fields.at("metadata").json();
        var catchup = fields.at("persistence").at("catchup");
        return new CalendarSettings(
                schedule,
                interval,
                exclusions(fields),
                zone,
                catchup.truth("enabled"),
                duration(catchup, "maxDuration", catchup.text("maxDuration")),
                metadata.fields().isEmpty() ? Optional.empty() : Optional.of(metadata));
    }

    private static ZoneId zone(Fields fields) {
        var name = fields.text("timezone");
        if (name.isEmpty() || name.equals("Local")) {
            return ZoneOffset.UTC;
        }
        if (!ZoneId.getAvailableZoneIds().contains(name)) {
            fields.invalid("timezone", "must be a name such as Europe/Berlin, not \"" + name + "\"");
            return ZoneOffset.UTC;
        }
        return ZoneId.of(name);
    }

    private static Optional<Duration> duration(Fields fields, String field, String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        var duration = GoDuration.parse(text).filter(found -> found.toMillis() > 0);
        if (duration.isEmpty()) {
            fields.invalid(field, "must be a duration such as 10s or 1h30m, not \"" + text + "\"");
        }
        return duration;
    }

    private static Set<LocalDate> exclusions(Fields fields) {
        var days = new HashSet<LocalDate>();
        for (var text : fields.texts("exclusionDates")) {
            try {
                if (!text.startsWith(EXDATE)) {
                    throw new DateTimeParseException("no " + EXDATE, text, 0);
                }
                for (var day : text.substring(EXDATE.length()).split(",", -1)) {
                    days.add(LocalDate.parse(day, EXCLUDED));
                }
            } catch (DateTimeParseException _) {
                fields.invalid("exclusionDates", "must be dates such as EXDATE:20261224T000000Z, not \"" + text + "\"");
            }
        }
        return days;
    }

    /// The first time after another one; empty if there is none within some years.
    Optional<Instant> next(Instant after) {
        var next = Optional.of(after);
        for (int i = 0; i < MOST_EXCLUDED && next.isPresent(); i++) {
            next = following(next.get());
            if (next.filter(at -> exclusions.contains(LocalDate.ofInstant(at, zone))).isEmpty()) {
                return next;
            }
        }
        return Optional.empty();
    }

    private Optional<Instant> following(Instant after) {
        if (!schedule.isEmpty()) {
            return CronSchedule.parse(schedule, zone).next(after, after);
        }
        // Argo leaves the part of a second away
        return interval.map(pause -> {
            boolean whole = pause.compareTo(Duration.ofSeconds(1)) >= 0;
            return (whole ? after.truncatedTo(ChronoUnit.SECONDS) : after).plus(pause);
        });
    }

    /// For people.
    String told() {
        var zoned = zone.equals(ZoneOffset.UTC) ? "" : " " + zone;
        return schedule.isEmpty() ? "every " + interval.map(GoDuration::write).orElse("") : schedule + zoned;
    }

    @Override
    public Value.Mapping shown() {
        return Value.object("exclusions", exclusions.size(), "catchUp", catchUp);
    }
}
