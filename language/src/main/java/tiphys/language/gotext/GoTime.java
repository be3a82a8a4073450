package tiphys.language.gotext;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.Month;
import java.time.ZoneOffset;
import java.time.format.TextStyle;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Times in texts, read by Go's layouts; for now those that govaluate tries.
public final class GoTime {
    /// Each layout's parts: a part that is a number or a name there stands for that part of the time.
    private static final List<List<String>> TRIED =
            List.of(
                    List.of("Mon", " ", "Jan", " ", "_2", " ", "15", ":", "04", ":", "05", " ", "2006"),
                    List.of("Mon", " ", "Jan", " ", "_2", " ", "15", ":", "04", ":", "05", " ", "MST", " ", "2006"),
                    List.of("Mon", " ", "Jan", " ", "02", " ", "15", ":", "04", ":", "05", " ", "-0700", " ", "2006"),
                    List.of("3", ":", "04", "PM"),
                    List.of("2006", "-", "01", "-", "02", "T", "15", ":", "04", ":", "05", "Z07:00"),
                    List.of("2006", "-", "01", "-", "02"),
                    List.of("2006", "-", "01", "-", "02", " ", "15", ":", "04"),
                    List.of("2006", "-", "01", "-", "02", " ", "15", ":", "04", ":", "05"),
                    List.of("2006", "-", "01", "-", "02", " ", "15", ":", "04", ":", "05", "-07:00"),
                    List.of("2006", "-", "01", "-", "02", "T", "15", "Z0700"),
                    List.of("2006", "-", "01", "-", "02", "T", "15", ":", "04", "Z0700"),
                    List.of("2006", "-", "01", "-", "02", "T", "15", ":", "04", ":", "05", "Z0700"));

    private static final int LONGEST = 100;

    private final String text;
    private int at;
    private int year;
    private int month = 1;
    private int day = 1;
    private int hour;
    private int minute;
    private int second;
    private int offset;
    private String fraction = "";
    private String zoneName = "";
    private boolean afternoon;
    private boolean forenoon;

    private GoTime(String text) {
        this.text = text;
    }

    /// A time that was read.
    ///
    /// @param seconds since 1970
    /// @param shown as Go prints it
    public record Read(double seconds, String shown) {}

    /// The time that govaluate takes a text for; empty if it is none. A time without a zone is in UTC.
    public static Optional<Read> read(String text) {
        if (text.length() > LONGEST || (text.indexOf(':') < 0 && text.indexOf('-') < 0)) {
            return Optional.empty();
        }
        for (var layout : TRIED) {
            var time = new GoTime(text);
            if (layout.stream().allMatch(time::take) && time.at == text.length()) {
                var read = time.read();
                if (read.isPresent()) {
                    return read;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Read> read() {
        try {
            int hours = afternoon && hour < 12 ? hour + 12 : forenoon && hour == 12 ? 0 : hour;
            var local = LocalDateTime.of(year, month, day, hours, minute, second);
            var digits = fraction.replaceFirst("0+$", "");
            var zone =
                    (offset < 0 ? "-" : "+")
                            + "%02d%02d".formatted(Math.abs(offset) / 3600, Math.abs(offset) / 60 % 60);
            var shown =
                    "%04d-%02d-%02d %02d:%02d:%02d".formatted(year, month, day, hours, minute, second)
                            + (digits.isEmpty() ? "" : "." + digits)
                            + " "
                            + zone
                            + " "
                            + (zoneName.isEmpty() ? offset == 0 ? "UTC" : zone : zoneName);
            return Optional.of(new Read(local.toEpochSecond(ZoneOffset.UTC) - (double) offset, shown));
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }

    private boolean take(String part) {
        return switch (part) {
            case "Mon" -> name(List.of("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")) >= 0;
            case "Jan" -> {
                month =
                        name(
                                        List.of(Month.values()).stream()
                                                .map(one -> one.getDisplayName(TextStyle.SHORT, Locale.ROOT))
                                                .toList())
                                + 1;
                yield month > 0;
            }
            case "2006" -> (year = number(4, 4)) >= 0;
            case "01" -> (month = number(2, 2)) >= 0;
            case "02" -> (day = number(2, 2)) >= 0;
            case "_2" -> {
                if (at < text.length() && text.charAt(at) == ' ') {
                    at++;
                }
                yield (day = number(1, 2)) >= 0;
            }
            case "15" -> (hour = number(1, 2)) >= 0;
            case "3" -> (hour = number(1, 2)) >= 0 && hour <= 12;
            case "04" -> (minute = number(2, 2)) >= 0;
            case "05" -> (second = number(2, 2)) >= 0 && fraction();
            case "PM" -> {
                afternoon = text.startsWith("PM", at);
                forenoon = text.startsWith("AM", at);
                at += 2;
                yield afternoon || forenoon;
            }
            case "MST" -> zoneName();
            case "Z0700", "Z07:00" -> {
                if (text.startsWith("Z", at)) {
                    at++;
                    yield true;
                }
                yield zone(part.length() == 6);
            }
            case "-0700" -> zone(false);
            case "-07:00" -> zone(true);
            case " " -> {
                boolean fits = at == text.length() || text.charAt(at) == ' ';
                while (at < text.length() && text.charAt(at) == ' ') {
                    at++;
                }
                yield fits;
            }
            default -> {
                boolean fits = text.startsWith(part, at);
                at += part.length();
                yield fits;
            }
        };
    }

    private int name(List<String> names) {
        for (int i = 0; i < names.size(); i++) {
            if (text.regionMatches(true, at, names.get(i), 0, 3)) {
                at += 3;
                return i;
            }
        }
        return -1;
    }

    /// A number of so many digits; -1 if there is none.
    private int number(int least, int most) {
        int number = 0;
        int digits = 0;
        while (digits < most && at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            number = number * 10 + text.charAt(at++) - '0';
            digits++;
        }
        return digits < least ? -1 : number;
    }

    /// Takes the fraction that may follow seconds whatever the layout.
    private boolean fraction() {
        if (at + 1 < text.length() && ".,".indexOf(text.charAt(at)) >= 0 && Character.isDigit(text.charAt(at + 1))) {
            int from = ++at;
            while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
                at++;
            }
            fraction = text.substring(from, Math.min(at, from + 9));
        }
        return true;
    }

    private boolean zone(boolean colon) {
        if (at >= text.length() || "+-".indexOf(text.charAt(at)) < 0) {
            return false;
        }
        int sign = text.charAt(at++) == '-' ? -1 : 1;
        int hours = number(2, 2);
        if (colon && !take(":")) {
            return false;
        }
        int minutes = number(2, 2);
        offset = sign * (hours * 3600 + minutes * 60);
        return hours >= 0 && hours <= 24 && minutes >= 0 && minutes <= 60;
    }

    /// A zone's short name. Which zone it is nobody knows, so it is UTC, unless it says (`GMT+3`).
    private boolean zoneName() {
        int from = at;
        while (at < text.length() && at - from < 5 && text.charAt(at) >= 'A' && text.charAt(at) <= 'Z') {
            at++;
        }
        var name = text.substring(from, at);
        if (name.equals("GMT") && at < text.length() && "+-".indexOf(text.charAt(at)) >= 0) {
            int sign = text.charAt(at++) == '-' ? -1 : 1;
            int hours = number(1, 2);
            offset = sign * hours * 3600;
            zoneName = text.substring(from, at);
            return hours >= 0 && hours <= 23;
        }
        zoneName = name;
        return name.length() == 3 || (name.length() >= 4 && name.endsWith("T")) || name.equals("WITA");
    }
}
