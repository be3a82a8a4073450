package tiphys.language.expr;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
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
    private static final int MAX_DEPTH = 100;
    private static final int MAX_OPERATORS = 1000;
    private static final int UNARY_NOT = 50;
    private static final int UNARY_SIGN = 90;
    private static final int COMPARE = 20;
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
                    Map.entry("not", COMPARE),
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
                    Map.entry("**", 100),
                    Map.entry("^", 100),
                    Map.entry("??", 500));
    private static final Set<String> ORDER = Set.of("<", ">", "<=", ">=");

    private final String text;
    private final List<Token> tokens;
    private final Set<String> names = new LinkedHashSet<>();
    private final List<String> locals = new ArrayList<>();
    private int next;
    private int depth;
    private int operators;
    private int predicates;

    ExprParser(String text) {
        this.text = text;
        this.tokens = new ExprLexer(text).all();
    }

    ExprTree all() {
        var tree = expression(0);
        if (token().kind() != Kind.END) {
            throw wrong("unexpected token " + shown(token()));
        }
        return tree;
    }

    /// The variables that it uses, as far as their names are fixed: `inputs.parameters.x`.
    Set<String> names() {
        return names;
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
            var left = primary();
            while (token().kind() == Kind.OPERATOR && BINARY.containsKey(token().text())) {
                int level = BINARY.getOrDefault(token().text(), 0);
                if (level < precedence || (token().is("not") && !tokens.get(next + 1).is("in"))) {
                    break;
                }
                count();
                left = binary(left, level);
            }
            return precedence == 0 ? choice(left) : left;
        } finally {
            depth--;
        }
    }

    private ExprTree binary(ExprTree left, int level) {
        var operator = take().text();
        if (operator.equals("|")) {
            return postfix(call(left));
        }
        if (operator.equals("not")) {
            take();
            var right = expression(COMPARE + 1);
            var in = new ExprTree.Binary("in", left, right, span(left, right));
            return new ExprTree.Unary("not", in, in.span());
        }
        boolean rightFirst = level == 100;
        var right = expression(rightFirst ? level : level + 1);
        var tree = new ExprTree.Binary(operator, left, right, span(left, right));
        ExprTree all = tree;
        while (ORDER.contains(operator) && token().kind() == Kind.OPERATOR && ORDER.contains(token().text())) {
            count();
            operator = take().text();
            var further = expression(COMPARE + 1);
            all =
                    new ExprTree.Binary(
                            "&&",
                            all,
                            new ExprTree.Binary(operator, right, further, span(right, further)),
                            span(left, further));
            right = further;
        }
        return all;
    }

    private ExprTree choice(ExprTree condition) {
        var here = condition;
        if (token().is("?")) {
            count();
            take();
            if (token().is(":")) {
                take();
                var otherwise = expression(0);
                here = new ExprTree.Binary("?:", here, otherwise, span(condition, otherwise));
            } else {
                var then = expression(0);
                expect(":");
                var otherwise = expression(0);
                here = new ExprTree.Choice(here, then, otherwise, span(condition, otherwise));
            }
        }
        return here;
    }

    private ExprTree let() {
        int from = take().from();
        var name = take();
        if (name.kind() != Kind.NAME) {
            throw wrong("expected a name after let");
        }
        expect("=");
        var value = expression(0);
        expect(";");
        locals.add(name.text());
        var body = expression(0);
        locals.removeLast();
        return new ExprTree.Let(name.text(), value, body, new Span(from, body.span().to()));
    }

    private ExprTree branches() {
        int from = take().from();
        var condition = expression(1);
        expect("{");
        var then = expression(0);
        expect("}");
        expect("else");
        if (token().is("if")) {
            var otherwise = expression(0);
            return new ExprTree.Choice(condition, then, otherwise, new Span(from, otherwise.span().to()));
        }
        expect("{");
        var otherwise = expression(0);
        int to = expect("}").to();
        return new ExprTree.Choice(condition, then, otherwise, new Span(from, to));
    }

    private ExprTree primary() {
        var token = token();
        if (token.is("not") || token.is("!") || token.is("-") || token.is("+")) {
            take();
            boolean sign = token.is("-") || token.is("+");
            var operand = expression(sign ? UNARY_SIGN : UNARY_NOT);
            return new ExprTree.Unary(token.text(), operand, new Span(token.from(), operand.span().to()));
        }
        if (token.is("(")) {
            take();
            var inner = expression(0);
            expect(")");
            return postfix(inner);
        }
        if (token.is("[")) {
            return postfix(items());
        }
        if (token.is("{")) {
            return postfix(fields());
        }
        if (token.is("#") || (token.is(".") && predicates > 0)) {
            return postfix(pointer());
        }
        if (token.kind() == Kind.LITERAL) {
            take();
            return postfix(new ExprTree.Literal(token.value(), new Span(token.from(), token.to())));
        }
        if (token.kind() == Kind.NAME) {
            return postfix(named());
        }
        throw wrong("unexpected token " + shown(token));
    }

    private ExprTree pointer() {
        if (predicates == 0) {
            throw wrong("cannot use pointer accessor outside predicate");
        }
        var token = token();
        if (token.is(".")) {
            return new ExprTree.Pointer("", new Span(token.from(), token.from()));
        }
        take();
        if (token().kind() == Kind.NAME && token().from() == token.to()) {
            var name = take();
            return new ExprTree.Pointer(name.text(), new Span(token.from(), name.to()));
        }
        return new ExprTree.Pointer("", new Span(token.from(), token.to()));
    }

    private ExprTree named() {
        var token = token();
        var span = new Span(token.from(), token.to());
        switch (token.text()) {
            case "true", "false" -> {
                take();
                return new ExprTree.Literal(token.text().equals("true"), span);
            }
            case "nil" -> {
                take();
                return new ExprTree.Literal(null, span);
            }
            default -> {}
        }
        boolean sprig =
                token.text().equals("sprig")
                        && tokens.get(next + 1).is(".")
                        && next + 3 < tokens.size()
                        && tokens.get(next + 3).is("(");
        if (sprig || tokens.get(next + 1).is("(")) {
            return call(null);
        }
        take();
        if (!locals.contains(token.text())) {
            names.add(fixed(token.text()));
        }
        return new ExprTree.Name(token.text(), span);
    }

    /// A name and the fixed members that follow it, without taking them.
    private String fixed(String name) {
        var all = new StringBuilder(name);
        int i = next;
        while (true) {
            if ((tokens.get(i).is(".") || tokens.get(i).is("?.")) && tokens.get(i + 1).kind() == Kind.NAME) {
                all.append('.').append(tokens.get(i + 1).text());
                i += 2;
            } else if (tokens.get(i).is("[")
                    && tokens.get(i + 1).value() instanceof String key
                    && tokens.get(i + 2).is("]")) {
                all.append('.').append(key);
                i += 3;
            } else {
                return all.toString();
            }
        }
    }

    private ExprTree call(@org.jspecify.annotations.Nullable ExprTree piped) {
        var first = take();
        if (first.kind() != Kind.NAME) {
            throw wrong("expected a function", first.from());
        }
        var name = first.text();
        if (name.equals("sprig") && token().is(".")) {
            take();
            name += "." + take().text();
        }
        if (!ExprFunctions.known(name)) {
            throw wrong("unknown name " + name + Similar.to(name, ExprFunctions.names()), first.from());
        }
        expect("(");
        var arguments = new ArrayList<ExprTree>();
        if (piped != null) {
            arguments.add(piped);
        }
        while (!token().is(")")) {
            boolean predicate = ExprPredicates.takes(name) && arguments.size() == 1;
            arguments.add(predicate ? predicate() : expression(0));
            if (!token().is(")")) {
                expect(",");
            }
        }
        int to = take().to();
        int from = piped == null ? first.from() : piped.span().from();
        return new ExprTree.Call(name, List.copyOf(arguments), new Span(from, to));
    }

    private ExprTree predicate() {
        predicates++;
        try {
            if (!token().is("{")) {
                return expression(0);
            }
            take();
            var body = expression(0);
            expect("}");
            return body;
        } finally {
            predicates--;
        }
    }

    private ExprTree postfix(ExprTree start) {
        var here = start;
        boolean optional = false;
        while (token().is(".") || token().is("?.") || token().is("[")) {
            count();
            if (token().is("[")) {
                here = bracket(here, false);
                continue;
            }
            var dot = take();
            optional |= dot.is("?.");
            if (dot.is("?.") && token().is("[")) {
                here = bracket(here, true);
                continue;
            }
            var key = take();
            if (key.kind() != Kind.NAME && !(key.kind() == Kind.OPERATOR && Character.isLetter(key.text().charAt(0)))) {
                throw wrong("expected name", key.from());
            }
            var span = new Span(here.span().from(), key.to());
            here =
                    new ExprTree.Member(
                            here, new ExprTree.Literal(key.text(), new Span(key.from(), key.to())), dot.is("?."), span);
        }
        return optional ? new ExprTree.Chain(here, here.span()) : here;
    }

    private ExprTree bracket(ExprTree target, boolean optional) {
        take();
        Optional<ExprTree> from = token().is(":") ? Optional.empty() : Optional.of(expression(0));
        if (token().is(":")) {
            take();
            Optional<ExprTree> to = token().is("]") ? Optional.empty() : Optional.of(expression(0));
            int end = expect("]").to();
            return new ExprTree.Slice(target, from, to, new Span(target.span().from(), end));
        }
        int end = expect("]").to();
        return new ExprTree.Member(target, from.orElseThrow(), optional, new Span(target.span().from(), end));
    }

    private ExprTree items() {
        int from = take().from();
        var items = new ArrayList<ExprTree>();
        while (!token().is("]")) {
            items.add(expression(0));
            if (!token().is("]")) {
                expect(",");
            }
        }
        return new ExprTree.Items(List.copyOf(items), new Span(from, take().to()));
    }

    private ExprTree fields() {
        int from = take().from();
        var fields = new ArrayList<ExprTree.Field>();
        while (!token().is("}")) {
            var key = token();
            ExprTree name;
            if (key.kind() == Kind.NAME) {
                take();
                name = new ExprTree.Literal(key.text(), new Span(key.from(), key.to()));
            } else {
                name = key.is("(") || key.kind() == Kind.LITERAL ? primary() : expression(0);
            }
            expect(":");
            fields.add(new ExprTree.Field(name, expression(0)));
            if (!token().is("}")) {
                expect(",");
            }
        }
        return new ExprTree.Fields(List.copyOf(fields), new Span(from, take().to()));
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

    private Token expect(String operator) {
        if (!token().is(operator)) {
            throw wrong("unexpected token " + shown(token()) + ", expected " + operator);
        }
        return take();
    }

    private String shown(Token token) {
        return token.kind() == Kind.END ? "EOF" : text.substring(token.from(), token.to());
    }

    private EvaluationFailed wrong(String what) {
        return wrong(what, token().from());
    }

    private EvaluationFailed wrong(String what, int offset) {
        return Place.failed(what, text, offset);
    }

    private static Span span(ExprTree first, ExprTree last) {
        return new Span(first.span().from(), last.span().to());
    }
}
