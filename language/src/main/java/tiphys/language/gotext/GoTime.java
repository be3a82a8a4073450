package tiphys.language.gotext;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Pattern;

/// Texts that govaluate takes for times: RFC 3339 and its shorter forms.
public final class GoTime {
    private static final Pattern TIME =
            Pattern.compile(
                    "(\\d{4})-(\\d{2})-(\\d{2})(?:([ T])(\\d{2})(?::(\\d{2})(?::(\\d{2})(?:[.,](\\d{1,9}))?)?)?(Z|[+-]\\d{2}:?\\d{2})?)?",
                    Pattern.UNICODE_CASE);

    private GoTime() {}

    /// The time's Unix seconds; empty if the text is none. A time without a zone is in UTC.
    public static Optional<Double> seconds(String text) {
        if (text.length() < 10 || text.length() > 40) {
            return Optional.empty();
        }
        var time = TIME.matcher(text);
        if (!time.matches()) {
            return Optional.empty();
        }
        var zone = time.group(9);
        boolean spaced = " ".equals(time.group(4));
        boolean hourOnly = time.group(5) != null && time.group(6) == null;
        boolean colonNeeded =
                spaced && zone != null && (zone.equals("Z") || zone.length() != 6 || time.group(7) == null);
        if ((spaced && hourOnly) || colonNeeded || (time.group(4) != null && !spaced && zone == null)) {
            return Optional.empty();
        }
        try {
            var local =
                    LocalDateTime.of(
                            number(time.group(1)),
                            number(time.group(2)),
                            number(time.group(3)),
                            number(time.group(5)),
                            number(time.group(6)),
                            number(time.group(7)));
            var offset = zone == null || zone.equals("Z") ? ZoneOffset.UTC : ZoneOffset.of(zone);
            return Optional.of((double) local.toEpochSecond(offset));
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }

    private static int number(@org.jspecify.annotations.Nullable String digits) {
        return digits == null ? 0 : Integer.parseInt(digits);
    }
}
