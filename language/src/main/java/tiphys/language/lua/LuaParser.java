package tiphys.language.lua;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tiphys.language.lua.LuaNode.Block;
import tiphys.language.lua.LuaNode.Capture;
import tiphys.language.lua.LuaNode.Expression;
import tiphys.language.lua.LuaNode.Proto;
import tiphys.language.lua.LuaNode.Statement;
import tiphys.language.lua.LuaScanner.Kind;

/// Reads a script, and finds out for each name which local, upvalue or global it is.
final class LuaParser {
    private static final int MAX_DEPTH = 150;
    private static final int UNARY = 8;
    private static final Map<String, int[]> OPERATORS = new HashMap<>();

    static {
        var levels =
                new String[][] {
                    {"or"},
                    {"and"},
                    {"<", ">", "<=", ">=", "~=", "=="},
                    {},
                    {".."},
                    {"+", "-"},
                    {"*", "/", "%"},
                    {},
                    {"^"}
                };
        for (int level = 0; level < levels.length; level++) {
            for (var operator : levels[level]) {
                boolean fromRight = operator.equals("..") || operator.equals("^");
                OPERATORS.put(operator, new int[] {level + 1, fromRight ? level : level + 1});
            }
        }
    }

    private final LuaScanner scan;
    private Function function = new Function(null);
    private int depth;

    /// A function while it is read.
    private static final class Function {
        final @Nullable Function around;
        final List<Map<String, Integer>> scopes = new ArrayList<>();
        final Map<String, Integer> upvalues = new HashMap<>();
        final List<Capture> captured = new ArrayList<>();
        int slots;
        boolean variadic;
        int loops;

        Function(@Nullable Function around) {
            this.around = around;
        }

        int declare(String name) {
            scopes.getLast().put(name, slots);
            return slots++;
        }

        @Nullable Integer local(String name) {
            for (int i = scopes.size() - 1; i >= 0; i--) {
                var slot = scopes.get(i).get(name);
                if (slot != null) {
                    return slot;
                }
            }
            return null;
        }

        @Nullable Integer upvalue(String name) {
            var known = upvalues.get(name);
            if (known != null || around == null) {
                return known;
            }
            var local = around.local(name);
            if (local != null) {
                captured.add(new Capture(true, local));
            } else {
                var outer = around.upvalue(name);
                if (outer == null) {
                    return null;
                }
                captured.add(new Capture(false, outer));
            }
            upvalues.put(name, captured.size() - 1);
            return captured.size() - 1;
        }
    }

    LuaParser(String script) {
        scan = new LuaScanner(script);
    }

    Proto whole() {
        function.variadic = true;
        var body = block();
        if (scan.kind != Kind.END) {
            throw scan.wrong("syntax error");
        }
        return new Proto("main chunk", 0, true, function.slots, List.of(), body);
    }

    private boolean is(String word) {
        return (scan.kind == Kind.KEYWORD || scan.kind == Kind.SYMBOL) && scan.text.equals(word);
    }

    private boolean taken(String word) {
        if (is(word)) {
            scan.advance();
            return true;
        }
        return false;
    }

    private void expect(String word) {
        if (!taken(word)) {
            throw scan.wrong("syntax error: '" + word + "' expected");
        }
    }

    private String name() {
        if (scan.kind != Kind.NAME) {
            throw scan.wrong("syntax error: a name expected");
        }
        var name = scan.text;
        scan.advance();
        return name;
    }

    private void deeper() {
        if (++depth > MAX_DEPTH) {
            throw scan.wrong("the script is nested deeper than " + MAX_DEPTH + " levels");
        }
    }

    private Block block() {
        function.scopes.add(new HashMap<>());
        var block = openBlock();
        function.scopes.removeLast();
        return block;
    }

    /// Statements whose locals are seen by what follows them.
    private Block openBlock() {
        deeper();
        var statements = new ArrayList<Statement>();
        while (scan.kind != Kind.END && !is("end") && !is("else") && !is("elseif") && !is("until")) {
            if (taken("return")) {
                boolean bare =
                        scan.kind == Kind.END || is("end") || is("else") || is("elseif") || is("until") || is(";");
                statements.add(new Statement.Return(bare ? List.of() : expressions()));
                taken(";");
                break;
            }
            statement(statements);
            while (taken(";")) {
                // nothing to do
            }
        }
        depth--;
        return new Block(List.copyOf(statements));
    }

    private void statement(List<Statement> into) {
        int line = scan.tokenLine;
        if (scan.kind == Kind.KEYWORD) {
            switch (scan.text) {
                case "local" -> {
                    scan.advance();
                    into.add(local());
                    return;
                }
                case "if" -> {
                    into.add(branches());
                    return;
                }
                case "while" -> {
                    scan.advance();
                    var condition = expression(0);
                    expect("do");
                    into.add(new Statement.While(condition, loop()));
                    return;
                }
                case "do" -> {
                    scan.advance();
                    var body = block();
                    expect("end");
                    into.add(new Statement.Do(body));
                    return;
                }
                case "for" -> {
                    scan.advance();
                    into.add(loopOver(line));
                    return;
                }
                case "repeat" -> {
                    scan.advance();
                    function.scopes.add(new HashMap<>());
                    function.loops++;
                    var body = openBlock();
                    function.loops--;
                    expect("until");
                    var condition = expression(0);
                    function.scopes.removeLast();
                    into.add(new Statement.Repeat(body, condition));
                    return;
                }
                case "function" -> {
                    scan.advance();
                    into.add(functionStatement(line));
                    return;
                }
                case "break" -> {
                    scan.advance();
                    if (function.loops == 0) {
                        throw scan.wrong("no loop to break");
                    }
                    into.add(new Statement.Break());
                    return;
                }
                case "goto" -> {
                    scan.advance();
                    into.add(new Statement.Goto(name(), line));
                    return;
                }
                default -> {
                    // begins an expression
                }
            }
        }
        if (taken("::")) {
            into.add(new Statement.Label(name()));
            expect("::");
            return;
        }
        var first = suffixed();
        if (is("=") || is(",")) {
            var targets = new ArrayList<>(List.of(first));
            while (taken(",")) {
                targets.add(suffixed());
            }
            for (var target : targets) {
                if (target instanceof Expression.Call
                        || target instanceof Expression.Method
                        || target instanceof Expression.Single) {
                    throw scan.wrong("syntax error: cannot assign to it");
                }
            }
            expect("=");
            into.add(new Statement.Assign(List.copyOf(targets), expressions(), line));
        } else if (first instanceof Expression.Call || first instanceof Expression.Method) {
            into.add(new Statement.Call(first));
        } else {
            throw scan.wrong("syntax error");
        }
    }

    private Block loop() {
        function.loops++;
        var body = block();
        function.loops--;
        expect("end");
        return body;
    }

    private Statement local() {
        if (taken("function")) {
            var name = name();
            int slot = function.declare(name);
            return new Statement.LocalFunction(slot, function(name, false));
        }
        var names = new ArrayList<>(List.of(name()));
        while (taken(",")) {
            names.add(name());
        }
        var values = taken("=") ? expressions() : List.<Expression>of();
        return new Statement.Local(names.stream().map(function::declare).toList(), values);
    }

    private Statement branches() {
        var conditions = new ArrayList<Expression>();
        var bodies = new ArrayList<Block>();
        do {
            scan.advance();
            conditions.add(expression(0));
            expect("then");
            bodies.add(block());
        } while (is("elseif"));
        var otherwise = taken("else") ? block() : new Block(List.of());
        expect("end");
        return new Statement.If(List.copyOf(conditions), List.copyOf(bodies), otherwise);
    }

    private Statement loopOver(int line) {
        var first = name();
        if (taken("=")) {
            var from = expression(0);
            expect(",");
            var to = expression(0);
            var step = taken(",") ? expression(0) : null;
            expect("do");
            function.scopes.add(new HashMap<>());
            int slot = function.declare(first);
            var body = loop();
            function.scopes.removeLast();
            return new Statement.Count(slot, from, to, step, body, line);
        }
        var names = new ArrayList<>(List.of(first));
        while (taken(",")) {
            names.add(name());
        }
        expect("in");
        var values = expressions();
        expect("do");
        function.scopes.add(new HashMap<>());
        var slots = names.stream().map(function::declare).toList();
        var body = loop();
        function.scopes.removeLast();
        return new Statement.Each(slots, values, body, line);
    }

    private Statement functionStatement(int line) {
        var name = new StringBuilder(scan.text);
        var target = named(name(), line);
        boolean method = false;
        while (is(".") || is(":")) {
            method = is(":");
            scan.advance();
            name.append(method ? ':' : '.').append(scan.text);
            target = new Expression.Index(target, new Expression.Constant(name()), line);
            if (method) {
                break;
            }
        }
        var made = new Expression.Function(function(name.toString(), method));
        return new Statement.Assign(List.of(target), List.of(made), line);
    }

    private Proto function(String name, boolean method) {
        deeper();
        function = new Function(function);
        function.scopes.add(new HashMap<>());
        int parameters = 0;
        if (method) {
            function.declare("self");
            parameters++;
        }
        expect("(");
        while (!is(")")) {
            if (taken("...")) {
                function.variadic = true;
                break;
            }
            function.declare(name());
            parameters++;
            if (!taken(",")) {
                break;
            }
        }
        expect(")");
        var body = block();
        expect("end");
        var done = function;
        function = java.util.Objects.requireNonNull(done.around);
        depth--;
        return new Proto(name, parameters, done.variadic, done.slots, List.copyOf(done.captured), body);
    }

    private List<Expression> expressions() {
        var all = new ArrayList<>(List.of(expression(0)));
        while (taken(",")) {
            all.add(expression(0));
        }
        return List.copyOf(all);
    }

    private Expression expression(int limit) {
        deeper();
        int line = scan.tokenLine;
        Expression left;
        if (is("not") || is("-") || is("#")) {
            var operator = scan.text;
            scan.advance();
            left = new Expression.Unary(operator, expression(UNARY - 1), line);
        } else {
            left = simple();
        }
        while (scan.kind == Kind.SYMBOL || scan.kind == Kind.KEYWORD) {
            var priority = OPERATORS.get(scan.text);
            if (priority == null || priority[0] <= limit) {
                break;
            }
            var operator = scan.text;
            int at = scan.tokenLine;
            scan.advance();
            var right = expression(priority[1]);
            left =
                    switch (operator) {
                        case "and" -> new Expression.Both(left, right);
                        case "or" -> new Expression.Either(left, right);
                        default -> new Expression.Binary(operator, left, right, at);
                    };
        }
        depth--;
        return left;
    }

    private Expression simple() {
        if (scan.kind == Kind.NUMBER) {
            var number = new Expression.Constant(scan.number);
            scan.advance();
            return number;
        }
        if (scan.kind == Kind.TEXT) {
            var text = new Expression.Constant(scan.text);
            scan.advance();
            return text;
        }
        if (taken("nil")) {
            return new Expression.Constant(null);
        }
        if (taken("true")) {
            return new Expression.Constant(true);
        }
        if (taken("false")) {
            return new Expression.Constant(false);
        }
        if (is("...")) {
            if (!function.variadic) {
                throw scan.wrong("cannot use '...' outside a vararg function");
            }
            scan.advance();
            return new Expression.Rest();
        }
        if (is("{")) {
            return table();
        }
        if (taken("function")) {
            return new Expression.Function(function("anonymous", false));
        }
        return suffixed();
    }

    private Expression named(String name, int line) {
        var local = function.local(name);
        if (local != null) {
            return new Expression.Local(local);
        }
        var upvalue = function.upvalue(name);
        return upvalue != null ? new Expression.Upvalue(upvalue) : new Expression.Global(name, line);
    }

    private Expression suffixed() {
        Expression of;
        int line = scan.tokenLine;
        if (taken("(")) {
            of = new Expression.Single(expression(0));
            expect(")");
        } else {
            of = named(name(), line);
        }
        while (true) {
            line = scan.tokenLine;
            if (taken(".")) {
                of = new Expression.Index(of, new Expression.Constant(name()), line);
            } else if (taken("[")) {
                of = new Expression.Index(of, expression(0), line);
                expect("]");
            } else if (is(":")) {
                scan.advance();
                of = new Expression.Method(of, name(), arguments(), line);
            } else if (is("(") || is("{") || scan.kind == Kind.TEXT) {
                of = new Expression.Call(of, arguments(), line);
            } else {
                return of;
            }
        }
    }

    private List<Expression> arguments() {
        if (scan.kind == Kind.TEXT) {
            var text = new Expression.Constant(scan.text);
            scan.advance();
            return List.of(text);
        }
        if (is("{")) {
            return List.of(table());
        }
        expect("(");
        if (taken(")")) {
            return List.of();
        }
        var all = expressions();
        expect(")");
        return all;
    }

    private Expression table() {
        int line = scan.tokenLine;
        expect("{");
        var keys = new ArrayList<@Nullable Expression>();
        var values = new ArrayList<Expression>();
        while (!is("}")) {
            if (taken("[")) {
                keys.add(expression(0));
                expect("]");
                expect("=");
            } else if (scan.kind == Kind.NAME && scan.followedBy("=")) {
                keys.add(new Expression.Constant(name()));
                expect("=");
            } else {
                keys.add(null);
            }
            values.add(expression(0));
            if (!taken(",") && !taken(";")) {
                break;
            }
        }
        expect("}");
        return new Expression.Table(keys, List.copyOf(values), line);
    }
}
