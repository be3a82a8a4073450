package tiphys.language.govaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.gotext.GoTime;

/// Reads govaluate: a run of symbols up to the next letter, digit, bracket, quote or space is one token (so `==-1` is none).
final class GovaluateParser {
    private static final int MAX_DEPTH = 100;
    private static final int MAX_OPERATORS = 1000;
    private static final int MAX_LENGTH = 1 << 20;
    private static final Set<String> PREFIXES = Set.of("-", "!", "~");

    /// From the loosest to the tightest; all of one level go from left to right.
    private static final List<Set<String>> LEVELS =
            List.of(
                    Set.of(","),
                    Set.of("?", ":", "??"),
                    Set.of("||"),
                    Set.of("&&"),
                    Set.of("==", "!=", ">", ">=", "<", "<=", "=~", "!~", "in"),
                    Set.of("&", "|", "^"),
                    Set.of("<<", ">>"),
                    Set.of("+", "-"),
                    Set.of("*", "/", "%"),
                    Set.of("**"));

    private static final Map<String, String> KINDS =
            Map.of(
                    "&&",
                    "LOGICALOP",
                    "||",
                    "LOGICALOP",
                    "?",
                    "TERNARY",
                    ":",
                    "TERNARY",
                    "??",
                    "TERNARY",
                    ",",
                    "SEPARATOR");

    private enum Kind {
        NUMERIC,
        BOOLEAN,
        STRING,
        TIME,
        VARIABLE,
        ACCESSOR,
        PREFIX,
        OPERATOR,
        CLAUSE,
        CLAUSE_CLOSE;

        boolean ends() {
            return switch (this) {
                case NUMERIC, BOOLEAN, STRING, TIME, VARIABLE, ACCESSOR, CLAUSE_CLOSE -> true;
                case PREFIX, OPERATOR, CLAUSE -> false;
            };
        }
    }

    private record Token(Kind kind, String text, @Nullable Object value, int from, int to) {
        String named() {
            var name =
                    kind == Kind.OPERATOR
                            ? KINDS.getOrDefault(text, LEVELS.get(4).contains(text) ? "COMPARATOR" : "MODIFIER")
                            : kind.name();
            return name + " [" + text + "]";
        }
    }

    private final String text;
    private final boolean bareWords;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int next;
    private int operators;
    private int clauses;

    /// @param bareWords whether a variable stands for its own name
    GovaluateParser(String text, boolean bareWords, Budget budget) {
        if (text.length() > MAX_LENGTH) {
            throw new EvaluationFailed("the expression is longer than " + MAX_LENGTH + " characters");
        }
        budget.spend(text.length());
        this.text = text;
        this.bareWords = bareWords;
    }

    GovaluateTree all() {
        int open = 0;
        for (var token = token(); token.isPresent(); token = token()) {
            var read = token.get();
            if (!tokens.isEmpty()) {
                check(tokens.getLast(), read);
            }
            tokens.add(read);
            open += read.kind() == Kind.CLAUSE ? 1 : read.kind() == Kind.CLAUSE_CLOSE ? -1 : 0;
        }
        if (open != 0) {
            throw new EvaluationFailed("Unbalanced parenthesis");
        }
        if (!tokens.isEmpty() && tokens.getFirst().kind() == Kind.OPERATOR) {
            throw new EvaluationFailed(
                    "Cannot transition token types from UNKNOWN [<nil>] to " + tokens.getFirst().named());
        }
        if (tokens.isEmpty() || !tokens.getLast().kind().ends()) {
            throw new EvaluationFailed("Unexpected end of expression");
        }
        var tree = level(0);
        if (next < tokens.size()) {
            throw new EvaluationFailed("Unbalanced parenthesis");
        }
        return tree;
    }

    private static void check(Token last, Token read) {
        boolean operand =
                last.kind().ends()
                        ? read.kind() == Kind.OPERATOR || read.kind() == Kind.CLAUSE_CLOSE
                        : read.kind() != Kind.OPERATOR
                                && read.kind() != Kind.CLAUSE_CLOSE
                                && !(last.kind() == Kind.PREFIX && read.kind() == Kind.PREFIX);
        if (!operand) {
            throw new EvaluationFailed("Cannot transition token types from " + last.named() + " to " + read.named());
        }
    }

    private GovaluateTree level(int level) {
        if (level == LEVELS.size()) {
            return operand();
        }
        var left = level(level + 1);
        while (next < tokens.size()
                && tokens.get(next).kind() == Kind.OPERATOR
                && LEVELS.get(level).contains(tokens.get(next).text())) {
            if (++operators > MAX_OPERATORS) {
                throw new EvaluationFailed("the expression has more than " + MAX_OPERATORS + " operators");
            }
            var symbol = tokens.get(next++).text();
            var right = level(level + 1);
            if (symbol.equals("in")
                    && !(right instanceof GovaluateTree.Binary(var list, _, _, _, _) && list.equals(","))) {
                right = single(right);
            }
            left = new GovaluateTree.Binary(symbol, left, right, left.from(), right.to());
        }
        return left;
    }

    /// `('a')` behind an `in` is a list of one.
    private static GovaluateTree single(GovaluateTree right) {
        return right instanceof GovaluateTree.Literal(var value, int from, int to)
                ? new GovaluateTree.Literal(java.util.Collections.singletonList(value), from, to)
                : right;
    }

    private GovaluateTree operand() {
        if (next >= tokens.size()) {
            throw new EvaluationFailed("Unexpected end of expression");
        }
        var token = tokens.get(next++);
        return switch (token.kind()) {
            case NUMERIC, BOOLEAN, STRING, TIME -> new GovaluateTree.Literal(token.value(), token.from(), token.to());
            case VARIABLE ->
                    bareWords
                            ? new GovaluateTree.Literal(token.value(), token.from(), token.to())
                            : new GovaluateTree.Variable(
                                    String.valueOf(token.value()), false, token.from(), token.to());
            case ACCESSOR -> new GovaluateTree.Variable(String.valueOf(token.value()), true, token.from(), token.to());
            case PREFIX -> {
                var operand = operand();
                yield new GovaluateTree.Prefix(token.text(), operand, token.from(), operand.to());
            }
            case CLAUSE -> {
                if (++clauses > MAX_DEPTH) {
                    throw new EvaluationFailed("the expression is nested too deeply");
                }
                var inner = level(0);
                if (next >= tokens.size() || tokens.get(next).kind() != Kind.CLAUSE_CLOSE) {
                    throw new EvaluationFailed("Unbalanced parenthesis");
                }
                next++;
                clauses--;
                yield inner;
            }
            case OPERATOR, CLAUSE_CLOSE -> throw new EvaluationFailed("Unexpected token " + token.named());
        };
    }

    private Optional<Token> token() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        if (at >= text.length()) {
            return Optional.empty();
        }
        int from = at;
        char c = text.charAt(at);
        if (Character.isDigit(c) || c == '.') {
            return Optional.of(number(from));
        }
        if (c == ',') {
            at++;
            return Optional.of(new Token(Kind.OPERATOR, ",", null, from, at));
        }
        if (c == '[') {
            at++;
            var name = until("]", "Unclosed parameter bracket");
            return Optional.of(new Token(Kind.VARIABLE, name, name, from, at));
        }
        if (Character.isLetter(c)) {
            return Optional.of(word(from));
        }
        if (c == '\'' || c == '"') {
            at++;
            var string = until("'\"", "Unclosed string literal");
            var time = GoTime.seconds(string);
            return Optional.of(
                    time.isPresent()
                            ? new Token(Kind.TIME, string, time.get(), from, at)
                            : new Token(Kind.STRING, string, string, from, at));
        }
        if (c == '(' || c == ')') {
            at++;
            return Optional.of(
                    new Token(c == '(' ? Kind.CLAUSE : Kind.CLAUSE_CLOSE, String.valueOf(c), null, from, at));
        }
        return Optional.of(symbol(from));
    }

    private Token number(int from) {
        if (text.startsWith("0x", from)) {
            at += 2;
            while (at < text.length() && Character.digit(text.charAt(at), 16) >= 0) {
                at++;
            }
            if (at > from + 2 && at < from + 18) {
                return new Token(
                        Kind.NUMERIC,
                        text.substring(from, at),
                        (double) Long.parseUnsignedLong(text, from + 2, at, 16),
                        from,
                        at);
            }
            throw new EvaluationFailed("Unable to parse hex value '" + text.substring(from, at) + "' to uint64\n");
        }
        while (at < text.length() && (Character.isDigit(text.charAt(at)) || text.charAt(at) == '.')) {
            at++;
        }
        var digits = text.substring(from, at);
        try {
            return new Token(Kind.NUMERIC, digits, Double.valueOf(digits), from, at);
        } catch (NumberFormatException _) {
            throw new EvaluationFailed("Unable to parse numeric value '" + digits + "' to float64\n");
        }
    }

    private Token word(int from) {
        while (at < text.length()
                && (Character.isLetterOrDigit(text.charAt(at)) || "_.".indexOf(text.charAt(at)) >= 0)) {
            at++;
        }
        var word = text.substring(from, at);
        if (word.endsWith(".")) {
            throw new EvaluationFailed("Hanging accessor on token '" + word + "'");
        }
        return switch (word) {
            case "true", "false" -> new Token(Kind.BOOLEAN, word, word.equals("true"), from, at);
            case "in", "IN" -> new Token(Kind.OPERATOR, "in", null, from, at);
            default -> new Token(word.contains(".") ? Kind.ACCESSOR : Kind.VARIABLE, word, word, from, at);
        };
    }

    private String until(String ends, String unclosed) {
        var out = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '\\' && at < text.length()) {
                out.append(text.charAt(at++));
            } else if (ends.indexOf(c) >= 0) {
                return out.toString();
            } else {
                out.append(c);
            }
        }
        throw new EvaluationFailed(unclosed);
    }

    private Token symbol(int from) {
        while (at < text.length() && symbolic(text.charAt(at))) {
            at++;
        }
        var symbol = text.substring(from, at);
        boolean operand = tokens.isEmpty() || !tokens.getLast().kind().ends();
        if (operand && PREFIXES.contains(symbol)) {
            return new Token(Kind.PREFIX, symbol, null, from, at);
        }
        if (LEVELS.stream().anyMatch(level -> level.contains(symbol)) && !symbol.equals("in")) {
            return new Token(Kind.OPERATOR, symbol, null, from, at);
        }
        throw new EvaluationFailed("Invalid token: '" + symbol + "'");
    }

    private static boolean symbolic(char c) {
        return !Character.isLetterOrDigit(c) && !Character.isWhitespace(c) && "()[]'\"".indexOf(c) < 0;
    }
}
