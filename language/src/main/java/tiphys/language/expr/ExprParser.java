package tiphys.language.expr;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tiphys.language.EvaluationFailed;
import tiphys.language.Place;
import tiphys.language.expr.ExprLexer.Kind;
import tiphys.language.expr.ExprLexer.Token;
import tiphys.language.expr.ExprTree.Span;

/// Reads an expression by operator precedence.
final class ExprParser {
    private static final int MAX_DEPTH = 150;
    private static final int MAX_OPERATORS = 1000;
    private static final int POWER = 100;
    private static final int COMPARE = 20;
    private static final Map<String, Integer> UNARY = Map.of("not", 50, "!", 50, "-", 90, "+", 90);
    private static final Map<String, Integer> BINARY =
            Map.ofEntries(
                    Map.entry("|", 0),
                    Map.entry("or", 10),
                    Map.entry("||", 10),
                    Map.entry("and", 15),
                    Map.entry("&&", 15),
                    Map.entry("==", COMPARE),
                    Map.entry("!=", COMPARE),
                    Map.entry("<", COMPARE),
                    Map.entry(">", COMPARE),
                    Map.entry("<=", COMPARE),
                    Map.entry(">=", COMPARE),
                    Map.entry("in", COMPARE),
                    Map.entry("matches", COMPARE),
                    Map.entry("contains", COMPARE),
                    Map.entry("startsWith", COMPARE),
                    Map.entry("endsWith", COMPARE),
                    Map.entry("..", 25),
                    Map.entry("+", 30),
                    Map.entry("-", 30),
                    Map.entry("*", 60),
                    Map.entry("/", 60),
                    Map.entry("%", 60),
                    Map.entry("**", POWER),
                    Map.entry("^", POWER),
                    Map.entry("??", 500));
    private static final Set<String> ORDER = Set.of("<", ">", "<=", ">=");
    private static final Set<String> NEGATABLE = Set.of("in", "matches", "contains", "startsWith", "endsWith");

    private final String text;
    private final List<Token> tokens;
    private int next;
    private int depth;
    private int operators;
    private int predicates;

    ExprParser(String text) {
        this.text = text;
        this.tokens = new ExprLexer(text).all();
    }

    ExprTree all() {
        var tree = sequence();
        if (token().kind() != Kind.END) {
            throw unexpected();
        }
        return tree;
    }

    private ExprTree sequence() {
        var parts = new ArrayList<ExprTree>();
        parts.add(expression(0));
        while (token().is(";")) {
            count();
            take();
            if (token().kind() == Kind.END) {
                break;
            }
            parts.add(expression(0));
        }
        return parts.size() == 1
                ? parts.getFirst()
                : new ExprTree.Sequence(List.copyOf(parts), span(parts.getFirst(), parts.getLast()));
    }

    private ExprTree expression(int precedence) {
        if (++depth > MAX_DEPTH) {
            throw wrong("the expression is nested too deeply");
        }
        try {
            if (precedence == 0 && token().is("let")) {
                return let();
            }
            if (precedence == 0 && token().is("if")) {
                return branches();
            }
            var left = operators(primary(), precedence);
            return precedence == 0 ? choice(left) : left;
        } finally {
            depth--;
        }
    }

    private ExprTree operators(ExprTree first, int precedence) {
        var left = first;
        var before = "";
        while (token().kind() == Kind.OPERATOR) {
            boolean negated = token().is("not");
            var operator = negated ? tokens.get(next + 1) : token();
            if (negated && !(operator.kind() == Kind.OPERATOR && NEGATABLE.contains(operator.text()))) {
                take();
                throw unexpected();
            }
            int level = BINARY.getOrDefault(operator.text(), -1);
            if (level < precedence) {
                break;
            }
            count();
            if (negated) {
                take();
            }
            take();
            if (operator.is("|")) {
                var name = take(Kind.IDENTIFIER);
                left = call(name, List.of(left), left.span().from());
            } else if (before.equals("??") && !operator.is("??")) {
                throw wrong(
                        "Operator ("
                                + operator.text()
                                + ") and coalesce expressions (??) cannot be mixed. Wrap either by parentheses.",
                        operator.from());
            } else if (ORDER.contains(operator.text())) {
                left = comparison(left, operator);
            } else {
                var right = expression(level == POWER ? level : level + 1);
                left = new ExprTree.Binary(operator.text(), left, right, span(left, right, operator));
                left = negated ? new ExprTree.Unary("not", left, left.span()) : left;
            }
            before = operator.text();
        }
        return left;
    }

    /// `a < b < c` is `a < b && b < c`.
    private ExprTree comparison(ExprTree first, Token firstOperator) {
        var left = first;
        var operator = firstOperator;
        Optional<ExprTree> all = Optional.empty();
        while (true) {
            var right = expression(COMPARE + 1);
            var one = new ExprTree.Binary(operator.text(), left, right, span(left, right, operator));
            var sign = operator;
            all =
                    Optional.of(
                            all.<ExprTree>map(before -> new ExprTree.Binary("&&", before, one, span(before, one, sign)))
                                    .orElse(one));
            if (token().kind() != Kind.OPERATOR || !ORDER.contains(token().text())) {
                return all.get();
            }
            count();
            operator = take();
            left = right;
        }
    }

    private ExprTree choice(ExprTree condition) {
        var here = condition;
        while (token().is("?")) {
            count();
            take();
            ExprTree then;
            if (token().is(":")) {
                take();
                then = here;
            } else {
                then = expression(0);
                expect(":");
            }
            var otherwise = expression(0);
            here = new ExprTree.Choice(here, then, otherwise, span(condition, otherwise));
        }
        return here;
    }

    private ExprTree let() {
        int from = take().from();
        var name = take(Kind.IDENTIFIER);
        expect("=");
        var value = expression(0);
        expect(";");
        var body = sequence();
        return new ExprTree.Let(name.text(), value, body, new Span(from, body.span().to(), name.from()));
    }

    private ExprTree branches() {
        if (++depth > MAX_DEPTH) {
            throw wrong("the expression is nested too deeply");
        }
        int from = take().from();
        var condition = expression(0);
        expect("{");
        var then = sequence();
        expect("}");
        expect("else");
        ExprTree otherwise;
        int to;
        if (token().is("if")) {
            otherwise = branches();
            to = otherwise.span().to();
        } else {
            expect("{");
            otherwise = sequence();
            to = expect("}").to();
        }
        depth--;
        return new ExprTree.Choice(condition, then, otherwise, new Span(from, to, from));
    }

    private ExprTree primary() {
        var token = token();
        if (token.kind() == Kind.OPERATOR && UNARY.containsKey(token.text())) {
            take();
            var operand = expression(UNARY.getOrDefault(token.text(), 0));
            var span = new Span(token.from(), operand.span().to(), token.from());
            return postfix(new ExprTree.Unary(token.text(), operand, span));
        }
        if (token.is("(")) {
            take();
            var inner = sequence();
            expect(")");
            return postfix(inner);
        }
        if (predicates > 0 && (token.is("#") || token.is("."))) {
            return postfix(pointer());
        }
        if (token.is("::")) {
            take();
            var name = take(Kind.IDENTIFIER);
            return postfix(call(name, List.of(), token.from()));
        }
        return secondary();
    }

    private ExprTree pointer() {
        var token = token();
        if (token.is(".")) {
            return new ExprTree.Pointer("", new Span(token.from(), token.from(), token.from()));
        }
        take();
        if (token().kind() == Kind.IDENTIFIER) {
            var name = take();
            return new ExprTree.Pointer(name.text(), new Span(token.from(), name.to(), token.from()));
        }
        return new ExprTree.Pointer("", of(token));
    }

    private ExprTree secondary() {
        var token = token();
        return switch (token.kind()) {
            case IDENTIFIER -> named();
            case NUMBER -> {
                take();
                yield new ExprTree.Literal(number(token), of(token));
            }
            case STRING -> {
                take();
                yield postfix(new ExprTree.Literal(token.text(), of(token)));
            }
            case BYTES -> {
                take();
                yield postfix(new ExprTree.Literal(token.bytes(), of(token)));
            }
            case OPERATOR, BRACKET, END -> {
                if (token.is("[")) {
                    yield postfix(items());
                }
                if (token.is("{")) {
                    yield postfix(fields());
                }
                throw unexpected();
            }
        };
    }

    private ExprTree named() {
        var token = take();
        switch (token.text()) {
            case "true", "false" -> {
                return new ExprTree.Literal(token.text().equals("true"), of(token));
            }
            case "nil" -> {
                return new ExprTree.Literal(null, of(token));
            }
            default -> {}
        }
        return postfix(
                token().is("(") ? call(token, List.of(), token.from()) : new ExprTree.Name(token.text(), of(token)));
    }

    private Object number(Token token) {
        var digits = token.text().replace("_", "").toLowerCase(Locale.ROOT);
        int base = digits.startsWith("0x") ? 16 : digits.startsWith("0b") ? 2 : digits.startsWith("0o") ? 8 : 10;
        boolean broken = base != 16 && (digits.contains(".") || digits.contains("e"));
        try {
            if (broken) {
                double number = Double.parseDouble(digits);
                if (Double.isInfinite(number)) {
                    throw new NumberFormatException();
                }
                return number;
            }
            return Long.parseLong(base == 10 ? digits : digits.substring(2), base);
        } catch (NumberFormatException _) {
            var kind = broken ? "float" : base == 16 ? "hex" : base == 2 ? "binary" : base == 8 ? "octal" : "integer";
            throw wrong("invalid " + kind + " literal: \"" + token.text() + "\"");
        }
    }

    private ExprTree call(Token name, List<ExprTree> piped, int from) {
        var arguments = new ArrayList<>(piped);
        boolean predicate = Predicates.takes(name.text());
        expect("(");
        while (!token().is(")")) {
            if (arguments.size() > piped.size()) {
                expect(",");
                if (token().is(")")) {
                    break;
                }
            }
            arguments.add(predicate && arguments.size() == 1 ? predicate() : expression(0));
        }
        if (predicate && arguments.size() < Predicates.least(name.text())) {
            throw wrong("expected at least " + Predicates.least(name.text()) + " arguments");
        }
        if (predicate && arguments.size() > Predicates.most(name.text())) {
            throw unexpected();
        }
        int to = take().to();
        return new ExprTree.Call(name.text(), List.copyOf(arguments), new Span(from, to, name.from()));
    }

    private List<ExprTree> arguments() {
        var arguments = new ArrayList<ExprTree>();
        expect("(");
        while (!token().is(")")) {
            if (!arguments.isEmpty()) {
                expect(",");
                if (token().is(")")) {
                    break;
                }
            }
            arguments.add(expression(0));
        }
        take();
        return List.copyOf(arguments);
    }

    private ExprTree predicate() {
        int from = token().from();
        boolean braced = token().is("{");
        if (braced) {
            take();
        }
        predicates++;
        ExprTree body;
        try {
            body = braced ? sequence() : expression(0);
        } finally {
            predicates--;
        }
        if (braced) {
            expect("}");
        } else if (token().is(";")) {
            throw wrong("wrap predicate with brackets { and }");
        }
        return new ExprTree.Predicate(body, new Span(from, body.span().to(), from));
    }

    private ExprTree postfix(ExprTree start) {
        var here = start;
        while (token().is(".") || token().is("?.") || token().is("[")) {
            count();
            if (token().is("[")) {
                here = bracket(here, false);
                continue;
            }
            boolean optional = take().is("?.");
            if (optional && token().is("[")) {
                here = bracket(here, true);
                continue;
            }
            var key = take();
            boolean word = key.kind() == Kind.OPERATOR && Character.isLetter(key.text().charAt(0));
            if (key.kind() != Kind.IDENTIFIER && !word) {
                throw wrong("expected name");
            }
            boolean chained = here instanceof ExprTree.Chain;
            var target = here instanceof ExprTree.Chain(var inner, _) ? inner : here;
            if (token().is("(")) {
                var arguments = arguments();
                var span = new Span(here.span().from(), tokens.get(next - 1).to(), key.from());
                here = new ExprTree.Method(target, key.text(), optional, arguments, span);
            } else {
                var span = new Span(here.span().from(), key.to(), key.from());
                here = new ExprTree.Member(target, new ExprTree.Literal(key.text(), of(key)), optional, span);
            }
            here = chained || optional ? new ExprTree.Chain(here, here.span()) : here;
        }
        return here;
    }

    private ExprTree bracket(ExprTree target, boolean optional) {
        int at = take().from();
        Optional<ExprTree> from = token().is(":") ? Optional.empty() : Optional.of(expression(0));
        if (token().is(":")) {
            take();
            Optional<ExprTree> to = token().is("]") ? Optional.empty() : Optional.of(expression(0));
            int end = expect("]").to();
            return new ExprTree.Slice(target, from, to, new Span(target.span().from(), end, at));
        }
        int end = expect("]").to();
        var member = new ExprTree.Member(target, from.orElseThrow(), optional, new Span(target.span().from(), end, at));
        return optional ? new ExprTree.Chain(member, member.span()) : member;
    }

    private ExprTree items() {
        int from = take().from();
        var items = new ArrayList<ExprTree>();
        while (!token().is("]")) {
            if (!items.isEmpty()) {
                expect(",");
                if (token().is("]")) {
                    break;
                }
            }
            items.add(expression(0));
        }
        return new ExprTree.Items(List.copyOf(items), new Span(from, take().to(), from));
    }

    private ExprTree fields() {
        int from = take().from();
        var fields = new ArrayList<ExprTree.Field>();
        while (!token().is("}")) {
            if (!fields.isEmpty()) {
                expect(",");
                if (token().is("}")) {
                    break;
                }
            }
            ExprTree key;
            switch (token().kind()) {
                case NUMBER, STRING, IDENTIFIER -> {
                    var name = take();
                    key = new ExprTree.Literal(name.text(), of(name));
                }
                default -> {
                    if (!token().is("(")) {
                        throw wrong(
                                "a map key must be a quoted string, a number, a identifier, or an expression enclosed in"
                                        + " parentheses (unexpected token "
                                        + token().shown()
                                        + ")");
                    }
                    key = expression(0);
                }
            }
            expect(":");
            fields.add(new ExprTree.Field(key, expression(0)));
        }
        return new ExprTree.Fields(List.copyOf(fields), new Span(from, take().to(), from));
    }

    private void count() {
        if (++operators > MAX_OPERATORS) {
            throw wrong("the expression has more than " + MAX_OPERATORS + " operators");
        }
    }

    private Token token() {
        return tokens.get(next);
    }

    private Token take() {
        var token = tokens.get(next);
        if (token.kind() != Kind.END) {
            next++;
        }
        return token;
    }

    private Token take(Kind kind) {
        if (token().kind() != kind) {
            throw unexpected();
        }
        return take();
    }

    private Token expect(String symbol) {
        if (!token().is(symbol)) {
            throw unexpected();
        }
        return take();
    }

    private EvaluationFailed unexpected() {
        return wrong("unexpected token " + token().shown());
    }

    private EvaluationFailed wrong(String what) {
        return wrong(what, token().from());
    }

    private EvaluationFailed wrong(String what, int offset) {
        return Place.failed(what, text, offset);
    }

    private static Span of(Token token) {
        return new Span(token.from(), token.to(), token.from());
    }

    private static Span span(ExprTree first, ExprTree last) {
        return new Span(first.span().from(), last.span().to(), first.span().at());
    }

    private static Span span(ExprTree first, ExprTree last, Token at) {
        return new Span(first.span().from(), last.span().to(), at.from());
    }
}
