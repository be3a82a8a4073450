package tiphys.language.lua;

import org.jspecify.annotations.Nullable;
import tiphys.language.Budget;
import tiphys.language.lua.LuaRun.LuaFailure;

/// Lua's patterns; each step of a match is counted, for some never end.
final class LuaPattern {
    private static final int CAPTURES = 32;
    private static final int MAX_DEPTH = 180;
    private static final int OPEN = -1;
    private static final int POSITION = -2;

    private final String source;
    private final String pattern;
    private final Budget budget;
    private final int[] from = new int[CAPTURES];
    private final int[] length = new int[CAPTURES];
    private int captures;
    private int depth;

    LuaPattern(String source, String pattern, Budget budget) {
        this.source = source;
        this.pattern = pattern;
        this.budget = budget;
    }

    /// Matches at a place; gives the end, or -1.
    int match(int at) {
        captures = 0;
        depth = 0;
        int begin = pattern.startsWith("^") ? 1 : 0;
        return match(at, begin);
    }

    boolean anchored() {
        return pattern.startsWith("^");
    }

    /// What matched.
    String whole(int start, int end) {
        budget.make(end - start);
        return source.substring(start, end);
    }

    int captures() {
        return captures;
    }

    /// A capture of the last match; the whole match if there is none.
    @Nullable Object capture(int index, int start, int end) {
        if (index >= captures) {
            if (index == 0) {
                return source.substring(start, end);
            }
            throw new LuaFailure("invalid capture index");
        }
        if (length[index] == POSITION) {
            return (double) (from[index] + 1);
        }
        if (length[index] == OPEN) {
            throw new LuaFailure("unfinished capture");
        }
        budget.make(length[index]);
        return source.substring(from[index], from[index] + length[index]);
    }

    private int match(int start, int begin) {
        if (++depth > MAX_DEPTH) {
            throw new LuaFailure("pattern too complex");
        }
        try {
            int at = start;
            int p = begin;
            while (true) {
                budget.spend(1);
                if (p == pattern.length()) {
                    return at;
                }
                char c = pattern.charAt(p);
                if (c == '(') {
                    boolean position = p + 1 < pattern.length() && pattern.charAt(p + 1) == ')';
                    return open(at, p + (position ? 2 : 1), position ? POSITION : OPEN);
                }
                if (c == ')') {
                    return close(at, p + 1);
                }
                if (c == '$' && p + 1 == pattern.length()) {
                    return at == source.length() ? at : -1;
                }
                if (c == '%' && p + 1 < pattern.length()) {
                    char next = pattern.charAt(p + 1);
                    if (next == 'b') {
                        at = balanced(at, p + 2);
                        if (at < 0) {
                            return -1;
                        }
                        p += 4;
                        continue;
                    }
                    if (next == 'f') {
                        p += 2;
                        if (p >= pattern.length() || pattern.charAt(p) != '[') {
                            throw new LuaFailure("missing '[' after a frontier in the pattern");
                        }
                        int end = classEnd(p);
                        char before = at == 0 ? '\0' : source.charAt(at - 1);
                        char here = at < source.length() ? source.charAt(at) : '\0';
                        if (inSet(before, p, end - 1) || !inSet(here, p, end - 1)) {
                            return -1;
                        }
                        p = end;
                        continue;
                    }
                    if (Character.isDigit(next)) {
                        at = again(at, next);
                        if (at < 0) {
                            return -1;
                        }
                        p += 2;
                        continue;
                    }
                }
                int end = classEnd(p);
                char suffix = end < pattern.length() ? pattern.charAt(end) : '\0';
                if (suffix == '?') {
                    if (single(at, p, end)) {
                        int found = match(at + 1, end + 1);
                        if (found >= 0) {
                            return found;
                        }
                    }
                    p = end + 1;
                } else if (suffix == '*' || suffix == '+') {
                    return most(at, p, end, suffix == '+' ? 1 : 0);
                } else if (suffix == '-') {
                    return fewest(at, p, end);
                } else if (single(at, p, end)) {
                    at++;
                    p = end;
                } else {
                    return -1;
                }
            }
        } finally {
            depth--;
        }
    }

    private int open(int at, int p, int what) {
        if (captures >= CAPTURES) {
            throw new LuaFailure("too many captures");
        }
        from[captures] = at;
        length[captures] = what;
        captures++;
        int found = match(at, p);
        if (found < 0) {
            captures--;
        }
        return found;
    }

    private int close(int at, int p) {
        int index = -1;
        for (int i = captures - 1; i >= 0 && index < 0; i--) {
            index = length[i] == OPEN ? i : -1;
        }
        if (index < 0) {
            throw new LuaFailure("invalid pattern capture");
        }
        length[index] = at - from[index];
        int found = match(at, p);
        if (found < 0) {
            length[index] = OPEN;
        }
        return found;
    }

    private int again(int at, char digit) {
        int index = digit - '1';
        if (index < 0 || index >= captures || length[index] == OPEN) {
            throw new LuaFailure("invalid capture index");
        }
        int size = Math.max(length[index], 0);
        budget.spend(1 + size / 16);
        return source.regionMatches(at, source, from[index], size) && at + size <= source.length() ? at + size : -1;
    }

    private int balanced(int start, int p) {
        if (p + 1 >= pattern.length()) {
            throw new LuaFailure("unbalanced pattern");
        }
        if (start >= source.length() || source.charAt(start) != pattern.charAt(p)) {
            return -1;
        }
        int level = 1;
        for (int at = start + 1; at < source.length(); at++) {
            budget.spend(1);
            char c = source.charAt(at);
            if (c == pattern.charAt(p + 1)) {
                if (--level == 0) {
                    return at + 1;
                }
            } else if (c == pattern.charAt(p)) {
                level++;
            }
        }
        return -1;
    }

    private int most(int at, int p, int end, int least) {
        int count = 0;
        while (single(at + count, p, end)) {
            budget.spend(1);
            count++;
        }
        for (; count >= least; count--) {
            int found = match(at + count, end + 1);
            if (found >= 0) {
                return found;
            }
        }
        return -1;
    }

    private int fewest(int start, int p, int end) {
        int at = start;
        while (true) {
            int found = match(at, end + 1);
            if (found >= 0) {
                return found;
            }
            if (!single(at, p, end)) {
                return -1;
            }
            at++;
        }
    }

    private int classEnd(int begin) {
        int p = begin + 1;
        if (pattern.charAt(begin) == '%') {
            if (p >= pattern.length()) {
                throw new LuaFailure("malformed pattern (ends with '%')");
            }
            return p + 1;
        }
        if (pattern.charAt(begin) == '[') {
            if (p < pattern.length() && pattern.charAt(p) == '^') {
                p++;
            }
            do {
                if (p >= pattern.length()) {
                    throw new LuaFailure("malformed pattern (missing ']')");
                }
                p += pattern.charAt(p) == '%' ? 2 : 1;
            } while (p >= pattern.length() || pattern.charAt(p) != ']');
            return p + 1;
        }
        return p;
    }

    private boolean single(int at, int p, int end) {
        if (at >= source.length()) {
            return false;
        }
        char c = source.charAt(at);
        return switch (pattern.charAt(p)) {
            case '.' -> true;
            case '%' -> ofClass(c, pattern.charAt(p + 1));
            case '[' -> inSet(c, p, end - 1);
            default -> pattern.charAt(p) == c;
        };
    }

    private boolean inSet(char c, int open, int close) {
        budget.spend(1);
        int p = open + 1;
        boolean not = pattern.charAt(p) == '^';
        p += not ? 1 : 0;
        boolean found = false;
        while (p < close) {
            if (pattern.charAt(p) == '%') {
                found |= ofClass(c, pattern.charAt(p + 1));
                p += 2;
            } else if (p + 2 < close && pattern.charAt(p + 1) == '-') {
                found |= c >= pattern.charAt(p) && c <= pattern.charAt(p + 2);
                p += 3;
            } else {
                found |= c == pattern.charAt(p++);
            }
        }
        return found != not;
    }

    private static boolean ofClass(char c, char name) {
        boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        boolean digit = c >= '0' && c <= '9';
        boolean control = c < 32 || c == 127;
        char lower = Character.toLowerCase(name);
        if ("adluswxcpz".indexOf(lower) < 0) {
            return c == name;
        }
        boolean is =
                switch (lower) {
                    case 'a' -> letter;
                    case 'd' -> digit;
                    case 'l' -> c >= 'a' && c <= 'z';
                    case 'u' -> c >= 'A' && c <= 'Z';
                    case 's' -> c == ' ' || (c >= '\t' && c <= '\r');
                    case 'w' -> letter || digit;
                    case 'x' -> digit || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
                    case 'c' -> control;
                    case 'p' -> c > 32 && c < 127 && !letter && !digit;
                    default -> c == 0;
                };
        return is != Character.isUpperCase(name);
    }
}
