package tiphys.language.govaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import tiphys.language.EvaluationFailed;
import tiphys.language.gotext.GoNumber;
import tiphys.language.gotext.GoTime;
import tiphys.language.govaluate.GovaluateToken.Kind;

/// Cuts a govaluate expression into tokens. A run of symbols up to the next letter, digit, bracket, quote or space is one
/// token (so `==-1` is none); a backslash makes the next character part of whatever is being read.
final class GovaluateLexer {
    private static final Set<String> PREFIXES = Set.of("-", "!", "~");
    private static final Set<String> MODIFIERS = Set.of("+", "-", "*", "/", "%", "**", "&", "|", "^", ">>", "<<");
    private static final Set<String> COMPARATORS = Set.of("==", "!=", ">", ">=", "<", "<=", "=~", "!~");
    private static final Set<String> TERNARIES = Set.of("?", ":", "??");

    private final String text;
    private final List<GovaluateToken> tokens = new ArrayList<>();
    private int at;

    private GovaluateLexer(String text) {
        this.text = text;
    }

    /// @throws EvaluationFailed in govaluate's words
    static List<GovaluateToken> tokens(String text) {
        var lexer = new GovaluateLexer(text);
        for (var token = lexer.next(); token.isPresent(); token = lexer.next()) {
            lexer.tokens.add(token.get());
        }
        return lexer.tokens;
    }

    private Optional<GovaluateToken> next() {
        while (at < text.length() && isSpace(text.codePointAt(at))) {
            at++;
        }
        if (at >= text.length()) {
            return Optional.empty();
        }
        int from = at;
        int c = text.codePointAt(at);
        if (isNumeric(c)) {
            return Optional.of(number(from));
        }
        if (Character.isLetter(c)) {
            return Optional.of(word(from));
        }
        return Optional.of(
                switch (c) {
                    case ',' -> token(Kind.SEPARATOR, from);
                    case '(' -> token(Kind.CLAUSE, from);
                    case ')' -> token(Kind.CLAUSE_CLOSE, from);
                    case '[' -> {
                        var name = quoted("]", "Unclosed parameter bracket");
                        yield new GovaluateToken(Kind.VARIABLE, name, name, from, at);
                    }
                    case '\'', '"' -> string(from);
                    default -> symbol(from);
                });
    }

    private GovaluateToken token(Kind kind, int from) {
        at++;
        return new GovaluateToken(kind, text.substring(from, at), null, from, at);
    }

    private GovaluateToken string(int from) {
        var string = quoted("'\"", "Unclosed string literal");
        var time = GoTime.read(string);
        return time.isPresent()
                ? new GovaluateToken(Kind.TIME, time.get().shown(), time.get().seconds(), from, at)
                : new GovaluateToken(Kind.STRING, string, string, from, at);
    }

    private GovaluateToken number(int from) {
        if (text.startsWith("0x", at) && at + 2 < text.length()) {
            at += 2;
            var digits = run(c -> Character.isDigit(c) || "abcdefABCDEF".indexOf(c) >= 0);
            try {
                double value = GovaluateOperators.unsigned(Long.parseUnsignedLong(digits, 16));
                return new GovaluateToken(Kind.NUMERIC, digits, value, from, at);
            } catch (NumberFormatException _) {
                throw new EvaluationFailed("Unable to parse hex value '" + digits + "' to uint64\n");
            }
        }
        var digits = run(GovaluateLexer::isNumeric);
        var value = GoNumber.read(digits);
        if (value.isEmpty() || GoNumber.isTooLarge(digits, value.getAsDouble())) {
            throw new EvaluationFailed("Unable to parse numeric value '" + digits + "' to float64\n");
        }
        return new GovaluateToken(Kind.NUMERIC, digits, value.getAsDouble(), from, at);
    }

    private GovaluateToken word(int from) {
        var word = run(c -> Character.isLetterOrDigit(c) || c == '_' || c == '.');
        if (word.indexOf('.') > 0) {
            if (word.endsWith(".")) {
                throw new EvaluationFailed("Hanging accessor on token '" + word + "'");
            }
            requireExported(word);
            return new GovaluateToken(Kind.ACCESSOR, word, word, from, at);
        }
        return switch (word) {
            case "true", "false" -> new GovaluateToken(Kind.BOOLEAN, word, word.equals("true"), from, at);
            case "in", "IN" -> new GovaluateToken(Kind.COMPARATOR, "in", null, from, at);
            default -> new GovaluateToken(Kind.VARIABLE, word, word, from, at);
        };
    }

    /// govaluate reads fields of Go's structures, so their names begin with a capital.
    private static void requireExported(String word) {
        var parts = word.split("\\.", -1);
        for (int i = 1; i < parts.length; i++) {
            int first = parts[i].isEmpty() ? 0 : parts[i].codePointAt(0);
            if (Character.toUpperCase(first) != first) {
                throw new EvaluationFailed(
                        "Unable to access unexported field '" + parts[i] + "' in token '" + word + "'");
            }
        }
    }

    private GovaluateToken symbol(int from) {
        var symbol = run(GovaluateLexer::isSymbol);
        var last = tokens.isEmpty() ? null : tokens.getLast();
        Kind kind;
        if (PREFIXES.contains(symbol) && GovaluateToken.fits(last, Kind.PREFIX)) {
            kind = Kind.PREFIX;
        } else if (MODIFIERS.contains(symbol)) {
            kind = Kind.MODIFIER;
        } else if (symbol.equals("&&") || symbol.equals("||")) {
            kind = Kind.LOGICALOP;
        } else if (COMPARATORS.contains(symbol)) {
            kind = Kind.COMPARATOR;
        } else if (TERNARIES.contains(symbol)) {
            kind = Kind.TERNARY;
        } else {
            throw new EvaluationFailed("Invalid token: '" + symbol + "'");
        }
        return new GovaluateToken(kind, symbol, null, from, at);
    }

    /// Reads as long as the characters are of a kind; a space ends it once something was read.
    private String run(IntPredicate kind) {
        var out = new StringBuilder();
        while (at < text.length()) {
            int c = text.codePointAt(at);
            if (c == '\\') {
                at++;
                escaped(out);
            } else if (isSpace(c)) {
                if (!out.isEmpty()) {
                    break;
                }
                at++;
            } else if (kind.test(c)) {
                out.appendCodePoint(c);
                at += Character.charCount(c);
            } else {
                break;
            }
        }
        return out.toString();
    }

    private void escaped(StringBuilder out) {
        if (at < text.length()) {
            int c = text.codePointAt(at);
            out.appendCodePoint(c);
            at += Character.charCount(c);
        }
    }

    private String quoted(String ends, String unclosed) {
        at++;
        var out = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '\\') {
                escaped(out);
            } else if (ends.indexOf(c) >= 0) {
                return out.toString();
            } else {
                out.append(c);
            }
        }
        throw new EvaluationFailed(unclosed);
    }

    private static boolean isNumeric(int c) {
        return Character.isDigit(c) || c == '.';
    }

    private static boolean isSymbol(int c) {
        return !Character.isLetterOrDigit(c) && "()[]'\"".indexOf(c) < 0;
    }

    private static boolean isSpace(int c) {
        return Character.isWhitespace(c) || c == 0x85 || c == 0xA0 || Character.isSpaceChar(c);
    }
}
