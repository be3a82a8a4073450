package tiphys.language.cron;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tiphys.language.EvaluationFailed;

/// One of a schedule's five fields: which numbers it lets through.
///
/// @param bits the numbers, bit by bit; all fields' numbers are below 60
/// @param star whether it says `*` or `?` (also `*/1`), which matters for the two fields of days
record CronField(long bits, boolean star) {

    /// What a field may say; names stand for the numbers from the least one on.
    enum Kind {
        MINUTE(0, 59, ""),
        HOUR(0, 23, ""),
        DAY_OF_MONTH(1, 31, ""),
        MONTH(1, 12, "janfebmaraprmayjunjulaugsepoctnovdec"),
        DAY_OF_WEEK(0, 6, "sunmontuewedthufrisat");

        private static final int LETTERS = 3;

        private final int least;
        private final int most;
        private final String names;

        Kind(int least, int most, String names) {
            this.least = least;
            this.most = most;
            this.names = names;
        }

        /// The number that a name stands for; -1 if it is none.
        private int named(String text) {
            int at = text.length() == LETTERS ? names.indexOf(text.toLowerCase(Locale.ROOT)) : -1;
            return at < 0 || at % LETTERS > 0 ? -1 : least + at / LETTERS;
        }
    }

    boolean has(int number) {
        return (bits >> number & 1) != 0;
    }

    /// Reads a field: ranges with commas between.
    ///
    /// @throws EvaluationFailed in the words of Argo's library
    static CronField parse(String text, Kind kind) {
        long bits = 0;
        boolean star = false;
        for (var part : text.split(",", -1)) {
            if (!part.isEmpty()) {
                var range = range(part, kind);
                bits |= range.bits();
                star |= range.star();
            }
        }
        return new CronField(bits, star);
    }

    /// `N`, `N-M`, `*`, `?`, each with `/STEP`; `N/STEP` goes on to the field's end.
    private static CronField range(String text, Kind kind) {
        var stepped = text.split("/", -1);
        var ends = stepped[0].split("-", -1);
        boolean single = ends.length == 1;
        boolean star = ends[0].equals("*") || ends[0].equals("?");
        int from = star ? kind.least : number(ends[0], kind);
        int to = star ? kind.most : from;
        if (!star && ends.length == 2) {
            to = number(ends[1], kind);
        } else if (!star && ends.length > 2) {
            throw new EvaluationFailed("too many hyphens: " + text);
        }
        int step = 1;
        if (stepped.length == 2) {
            step = whole(stepped[1]);
            to = single ? kind.most : to;
            star &= step <= 1;
        } else if (stepped.length > 2) {
            throw new EvaluationFailed("too many slashes: " + text);
        }
        check(text, kind, from, to, step);
        long bits = 0;
        for (int number = from; number <= to; number += step) {
            bits |= 1L << number;
        }
        return new CronField(bits, star);
    }

    private static void check(String text, Kind kind, int from, int to, int step) {
        if (from < kind.least) {
            throw new EvaluationFailed(
                    "beginning of range (%d) below minimum (%d): %s".formatted(from, kind.least, text));
        }
        if (to > kind.most) {
            throw new EvaluationFailed("end of range (%d) above maximum (%d): %s".formatted(to, kind.most, text));
        }
        if (from > to) {
            throw new EvaluationFailed(
                    "beginning of range (%d) beyond end of range (%d): %s".formatted(from, to, text));
        }
        if (step == 0) {
            throw new EvaluationFailed("step of range should be a positive number: " + text);
        }
    }

    private static int number(String text, Kind kind) {
        int name = kind.named(text);
        return name >= 0 ? name : whole(text);
    }

    private static int whole(String text) {
        int number;
        try {
            number = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new EvaluationFailed(
                    "failed to parse int from %s: strconv.Atoi: parsing \"%s\": invalid syntax".formatted(text, text));
        }
        if (number < 0) {
            throw new EvaluationFailed("negative number (%d) not allowed: %s".formatted(number, text));
        }
        return number;
    }

    /// The numbers, for messages and tests.
    List<Integer> numbers() {
        var numbers = new ArrayList<Integer>();
        for (int number = 0; number < Long.SIZE; number++) {
            if (has(number)) {
                numbers.add(number);
            }
        }
        return numbers;
    }
}
