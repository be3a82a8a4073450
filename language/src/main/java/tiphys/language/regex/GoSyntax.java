package tiphys.language.regex;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import tiphys.language.EvaluationFailed;

/// Looks a pattern over before RE2/J reads it. Estimates how large its program becomes: a counted repetition repeats its
/// operand's program. Keeps Go's own limits, which RE2/J has not: repetitions inside each other count to 1,000 together,
/// and a pattern nests to 1,000 levels. And sees to what RE2/J reads otherwise: a brace that is no repetition may be
/// repeated itself, a group's name may come twice (then only the first has it here), a letter outside of ASCII is not
/// escaped.
final class GoSyntax {
    private static final int LONGEST = 1 << 16;
    private static final int MOST_REPEATS = 1000;
    private static final int DEEPEST = 1000;
    private static final int FOLDED = 2;
    private static final Pattern REPEAT = Pattern.compile("\\{([0-9]{1,9})(,([0-9]{0,9}))?}");

    private static final Pattern NAMED = Pattern.compile("\\(\\?P?<([A-Za-z0-9_]+)>");

    private final String pattern;
    private final ArrayDeque<Group> open = new ArrayDeque<>();
    private Group group = new Group();
    private final Set<String> names = new HashSet<>();
    private final StringBuilder text = new StringBuilder();
    private int copied;
    private String complaint = "";
    private int at;

    private GoSyntax(String pattern) {
        this.pattern = pattern;
    }

    /// What was read of a group so far, and its last operand.
    private static final class Group {
        long before;
        long operand;
        int repeats = 1;
        int mostRepeats = 1;

        void next(long size, int repeated) {
            before += operand;
            operand = size;
            repeats = repeated;
            mostRepeats = Math.max(mostRepeats, repeated);
        }
    }

    /// What was found out about a pattern.
    ///
    /// @param text the pattern for RE2/J
    /// @param instructions how many, about
    /// @param complaint what Go has against it and RE2/J has not; empty if nothing
    record Seen(String text, long instructions, String complaint) {}

    /// @throws EvaluationFailed in Go's words if the pattern goes over a limit
    static Seen look(String pattern) {
        if (pattern.length() > LONGEST) {
            throw new EvaluationFailed("error parsing regexp: expression too large");
        }
        var look = new GoSyntax(pattern);
        long instructions = look.all();
        return new Seen(look.text(), instructions, look.complaint);
    }

    private long all() {
        while (at < pattern.length()) {
            switch (pattern.charAt(at)) {
                case '\\' -> escape();
                case '[' -> set();
                case '(' -> {
                    name();
                    open.push(group);
                    if (open.size() > DEEPEST) {
                        throw new EvaluationFailed(
                                "error parsing regexp: expression nests too deeply: `" + pattern + "`");
                    }
                    group = new Group();
                    at++;
                }
                case ')' -> close();
                case '*', '+', '?' -> {
                    group.operand += 1;
                    at++;
                }
                case '{' -> repeat();
                default -> {
                    group.next(FOLDED, 1);
                    at++;
                }
            }
        }
        while (!open.isEmpty()) {
            close();
        }
        return group.before + group.operand + 2;
    }

    private String text() {
        return text.isEmpty() ? pattern : text.append(pattern, copied, pattern.length()).toString();
    }

    private void name() {
        var named = NAMED.matcher(pattern).region(at, pattern.length());
        if (named.lookingAt() && !names.add(named.group(1))) {
            text.append(pattern, copied, at + 1);
            copied = named.end();
        }
        at = named.lookingAt() ? named.end() - 1 : at;
    }

    private void close() {
        at++;
        if (!open.isEmpty()) {
            var inner = group;
            group = open.pop();
            group.next(inner.before + inner.operand + 2, inner.mostRepeats);
        }
    }

    private void repeat() {
        var repeat = REPEAT.matcher(pattern).region(at, pattern.length());
        if (!repeat.lookingAt()) {
            group.next(FOLDED, 1);
            if (at + 1 < pattern.length() && "*+?{".indexOf(pattern.charAt(at + 1)) >= 0) {
                text.append(pattern, copied, at).append('\\');
                copied = at;
            }
            at++;
            return;
        }
        int least = Integer.parseInt(repeat.group(1));
        var most = repeat.group(3);
        int count = Math.max(least, most == null || most.isEmpty() ? 0 : Integer.parseInt(most));
        if (count > MOST_REPEATS) {
            at = pattern.length(); // RE2/J refuses it, or what is wrong before it
            return;
        }
        if (count >= 2 && count * group.repeats > MOST_REPEATS) {
            throw new EvaluationFailed("error parsing regexp: invalid repeat count: `" + repeat.group() + "`");
        }
        group.operand = Math.max(1, group.operand + 1) * Math.max(1, count);
        group.repeats *= Math.max(1, count);
        group.mostRepeats = Math.max(group.mostRepeats, group.repeats);
        at = repeat.end();
    }

    private void escape() {
        if (pattern.startsWith("\\Q", at)) {
            int end = pattern.indexOf("\\E", at);
            int stop = end < 0 ? pattern.length() : end;
            for (int i = at + 2; i < stop; i++) {
                group.next(FOLDED, 1);
            }
            at = end < 0 ? stop : stop + 2;
            return;
        }
        requireAscii(at + 1);
        boolean named =
                at + 2 < pattern.length()
                        && pattern.charAt(at + 2) == '{'
                        && "pPx".indexOf(pattern.charAt(at + 1)) >= 0;
        int end = named ? pattern.indexOf('}', at) : -1;
        at = end < 0 ? Math.min(at + 2, pattern.length()) : end + 1;
        group.next(FOLDED, 1);
    }

    private void requireAscii(int escaped) {
        if (complaint.isEmpty() && escaped < pattern.length() && pattern.charAt(escaped) >= 0x80) {
            complaint = "invalid escape sequence: `\\" + Character.toString(pattern.codePointAt(escaped)) + "`";
        }
    }

    /// A set of characters is one instruction, however it is written.
    private void set() {
        int i = at + 1;
        if (i < pattern.length() && pattern.charAt(i) == '^') {
            i++;
        }
        for (boolean first = true; i < pattern.length() && (first || pattern.charAt(i) != ']'); first = false) {
            if (pattern.charAt(i) == '\\') {
                requireAscii(i + 1);
                i += 2;
            } else if (pattern.startsWith("[:", i) && pattern.indexOf(":]", i) > 0) {
                i = pattern.indexOf(":]", i) + 2;
            } else {
                i++;
            }
        }
        at = Math.min(i + 1, pattern.length());
        group.next(FOLDED, 1);
    }
}
