package tiphys.language.cron;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tiphys.language.EvaluationFailed;
import tiphys.language.cron.CronField.Kind;
import tiphys.language.gotext.GoDuration;

/// When something is due: five fields (minute, hour, day of month, month, day of week), a word (`@daily`), or a pause
/// (`@every 90s`), by the rules of robfig/cron v3's standard parser, which Argo uses. Immutable.
///
/// The clock of the schedule's zone counts: what would be due in an hour that the clock leaves out is not due that day, and
/// what is due in an hour that it shows twice is due twice. [#changes] says where that happens.
public final class CronSchedule {
    /// A day that no calendar has (30 February) is looked for so long.
    private static final int YEARS = 5;

    private static final int MINUTES_AN_HOUR = 60;
    private static final int LONGEST_TEXT = 1_000;

    private final Optional<Duration> pause;
    private final CronField minute;
    private final CronField hour;
    private final CronField dayOfMonth;
    private final CronField month;
    private final CronField dayOfWeek;
    private final ZoneId zone;

    private CronSchedule(ZoneId zone, Optional<Duration> pause, List<CronField> fields) {
        this.zone = zone;
        this.pause = pause;
        minute = fields.get(0);
        hour = fields.get(1);
        dayOfMonth = fields.get(2);
        month = fields.get(3);
        dayOfWeek = fields.get(4);
    }

    /// Reads a schedule.
    ///
    /// @param home the zone of one that names none (with `CRON_TZ=` or `TZ=` in front)
    /// @throws EvaluationFailed in the library's words
    public static CronSchedule parse(String text, ZoneId home) {
        if (text.isEmpty()) {
            throw new EvaluationFailed("empty spec string");
        }
        if (text.length() > LONGEST_TEXT) {
            throw new EvaluationFailed("a schedule has at most " + LONGEST_TEXT + " characters");
        }
        var zone = home;
        var spec = text;
        if (text.startsWith("TZ=") || text.startsWith("CRON_TZ=")) {
            int space = text.indexOf(' ');
            int end = space < 0 ? text.length() : space;
            zone = zone(text.substring(text.indexOf('=') + 1, end), home);
            spec = text.substring(end).strip();
        }
        if (spec.startsWith("@")) {
            return word(spec, zone);
        }
        var fields = spec.isBlank() ? new String[0] : spec.strip().split("\\s+", -1);
        if (fields.length != Kind.values().length) {
            throw new EvaluationFailed(
                    "expected exactly 5 fields, found %d: [%s]".formatted(fields.length, String.join(" ", fields)));
        }
        var read = new ArrayList<CronField>();
        for (var kind : Kind.values()) {
            read.add(CronField.parse(fields[read.size()], kind));
        }
        return new CronSchedule(zone, Optional.empty(), read);
    }

    private static CronSchedule word(String text, ZoneId zone) {
        if (text.startsWith("@every ")) {
            var given = text.substring("@every ".length());
            var pause =
                    GoDuration.parse(given)
                            .orElseThrow(() ->
                                    new EvaluationFailed(
                                            "failed to parse duration %s: time: invalid duration \"%s\""
                                                    .formatted(text, given)));
            var whole = pause.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : pause;
            var nothing = new CronField(0, false);
            return new CronSchedule(
                    zone,
                    Optional.of(whole.truncatedTo(ChronoUnit.SECONDS)),
                    List.of(nothing, nothing, nothing, nothing, nothing));
        }
        var spec =
                switch (text) {
                    case "@yearly", "@annually" -> "0 0 1 1 *";
                    case "@monthly" -> "0 0 1 * *";
                    case "@weekly" -> "0 0 * * 0";
                    case "@daily", "@midnight" -> "0 0 * * *";
                    case "@hourly" -> "0 * * * *";
                    default -> throw new EvaluationFailed("unrecognized descriptor: " + text);
                };
        return parse(spec, zone);
    }

    private static ZoneId zone(String name, ZoneId home) {
        if (name.equals("Local")) {
            return home;
        }
        if (!name.isEmpty() && !ZoneId.getAvailableZoneIds().contains(name)) {
            throw new EvaluationFailed("provided bad location %s: unknown time zone %s".formatted(name, name));
        }
        return name.isEmpty() ? java.time.ZoneOffset.UTC : ZoneId.of(name);
    }

    /// The zone whose clock counts.
    public ZoneId zone() {
        return zone;
    }

    /// The first instant after another one at which it is due; empty if there is none within five years.
    ///
    /// @param since what the pauses of `@every` are counted from
    public Optional<Instant> next(Instant after, Instant since) {
        if (pause.isPresent()) {
            return Optional.of(paused(after, since.truncatedTo(ChronoUnit.SECONDS), pause.get()));
        }
        var at = after.atZone(zone).truncatedTo(ChronoUnit.MINUTES).plusMinutes(1);
        int last = at.getYear() + YEARS;
        while (at.getYear() <= last) {
            if (!month.has(at.getMonthValue())) {
                at = at.toLocalDate().withDayOfMonth(1).plusMonths(1).atStartOfDay(zone);
            } else if (!day(at)) {
                at = at.toLocalDate().plusDays(1).atStartOfDay(zone);
            } else if (!hour.has(at.getHour())) {
                at = at.plusMinutes(MINUTES_AN_HOUR - at.getMinute());
            } else if (!minute.has(at.getMinute())) {
                at = at.plusMinutes(1);
            } else {
                return Optional.of(at.toInstant());
            }
        }
        return Optional.empty();
    }

    private static Instant paused(Instant after, Instant since, Duration pause) {
        long passed = after.isBefore(since) ? 0 : Duration.between(since, after).dividedBy(pause);
        return since.plus(pause.multipliedBy(passed + 1));
    }

    private boolean day(ZonedDateTime at) {
        return day(at.toLocalDateTime());
    }

    /// If both fields of days are limited, either will do.
    private boolean day(LocalDateTime at) {
        boolean byMonth = dayOfMonth.has(at.getDayOfMonth());
        boolean byWeek = dayOfWeek.has(at.getDayOfWeek().getValue() % 7);
        boolean either = !dayOfMonth.star() && !dayOfWeek.star();
        return either ? byMonth || byWeek : byMonth && byWeek;
    }

    /// A time of day that the clock leaves out or shows twice, at which the schedule would be due.
    ///
    /// @param local what the zone's clock would show
    /// @param twice whether it is due twice; else it is not due
    public record ClockChange(LocalDateTime local, boolean twice) {}

    /// Where the next two changes of the zone's clock touch the schedule, at most one of them told for each hour.
    public List<ClockChange> changes(Instant after) {
        var found = new ArrayList<ClockChange>();
        var from = after;
        for (int i = 0; i < 2 && pause.isEmpty(); i++) {
            var change = Optional.ofNullable(zone.getRules().nextTransition(from));
            if (change.isEmpty()) {
                break;
            }
            touched(change.get()).ifPresent(found::add);
            from = change.get().getInstant();
        }
        return found;
    }

    private Optional<ClockChange> touched(ZoneOffsetTransition change) {
        var from = change.isGap() ? change.getDateTimeBefore() : change.getDateTimeAfter();
        var to = change.isGap() ? change.getDateTimeAfter() : change.getDateTimeBefore();
        for (var at = from; at.isBefore(to); at = at.plusMinutes(1)) {
            if (month.has(at.getMonthValue()) && day(at) && hour.has(at.getHour()) && minute.has(at.getMinute())) {
                return Optional.of(new ClockChange(at, change.isOverlap()));
            }
        }
        return Optional.empty();
    }
}
