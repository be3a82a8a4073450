package tiphys.language.gotemplate;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tiphys.language.EvaluationFailed;

/// Walks through a template's characters.
final class TemplateScanner {
    private final String text;
    private int at;
    private boolean trimNext;
    private boolean comment;

    TemplateScanner(String text) {
        this.text = text;
    }

    EvaluationFailed wrong(String why) {
        long line = 1 + text.substring(0, Math.min(at, text.length())).chars().filter(c -> c == '\n').count();
        return new EvaluationFailed("template:" + line + ": " + why);
    }

    /// What stands before the next action, trimmed where the actions ask for it; goes to the action.
    String text() {
        int open = text.indexOf("{{", at);
        int end = open < 0 ? text.length() : open;
        int from = at;
        if (trimNext) {
            while (from < end && isSpace(text.charAt(from))) {
                from++;
            }
        }
        boolean trims =
                open >= 0 && open + 3 < text.length() && text.charAt(open + 2) == '-' && isSpace(text.charAt(open + 3));
        int to = end;
        while (trims && to > from && isSpace(text.charAt(to - 1))) {
            to--;
        }
        trimNext = false;
        at = end;
        return text.substring(from, Math.max(from, to));
    }

    /// Whether an action begins here; goes into it, over a comment.
    boolean opened() {
        if (!text.startsWith("{{", at)) {
            return false;
        }
        at += 2;
        if (at + 1 < text.length() && text.charAt(at) == '-' && isSpace(text.charAt(at + 1))) {
            at += 2;
        }
        comment = false;
        if (text.startsWith("/*", at)) {
            int end = text.indexOf("*/", at);
            if (end < 0) {
                throw wrong("unclosed comment");
            }
            at = end + 2;
            comment = true;
        }
        return true;
    }

    boolean wasComment() {
        return comment;
    }

    boolean atClose() {
        space();
        return text.startsWith("}}", at) || isTrimmingClose();
    }

    private boolean isTrimmingClose() {
        return text.startsWith("-}}", at) && at > 0 && isSpace(text.charAt(at - 1));
    }

    void close() {
        space();
        if (isTrimmingClose()) {
            at += 3;
            trimNext = true;
        } else if (text.startsWith("}}", at)) {
            at += 2;
        } else {
            throw wrong(at >= text.length() ? "unclosed action" : "unexpected " + shown() + " in action");
        }
    }

    private void space() {
        while (at < text.length() && isSpace(text.charAt(at))) {
            at++;
        }
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }

    /// One of these words, if it stands here; else nothing is read.
    String keyword(Set<String> among) {
        space();
        int end = at;
        while (end < text.length() && isWord(text.charAt(end))) {
            end++;
        }
        var word = text.substring(at, end);
        if (!among.contains(word)) {
            return "";
        }
        at = end;
        return word;
    }

    private static boolean isWord(char c) {
        return c == '_' || Character.isLetterOrDigit(c);
    }

    boolean taken(char c) {
        space();
        if (at < text.length() && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    /// `$x :=`, `$x =`, `$i, $x :=`: adds the variables and says which it is; else nothing is read.
    String declaration(List<String> names) {
        space();
        int before = at;
        while (at < text.length() && text.charAt(at) == '$' && names.size() < 2) {
            names.add(variable());
            space();
            if (text.startsWith(":=", at)) {
                at += 2;
                return ":=";
            }
            if (at < text.length() && text.charAt(at) == '=') {
                at++;
                return "=";
            }
            if (!taken(',')) {
                break;
            }
            space();
        }
        names.clear();
        at = before;
        return "";
    }

    char peek() {
        space();
        return at < text.length() ? text.charAt(at) : '\0';
    }

    boolean endsCommand() {
        char c = peek();
        return c == '|' || c == ')' || c == '\0' || atClose();
    }

    /// Whether what was read last ends here.
    boolean separated() {
        if (at >= text.length()) {
            return true;
        }
        char c = text.charAt(at);
        return isSpace(c) || c == '|' || c == ')' || c == '}';
    }

    String shown() {
        return at < text.length() ? "\"" + text.charAt(at) + "\"" : "the end";
    }

    /// `.a.b` directly behind what was read.
    List<String> fields() {
        var names = new ArrayList<String>();
        while (at + 1 < text.length()
                && text.charAt(at) == '.'
                && isWord(text.charAt(at + 1))
                && !Character.isDigit(text.charAt(at + 1))) {
            int from = ++at;
            while (at < text.length() && isWord(text.charAt(at))) {
                at++;
            }
            names.add(text.substring(from, at));
        }
        return names;
    }

    void dot() {
        at++;
    }

    String variable() {
        int from = at++;
        while (at < text.length() && isWord(text.charAt(at))) {
            at++;
        }
        return text.substring(from, at);
    }

    String word() {
        int from = at;
        while (at < text.length() && isWord(text.charAt(at))) {
            at++;
        }
        if (from == at) {
            throw wrong("unexpected " + shown() + " in command");
        }
        return text.substring(from, at);
    }

    boolean isNumber() {
        int i = at;
        if (i < text.length() && (text.charAt(i) == '-' || text.charAt(i) == '+')) {
            i++;
        }
        if (i < text.length() && text.charAt(i) == '.') {
            i++;
        }
        return i < text.length() && Character.isDigit(text.charAt(i));
    }

    /// A number: Long, or Double if it is written as one.
    Object number() {
        int from = at;
        while (at < text.length()
                && (isWord(text.charAt(at))
                        || text.charAt(at) == '.'
                        || ((text.charAt(at) == '-' || text.charAt(at) == '+')
                                && (at == from || "eEpP".indexOf(text.charAt(at - 1)) >= 0)))) {
            at++;
        }
        return GoConstants.number(text.substring(from, at))
                .orElseThrow(() -> wrong("bad number syntax: " + text.substring(from, at)));
    }

    /// A character in single quotes, as its number.
    Object character() {
        int end = at + 1;
        while (end < text.length() && text.charAt(end) != '\'') {
            end += text.charAt(end) == '\\' ? 2 : 1;
        }
        if (end >= text.length()) {
            throw wrong("unterminated character constant");
        }
        var inside =
                GoConstants.unquote(text.substring(at + 1, end))
                        .orElseThrow(() -> wrong("malformed character constant"));
        at = end + 1;
        return (long) inside.codePointAt(0);
    }

    /// A text in double or back quotes.
    String quoted() {
        char quote = peek();
        if (quote != '"' && quote != '`') {
            throw wrong("unexpected " + shown() + ", a quoted text was expected");
        }
        int end = at + 1;
        while (end < text.length() && text.charAt(end) != quote) {
            end += quote == '"' && text.charAt(end) == '\\' ? 2 : 1;
        }
        if (end >= text.length()) {
            throw wrong("unterminated quoted string");
        }
        var inside = text.substring(at + 1, end);
        at = end + 1;
        return quote == '`'
                ? inside
                : GoConstants.unquote(inside).orElseThrow(() -> wrong("invalid syntax in a quoted text"));
    }
}
