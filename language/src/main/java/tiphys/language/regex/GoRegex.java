package tiphys.language.regex;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;

/// Regular expressions with Go's (RE2's) syntax, matched under a budget so that no pattern can run away: they are put
/// into Java's syntax, and every look at a character of the text is a step.
public final class GoRegex {
    private static final int MAX_LENGTH = 4096;

    private GoRegex() {}

    /// Whether the pattern is found anywhere in the text.
    ///
    /// @throws EvaluationFailed if the pattern cannot be read or the budget is spent
    public static boolean find(String pattern, String text, Budget budget) {
        return bounded(() -> matcher(pattern, text, budget).find());
    }

    /// What the pattern finds first; empty if nothing.
    ///
    /// @throws EvaluationFailed if the pattern cannot be read or the budget is spent
    public static Optional<String> first(String pattern, String text, Budget budget) {
        return bounded(() -> {
            var matcher = matcher(pattern, text, budget);
            return matcher.find() ? Optional.of(text.substring(matcher.start(), matcher.end())) : Optional.empty();
        });
    }

    /// The text with all that the pattern finds replaced; `$1` and `${name}` stand for groups.
    ///
    /// @throws EvaluationFailed if the pattern cannot be read or the budget is spent
    public static String replace(String pattern, String text, String replacement, Budget budget) {
        return bounded(() -> {
            var matcher = matcher(pattern, text, budget);
            var out = new StringBuilder();
            int from = 0;
            while (matcher.find()) {
                out.append(text, from, matcher.start());
                expand(matcher, text, replacement, out);
                budget.grow(replacement.length() + 1L);
                from = matcher.end();
            }
            return out.append(text, from, text.length()).toString();
        });
    }

    private static void expand(Matcher matcher, String text, String replacement, StringBuilder out) {
        var group = Pattern.compile("\\$(?:\\$|(\\w+)|\\{(\\w+)})").matcher(replacement);
        int from = 0;
        while (group.find()) {
            out.append(replacement, from, group.start());
            from = group.end();
            if (group.group().equals("$$")) {
                out.append('$');
                continue;
            }
            var name = group.group(1) == null ? group.group(2) : group.group(1);
            int start = -1;
            int end = -1;
            if (name.matches("[0-9]{1,4}")) {
                int number = Integer.parseInt(name);
                if (number <= matcher.groupCount()) {
                    start = matcher.start(number);
                    end = matcher.end(number);
                }
            } else if (matcher.namedGroups().containsKey(name)) {
                start = matcher.start(name);
                end = matcher.end(name);
            }
            if (start >= 0) {
                out.append(text, start, end);
            }
        }
        out.append(replacement, from, replacement.length());
    }

    private static <T> T bounded(java.util.function.Supplier<T> match) {
        try {
            return match.get();
        } catch (StackOverflowError _) {
            throw new EvaluationFailed("the evaluation took too many steps");
        }
    }

    private static Matcher matcher(String pattern, String text, Budget budget) {
        if (pattern.length() > MAX_LENGTH) {
            throw new EvaluationFailed("error parsing regexp: expression too large");
        }
        budget.spend(1 + pattern.length());
        try {
            return Pattern.compile(new Translation(pattern).all(), Pattern.UNIX_LINES)
                    .matcher(new Counted(text, budget));
        } catch (PatternSyntaxException e) {
            throw new EvaluationFailed("error parsing regexp: " + e.getDescription() + ": `" + pattern + "`");
        }
    }

    /// A text that counts how often it is looked at.
    private record Counted(String text, Budget budget) implements CharSequence {
        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            budget.spend(1);
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /// A pattern on its way from Go's syntax to Java's.
    private static final class Translation {
        private static final Pattern REPEAT = Pattern.compile("\\{([0-9]+)(,([0-9]*))?}");
        private static final Pattern FLAGS = Pattern.compile("\\(\\?([imsU]*)(?:-([imsU]+))?([:)])");
        private static final int MAX_REPEAT = 1000;

        private final String pattern;
        private final StringBuilder out = new StringBuilder();
        private final java.util.ArrayDeque<Boolean> outer = new java.util.ArrayDeque<>();
        private boolean lines;
        private boolean repeated;
        private int at;

        Translation(String pattern) {
            this.pattern = pattern;
        }

        String all() {
            while (at < pattern.length()) {
                char c = pattern.charAt(at);
                boolean afterRepeat = repeated;
                repeated = false;
                switch (c) {
                    case '\\' -> escape(false);
                    case '[' -> set();
                    case '(' -> open();
                    case ')' -> {
                        lines = outer.isEmpty() ? lines : outer.pop();
                        plain();
                    }
                    case '$' -> {
                        out.append(lines ? "$" : "\\z");
                        at++;
                    }
                    case '*', '+', '?' -> repeat(afterRepeat, String.valueOf(c));
                    case '{' -> {
                        var repeat = REPEAT.matcher(pattern).region(at, pattern.length());
                        if (repeat.lookingAt()) {
                            limit(repeat);
                            repeat(afterRepeat, repeat.group());
                        } else {
                            out.append('\\');
                            plain();
                        }
                    }
                    default -> plain();
                }
            }
            return out.toString();
        }

        private void plain() {
            out.append(pattern.charAt(at++));
        }

        private void limit(Matcher repeat) {
            for (int group : new int[] {1, 3}) {
                var count = repeat.group(group);
                if (count != null && !count.isEmpty() && (count.length() > 4 || Integer.parseInt(count) > MAX_REPEAT)) {
                    throw wrong("invalid repeat count", repeat.group());
                }
            }
        }

        private void repeat(boolean afterRepeat, String operator) {
            if (afterRepeat) {
                throw wrong("invalid nested repetition operator", pattern.substring(at - 1, at + 1));
            }
            out.append(operator);
            at += operator.length();
            if (at < pattern.length() && pattern.charAt(at) == '?') {
                plain();
            }
            repeated = true;
        }

        private void open() {
            if (!pattern.startsWith("(?", at)) {
                outer.push(lines);
                plain();
                return;
            }
            if (pattern.startsWith("(?P<", at) || named()) {
                outer.push(lines);
                out.append("(?<");
                at = pattern.indexOf('<', at) + 1;
                while (at < pattern.length() && pattern.charAt(at) != '>') {
                    plain();
                }
                return;
            }
            var flags = FLAGS.matcher(pattern).region(at, pattern.length());
            if (!flags.lookingAt() || flags.group().contains("U")) {
                throw wrong(
                        "invalid or unsupported Perl syntax",
                        pattern.substring(at, Math.min(at + 3, pattern.length())));
            }
            if (flags.group(3).equals(":")) {
                outer.push(lines);
            }
            lines =
                    flags.group(1).contains("m")
                            || (lines && (flags.group(2) == null || !flags.group(2).contains("m")));
            out.append(flags.group().equals("(?)") ? "" : flags.group());
            at = flags.end();
        }

        private boolean named() {
            return pattern.startsWith("(?<", at)
                    && at + 3 < pattern.length()
                    && "=!".indexOf(pattern.charAt(at + 3)) < 0;
        }

        private void escape(boolean inSet) {
            if (at + 1 >= pattern.length()) {
                throw wrong("trailing backslash at end of expression", "");
            }
            char c = pattern.charAt(at + 1);
            if (c == 'Q' && !inSet) {
                int end = pattern.indexOf("\\E", at);
                int stop = end < 0 ? pattern.length() : end;
                out.append(Pattern.quote(pattern.substring(at + 2, stop)));
                at = end < 0 ? stop : stop + 2;
                return;
            }
            if (c == 's') {
                out.append(inSet ? "\\t\\n\\f\\r\\x20" : "[\\t\\n\\f\\r\\x20]");
            } else if (c == 'S' && !inSet) {
                out.append("[^\\t\\n\\f\\r\\x20]");
            } else if (c == 'v') {
                out.append("\\x0B");
            } else if (c == 'p' || c == 'P') {
                property();
                return;
            } else if ("dDwWSafnrtx".indexOf(c) >= 0
                    || (!inSet && "bBAz".indexOf(c) >= 0)
                    || !Character.isLetterOrDigit(c)) {
                out.append('\\').append(c);
            } else {
                throw wrong("invalid escape sequence", "\\" + c);
            }
            at += 2;
        }

        private void property() {
            int from = at + 2;
            boolean braces = from < pattern.length() && pattern.charAt(from) == '{';
            int end = braces ? pattern.indexOf('}', from) : from;
            if (end < 0 || from >= pattern.length()) {
                throw wrong("invalid character class range", pattern.substring(at));
            }
            var name = braces ? pattern.substring(from + 1, end) : pattern.substring(from, from + 1);
            boolean not = name.startsWith("^") != (pattern.charAt(at + 1) == 'P');
            var plain = name.replace("^", "");
            out.append(not ? "\\P{" : "\\p{").append(plain.length() > 2 ? "Is" : "").append(plain).append('}');
            at = end + 1;
        }

        private void set() {
            plain();
            if (at < pattern.length() && pattern.charAt(at) == '^') {
                plain();
            }
            boolean first = true;
            while (at < pattern.length() && (first || pattern.charAt(at) != ']')) {
                first = false;
                char c = pattern.charAt(at);
                if (c == '\\') {
                    escape(true);
                } else if (pattern.startsWith("[:", at) && pattern.indexOf(":]", at) > 0) {
                    named(pattern.substring(at + 2, pattern.indexOf(":]", at)));
                } else {
                    if ("[]&^".indexOf(c) >= 0) {
                        out.append('\\');
                    }
                    plain();
                }
            }
            if (at >= pattern.length()) {
                throw wrong("missing closing ]", pattern.substring(pattern.lastIndexOf('[')));
            }
            plain();
        }

        private void named(String name) {
            boolean not = name.startsWith("^");
            var java =
                    switch (not ? name.substring(1) : name) {
                        case "alnum" -> "Alnum";
                        case "alpha" -> "Alpha";
                        case "ascii" -> "ASCII";
                        case "blank" -> "Blank";
                        case "cntrl" -> "Cntrl";
                        case "digit" -> "Digit";
                        case "graph" -> "Graph";
                        case "lower" -> "Lower";
                        case "print" -> "Print";
                        case "punct" -> "Punct";
                        case "space" -> "Space";
                        case "upper" -> "Upper";
                        case "xdigit" -> "XDigit";
                        default -> throw wrong("invalid character class range", "[:" + name + ":]");
                    };
            out.append(not ? "\\P{" : "\\p{").append(java).append('}');
            at = pattern.indexOf(":]", at) + 2;
        }

        private static EvaluationFailed wrong(String what, String where) {
            return new EvaluationFailed("error parsing regexp: " + what + (where.isEmpty() ? "" : ": `" + where + "`"));
        }
    }
}
