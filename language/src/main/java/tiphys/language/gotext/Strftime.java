package tiphys.language.gotext;

import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/// Parts of a time by their strftime letters, as `workflow.creationTimestamp.<letter>` gives them.
public final class Strftime {
    /// The letters that have a part.
    public static final String LETTERS = "BbmAadHIMSYypZzL";

    private Strftime() {}

    /// The part of the time that the letter names; empty if it names none.
    public static Optional<String> part(char letter, ZonedDateTime time) {
        if (letter == 'Z' && time.getZone().equals(ZoneOffset.UTC)) {
            return Optional.of("UTC");
        }
        return pattern(letter).map(pattern -> DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(time));
    }

    private static Optional<String> pattern(char letter) {
        return Optional.ofNullable(
                switch (letter) {
                    case 'B' -> "MMMM";
                    case 'b' -> "MMM";
                    case 'm' -> "MM";
                    case 'A' -> "EEEE";
                    case 'a' -> "EEE";
                    case 'd' -> "dd";
                    case 'H' -> "HH";
                    case 'I' -> "hh";
                    case 'M' -> "mm";
                    case 'S' -> "ss";
                    case 'Y' -> "uuuu";
                    case 'y' -> "uu";
                    case 'p' -> "a";
                    case 'Z' -> "zzz";
                    case 'z' -> "xx";
                    case 'L' -> ".SSS";
                    default -> null;
                });
    }
}
