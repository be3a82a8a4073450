package tiphys.language.gotext;

import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Optional;

/// What Go's `encoding/json` says of a text that is not JSON: the first character that cannot stand where it stands, and what
/// was expected there (its scanner's sentences).
public final class GoJsonSyntax {
    private static final String END = "unexpected end of JSON input";

    private final String text;
    private final ArrayDeque<Character> open = new ArrayDeque<>();
    private int at;

    private GoJsonSyntax(String text) {
        this.text = text;
    }

    /// The sentence; empty if the text is JSON.
    public static Optional<String> error(String text) {
        try {
            new GoJsonSyntax(text).document();
            return Optional.empty();
        } catch (Wrong wrong) {
            return Optional.of(wrong.sentence);
        }
    }

    private static final class Wrong extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final String sentence;

        Wrong(String sentence) {
            super(sentence, null, false, false);
            this.sentence = sentence;
        }
    }

    private void document() {
        value("looking for beginning of value");
        while (!open.isEmpty()) {
            var inObject = open.peek() == '{';
            char next = next();
            if (next == ',') {
                if (inObject) {
                    key(next());
                }
                value("looking for beginning of value");
            } else if (next == (inObject ? '}' : ']')) {
                open.pop();
            } else {
                throw wrong(next, inObject ? "after object key:value pair" : "after array element");
            }
        }
        blanks();
        if (at < text.length()) {
            throw wrong(text.charAt(at), "after top-level value");
        }
    }

    /// Reads a value; of an object or array only its beginning, up to its first value or its end.
    private void value(String where) {
        while (true) {
            char first = next();
            switch (first) {
                case '{' -> {
                    open.push('{');
                    char inside = next();
                    if (inside == '}') {
                        open.pop();
                        return;
                    }
                    key(inside);
                }
                case '[' -> {
                    open.push('[');
                    blanks();
                    if (at < text.length() && text.charAt(at) == ']') {
                        at++;
                        open.pop();
                        return;
                    }
                }
                default -> {
                    scalar(first, where);
                    return;
                }
            }
        }
    }

    private void key(char quote) {
        if (quote != '"') {
            throw wrong(quote, "looking for beginning of object key string");
        }
        string();
        char colon = next();
        if (colon != ':') {
            throw wrong(colon, "after object key");
        }
    }

    private void scalar(char first, String where) {
        switch (first) {
            case '"' -> string();
            case 't' -> literal("true");
            case 'f' -> literal("false");
            case 'n' -> literal("null");
            case '-' -> number(raw(), "in numeric literal");
            default -> {
                if (first < '0' || first > '9') {
                    throw wrong(first, where);
                }
                number(first, where);
            }
        }
    }

    private void literal(String word) {
        for (int i = 1; i < word.length(); i++) {
            char found = raw();
            if (found != word.charAt(i)) {
                throw wrong(found, "in literal " + word + " (expecting " + quoted(word.charAt(i)) + ")");
            }
        }
    }

    private void number(char first, String where) {
        if (first < '0' || first > '9') {
            throw wrong(first, where);
        }
        if (first != '0') {
            digits();
        }
        if (at < text.length() && text.charAt(at) == '.') {
            at++;
            someDigits("after decimal point in numeric literal");
        }
        if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
            at++;
            if (at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
                at++;
            }
            someDigits("in exponent of numeric literal");
        }
    }

    private void someDigits(String where) {
        char first = raw();
        if (first < '0' || first > '9') {
            throw wrong(first, where);
        }
        digits();
    }

    private void digits() {
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
    }

    private void string() {
        for (char c = raw(); c != '"'; c = raw()) {
            if (c == '\\') {
                char escape = raw();
                if (escape == 'u') {
                    for (int i = 0; i < 4; i++) {
                        char digit = raw();
                        if (Character.digit(digit, 16) < 0 || digit > 'f') {
                            throw wrong(digit, "in \\u hexadecimal character escape");
                        }
                    }
                } else if ("\"\\/bfnrt".indexOf(escape) < 0) {
                    throw wrong(escape, "in string escape code");
                }
            } else if (c < ' ') {
                throw wrong(c, "in string literal");
            }
        }
    }

    private char next() {
        blanks();
        return raw();
    }

    private void blanks() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char raw() {
        if (at >= text.length()) {
            throw new Wrong(END);
        }
        return text.charAt(at++);
    }

    private static Wrong wrong(char found, String where) {
        return new Wrong("invalid character " + quoted(found) + " " + where);
    }

    private static String quoted(char c) {
        return switch (c) {
            case '\'' -> "'\\''";
            case '\n' -> "'\\n'";
            case '\t' -> "'\\t'";
            case '\r' -> "'\\r'";
            case '\\' -> "'\\\\'";
            default -> c < ' ' ? String.format(Locale.ROOT, "'\\x%02x'", (int) c) : "'" + c + "'";
        };
    }
}
