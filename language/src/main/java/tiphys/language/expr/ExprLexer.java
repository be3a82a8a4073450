package tiphys.language.expr;

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
    private static final List<String> SYMBOLS = List.of("?.", "??", "..", "**", "==", "!=", "<=", ">=", "&&", "||");
    private static final String SINGLE = "+-*/%^!<>=|?:.,;()[]{}#";

    enum Kind {
        LITERAL,
        NAME,
        OPERATOR,
        END
    }

    record Token(Kind kind, String text, @Nullable Object value, int from, int to) {
        boolean is(String operator) {
            return kind == Kind.OPERATOR && text.equals(operator);
        }
    }

    private final String text;
    private int at;

    ExprLexer(String text) {
        this.text = text;
        if (text.length() > MAX_LENGTH) {
            throw new EvaluationFailed("the expression is longer than " + MAX_LENGTH + " characters");
        }
    }

    List<Token> all() {
        var tokens = new ArrayList<Token>();
        do {
            tokens.add(next());
        } while (tokens.getLast().kind() != Kind.END);
        return tokens;
    }

    private Token next() {
        skip();
        int from = at;
        if (at >= text.length()) {
            return new Token(Kind.END, "", null, from, from);
        }
        char c = text.charAt(at);
        if (Character.isDigit(c) || (c == '.' && at + 1 < text.length() && Character.isDigit(text.charAt(at + 1)))) {
            return new Token(Kind.LITERAL, "", number(), from, at);
        }
        if (c == '"' || c == '\'' || c == '`') {
            return new Token(Kind.LITERAL, "", string(), from, at);
        }
        if (Character.isLetter(c) || c == '_' || c == '$') {
            while (at < text.length()
                    && (Character.isLetterOrDigit(text.charAt(at)) || "_$".indexOf(text.charAt(at)) >= 0)) {
                at++;
            }
            var word = text.substring(from, at);
            return new Token(WORDS.contains(word) ? Kind.OPERATOR : Kind.NAME, word, null, from, at);
        }
        for (var symbol : SYMBOLS) {
            if (text.startsWith(symbol, at)) {
                at += symbol.length();
                return new Token(Kind.OPERATOR, symbol, null, from, at);
            }
        }
        if (SINGLE.indexOf(c) >= 0) {
            at++;
            return new Token(Kind.OPERATOR, String.valueOf(c), null, from, at);
        }
        throw Place.failed("unrecognized character: U+%04X '%c'".formatted((int) c, c), text, at);
    }

    private void skip() {
        while (at < text.length()) {
            if (Character.isWhitespace(text.charAt(at))) {
                at++;
            } else if (text.startsWith("//", at)) {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
            } else if (text.startsWith("/*", at)) {
                int end = text.indexOf("*/", at);
                if (end < 0) {
                    throw Place.failed("unclosed comment", text, at);
                }
                at = end + 2;
            } else {
                return;
            }
        }
    }

    private Object number() {
        int from = at;
        int base =
                text.startsWith("0x", at) || text.startsWith("0X", at)
                        ? 16
                        : text.startsWith("0b", at) ? 2 : text.startsWith("0o", at) ? 8 : 10;
        at += base == 10 ? 0 : 2;
        boolean whole = true;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (Character.digit(c, base) >= 0 || c == '_') {
                at++;
            } else if (base == 10 && c == '.' && whole && !text.startsWith("..", at)) {
                whole = false;
                at++;
            } else if (base == 10 && (c == 'e' || c == 'E')) {
                whole = false;
                at++;
                if (at < text.length() && "+-".indexOf(text.charAt(at)) >= 0) {
                    at++;
                }
            } else {
                break;
            }
        }
        var digits = text.substring(base == 10 ? from : from + 2, at).replace("_", "");
        try {
            if (whole) {
                return Long.parseLong(digits, base);
            }
            return Double.valueOf(digits);
        } catch (NumberFormatException _) {
            throw Place.failed("invalid number \"" + text.substring(from, at) + "\"", text, from);
        }
    }

    private String string() {
        int from = at;
        char quote = text.charAt(at++);
        var out = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == quote) {
                return out.toString();
            }
            if (c == '\\' && quote != '`') {
                escape(out);
            } else {
                out.append(c);
            }
        }
        throw Place.failed("literal not terminated", text, from);
    }

    private void escape(StringBuilder out) {
        int from = at - 1;
        char c = at < text.length() ? text.charAt(at++) : ' ';
        switch (c) {
            case 'n' -> out.append('\n');
            case 't' -> out.append('\t');
            case 'r' -> out.append('\r');
            case 'a' -> out.append('\u0007');
            case 'b' -> out.append('\b');
            case 'f' -> out.append('\f');
            case 'v' -> out.append('\u000B');
            case '\\', '\'', '"', '`', '/' -> out.append(c);
            case 'x' -> code(2, from, out);
            case 'u' -> code(4, from, out);
            case 'U' -> code(8, from, out);
            default -> throw Place.failed("invalid char escape", text, from);
        }
    }

    private void code(int digits, int from, StringBuilder out) {
        try {
            out.appendCodePoint(Integer.parseInt(text, at, at + digits, 16));
            at += digits;
        } catch (IndexOutOfBoundsException | IllegalArgumentException _) {
            throw Place.failed("invalid char escape", text, from);
        }
    }
}
