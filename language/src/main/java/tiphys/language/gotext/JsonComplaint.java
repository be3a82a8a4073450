package tiphys.language.gotext;

import java.util.BitSet;
import java.util.Optional;

/// Says what is wrong with a JSON text in the words of Go's encoding/json, which senders of webhooks know from Argo.
public final class JsonComplaint {
    /// How many lists and objects may stand in each other, as in Go.
    private static final int DEEPEST = 10_000;

    private final String text;
    private final BitSet objects = new BitSet();
    private int depth;
    private int at;

    private JsonComplaint(String text) {
        this.text = text;
    }

    /// Go's message; empty if it has nothing against the text.
    ///
    /// @param text one character for each byte, if the message is to name the byte that Go's would
    public static Optional<String> about(String text) {
        return new JsonComplaint(text).check();
    }

    private Optional<String> check() {
        try {
            all();
            if (at < text.length()) {
                throw wrong("after top-level value");
            }
            return Optional.empty();
        } catch (Complaint e) {
            return Optional.of(e.text);
        }
    }

    /// Goes from value to value; what is open is kept in a list, not on the stack.
    private void all() throws Complaint {
        while (true) {
            space();
            char c = peek();
            boolean opens = c == '{' || c == '[';
            if (opens) {
                at++;
                if (++depth > DEEPEST) {
                    throw new Complaint("exceeded max depth");
                }
                objects.set(depth, c == '{');
                space();
            } else {
                scalar(c);
            }
            if (!opens || peek() == (c == '{' ? '}' : ']')) {
                if (next()) {
                    return;
                }
            } else if (c == '{') {
                key();
            }
        }
    }

    /// Goes to where the next value begins; true if there is none any more.
    private boolean next() throws Complaint {
        while (true) {
            space();
            if (depth == 0) {
                return true;
            }
            boolean object = objects.get(depth);
            char c = peek();
            at++;
            if (c == ',') {
                if (object) {
                    key();
                }
                return false;
            }
            if (c != (object ? '}' : ']')) {
                at--;
                throw wrong(object ? "after object key:value pair" : "after array element");
            }
            depth--;
        }
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
                    throw wrong("looking for beginning of value");
                }
                number();
            }
        }
    }

    private void string() throws Complaint {
        at++;
        while (true) {
            char c = peek();
            while (c != '"' && c != '\\' && c >= ' ') {
                at++;
                c = peek();
            }
            if (c == '"') {
                at++;
                return;
            }
            if (c == '\\') {
                at++;
                escape();
            } else {
                throw wrong("in string literal");
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
        while (at < text.length() && isSpace(text.charAt(at))) {
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

    private static boolean isSpace(char c) {
        return c <= ' ' && (c == ' ' || c == '\n' || c == '\r' || c == '\t');
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
