package tiphys.language.lua;

import java.nio.charset.StandardCharsets;
import java.util.OptionalDouble;
import java.util.Set;
import tiphys.language.EvaluationFailed;

/// Walks through a script's tokens. The script's characters stand for its bytes.
final class LuaScanner {
    static final Set<String> KEYWORDS =
            Set.of(
                    "and",
                    "break",
                    "do",
                    "else",
                    "elseif",
                    "end",
                    "false",
                    "for",
                    "function",
                    "goto",
                    "if",
                    "in",
                    "local",
                    "nil",
                    "not",
                    "or",
                    "repeat",
                    "return",
                    "then",
                    "true",
                    "until",
                    "while");

    private static final String[] SYMBOLS = {
        "...", "..", "==", "~=", "<=", ">=", "::", "+", "-", "*", "/", "%", "^", "#", "<", ">", "=", "(", ")", "{", "}",
        "[", "]", ";", ":", ",", "."
    };

    /// What a token is.
    enum Kind {
        NAME,
        KEYWORD,
        SYMBOL,
        TEXT,
        NUMBER,
        END
    }

    private final String source;
    private int at;
    private int line = 1;

    Kind kind = Kind.END;
    String text = "";
    double number;
    int tokenLine = 1;

    /// The token after this one, if it was looked at.
    private boolean looked;

    private Kind nextKind = Kind.END;
    private String nextText = "";
    private double nextNumber;
    private int nextLine;

    LuaScanner(String script) {
        source = new String(script.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        if (source.startsWith("#")) {
            at = Math.max(source.indexOf('\n'), 0);
        }
        advance();
    }

    EvaluationFailed wrong(String why) {
        var near =
                kind == Kind.END
                        ? "EOF"
                        : new String(text.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        return new EvaluationFailed("<string> line:" + tokenLine + " near '" + near + "': " + why);
    }

    void advance() {
        if (looked) {
            kind = nextKind;
            text = nextText;
            number = nextNumber;
            tokenLine = nextLine;
            looked = false;
        } else {
            read();
        }
    }

    /// Whether the token after this one is that symbol.
    boolean followedBy(String symbol) {
        if (!looked) {
            var beforeKind = kind;
            var beforeText = text;
            double beforeNumber = number;
            int beforeLine = tokenLine;
            read();
            nextKind = kind;
            nextText = text;
            nextNumber = number;
            nextLine = tokenLine;
            kind = beforeKind;
            text = beforeText;
            number = beforeNumber;
            tokenLine = beforeLine;
            looked = true;
        }
        return nextKind == Kind.SYMBOL && nextText.equals(symbol);
    }

    private void token(Kind which, String what) {
        kind = which;
        text = what;
    }

    private void read() {
        space();
        tokenLine = line;
        if (at >= source.length()) {
            token(Kind.END, "");
            return;
        }
        char c = source.charAt(at);
        if (isLetter(c)) {
            int from = at;
            while (at < source.length() && (isLetter(source.charAt(at)) || isDigit(source.charAt(at)))) {
                at++;
            }
            var word = source.substring(from, at);
            token(KEYWORDS.contains(word) ? Kind.KEYWORD : Kind.NAME, word);
        } else if (isDigit(c) || (c == '.' && at + 1 < source.length() && isDigit(source.charAt(at + 1)))) {
            number();
        } else if (c == '"' || c == '\'') {
            quoted(c);
        } else if (c == '[' && longLevel() >= 0) {
            token(Kind.TEXT, longText(longLevel()));
        } else {
            symbol();
        }
    }

    private void symbol() {
        for (var symbol : SYMBOLS) {
            if (source.startsWith(symbol, at)) {
                at += symbol.length();
                token(Kind.SYMBOL, symbol);
                return;
            }
        }
        token(Kind.SYMBOL, source.substring(at, at + 1));
        throw wrong("unexpected symbol");
    }

    private static boolean isLetter(char c) {
        return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private void space() {
        while (at < source.length()) {
            char c = source.charAt(at);
            if (c == '\n') {
                line++;
                at++;
            } else if (c == ' ' || (c >= '\t' && c <= '\r')) {
                at++;
            } else if (source.startsWith("--", at)) {
                at += 2;
                int level = at < source.length() && source.charAt(at) == '[' ? longLevel() : -1;
                if (level >= 0) {
                    longText(level);
                } else {
                    while (at < source.length() && source.charAt(at) != '\n') {
                        at++;
                    }
                }
            } else {
                return;
            }
        }
    }

    /// How many `=` stand in a long bracket that opens here; -1 if none does.
    private int longLevel() {
        int i = at + 1;
        while (i < source.length() && source.charAt(i) == '=') {
            i++;
        }
        return i < source.length() && source.charAt(i) == '[' ? i - at - 1 : -1;
    }

    private String longText(int level) {
        var close = "]" + "=".repeat(level) + "]";
        int from = at + level + 2;
        int end = source.indexOf(close, from);
        if (end < 0) {
            token(Kind.END, "");
            throw wrong("unfinished long text");
        }
        var inside = source.substring(from, end);
        line += (int) inside.chars().filter(c -> c == '\n').count();
        at = end + close.length();
        inside = inside.replace("\r\n", "\n");
        return inside.startsWith("\n") ? inside.substring(1) : inside;
    }

    private void number() {
        int from = at;
        boolean hex = source.startsWith("0x", at) || source.startsWith("0X", at);
        while (at < source.length()) {
            char c = source.charAt(at);
            boolean sign = (c == '+' || c == '-') && !hex && "eE".indexOf(source.charAt(at - 1)) >= 0;
            if (!isLetter(c) && !isDigit(c) && c != '.' && !sign) {
                break;
            }
            at++;
        }
        token(Kind.NUMBER, source.substring(from, at));
        number = LuaText.number(text).orElseThrow(() -> wrong("malformed number"));
    }

    private void quoted(char quote) {
        var out = new StringBuilder();
        at++;
        while (at < source.length() && source.charAt(at) != quote) {
            char c = source.charAt(at++);
            if (c == '\n') {
                token(Kind.TEXT, out.toString());
                throw wrong("unterminated string");
            }
            if (c == '\\' && at < source.length()) {
                escape(out);
            } else {
                out.append(c);
            }
        }
        token(Kind.TEXT, out.toString());
        if (at >= source.length()) {
            throw wrong("unterminated string");
        }
        at++;
    }

    private void escape(StringBuilder out) {
        char c = source.charAt(at++);
        int simple = "abfnrtv".indexOf(c);
        if (simple >= 0) {
            out.append("\u0007\b\f\n\r\t\u000b".charAt(simple));
        } else if (isDigit(c)) {
            int value = c - '0';
            for (int i = 0; i < 2 && at < source.length() && isDigit(source.charAt(at)); i++) {
                value = value * 10 + source.charAt(at++) - '0';
            }
            out.append((char) (value & 0xff));
        } else if (c == 'x' && hex(at, 2).isPresent()) {
            out.append((char) hex(at, 2).getAsDouble());
            at += 2;
        } else {
            line += c == '\n' ? 1 : 0;
            out.append(c);
        }
    }

    private OptionalDouble hex(int from, int digits) {
        if (from + digits > source.length()) {
            return OptionalDouble.empty();
        }
        try {
            return OptionalDouble.of(Integer.parseInt(source.substring(from, from + digits), 16));
        } catch (NumberFormatException _) {
            return OptionalDouble.empty();
        }
    }
}
