package tiphys.language.value;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tiphys.language.EvaluationFailed;

/// Times by Go's layouts, in which a certain moment shows how each part is written: `Mon Jan 2 15:04:05 MST 2006`.
///
/// A layout is cut into elements, the longest first where several begin alike (`2006` before `2`, `-07:00` before `-07`);
/// what is no element stands for itself. Fractions (`.000`, `.999`) are elements only where no digit follows.
public final class Times {
    /// The zero of Go's times.
    public static final ZonedDateTime ZERO = ZonedDateTime.of(1, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

    /// The layouts that expr's `date` tries, in its order.
    public static final List<String> COMMON =
            List.of(
                    "2006-01-02",
                    "15:04:05",
                    "2006-01-02 15:04:05",
                    "2006-01-02T15:04:05Z07:00",
                    "02 Jan 06 15:04 MST",
                    "Monday, 02-Jan-06 15:04:05 MST",
                    "Mon, 02 Jan 2006 15:04:05 MST");

    private static final List<String> ELEMENTS =
            List.of(
                    "January",
                    "Jan",
                    "Monday",
                    "Mon",
                    "MST",
                    "2006",
                    "002",
                    "__2",
                    "_2006",
                    "_2",
                    "01",
                    "02",
                    "03",
                    "04",
                    "05",
                    "06",
                    "15",
                    "PM",
                    "pm",
                    "Z07:00:00",
                    "Z070000",
                    "Z07:00",
                    "Z0700",
                    "Z07",
                    "-07:00:00",
                    "-070000",
                    "-07:00",
                    "-0700",
                    "-07",
                    "1",
                    "2",
                    "3",
                    "4",
                    "5");

    private static final DateTimeFormatter SHORT_ZONE = DateTimeFormatter.ofPattern("zzz", Locale.US);
    private static final int MAX_LAYOUT = 10_000;

    private Times() {}

    /// The zone of that name; empty is UTC, and so is `Local`.
    ///
    /// @throws EvaluationFailed if there is none
    public static ZoneId zone(String name) {
        if (name.isEmpty() || name.equals("UTC") || name.equals("Local")) {
            return ZoneOffset.UTC;
        }
        try {
            if (name.matches("[A-Z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*")
                    && ZoneId.getAvailableZoneIds().contains(name)) {
                return ZoneId.of(name);
            }
        } catch (DateTimeException _) {
            // It is said below.
        }
        throw new EvaluationFailed("unknown time zone " + name);
    }

    /// As Go prints a time: `2006-01-02 15:04:05.999999999 -0700 MST`.
    public static String print(ZonedDateTime time) {
        return format("2006-01-02 15:04:05.999999999 -0700 MST", time);
    }

    /// As Go writes a time into JSON.
    static String json(ZonedDateTime time) {
        return format("2006-01-02T15:04:05.999999999Z07:00", time);
    }

    /// Cuts a layout into its elements and what stands between them, which begins with a quote here.
    private static List<String> elements(String layout) {
        if (layout.length() > MAX_LAYOUT) {
            throw new EvaluationFailed("the layout of a time is longer than " + MAX_LAYOUT + " characters");
        }
        var parts = new ArrayList<String>();
        int from = 0;
        int at = 0;
        while (at < layout.length()) {
            var element = element(layout, at);
            if (element == null) {
                at++;
                continue;
            }
            if (at > from) {
                parts.add("'" + layout.substring(from, at));
            }
            if (element.equals("_2006")) {
                parts.add("'_");
                element = "2006";
                at++;
            }
            parts.add(element);
            at += element.length();
            from = at;
        }
        if (from < layout.length()) {
            parts.add("'" + layout.substring(from));
        }
        return parts;
    }

    private static @Nullable String element(String layout, int at) {
        char c = layout.charAt(at);
        if ((c == '.' || c == ',') && at + 1 < layout.length() && "09".indexOf(layout.charAt(at + 1)) >= 0) {
            char digit = layout.charAt(at + 1);
            int end = at + 1;
            while (end < layout.length() && layout.charAt(end) == digit) {
                end++;
            }
            return end < layout.length() && isDigit(layout.charAt(end)) ? null : layout.substring(at, end);
        }
        for (var element : ELEMENTS) {
            if (layout.startsWith(element, at)) {
                boolean longer =
                        element.equals("Jan")
                                && at + 3 < layout.length()
                                && Character.isLowerCase(layout.charAt(at + 3));
                return longer ? null : element;
            }
        }
        return null;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /// The time written by a layout.
    public static String format(String layout, ZonedDateTime time) {
        var out = new StringBuilder();
        for (var element : elements(layout)) {
            out.append(element.charAt(0) == '\'' ? element.substring(1) : written(element, time));
        }
        return out.toString();
    }

    private static String written(String element, ZonedDateTime time) {
        int hour = time.getHour() % 12 == 0 ? 12 : time.getHour() % 12;
        return switch (element) {
            case "January" -> time.getMonth().getDisplayName(TextStyle.FULL, Locale.ROOT);
            case "Jan" -> time.getMonth().getDisplayName(TextStyle.FULL, Locale.ROOT).substring(0, 3);
            case "1" -> Integer.toString(time.getMonthValue());
            case "01" -> padded(time.getMonthValue(), 2);
            case "Monday" -> time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ROOT);
            case "Mon" -> time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ROOT).substring(0, 3);
            case "2" -> Integer.toString(time.getDayOfMonth());
            case "_2" -> String.format(Locale.ROOT, "%2d", time.getDayOfMonth());
            case "02" -> padded(time.getDayOfMonth(), 2);
            case "__2" -> String.format(Locale.ROOT, "%3d", time.getDayOfYear());
            case "002" -> padded(time.getDayOfYear(), 3);
            case "15" -> padded(time.getHour(), 2);
            case "3" -> Integer.toString(hour);
            case "03" -> padded(hour, 2);
            case "4" -> Integer.toString(time.getMinute());
            case "04" -> padded(time.getMinute(), 2);
            case "5" -> Integer.toString(time.getSecond());
            case "05" -> padded(time.getSecond(), 2);
            case "2006" -> padded(time.getYear(), 4);
            case "06" -> padded(Math.floorMod(time.getYear(), 100), 2);
            case "PM" -> time.getHour() >= 12 ? "PM" : "AM";
            case "pm" -> time.getHour() >= 12 ? "pm" : "am";
            case "MST" -> abbreviation(time);
            default ->
                    element.charAt(0) == '.' || element.charAt(0) == ','
                            ? fraction(element, time)
                            : offset(element, time);
        };
    }

    private static String padded(int number, int digits) {
        return String.format(Locale.ROOT, "%0" + digits + "d", number);
    }

    private static String abbreviation(ZonedDateTime time) {
        if (time.getZone() instanceof ZoneOffset offset) {
            if (offset.getTotalSeconds() == 0) {
                return "UTC";
            }
            return offset(offset.getTotalSeconds() % 3600 == 0 ? "-07" : "-0700", time);
        }
        var name = SHORT_ZONE.format(time);
        return name.matches("[A-Z]{3,5}")
                ? name
                : offset(time.getOffset().getTotalSeconds() % 3600 == 0 ? "-07" : "-0700", time);
    }

    private static String fraction(String element, ZonedDateTime time) {
        var digits = padded(time.getNano(), 9).substring(0, Math.min(9, element.length() - 1));
        if (element.charAt(1) == '9') {
            int end = digits.length();
            while (end > 0 && digits.charAt(end - 1) == '0') {
                end--;
            }
            return end == 0 ? "" : element.charAt(0) + digits.substring(0, end);
        }
        return element.charAt(0) + digits;
    }

    private static String offset(String element, ZonedDateTime time) {
        int seconds = time.getOffset().getTotalSeconds();
        if (element.charAt(0) == 'Z' && seconds == 0) {
            return "Z";
        }
        int size = Math.abs(seconds);
        var colon = element.contains(":") ? ":" : "";
        var out = (seconds < 0 ? "-" : "+") + padded(size / 3600, 2);
        if (element.length() > 3) {
            out += colon + padded(size / 60 % 60, 2);
        }
        if (element.replace(":", "").length() > 5) {
            out += colon + padded(size % 60, 2);
        }
        return out;
    }

    /// The time that a text says by a layout; what it does not say is that of the year 0 or its beginning.
    ///
    /// @param zone where it says none
    /// @throws EvaluationFailed in Go's words, if the text is not of that layout
    public static ZonedDateTime parse(String layout, String text, ZoneId zone) {
        return new Reading(layout, text).time(zone);
    }

    /// One reading of a text by a layout.
    private static final class Reading {
        private final String layout;
        private final String text;
        private int at;
        private int year;
        private int month = 1;
        private int day = 1;
        private int dayOfYear = -1;
        private int hour;
        private int minute;
        private int second;
        private int nano;
        private boolean afternoon;
        private boolean half;
        private @Nullable ZoneId said;

        Reading(String layout, String text) {
            this.layout = layout;
            this.text = text;
        }

        ZonedDateTime time(ZoneId zone) {
            var elements = elements(layout);
            for (int i = 0; i < elements.size(); i++) {
                var element = elements.get(i);
                if (element.charAt(0) == '\'') {
                    literal(element.substring(1));
                } else {
                    part(element, i + 1 < elements.size() ? elements.get(i + 1) : "");
                }
            }
            if (at < text.length()) {
                throw wrong(": extra text: " + quoted(text.substring(at)));
            }
            if (half) {
                hour = afternoon && hour < 12 ? hour + 12 : !afternoon && hour == 12 ? 0 : hour;
            }
            try {
                var date =
                        dayOfYear < 0
                                ? java.time.LocalDate.of(year, month, day)
                                : java.time.LocalDate.ofYearDay(year, dayOfYear);
                return LocalDateTime.of(date, java.time.LocalTime.of(hour, minute, second, nano))
                        .atZone(said == null ? zone : said);
            } catch (DateTimeException _) {
                throw wrong(": day out of range");
            }
        }

        private void literal(String literal) {
            for (int i = 0; i < literal.length(); i++) {
                if (literal.charAt(i) == ' ') {
                    // Go takes any number of blanks for those of the layout.
                    while (at < text.length() && text.charAt(at) == ' ') {
                        at++;
                    }
                    continue;
                }
                if (at >= text.length() || text.charAt(at) != literal.charAt(i)) {
                    throw mismatch(literal);
                }
                at++;
            }
        }

        private void part(String element, String next) {
            switch (element) {
                case "2006" -> year = number(element, 4, 4, 0, 9999, "year");
                case "06" -> {
                    int two = number(element, 2, 2, 0, 99, "year");
                    year = two + (two >= 69 ? 1900 : 2000);
                }
                case "January" -> month = name(element, true, false);
                case "Jan" -> month = name(element, false, false);
                case "Monday" -> name(element, true, true);
                case "Mon" -> name(element, false, true);
                case "1" -> month = number(element, 1, 2, 1, 12, "month");
                case "01" -> month = number(element, 2, 2, 1, 12, "month");
                case "2", "_2" -> {
                    if (element.equals("_2") && at < text.length() && text.charAt(at) == ' ') {
                        at++;
                    }
                    day = number(element, 1, 2, 1, 31, "day");
                }
                case "02" -> day = number(element, 2, 2, 1, 31, "day");
                case "002", "__2" -> {
                    while (element.equals("__2") && at < text.length() && text.charAt(at) == ' ') {
                        at++;
                    }
                    dayOfYear = number(element, 1, 3, 1, 366, "day-of-year");
                }
                case "15" -> hour = number(element, 1, 2, 0, 23, "hour");
                case "3" -> hour = number(element, 1, 2, 0, 12, "hour");
                case "03" -> hour = number(element, 2, 2, 0, 12, "hour");
                case "4" -> minute = number(element, 1, 2, 0, 59, "minute");
                case "04" -> minute = number(element, 2, 2, 0, 59, "minute");
                case "5", "05" -> {
                    second = number(element, element.length(), 2, 0, 59, "second");
                    boolean fractionNext = !next.isEmpty() && (next.charAt(0) == '.' || next.charAt(0) == ',');
                    if (!fractionNext && fractionHere()) {
                        fraction(-1);
                    }
                }
                case "PM", "pm" -> {
                    half = true;
                    var upper = text.regionMatches(at, element.equals("PM") ? "PM" : "pm", 0, 2);
                    if (!upper && !text.regionMatches(at, element.equals("PM") ? "AM" : "am", 0, 2)) {
                        throw mismatch(element);
                    }
                    afternoon = upper;
                    at += 2;
                }
                case "MST" -> zoneName();
                default -> {
                    char c = element.charAt(0);
                    if (c == '.' || c == ',') {
                        if (element.charAt(1) == '9' && !fractionHere()) {
                            return;
                        }
                        fraction(element.charAt(1) == '9' ? -1 : element.length() - 1);
                    } else {
                        offset(element);
                    }
                }
            }
        }

        private int number(String element, int least, int most, int from, int to, String what) {
            int end = at;
            while (end < text.length() && end - at < most && isDigit(text.charAt(end))) {
                end++;
            }
            if (end - at < least) {
                throw mismatch(element);
            }
            int value = Integer.parseInt(text.substring(at, end));
            if (value < from || value > to) {
                throw wrong(": " + what + " out of range");
            }
            at = end;
            return value;
        }

        private int name(String element, boolean full, boolean days) {
            for (int i = 1; i <= (days ? 7 : 12); i++) {
                var name =
                        days
                                ? java.time.DayOfWeek.of(i).getDisplayName(TextStyle.FULL, Locale.ROOT)
                                : java.time.Month.of(i).getDisplayName(TextStyle.FULL, Locale.ROOT);
                var wanted = full ? name : name.substring(0, 3);
                if (text.regionMatches(true, at, wanted, 0, wanted.length())) {
                    at += wanted.length();
                    return i;
                }
            }
            throw mismatch(element);
        }

        private boolean fractionHere() {
            return at + 1 < text.length()
                    && (text.charAt(at) == '.' || text.charAt(at) == ',')
                    && isDigit(text.charAt(at + 1));
        }

        private void fraction(int digits) {
            if (!fractionHere()) {
                throw mismatch(".");
            }
            int end = at + 1;
            while (end < text.length() && isDigit(text.charAt(end)) && (digits < 0 || end - at <= digits)) {
                end++;
            }
            if (digits >= 0 && end - at - 1 != digits) {
                throw mismatch(".");
            }
            var read = (text.substring(at + 1, end) + "000000000").substring(0, 9);
            nano = Integer.parseInt(read);
            at = end;
        }

        private void offset(String element) {
            if (element.charAt(0) == 'Z' && at < text.length() && text.charAt(at) == 'Z') {
                at++;
                said = ZoneOffset.UTC;
                return;
            }
            boolean colon = element.contains(":");
            int parts = (element.replace(":", "").length() - 1) / 2;
            var pattern = "[+-]\\d\\d" + ((colon ? ":" : "") + "\\d\\d").repeat(parts - 1);
            int end = at + pattern.replace("\\d", "0").replace("[+-]", "+").length();
            if (end > text.length() || !text.substring(at, end).matches(pattern)) {
                throw mismatch(element);
            }
            var digits = text.substring(at, end).replace(":", "");
            int seconds = Integer.parseInt(digits.substring(1, 3)) * 3600;
            seconds += parts > 1 ? Integer.parseInt(digits.substring(3, 5)) * 60 : 0;
            seconds += parts > 2 ? Integer.parseInt(digits.substring(5, 7)) : 0;
            try {
                said = ZoneOffset.ofTotalSeconds(digits.charAt(0) == '-' ? -seconds : seconds);
            } catch (DateTimeException _) {
                throw wrong(": time zone offset hour out of range");
            }
            at = end;
        }

        private void zoneName() {
            int end = at;
            while (end < text.length() && end - at < 5 && Character.isUpperCase(text.charAt(end))) {
                end++;
            }
            if (end - at < 3) {
                throw mismatch("MST");
            }
            // Go makes a zone without an offset of an abbreviation that it does not know.
            said = said == null ? ZoneOffset.UTC : said;
            at = end;
        }

        private EvaluationFailed mismatch(String element) {
            return new EvaluationFailed(
                    "parsing time "
                            + quoted(text)
                            + " as "
                            + quoted(layout)
                            + ": cannot parse "
                            + quoted(text.substring(Math.min(at, text.length())))
                            + " as "
                            + quoted(element));
        }

        private EvaluationFailed wrong(String why) {
            return new EvaluationFailed("parsing time " + quoted(text) + why);
        }

        private static String quoted(String text) {
            var out = new StringBuilder();
            PlainText.quote(text.length() > 100 ? text.substring(0, 100) : text, false, out);
            return out.toString();
        }
    }
}
