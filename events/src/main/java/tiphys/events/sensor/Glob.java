package tiphys.events.sensor;

/// Patterns of names: `*`, `?`, `[abc]`, `[a-z]`, `[!a]`, `{one,two}`.
final class Glob {
    private Glob() {}

    static boolean matches(String pattern, String text) {
        return isLiteral(pattern) ? pattern.equals(text) : match(pattern, 0, text, 0);
    }

    private static boolean isLiteral(String pattern) {
        for (int i = 0; i < pattern.length(); i++) {
            if ("*?[{\\".indexOf(pattern.charAt(i)) >= 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean match(String pattern, int p, String text, int t) {
        int at = t;
        for (int i = p; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            switch (c) {
                case '*' -> {
                    for (int from = text.length(); from >= at; from--) {
                        if (match(pattern, i + 1, text, from)) {
                            return true;
                        }
                    }
                    return false;
                }
                case '{' -> {
                    int close = pattern.indexOf('}', i);
                    if (close < 0) {
                        return false;
                    }
                    var rest = pattern.substring(close + 1);
                    for (var choice : pattern.substring(i + 1, close).split(",", -1)) {
                        if (match(choice + rest, 0, text, at)) {
                            return true;
                        }
                    }
                    return false;
                }
                case '[' -> {
                    int close = pattern.indexOf(']', i + 1);
                    if (close < 0 || at >= text.length() || !inside(pattern.substring(i + 1, close), text.charAt(at))) {
                        return false;
                    }
                    at++;
                    i = close;
                }
                default -> {
                    char wanted = c == '\\' && i + 1 < pattern.length() ? pattern.charAt(++i) : c;
                    if (at >= text.length() || (c != '?' && text.charAt(at) != wanted)) {
                        return false;
                    }
                    at++;
                }
            }
        }
        return at == text.length();
    }

    private static boolean inside(String set, char c) {
        boolean not = set.startsWith("!") || set.startsWith("^");
        boolean found = false;
        for (int i = not ? 1 : 0; i < set.length(); i++) {
            if (i + 2 < set.length() && set.charAt(i + 1) == '-') {
                found |= c >= set.charAt(i) && c <= set.charAt(i + 2);
                i += 2;
            } else {
                found |= c == set.charAt(i);
            }
        }
        return found != not;
    }
}
