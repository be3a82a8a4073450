package tiphys.server.webhook;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Says what is wrong with a JSON text in the words of Go's encoding/json, which senders of webhooks know from Argo. Only
/// asked when a text was found to be bad, so it may take its time.
final class GoJson {
    /// Go's limit is 10,000; that of Tiphys' reader is 200.
    private static final int DEEPEST = 200;

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
            value(1);
            space();
            if (at < text.length()) {
                throw wrong("after top-level value");
            }
            return Optional.empty();
        } catch (Complaint e) {
            return Optional.of(e.text);
        }
    }

    private void value(int depth) throws Complaint {
        if (depth > DEEPEST) {
            throw new Complaint("exceeded max depth");
        }
        space();
        char c = peek();
        switch (c) {
            case '{' -> object(depth);
            case '[' -> list(depth);
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

    private void object(int depth) throws Complaint {
        at++;
        space();
        if (peek() == '}') {
            at++;
            return;
        }
        while (true) {
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
            value(depth + 1);
            space();
            char c = peek();
            if (c == '}') {
                at++;
                return;
            }
            if (c != ',') {
                throw wrong("after object key:value pair");
            }
            at++;
        }
    }

    private void list(int depth) throws Complaint {
        at++;
        space();
        if (peek() == ']') {
            at++;
            return;
        }
        while (true) {
            value(depth + 1);
            space();
            char c = peek();
            if (c == ']') {
                at++;
                return;
            }
            if (c != ',') {
                throw wrong("after array element");
            }
            at++;
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
