package tiphys.language.expr;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tiphys.language.EvaluationFailed;
import tiphys.language.Place;

/// Cuts an expression into its tokens.
final class ExprLexer {
    private static final int MAX_LENGTH = 1 << 18;
    private static final Set<String> WORDS =
            Set.of("and", "or", "not", "in", "matches", "contains", "startsWith", "endsWith", "let", "if", "else");
    private static final String SIMPLE_ESCAPES = "abfnrtv\\'\"`?";
    private static final String ESCAPED = "\u0007\b\f\n\r\t\u000B\\'\"`?";
    private static final String ALLOWED_ESCAPES = "abfnrtv\\";

    enum Kind {
        IDENTIFIER,
        NUMBER,
        STRING,
        BYTES,
        OPERATOR,
        BRACKET,
        END
    }

    /// @param text of a name, a number or an operator; of a string what it stands for
    /// @param bytes what a bytes literal stands for
    record Token(Kind kind, String text, byte @Nullable [] bytes, int from, int to) {
        boolean is(String symbol) {
            return (kind == Kind.OPERATOR || kind == Kind.BRACKET) && text.equals(symbol);
        }

        /// As messages show it.
        String shown() {
            return switch (kind) {
                case END -> "EOF";
                case IDENTIFIER -> "Identifier(\"" + text + "\")";
                case NUMBER -> "Number(\"" + text + "\")";
                case STRING -> "String(\"" + text + "\")";
                case BYTES -> "Bytes(\"" + text + "\")";
                case OPERATOR -> "Operator(\"" + text + "\")";
                case BRACKET -> "Bracket(\"" + text + "\")";
            };
        }
    }

    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int start;

    ExprLexer(String text) {
        this.text = text;
        if (text.length() > MAX_LENGTH) {
            throw new EvaluationFailed("the expression is longer than " + MAX_LENGTH + " characters");
        }
    }

    List<Token> all() {
        while (skip()) {
            start = at;
            next();
        }
        tokens.add(new Token(Kind.END, "", null, Math.max(0, text.length() - 1), text.length()));
        return tokens;
    }

    private void add(Kind kind) {
        add(kind, text.substring(start, at));
    }

    private void add(Kind kind, String value) {
        tokens.add(new Token(kind, value, null, start, at));
        start = at;
    }

    private char here() {
        return at < text.length() ? text.charAt(at) : '\0';
    }

    private boolean accept(String any) {
        if (at < text.length() && any.indexOf(text.charAt(at)) >= 0) {
            at++;
            return true;
        }
        return false;
    }

    private void next() {
        char c = text.charAt(at++);
        switch (c) {
            case '\'', '"' -> string(c, false);
            case '`' -> raw();
            case '?' -> {
                accept(".?");
                add(Kind.OPERATOR);
            }
            case '|' -> {
                accept("|");
                add(Kind.OPERATOR);
            }
            case ':' -> {
                accept(":");
                add(Kind.OPERATOR);
            }
            case '#' -> pointer();
            case '(', '[', '{', ')', ']', '}' -> add(Kind.BRACKET);
            case ',', ';', '%', '+', '-', '^', '/' -> add(Kind.OPERATOR);
            case '&', '!', '=', '*', '<', '>' -> {
                accept("&=*");
                add(Kind.OPERATOR);
            }
            case '.' -> {
                if (isDigit(here())) {
                    at--;
                    number();
                } else {
                    accept(".");
                    add(Kind.OPERATOR);
                }
            }
            default -> {
                if ((c == 'b' || c == 'B') && (here() == '\'' || here() == '"')) {
                    string(text.charAt(at++), true);
                } else if (isDigit(c)) {
                    at--;
                    number();
                } else if (isLetter(text.codePointAt(at - 1))) {
                    at--;
                    word();
                } else {
                    throw wrong("unrecognized character: U+%04X '%c'".formatted((int) c, c), at - 1);
                }
            }
        }
    }

    /// Goes to what counts next.
    ///
    /// @return whether there is any
    private boolean skip() {
        while (at < text.length()) {
            if (Character.isWhitespace(text.charAt(at)) || text.charAt(at) == 0xa0 || text.charAt(at) == 0x85) {
                at++;
            } else if (text.startsWith("//", at)) {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
            } else if (text.startsWith("/*", at)) {
                int end = text.indexOf("*/", at + 2);
                if (end < 0) {
                    throw wrong("unclosed comment", text.length());
                }
                at = end + 2;
            } else {
                return true;
            }
        }
        return false;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isLetter(int c) {
        return c == '_' || c == '$' || Character.isLetter(c) || Character.isDigit(c);
    }

    private void letters() {
        while (at < text.length() && isLetter(text.codePointAt(at))) {
            at += Character.charCount(text.codePointAt(at));
        }
    }

    private void word() {
        letters();
        add(WORDS.contains(text.substring(start, at)) ? Kind.OPERATOR : Kind.IDENTIFIER);
    }

    private void pointer() {
        accept("#");
        add(Kind.OPERATOR);
        letters();
        if (at > start) {
            add(Kind.IDENTIFIER);
        }
    }

    private void number() {
        var digits = "0123456789_";
        if (accept("0")) {
            if (accept("xX")) {
                digits = "0123456789abcdefABCDEF_";
            } else if (accept("oO")) {
                digits = "01234567_";
            } else if (accept("bB")) {
                digits = "01_";
            }
        }
        run(digits);
        if (here() == '.' && !text.startsWith("..", at)) {
            at++;
            run(digits);
        }
        if (!text.startsWith("..", at) && accept("eE")) {
            accept("+-");
            run(digits);
        }
        if (at < text.length() && isLetter(text.codePointAt(at))) {
            at++;
            throw wrong("bad number syntax: \"" + text.substring(start, at) + "\"", at - 1);
        }
        add(Kind.NUMBER);
    }

    private void run(String digits) {
        while (accept(digits)) {
            // On to the next.
        }
    }

    private void raw() {
        var out = new StringBuilder();
        while (true) {
            int end = text.indexOf('`', at);
            if (end < 0) {
                throw wrong("literal not terminated", text.length());
            }
            out.append(text, at, end);
            at = end + 1;
            if (here() != '`') {
                add(Kind.STRING, out.toString());
                return;
            }
            out.append('`');
            at++;
        }
    }

    private void string(char quote, boolean bytes) {
        var out = new StringBuilder();
        var raw = new ByteArrayOutputStream();
        while (true) {
            if (at >= text.length() || text.charAt(at) == '\n') {
                throw wrong("literal not terminated", at);
            }
            char c = text.charAt(at++);
            if (c == quote) {
                break;
            }
            if (c == '\r') {
                out.append('\n');
                accept("\n");
            } else if (c == '\\') {
                escape(quote, bytes, out, raw);
            } else {
                out.append(c);
            }
            if (bytes && !out.isEmpty() && !Character.isHighSurrogate(out.charAt(out.length() - 1))) {
                raw.writeBytes(out.toString().getBytes(StandardCharsets.UTF_8));
                out.setLength(0);
            }
        }
        if (bytes) {
            tokens.add(new Token(Kind.BYTES, text.substring(start, at), raw.toByteArray(), start, at));
        } else {
            add(Kind.STRING, out.toString());
        }
    }

    private void escape(char quote, boolean bytes, StringBuilder out, ByteArrayOutputStream raw) {
        char c = at < text.length() ? text.charAt(at++) : '\0';
        if (c == quote || ALLOWED_ESCAPES.indexOf(c) >= 0) {
            out.append(ESCAPED.charAt(SIMPLE_ESCAPES.indexOf(c)));
            return;
        }
        int code =
                switch (c) {
                    case '0', '1', '2', '3' -> {
                        at--;
                        yield digits(8, 3);
                    }
                    case 'x' -> digits(16, 2);
                    case 'u' -> bytes ? -1 : here() == '{' ? braced() : digits(16, 4);
                    case 'U' -> bytes ? -1 : digits(16, 8);
                    default -> -1;
                };
        if (code < 0 || code > Character.MAX_CODE_POINT) {
            throw wrong("invalid char escape", at - 1);
        }
        if (bytes) {
            raw.write(code);
        } else if (code >= Character.MIN_SURROGATE && code <= Character.MAX_SURROGATE) {
            out.append('\uFFFD');
        } else {
            out.appendCodePoint(code);
        }
    }

    private int digits(int base, int count) {
        long code = 0;
        for (int i = 0; i < count; i++) {
            int digit = at < text.length() && text.charAt(at) < 0x80 ? Character.digit(text.charAt(at), base) : -1;
            if (digit < 0) {
                return -1;
            }
            code = code * base + digit;
            at++;
        }
        return code > Character.MAX_CODE_POINT ? -1 : (int) code;
    }

    private int braced() {
        int end = text.indexOf('}', at);
        int count = end - at - 1;
        if (end < 0 || count < 1 || count > 6) {
            return -1;
        }
        at++;
        int code = digits(16, count);
        at = end + 1;
        return code;
    }

    private EvaluationFailed wrong(String what, int offset) {
        return Place.failed(what, text, offset);
    }
}
