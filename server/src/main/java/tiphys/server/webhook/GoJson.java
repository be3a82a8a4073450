package tiphys.server.webhook;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Says what is wrong with a JSON text in the words of Go's encoding/json, which senders of webhooks know from Argo. Only
/// asked when a text was found to be bad, so it may take its time.
final class GoJson {
    /// As Go's.
    private static final int DEEPEST = 10_000;

    private static final String VALUE = "looking for beginning of value";

    private final String text;
    private int at;

    private GoJson(String text) {
        this.text = text;
    }

    /// Go's message; empty if Go takes the text.
    static Optional<String> complaint(byte[] body) {
        // one character for each byte, as Go's scanner reads
        return new GoJson(new String(body, StandardCharsets.ISO_8859_1)).check();
    }

    private Optional<String> check() {
        try {
            whole();
            space();
            if (at < text.length()) {
                throw wrong("after top-level value");
            }
            return Optional.empty();
        } catch (Complaint e) {
            return Optional.of(e.text);
        }
    }

    /// One value. What is open is kept here and not in calls of this method: ten thousand of them have no room on a thread.
    private void whole() throws Complaint {
        var open = new StringBuilder();
        while (true) {
            space();
            char c = peek();
            if (c == '{' || c == '[') {
                if (open.length() == DEEPEST) {
                    throw new Complaint("exceeded max depth");
                }
                open.append(c);
                at++;
                space();
                if (peek() != closing(open)) {
                    if (c == '{') {
                        key();
                    }
                    continue;
                }
                at++;
                open.setLength(open.length() - 1);
            } else {
                scalar(c);
            }
            if (!anotherFollows(open)) {
                return;
            }
        }
    }

    /// Closes what ends behind a value.
    ///
    /// @return whether another value follows; otherwise nothing is open any more
    private boolean anotherFollows(StringBuilder open) throws Complaint {
        while (!open.isEmpty()) {
            space();
            char c = peek();
            boolean object = closing(open) == '}';
            if (c == ',') {
                at++;
                if (object) {
                    key();
                }
                return true;
            }
            if (c != closing(open)) {
                throw wrong(object ? "after object key:value pair" : "after array element");
            }
            at++;
            open.setLength(open.length() - 1);
        }
        return false;
    }

    private static char closing(StringBuilder open) {
        return open.charAt(open.length() - 1) == '{' ? '}' : ']';
    }

    private void key() throws Complaint {
        space();
        if (peek() != '"') {
            throw wrong("looking for beginning of object key string");
        }
        string();
        space();
        if (peek() != ':') {
            throw wrong("after object key");
        }
        at++;
    }

    private void scalar(char c) throws Complaint {
        switch (c) {
            case '"' -> string();
            case 't' -> word("true");
            case 'f' -> word("false");
            case 'n' -> word("null");
            default -> {
                if (c != '-' && (c < '0' || c > '9')) {
                    throw wrong(VALUE);
                }
                number();
            }
        }
    }

    private void string() throws Complaint {
        at++;
        while (true) {
            char c = peek();
            if (c == '"') {
                at++;
                return;
            }
            if (c == '\\') {
                at++;
                escape();
            } else if (c < ' ') {
                throw wrong("in string literal");
            } else {
                at++;
            }
        }
    }

    private void escape() throws Complaint {
        char c = peek();
        if (c == 'u') {
            at++;
            for (int i = 0; i < 4; i++) {
                if (Character.digit(peek(), 16) < 0) {
                    throw wrong("in \\u hexadecimal character escape");
                }
                at++;
            }
        } else if ("\"\\/bfnrt".indexOf(c) < 0) {
            throw wrong("in string escape code");
        } else {
            at++;
        }
    }

    private void number() throws Complaint {
        if (peek() == '-') {
            at++;
            if (!isDigit(peek())) {
                throw wrong("in numeric literal");
            }
        }
        if (peek() == '0') {
            at++;
        } else {
            digits();
        }
        if (at < text.length() && text.charAt(at) == '.') {
            at++;
            if (!isDigit(peek())) {
                throw wrong("after decimal point in numeric literal");
            }
            digits();
        }
        if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
            at++;
            if (peek() == '+' || peek() == '-') {
                at++;
            }
            if (!isDigit(peek())) {
                throw wrong("in exponent of numeric literal");
            }
            digits();
        }
    }

    private void digits() {
        while (at < text.length() && isDigit(text.charAt(at))) {
            at++;
        }
    }

    private void word(String word) throws Complaint {
        at++;
        for (int i = 1; i < word.length(); i++) {
            if (peek() != word.charAt(i)) {
                throw wrong("in literal " + word + " (expecting '" + word.charAt(i) + "')");
            }
            at++;
        }
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char peek() throws Complaint {
        if (at >= text.length()) {
            throw new Complaint("unexpected end of JSON input");
        }
        return text.charAt(at);
    }

    private Complaint wrong(String where) {
        return new Complaint("invalid character " + quoted(text.charAt(at)) + " " + where);
    }

    /// A byte as Go's `quoteChar` shows it.
    private static String quoted(char c) {
        return switch (c) {
            case '\'' -> "'\\''";
            case '"' -> "'\"'";
            case '\n' -> "'\\n'";
            case '\r' -> "'\\r'";
            case '\t' -> "'\\t'";
            case '\b' -> "'\\b'";
            case '\f' -> "'\\f'";
            case 0x07 -> "'\\a'";
            case 0x0b -> "'\\v'";
            case '\\' -> "'\\\\'";
            default ->
                    c < ' ' || c == 0x7f
                            ? "'\\x%02x'".formatted((int) c)
                            : c < 0x80 || (c >= 0xa1 && c != 0xad) ? "'" + c + "'" : "'\\u%04x'".formatted((int) c);
        };
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static final class Complaint extends Exception {
        private static final long serialVersionUID = 1;

        private final String text;

        Complaint(String text) {
            super(text, null, false, false);
            this.text = text;
        }
    }
}
