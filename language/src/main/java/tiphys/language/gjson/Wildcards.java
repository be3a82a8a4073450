package tiphys.language.gjson;

import tiphys.language.Budget;

/// Patterns of keys and texts: `*` for any characters, `?` for one, a backslash before a plain one.
final class Wildcards {
    private Wildcards() {}

    static boolean match(String text, String pattern, Budget budget) {
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
                boolean escaped = pattern.charAt(p) == '\\';
                int plain = escaped ? p + 1 : p;
                boolean any = !escaped && pattern.charAt(p) == '?';
                if (plain < pattern.length() && (any || pattern.codePointAt(plain) == text.codePointAt(t))) {
                    p = any ? p + 1 : plain + Character.charCount(pattern.codePointAt(plain));
                    t += Character.charCount(text.codePointAt(t));
                    continue;
                }
            }
            if (star < 0) {
                return false;
            }
            p = star + 1;
            retry += Character.charCount(text.codePointAt(retry));
            t = retry;
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }
}
