package tiphys.language.govaluate;

import java.util.List;
import java.util.Set;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.govaluate.GovaluateToken.Kind;
import tiphys.language.regex.GoRegex;

/// Makes a tree of an expression's tokens. Where govaluate lets something stand that has no meaning, so does this: what
/// follows a clause without an operator is not looked at, and an operator may be without its right side.
final class GovaluateParser {
    private static final int MAX_DEPTH = 100;
    private static final int MAX_OPERATORS = 1000;
    private static final int MAX_LENGTH = 1 << 20;

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

    private final List<GovaluateToken> tokens;
    private int next;
    private int operators;
    private int clauses;

    private GovaluateParser(List<GovaluateToken> tokens) {
        this.tokens = tokens;
    }

    /// The tokens of an expression, each of which may stand where it stands.
    ///
    /// @throws EvaluationFailed in govaluate's words
    static List<GovaluateToken> tokens(String text, Budget budget) {
        if (text.length() > MAX_LENGTH) {
            throw new EvaluationFailed("the expression is longer than " + MAX_LENGTH + " characters");
        }
        budget.spend(text.length());
        var tokens = GovaluateLexer.tokens(text);
        GovaluateToken.check(tokens);
        new GovaluateParser(tokens).checkPatterns(budget);
        return tokens;
    }

    /// The tree of tokens, whose variables stand for their own names if `bareWords`.
    ///
    /// @throws EvaluationFailed in govaluate's words
    static GovaluateTree tree(List<GovaluateToken> tokens, boolean bareWords, Budget budget) {
        var parser = new GovaluateParser(bareWords ? tokens.stream().map(GovaluateToken::asText).toList() : tokens);
        if (bareWords) {
            GovaluateToken.check(parser.tokens);
            parser.checkPatterns(budget);
        }
        return parser.level(0);
    }

    /// A pattern that is written out is read before anything is evaluated.
    private void checkPatterns(Budget budget) {
        for (int i = 1; i < tokens.size(); i++) {
            if (isPattern(i)) {
                GoRegex.find(tokens.get(i).text(), "", budget);
            }
        }
    }

    private boolean isPattern(int index) {
        var kind = tokens.get(index).kind();
        return kind == Kind.STRING
                && index > 0
                && (tokens.get(index - 1).text().equals("=~") || tokens.get(index - 1).text().equals("!~"))
                && tokens.get(index - 1).kind() == Kind.COMPARATOR;
    }

    private GovaluateTree level(int level) {
        if (level == LEVELS.size()) {
            return operand();
        }
        var left = level(level + 1);
        while (next < tokens.size()
                && isOperator(tokens.get(next))
                && LEVELS.get(level).contains(tokens.get(next).text())) {
            if (++operators > MAX_OPERATORS) {
                throw new EvaluationFailed("the expression has more than " + MAX_OPERATORS + " operators");
            }
            var symbol = tokens.get(next++).text();
            var right = level(level + 1);
            left = new GovaluateTree.Binary(symbol, left, right, left.from(), Math.max(left.to(), right.to()));
        }
        return left;
    }

    private static boolean isOperator(GovaluateToken token) {
        return switch (token.kind()) {
            case MODIFIER, COMPARATOR, LOGICALOP, TERNARY, SEPARATOR -> true;
            case PREFIX, NUMERIC, BOOLEAN, STRING, TIME, VARIABLE, ACCESSOR, CLAUSE, CLAUSE_CLOSE -> false;
        };
    }

    private GovaluateTree operand() {
        if (next >= tokens.size()) {
            return nothing();
        }
        int index = next++;
        var token = tokens.get(index);
        return switch (token.kind()) {
            case NUMERIC, BOOLEAN, TIME -> new GovaluateTree.Literal(token.value(), token.from(), token.to());
            case STRING -> text(index, token);
            case VARIABLE -> new GovaluateTree.Variable(token.text(), false, token.from(), token.to());
            case ACCESSOR -> {
                if (next < tokens.size() && tokens.get(next).kind() == Kind.CLAUSE) {
                    var _ = level(0);
                }
                yield new GovaluateTree.Variable(token.text(), true, token.from(), token.to());
            }
            case PREFIX -> {
                var operand = operand();
                yield new GovaluateTree.Prefix(token.text(), operand, token.from(), Math.max(token.to(), operand.to()));
            }
            case CLAUSE -> {
                if (++clauses > MAX_DEPTH) {
                    throw new EvaluationFailed("the expression is nested too deeply");
                }
                var inner = level(0);
                next++;
                clauses--;
                yield inner;
            }
            case CLAUSE_CLOSE, MODIFIER, COMPARATOR, LOGICALOP, TERNARY, SEPARATOR -> {
                next--;
                yield nothing();
            }
        };
    }

    private GovaluateTree text(int index, GovaluateToken token) {
        var text = token.text();
        return new GovaluateTree.Literal(
                isPattern(index) ? new GovaluateOperators.Pattern(text) : text, token.from(), token.to());
    }

    private GovaluateTree nothing() {
        int at = next < tokens.size() ? tokens.get(next).from() : tokens.getLast().to();
        return new GovaluateTree.Literal(null, at, at);
    }
}
