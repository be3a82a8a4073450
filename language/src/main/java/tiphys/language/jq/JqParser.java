package tiphys.language.jq;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tiphys.language.EvaluationFailed;
import tiphys.language.jq.JqNode.Pattern;
import tiphys.manifest.Value;

/// Reads filters: a hand-written parser by precedence, over tokens that are made as it goes.
final class JqParser {
    private static final Set<String> KEYWORDS =
            Set.of(
                    "def", "if", "then", "elif", "else", "end", "as", "reduce", "foreach", "try", "catch", "label",
                    "import", "include", "and", "or", "__loc__");
    private static final List<String> SYMBOLS =
            List.of(
                    "//=", "..", "//", "|=", "+=", "-=", "*=", "/=", "%=", "==", "!=", "<=", ">=", "=", "<", ">", "+",
                    "-", "*", "/", "%", "|", ",", ".", "[", "]", "(", ")", "{", "}", ":", ";", "?");
    private static final Map<String, Integer> BINDING =
            Map.ofEntries(
                    Map.entry("//", 3),
                    Map.entry("=", 4),
                    Map.entry("|=", 4),
                    Map.entry("+=", 4),
                    Map.entry("-=", 4),
                    Map.entry("*=", 4),
                    Map.entry("/=", 4),
                    Map.entry("%=", 4),
                    Map.entry("//=", 4),
                    Map.entry("or", 5),
                    Map.entry("and", 6),
                    Map.entry("==", 7),
                    Map.entry("!=", 7),
                    Map.entry("<", 7),
                    Map.entry("<=", 7),
                    Map.entry(">", 7),
                    Map.entry(">=", 7),
                    Map.entry("+", 8),
                    Map.entry("-", 8),
                    Map.entry("*", 9),
                    Map.entry("/", 9),
                    Map.entry("%", 9));

    /// How deep filters may stand in one another.
    private static final int DEEPEST = 500;

    private final String text;
    private int at;
    private int depth;
    private String token = "";
    private Kind kind = Kind.END;
    private int start;

    private enum Kind {
        END,
        SYMBOL,
        FIELD,
        VARIABLE,
        FORMAT,
        NUMBER,
        QUOTE,
        WORD
    }

    JqParser(String text) {
        this.text = text;
        next();
    }

    JqNode whole() {
        if (kind == Kind.END) {
            return new JqNode.Identity();
        }
        var tree = pipe();
        if (kind != Kind.END) {
            throw unexpected();
        }
        return tree;
    }

    private EvaluationFailed unexpected() {
        return new EvaluationFailed(
                kind == Kind.END ? "unexpected EOF" : "unexpected token \"" + token.replace("\"", "\\\"") + "\"");
    }

    private void next() {
        while (at < text.length()) {
            char here = text.charAt(at);
            if (here == '#') {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
            } else if (" \t\r\n".indexOf(here) >= 0) {
                at++;
            } else {
                break;
            }
        }
        start = at;
        if (at >= text.length()) {
            kind = Kind.END;
            token = "";
            return;
        }
        char here = text.charAt(at);
        if (here == '"') {
            kind = Kind.QUOTE;
            token = "\"";
            at++;
        } else if (here == '.' && at + 1 < text.length() && begins(text.charAt(at + 1))) {
            take(Kind.FIELD, word(at + 1));
        } else if (here == '$' && at + 1 < text.length() && begins(text.charAt(at + 1))) {
            take(Kind.VARIABLE, word(at + 1));
        } else if (here == '@' && at + 1 < text.length() && begins(text.charAt(at + 1))) {
            take(Kind.FORMAT, word(at + 1));
        } else if (Character.isDigit(here)
                || (here == '.' && at + 1 < text.length() && Character.isDigit(text.charAt(at + 1)))) {
            take(Kind.NUMBER, number());
        } else if (begins(here)) {
            int end = word(at);
            while (text.startsWith("::", end) && end + 2 < text.length() && begins(text.charAt(end + 2))) {
                end = word(end + 2);
            }
            take(Kind.WORD, end);
            if (token.equals("and") || token.equals("or")) {
                kind = Kind.SYMBOL;
            }
        } else {
            for (var symbol : SYMBOLS) {
                if (text.startsWith(symbol, at)) {
                    take(Kind.SYMBOL, at + symbol.length());
                    return;
                }
            }
            throw new EvaluationFailed("invalid token \"" + here + "\"");
        }
    }

    private void take(Kind taken, int end) {
        kind = taken;
        token = text.substring(at, end);
        at = end;
    }

    private static boolean begins(char c) {
        return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private int word(int from) {
        int end = from;
        while (end < text.length() && (begins(text.charAt(end)) || Character.isDigit(text.charAt(end)))) {
            end++;
        }
        return end;
    }

    private int number() {
        int end = at;
        while (end < text.length() && (Character.isDigit(text.charAt(end)) || text.charAt(end) == '.')) {
            end++;
        }
        if (end < text.length() && (text.charAt(end) == 'e' || text.charAt(end) == 'E')) {
            int sign = end + 1 < text.length() && "+-".indexOf(text.charAt(end + 1)) >= 0 ? end + 2 : end + 1;
            if (sign < text.length() && Character.isDigit(text.charAt(sign))) {
                end = sign;
                while (end < text.length() && Character.isDigit(text.charAt(end))) {
                    end++;
                }
            }
        }
        return end;
    }

    private boolean is(String symbol) {
        return (kind == Kind.SYMBOL || kind == Kind.WORD) && token.equals(symbol);
    }

    private boolean skip(String symbol) {
        if (!is(symbol)) {
            return false;
        }
        next();
        return true;
    }

    private void expect(String symbol) {
        if (!skip(symbol)) {
            throw unexpected();
        }
    }

    private JqNode pipe() {
        if (++depth > DEEPEST) {
            throw new EvaluationFailed("filters stand too deep in one another");
        }
        try {
            if (is("def")) {
                var function = function();
                return new JqNode.Define(function, pipe());
            }
            var left = comma();
            if (is("as")) {
                next();
                var pattern = pattern();
                expect("|");
                return new JqNode.Bind(left, pattern, pipe());
            }
            return skip("|") ? new JqNode.Pipe(left, pipe()) : left;
        } finally {
            depth--;
        }
    }

    private JqNode.Function function() {
        expect("def");
        var name = token;
        if (kind != Kind.WORD) {
            throw unexpected();
        }
        next();
        var parameters = new ArrayList<String>();
        if (skip("(")) {
            do {
                if (kind != Kind.WORD && kind != Kind.VARIABLE) {
                    throw unexpected();
                }
                parameters.add(token);
                next();
            } while (skip(";"));
            expect(")");
        }
        expect(":");
        var body = pipe();
        expect(";");
        return new JqNode.Function(name, parameters, body);
    }

    private JqNode comma() {
        var left = binary(3);
        while (skip(",")) {
            left = new JqNode.Comma(left, binary(3));
        }
        return left;
    }

    private JqNode binary(int least) {
        var left = unary();
        while (kind == Kind.SYMBOL) {
            var operator = token;
            var level = BINDING.get(operator);
            if (level == null || level < least) {
                break;
            }
            next();
            boolean toTheRight = level == 3;
            var right = binary(toTheRight ? level : level + 1);
            if ((level == 4 || level == 7) && kind == Kind.SYMBOL && level.equals(BINDING.get(token))) {
                throw unexpected(); // these do not chain
            }
            left = joined(operator, left, right);
        }
        return left;
    }

    private static JqNode joined(String operator, JqNode left, JqNode right) {
        return switch (operator) {
            case "//" -> new JqNode.Alternative(left, right);
            case "and" -> new JqNode.And(left, right);
            case "or" -> new JqNode.Or(left, right);
            case "=", "|=", "+=", "-=", "*=", "/=", "%=", "//=" -> new JqNode.Assign(operator, left, right);
            default -> new JqNode.Binary(operator, left, right);
        };
    }

    private JqNode unary() {
        if (skip("-")) {
            return new JqNode.Negate(unary());
        }
        if (skip("+")) {
            return unary();
        }
        return postfix();
    }

    private JqNode postfix() {
        var node = term();
        while (true) {
            if (kind == Kind.FIELD) {
                node = new JqNode.Field(node, name(token.substring(1)));
                next();
            } else if (is(".") && (peek() == '"' || peek() == '[')) {
                next();
                if (kind == Kind.QUOTE) {
                    node = new JqNode.Field(node, quoted(""));
                }
            } else if (is("[")) {
                node = bracket(node);
            } else if (is("?")) {
                next();
                node = new JqNode.Try(node, null);
            } else {
                return node;
            }
        }
    }

    private char peek() {
        int i = at;
        while (i < text.length() && " \t\r\n".indexOf(text.charAt(i)) >= 0) {
            i++;
        }
        return i < text.length() ? text.charAt(i) : 0;
    }

    private static JqNode name(String name) {
        return new JqNode.Literal(Value.text(name));
    }

    private JqNode bracket(JqNode of) {
        expect("[");
        if (skip("]")) {
            return new JqNode.Iterate(of);
        }
        if (skip(":")) {
            var to = pipe();
            expect("]");
            return new JqNode.Slice(of, null, to);
        }
        var from = pipe();
        if (skip(":")) {
            var to = is("]") ? null : pipe();
            expect("]");
            return new JqNode.Slice(of, from, to);
        }
        expect("]");
        return new JqNode.Field(of, from);
    }

    private JqNode term() {
        return switch (kind) {
            case NUMBER -> {
                JqNode number;
                try {
                    number = new JqNode.Literal(JqValues.number(Double.parseDouble(token)));
                } catch (NumberFormatException e) {
                    throw new EvaluationFailed("invalid token \"" + token + "\"");
                }
                next();
                yield number;
            }
            case QUOTE -> quoted("");
            case FORMAT -> {
                var format = token;
                next();
                yield kind == Kind.QUOTE ? quoted(format) : new JqNode.Format(format);
            }
            case FIELD -> {
                var field = new JqNode.Field(new JqNode.Identity(), name(token.substring(1)));
                next();
                yield field;
            }
            case VARIABLE -> {
                var name = token;
                next();
                yield name.equals("$__loc__")
                        ? new JqNode.Literal(Value.object("file", "<top-level>", "line", 1))
                        : new JqNode.Variable(name);
            }
            case SYMBOL -> symbol();
            case WORD -> word();
            case END -> throw unexpected();
        };
    }

    private JqNode symbol() {
        if (skip("..")) {
            return new JqNode.RecurseAll();
        }
        if (skip(".")) {
            if (kind == Kind.QUOTE) {
                return new JqNode.Field(new JqNode.Identity(), quoted(""));
            }
            return is("[") ? bracket(new JqNode.Identity()) : new JqNode.Identity();
        }
        if (skip("(")) {
            var inside = pipe();
            expect(")");
            return inside;
        }
        if (skip("[")) {
            if (skip("]")) {
                return new JqNode.Items(null);
            }
            var inside = pipe();
            expect("]");
            return new JqNode.Items(inside);
        }
        if (is("{")) {
            return fields();
        }
        throw unexpected();
    }

    private JqNode word() {
        var name = token;
        switch (name) {
            case "if" -> {
                return choice();
            }
            case "try" -> {
                next();
                var body = attempt();
                return new JqNode.Try(body, skip("catch") ? attempt() : new JqNode.Call("empty", List.of()));
            }
            case "reduce", "foreach" -> {
                return fold(name);
            }
            case "label" -> {
                next();
                var label = token;
                if (kind != Kind.VARIABLE) {
                    throw unexpected();
                }
                next();
                expect("|");
                return new JqNode.Label(label, pipe());
            }
            case "def" -> {
                var function = function();
                return new JqNode.Define(function, pipe());
            }
            default -> {
                if (KEYWORDS.contains(name)) {
                    throw unexpected();
                }
            }
        }
        next();
        return switch (name) {
            case "true", "false" -> new JqNode.Literal(Value.bool(name.equals("true")));
            case "null" -> new JqNode.Literal(Value.nothing());
            case "break" -> {
                if (kind != Kind.VARIABLE) {
                    throw unexpected();
                }
                var label = token;
                next();
                yield new JqNode.Break(label);
            }
            default -> {
                var arguments = new ArrayList<JqNode>();
                if (skip("(")) {
                    do {
                        arguments.add(pipe());
                    } while (skip(";"));
                    expect(")");
                }
                yield new JqNode.Call(name, arguments);
            }
        };
    }

    private JqNode attempt() {
        return is("-") ? unary() : postfix();
    }

    private JqNode choice() {
        next(); // if, elif
        var condition = pipe();
        expect("then");
        var then = pipe();
        if (is("elif")) {
            return new JqNode.If(condition, then, choice());
        }
        var otherwise = skip("else") ? pipe() : new JqNode.Identity();
        expect("end");
        return new JqNode.If(condition, then, otherwise);
    }

    private JqNode fold(String name) {
        next();
        var source = postfix();
        expect("as");
        var pattern = pattern();
        expect("(");
        var start = pipe();
        expect(";");
        var update = pipe();
        if (name.equals("reduce")) {
            expect(")");
            return new JqNode.Reduce(source, pattern, start, update);
        }
        var extract = skip(";") ? pipe() : null;
        expect(")");
        return new JqNode.ForEach(source, pattern, start, update, extract);
    }

    private Pattern pattern() {
        if (kind == Kind.VARIABLE) {
            var name = token;
            next();
            return new Pattern.Name(name);
        }
        if (skip("[")) {
            var items = new ArrayList<Pattern>();
            do {
                items.add(pattern());
            } while (skip(","));
            expect("]");
            return new Pattern.Many(items);
        }
        expect("{");
        var parts = new ArrayList<Pattern.Part>();
        do {
            parts.add(part());
        } while (skip(","));
        expect("}");
        return new Pattern.Keyed(parts);
    }

    private Pattern.Part part() {
        var variable = "";
        JqNode key;
        if (kind == Kind.VARIABLE) {
            variable = token;
            key = name(token.substring(1));
            next();
        } else {
            key = key();
        }
        @Nullable Pattern inner = skip(":") ? pattern() : null;
        return new Pattern.Part(key, variable, inner);
    }

    private JqNode key() {
        if (kind == Kind.WORD || is("and") || is("or")) {
            var key = name(token);
            next();
            return key;
        }
        if (kind == Kind.QUOTE) {
            return quoted("");
        }
        if (kind == Kind.NUMBER) {
            var number = new JqNode.Literal(JqValues.number(Double.parseDouble(token)));
            next();
            return number;
        }
        expect("(");
        var inside = pipe();
        expect(")");
        return inside;
    }

    private JqNode fields() {
        expect("{");
        var entries = new ArrayList<JqNode.Entry>();
        if (skip("}")) {
            return new JqNode.Fields(entries);
        }
        do {
            if (is("}")) {
                break;
            }
            entries.add(entry());
        } while (skip(","));
        expect("}");
        return new JqNode.Fields(entries);
    }

    private JqNode.Entry entry() {
        if (kind == Kind.VARIABLE) {
            var name = token;
            next();
            return new JqNode.Entry(name(name.substring(1)), new JqNode.Variable(name));
        }
        if (kind == Kind.FORMAT) {
            var format = token;
            next();
            var key = kind == Kind.QUOTE ? quoted(format) : name(format);
            return skip(":") ? new JqNode.Entry(key, fieldValue()) : of(key);
        }
        var key = key();
        return skip(":") ? new JqNode.Entry(key, fieldValue()) : of(key);
    }

    private static JqNode.Entry of(JqNode key) {
        return new JqNode.Entry(key, new JqNode.Field(new JqNode.Identity(), key));
    }

    private JqNode fieldValue() {
        var value = binary(3);
        while (skip("|")) {
            value = new JqNode.Pipe(value, binary(3));
        }
        return value;
    }

    /// A text from behind its opening quote on.
    private JqNode quoted(String format) {
        var parts = new ArrayList<JqNode>();
        var here = new StringBuilder();
        while (true) {
            if (at >= text.length()) {
                throw new EvaluationFailed("unterminated string literal");
            }
            char c = text.charAt(at++);
            if (c == '"') {
                break;
            }
            if (c != '\\') {
                here.append(c);
                continue;
            }
            char escaped = at < text.length() ? text.charAt(at++) : 0;
            switch (escaped) {
                case 'n' -> here.append('\n');
                case 't' -> here.append('\t');
                case 'r' -> here.append('\r');
                case 'b' -> here.append('\b');
                case 'f' -> here.append('\f');
                case '/', '\\', '"' -> here.append(escaped);
                case 'u' -> {
                    int end = Math.min(at + 4, text.length());
                    try {
                        here.append((char) Integer.parseInt(text.substring(at, end), 16));
                    } catch (NumberFormatException e) {
                        throw new EvaluationFailed(
                                "invalid escape sequence \"\\u" + text.substring(at, end) + "\" in string literal");
                    }
                    at = end;
                }
                case '(' -> {
                    if (!here.isEmpty()) {
                        parts.add(name(here.toString()));
                        here.setLength(0);
                    }
                    next();
                    parts.add(new JqNode.Pipe(pipe(), new JqNode.Identity()));
                    if (!is(")")) {
                        throw unexpected();
                    }
                    at = start + 1; // the text goes on right behind
                }
                default ->
                        throw new EvaluationFailed("invalid escape sequence \"\\" + escaped + "\" in string literal");
            }
        }
        if (parts.isEmpty()) {
            next();
            return name(here.toString());
        }
        if (!here.isEmpty()) {
            parts.add(name(here.toString()));
        }
        next();
        return new JqNode.Words(parts, format.isEmpty() ? "@text" : format);
    }
}
