package tiphys.language.sprig;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import org.jspecify.annotations.Nullable;
import tiphys.language.EvaluationFailed;
import tiphys.language.gotext.GoDuration;
import tiphys.language.value.Int64;
import tiphys.language.value.Times;

/// Functions of times. The local zone is UTC; now is the moment that the evaluation was given.
final class Dates {
    private static final long HOUR = 3600;
    private static final long DAY = 24 * HOUR;
    private static final long[] UNITS = {365 * DAY, 30 * DAY, DAY, HOUR, 60, 1};
    private static final String[] NAMES = {"y", "mo", "d", "h", "m", "s"};

    private Dates() {}

    static void add(Sprig.Registry all) {
        all.put("now", "", Arguments::now);
        all.put("date", "sa", a -> in(a.text(0), a, 1, ""));
        all.put("dateInZone date_in_zone", "sas", a -> in(a.text(0), a, 1, a.text(2)));
        all.put("htmlDate", "a", a -> in("2006-01-02", a, 0, ""));
        all.put("htmlDateInZone", "as", a -> in("2006-01-02", a, 0, a.text(1)));
        all.put(
                "dateModify date_modify",
                "st",
                a -> GoDuration.parse(a.text(0)).map(a.time(1)::plus).orElseGet(() -> a.time(1)));
        all.put("mustDateModify must_date_modify", "st", a -> a.time(1).plus(duration(a.text(0))));
        all.put("toDate", "ss", a -> dateOrZero(a.text(0), a.text(1)));
        all.put("mustToDate", "ss", a -> Times.parse(a.text(0), a.text(1), ZoneOffset.UTC));
        all.put("unixEpoch", "t", a -> Long.toString(a.time(0).toEpochSecond()));
        all.put("ago", "a", a -> GoDuration.write(Duration.ofSeconds(rounded(Duration.between(time(a, 0), a.now())))));
        all.put("duration", "a", a -> GoDuration.write(Duration.ofSeconds(seconds(a.any(0)))));
        all.put("durationRound", "a", a -> shortened(durationOf(a)));
    }

    private static long rounded(Duration duration) {
        return duration.plusMillis(500).toSeconds();
    }

    private static ZonedDateTime time(Arguments a, int index) {
        return switch (a.any(index)) {
            case ZonedDateTime time -> time;
            case Long seconds -> epoch(seconds);
            case Int64 seconds -> epoch(seconds.longValue());
            case null, default -> a.now();
        };
    }

    private static ZonedDateTime epoch(long seconds) {
        return Instant.ofEpochSecond(Math.clamp(seconds, -62_135_596_800L, 253_402_300_799L)).atZone(ZoneOffset.UTC);
    }

    private static String in(String layout, Arguments a, int index, String zone) {
        ZoneId there;
        try {
            there = Times.zone(zone);
        } catch (EvaluationFailed _) {
            there = ZoneOffset.UTC; // as Sprig has it
        }
        return a.made(Times.format(layout, time(a, index).withZoneSameInstant(there)));
    }

    private static ZonedDateTime dateOrZero(String layout, String text) {
        try {
            return Times.parse(layout, text, ZoneOffset.UTC);
        } catch (EvaluationFailed _) {
            return Times.ZERO; // as Sprig has it
        }
    }

    private static Duration duration(String text) {
        return GoDuration.parse(text)
                .orElseThrow(() -> new EvaluationFailed("time: invalid duration \"" + text + "\""));
    }

    private static long seconds(@Nullable Object value) {
        return switch (value) {
            case Int64 seconds -> Math.clamp(seconds.longValue(), -9_223_372_036L, 9_223_372_036L);
            case String text when text.matches("[+-]?[0-9]{1,10}") ->
                    Math.clamp(Long.parseLong(text), -9_223_372_036L, 9_223_372_036L);
            case null, default -> 0;
        };
    }

    private static Duration durationOf(Arguments a) {
        return switch (a.any(0)) {
            case String text -> GoDuration.parse(text).orElse(Duration.ZERO);
            case Int64 nanos -> Duration.ofNanos(nanos.longValue());
            case ZonedDateTime time -> Duration.between(time, a.now());
            case null, default -> Duration.ZERO;
        };
    }

    private static String shortened(Duration duration) {
        var size = duration.abs();
        for (int i = 0; i < UNITS.length; i++) {
            if (size.compareTo(Duration.ofSeconds(UNITS[i])) > 0) {
                return size.toSeconds() / UNITS[i] + NAMES[i];
            }
        }
        return "0s";
    }
}
