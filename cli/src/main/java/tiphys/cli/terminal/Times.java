package tiphys.cli.terminal;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Instants and durations as people read them, and as they write them in options.
public final class Times {
    private static final Pattern PART = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

    private static final int DAY = "2026-11-24".length();

    private Times() {}

    /// `0.4s`, `38.0s`, `2m05s`, `3h07m`, `4d02h`: never more than six characters for a human span.
    public static String duration(Duration span) {
        var length = span.isNegative() ? Duration.ZERO : span;
        if (length.compareTo(Duration.ofMinutes(1)) < 0) {
            long tenths = length.toMillis() / 100;
            return tenths / 10 + "." + tenths % 10 + "s";
        }
        if (length.compareTo(Duration.ofHours(1)) < 0) {
            return two(length.toMinutes(), "m", length.toSecondsPart(), "s");
        }
        return length.compareTo(Duration.ofDays(1)) < 0
                ? two(length.toHours(), "h", length.toMinutesPart(), "m")
                : two(length.toDays(), "d", length.toHoursPart(), "h");
    }

    /// The age as kubectl shows it: `12s`, `5m`, `3h`, `2d`.
    static String age(Instant since, Instant now) {
        var age = Duration.between(since, now);
        if (age.toSeconds() < 120) {
            return Math.max(0, age.toSeconds()) + "s";
        }
        return age.toMinutes() < 120
                ? age.toMinutes() + "m"
                : age.toHours() < 48 ? age.toHours() + "h" : age.toDays() + "d";
    }

    /// `14:03:21`.
    static String clock(Instant at, ZoneId zone) {
        var time = at.atZone(zone);
        return two(time.getHour(), ":", time.getMinute(), ":") + pad(time.getSecond());
    }

    /// `2026-11-24 14:03:21`.
    public static String date(Instant at, ZoneId zone) {
        return at.atZone(zone).toLocalDate() + " " + clock(at, zone);
    }

    /// `90s`, `5m`, `1h30m`; a number alone is seconds.
    public static Optional<Duration> parse(String text) {
        if (text.matches("\\d{1,9}")) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
        }
        var part = PART.matcher(text);
        var sum = Duration.ZERO;
        int end = 0;
        while (part.lookingAt()) {
            long number = Long.parseLong(part.group(1));
            sum =
                    sum.plus(
                            switch (part.group(2)) {
                                case "ms" -> Duration.ofMillis(number);
                                case "s" -> Duration.ofSeconds(number);
                                case "m" -> Duration.ofMinutes(number);
                                case "h" -> Duration.ofHours(number);
                                default -> Duration.ofDays(number);
                            });
            end = part.end();
            part.region(end, text.length());
        }
        return end > 0 && end == text.length() ? Optional.of(sum) : Optional.empty();
    }

    /// An instant as people name it: how long ago (`90s`, `30d`), or itself (`2026-11-24T14:00:00Z`, `2026-11-24` in the zone).
    public static Optional<Instant> instant(String text, Instant now, ZoneId zone) {
        var ago = text.matches("\\d+") ? Optional.<Duration>empty() : parse(text);
        if (ago.isPresent()) {
            return ago.map(now::minus);
        }
        try {
            return Optional.of(
                    text.length() == DAY
                            ? LocalDate.parse(text).atStartOfDay(zone).toInstant()
                            : OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty(); // the caller says what was expected
        }
    }

    /// `512 B`, `14.2 KiB`, `3.0 GiB`.
    public static String bytes(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        double size = bytes;
        int unit = -1;
        while (size >= 1024 && unit < 3) {
            size /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %ciB", size, "KMGT".charAt(unit));
    }

    private static String two(long first, String after, long second, String end) {
        return (after.equals(":") ? pad(first) : Long.toString(first)) + after + pad(second) + end;
    }

    private static String pad(long number) {
        return number < 10 ? "0" + number : Long.toString(number);
    }
}
