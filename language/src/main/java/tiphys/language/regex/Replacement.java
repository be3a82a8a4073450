package tiphys.language.regex;

import com.google.re2j.Matcher;
import java.util.ArrayList;
import java.util.List;
import tiphys.language.Budget;

/// A text in which `$1`, `$name` and `${name}` stand for what a group found; `$$` is a dollar. A name goes as far as
/// letters, digits and underscores do; a group that is not there is empty.
record Replacement(List<Part> parts) {
    private static final int LONGEST_NUMBER = 8;

    /// A text, or the name of a group.
    record Part(String text, boolean group) {}

    static Replacement of(String template) {
        var parts = new ArrayList<Part>();
        int from = 0;
        for (int at = template.indexOf('$'); at >= 0 && at + 1 < template.length(); at = template.indexOf('$', at)) {
            boolean braces = template.charAt(at + 1) == '{';
            int start = braces ? at + 2 : at + 1;
            int end = start;
            while (end < template.length() && named(template.codePointAt(end))) {
                end += Character.charCount(template.codePointAt(end));
            }
            if (template.charAt(at + 1) == '$') {
                parts.add(new Part(template.substring(from, at + 1), false));
                at += 2;
                from = at;
            } else if (end == start || (braces && (end == template.length() || template.charAt(end) != '}'))) {
                at++;
            } else {
                parts.add(new Part(template.substring(from, at), false));
                parts.add(new Part(template.substring(start, end), true));
                at = braces ? end + 1 : end;
                from = at;
            }
        }
        parts.add(new Part(template.substring(from), false));
        return new Replacement(List.copyOf(parts));
    }

    void expand(Matcher matcher, String text, StringBuilder out, Budget budget) {
        for (var part : parts) {
            int from = 0;
            int to = part.text().length();
            if (part.group()) {
                int group = number(matcher, part.text());
                from = group < 0 ? 0 : matcher.start(group);
                to = group < 0 || from < 0 ? 0 : matcher.end(group);
                from = Math.max(from, 0);
            }
            budget.make(1L + to - from);
            out.append(part.group() ? text : part.text(), from, to);
        }
    }

    private static int number(Matcher matcher, String name) {
        boolean digits = name.chars().allMatch(c -> c >= '0' && c <= '9');
        if (digits && name.length() <= LONGEST_NUMBER && (name.length() == 1 || name.charAt(0) != '0')) {
            int number = Integer.parseInt(name);
            return number <= matcher.groupCount() ? number : -1;
        }
        return matcher.pattern().namedGroups().getOrDefault(name, -1);
    }

    private static boolean named(int c) {
        return c == '_' || Character.isLetter(c) || Character.isDigit(c);
    }
}
