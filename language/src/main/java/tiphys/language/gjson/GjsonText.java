package tiphys.language.gjson;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tiphys.language.Budget;

/// How a gjson path is cut into its parts.
final class GjsonText {
    private GjsonText() {}

    /// One part of a path: a key or an index, and what follows it.
    ///
    /// @param text without its escapes
    /// @param pattern with its escapes, for wildcards
    /// @param wild whether it has a `*` or `?` that is not escaped
    /// @param more whether something follows
    /// @param piped whether that follows a pipe
    record Part(String text, String pattern, boolean wild, boolean more, boolean piped, String rest) {}

    /// What stands before and after a path's first pipe.
    record Split(String before, Optional<String> after) {}

    /// A member of a multipath and the key it gets.
    record Member(String name, String path) {}

    static Part part(String path) {
        var text = new StringBuilder();
        boolean wild = false;
        int i = 0;
        for (; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '.' || c == '|') {
                boolean piped = c == '|';
                return new Part(text.toString(), path.substring(0, i), wild, true, piped, path.substring(i + 1));
            }
            if (c == '\\' && i + 1 < path.length()) {
                i++;
                text.append(path.charAt(i));
                continue;
            }
            wild |= c == '*' || c == '?';
            text.append(c);
        }
        return new Part(text.toString(), path, wild, false, false, "");
    }

    /// The number that a part is; -1 if it is none.
    static int index(String part) {
        if (part.isEmpty() || part.length() > 9) {
            return -1;
        }
        for (int i = 0; i < part.length(); i++) {
            if (part.charAt(i) < '0' || part.charAt(i) > '9') {
                return -1;
            }
        }
        return Integer.parseInt(part);
    }

    /// Whether a text is like a pattern: `*` for any characters, `?` for one, a backslash before a plain one.
    static boolean like(String text, String pattern, Budget budget) {
        int t = 0;
        int p = 0;
        int star = -1;
        int retry = 0;
        while (t < text.length()) {
            budget.spend(1);
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                retry = t;
                continue;
            }
            if (p < pattern.length()) {
                char c = pattern.charAt(p);
                boolean escaped = c == '\\' && p + 1 < pattern.length();
                char plain = escaped ? pattern.charAt(p + 1) : c;
                if ((!escaped && c == '?') || plain == text.charAt(t)) {
                    p += escaped ? 2 : 1;
                    t++;
                    continue;
                }
            }
            if (star < 0) {
                return false;
            }
            p = star + 1;
            t = ++retry;
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }

    /// The end of the bracket that opens at a place, behind the closing one; -1 if none closes it.
    static int close(String path, int from) {
        int open = 0;
        for (int i = from; i < path.length(); i++) {
            switch (path.charAt(i)) {
                case '\\' -> i++;
                case '"' -> {
                    i = quoteEnd(path, i) - 1;
                    if (i < 0) {
                        return -1;
                    }
                }
                case '(', '[', '{' -> open++;
                case ')', ']', '}' -> {
                    open--;
                    if (open == 0) {
                        return i + 1;
                    }
                }
                default -> {}
            }
        }
        return -1;
    }

    /// The end of the string that begins at a place, behind its quote; -1 if it has none.
    static int quoteEnd(String path, int from) {
        for (int i = from + 1; i < path.length(); i++) {
            if (path.charAt(i) == '\\') {
                i++;
            } else if (path.charAt(i) == '"') {
                return i + 1;
            }
        }
        return -1;
    }

    /// A path cut at its first pipe outside of brackets and strings; a pipe goes on from the whole result before it.
    static Split pipe(String path) {
        int at = outside(path, 0, "|");
        return at < 0
                ? new Split(path, Optional.empty())
                : new Split(path.substring(0, at), Optional.of(path.substring(at + 1)));
    }

    /// A multipath's members.
    static List<Member> members(String inner) {
        var members = new ArrayList<Member>();
        int from = 0;
        while (from <= inner.length()) {
            int end = outside(inner, from, ",");
            if (end < 0) {
                end = inner.length();
            }
            var text = inner.substring(from, end);
            if (!text.isEmpty()) {
                members.add(member(text));
            }
            from = end + 1;
        }
        return members;
    }

    private static Member member(String text) {
        if (text.startsWith("\"")) {
            int end = quoteEnd(text, 0);
            if (end > 0 && end < text.length() && text.charAt(end) == ':') {
                return new Member(unescape(text.substring(1, end - 1)), text.substring(end + 1));
            }
        }
        int colon = outside(text, 0, ":");
        if (colon > 0 && text.indexOf('@') < 0) {
            return new Member(text.substring(0, colon), text.substring(colon + 1));
        }
        int last = -1;
        for (int at = outside(text, 0, ".|"); at >= 0; at = outside(text, at + 1, ".|")) {
            last = at;
        }
        var name = text.substring(last + 1);
        return new Member(simple(name) ? unescape(name) : "_", text);
    }

    private static boolean simple(String name) {
        for (int i = 0; i < name.length(); i++) {
            if ("[]{}()#|!".indexOf(name.charAt(i)) >= 0) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    private static String unescape(String text) {
        return text.indexOf('\\') < 0 ? text : text.replaceAll("\\\\(.)", "$1");
    }

    /// Where one of the characters stands outside of brackets and strings; -1 if nowhere.
    static int outside(String path, int from, String wanted) {
        int open = 0;
        for (int i = from; i < path.length(); i++) {
            char c = path.charAt(i);
            if (open == 0 && wanted.indexOf(c) >= 0) {
                return i;
            }
            switch (c) {
                case '\\' -> i++;
                case '"' -> {
                    i = quoteEnd(path, i) - 1;
                    if (i < 0) {
                        return -1;
                    }
                }
                case '(', '[', '{' -> open++;
                case ')', ']', '}' -> open--;
                default -> {}
            }
        }
        return -1;
    }
}
