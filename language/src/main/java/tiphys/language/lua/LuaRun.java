package tiphys.language.lua;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.lua.LuaNode.Block;
import tiphys.language.lua.LuaNode.Expression;
import tiphys.language.lua.LuaNode.Proto;
import tiphys.language.lua.LuaNode.Statement;

/// One execution of a script. Each statement, expression and call is a step; what is made is asked for before.
final class LuaRun {
    private static final int MAX_CALLS = 180;
    private static final @Nullable Object[] NONE = {};

    final Budget budget;
    final LuaTable globals = new LuaTable();
    final LuaOperators operators = new LuaOperators(this);
    private int calls;
    private int tables;
    private int lastLine;

    /// A local, shared by the functions that captured it.
    private static final class Cell {
        @Nullable Object value;
    }

    private record Frame(@Nullable Cell[] slots, Cell[] upvalues, @Nullable Object[] rest) {
        Cell fresh(int slot) {
            var cell = new Cell();
            slots[slot] = cell;
            return cell;
        }

        Cell at(int slot) {
            var cell = slots[slot];
            return cell == null ? fresh(slot) : cell;
        }
    }

    /// How statements went on; null: with the next.
    private sealed interface Flow {
        record Break() implements Flow {}

        record Return(@Nullable Object[] values) implements Flow {}

        record Goto(String label, int line) implements Flow {}
    }

    private static final Flow BREAK = new Flow.Break();

    LuaRun(Budget budget) {
        this.budget = budget;
    }

    LuaError error(int line, String message) {
        return new LuaError("<string>:" + (line > 0 ? line : lastLine) + ": " + message);
    }

    LuaTable table() {
        budget.make(64);
        tables++;
        return new LuaTable();
    }

    @Nullable Object[] main(Proto script) {
        return closure(script, null).call(this, NONE);
    }

    private LuaFunction closure(Proto proto, @Nullable Frame around) {
        budget.make(32L + 8L * proto.captured().size());
        var upvalues = new Cell[proto.captured().size()];
        for (int i = 0; i < upvalues.length && around != null; i++) {
            var capture = proto.captured().get(i);
            upvalues[i] = capture.local() ? around.at(capture.index()) : around.upvalues()[capture.index()];
        }
        return (_, arguments) -> enter(proto, upvalues, arguments);
    }

    private @Nullable Object[] enter(Proto proto, Cell[] upvalues, @Nullable Object[] arguments) {
        if (++calls > MAX_CALLS) {
            calls--;
            throw new LuaError("stack overflow");
        }
        try {
            budget.spend(1 + proto.slots() / 8);
            var rest =
                    proto.variadic() && arguments.length > proto.parameters()
                            ? Arrays.copyOfRange(arguments, proto.parameters(), arguments.length)
                            : NONE;
            var frame = new Frame(new Cell[proto.slots()], upvalues, rest);
            for (int i = 0; i < proto.parameters(); i++) {
                frame.fresh(i).value = i < arguments.length ? arguments[i] : null;
            }
            return switch (run(proto.body(), frame)) {
                case Flow.Return(var values) -> values;
                case Flow.Goto(var label, var line) -> throw error(line, "no visible label '" + label + "' for goto");
                case Flow.Break _ -> NONE;
                case null -> NONE;
            };
        } finally {
            calls--;
        }
    }

    @Nullable Object[] call(@Nullable Object function, @Nullable Object... arguments) {
        return call(function, 0, arguments);
    }

    private @Nullable Object[] call(@Nullable Object function, int line, @Nullable Object[] arguments) {
        budget.spend(1);
        lastLine = line > 0 ? line : lastLine;
        if (function instanceof LuaFunction known) {
            try {
                return known.call(this, arguments);
            } catch (LuaFailure e) {
                throw error(line, String.valueOf(e.getMessage()));
            }
        }
        var meta = operators.meta(function, "__call");
        if (meta == null) {
            throw error(line, "attempt to call a non-function object");
        }
        var all = new @Nullable Object[arguments.length + 1];
        all[0] = function;
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return call(meta, line, all);
    }

    private @Nullable Flow run(Block block, Frame frame) {
        var statements = block.statements();
        for (int i = 0; i < statements.size(); i++) {
            budget.spend(1);
            var flow = run(statements.get(i), frame);
            if (flow instanceof Flow.Goto(var label, _)) {
                int to = statements.indexOf(new Statement.Label(label));
                if (to >= 0) {
                    i = to;
                    continue;
                }
            }
            if (flow != null) {
                return flow;
            }
        }
        return null;
    }

    private @Nullable Flow run(Statement statement, Frame frame) {
        switch (statement) {
            case Statement.Local(var slots, var values) -> {
                var found = values(values, frame);
                for (int i = 0; i < slots.size(); i++) {
                    frame.fresh(slots.get(i)).value = i < found.length ? found[i] : null;
                }
            }
            case Statement.Assign(var targets, var values, var line) -> assign(targets, values, line, frame);
            case Statement.Call(var call) -> several(call, frame);
            case Statement.Do(var body) -> {
                return run(body, frame);
            }
            case Statement.While(var condition, var body) -> {
                while (isTrue(value(condition, frame))) {
                    budget.spend(1);
                    var flow = run(body, frame);
                    if (flow != null) {
                        return flow instanceof Flow.Break ? null : flow;
                    }
                }
            }
            case Statement.Repeat(var body, var condition) -> {
                do {
                    budget.spend(1);
                    var flow = run(body, frame);
                    if (flow != null) {
                        return flow instanceof Flow.Break ? null : flow;
                    }
                } while (!isTrue(value(condition, frame)));
            }
            case Statement.If(var conditions, var bodies, var otherwise) -> {
                for (int i = 0; i < conditions.size(); i++) {
                    if (isTrue(value(conditions.get(i), frame))) {
                        return run(bodies.get(i), frame);
                    }
                }
                return run(otherwise, frame);
            }
            case Statement.Count count -> {
                return count(count, frame);
            }
            case Statement.Each each -> {
                return each(each, frame);
            }
            case Statement.LocalFunction(var slot, var function) -> {
                var cell = frame.fresh(slot);
                cell.value = closure(function, frame);
            }
            case Statement.Return(var values) -> {
                return new Flow.Return(values(values, frame));
            }
            case Statement.Break _ -> {
                return BREAK;
            }
            case Statement.Goto(var label, var line) -> {
                return new Flow.Goto(label, line);
            }
            case Statement.Label _ -> {
                // a place to go to
            }
        }
        return null;
    }

    private void assign(List<Expression> targets, List<Expression> values, int line, Frame frame) {
        if (targets.size() == 1 && values.size() == 1 && !(targets.getFirst() instanceof Expression.Index)) {
            store(targets.getFirst(), null, null, value(values.getFirst(), frame), line, frame);
            return;
        }
        var tables = new @Nullable Object[targets.size()];
        var keys = new @Nullable Object[targets.size()];
        for (int i = 0; i < targets.size(); i++) {
            if (targets.get(i) instanceof Expression.Index(var of, var key, _)) {
                tables[i] = value(of, frame);
                keys[i] = value(key, frame);
            }
        }
        var found = values(values, frame);
        for (int i = targets.size() - 1; i >= 0; i--) {
            store(targets.get(i), tables[i], keys[i], i < found.length ? found[i] : null, line, frame);
        }
    }

    private void store(
            Expression target,
            @Nullable Object table,
            @Nullable Object key,
            @Nullable Object value,
            int line,
            Frame frame) {
        switch (target) {
            case Expression.Local(var slot) -> frame.at(slot).value = value;
            case Expression.Upvalue(var index) -> frame.upvalues()[index].value = value;
            case Expression.Global(var name, _) -> operators.put(globals, name, value, line);
            default -> operators.put(table, key, value, line);
        }
    }

    private @Nullable Flow count(Statement.Count loop, Frame frame) {
        double from = operators.counted(value(loop.from(), frame), "initial", loop.line());
        double to = operators.counted(value(loop.to(), frame), "limit", loop.line());
        double step = loop.step() == null ? 1 : operators.counted(value(loop.step(), frame), "step", loop.line());
        for (double i = from; step >= 0 ? i <= to : i >= to; i += step) {
            budget.spend(1);
            frame.fresh(loop.slot()).value = i;
            var flow = run(loop.body(), frame);
            if (flow != null) {
                return flow instanceof Flow.Break ? null : flow;
            }
        }
        return null;
    }

    private @Nullable Flow each(Statement.Each loop, Frame frame) {
        var found = Arrays.copyOf(values(loop.values(), frame), 3);
        var control = found[2];
        while (true) {
            budget.spend(1);
            var next = call(found[0], loop.line(), new @Nullable Object[] {found[1], control});
            if (next.length == 0 || next[0] == null) {
                return null;
            }
            control = next[0];
            for (int i = 0; i < loop.slots().size(); i++) {
                frame.fresh(loop.slots().get(i)).value = i < next.length ? next[i] : null;
            }
            var flow = run(loop.body(), frame);
            if (flow != null) {
                return flow instanceof Flow.Break ? null : flow;
            }
        }
    }

    static boolean isTrue(@Nullable Object value) {
        return value != null && !Boolean.FALSE.equals(value);
    }

    /// The values of expressions, the last of which may be several.
    private @Nullable Object[] values(List<Expression> expressions, Frame frame) {
        int size = expressions.size();
        if (size == 0) {
            return NONE;
        }
        var last = expressions.getLast();
        boolean open =
                last instanceof Expression.Call || last instanceof Expression.Method || last instanceof Expression.Rest;
        if (size == 1 && open) {
            return several(last, frame);
        }
        var all = new @Nullable Object[size];
        for (int i = 0; i < (open ? size - 1 : size); i++) {
            all[i] = value(expressions.get(i), frame);
        }
        if (!open) {
            return all;
        }
        var rest = several(last, frame);
        budget.makeItems(rest.length);
        var joined = Arrays.copyOf(all, size - 1 + rest.length);
        System.arraycopy(rest, 0, joined, size - 1, rest.length);
        return joined;
    }

    private @Nullable Object[] several(Expression expression, Frame frame) {
        return switch (expression) {
            case Expression.Call(var function, var arguments, var line) ->
                    call(value(function, frame), line, values(arguments, frame));
            case Expression.Method(var of, var name, var arguments, var line) -> {
                var self = value(of, frame);
                var function = operators.get(self, name, line);
                var rest = values(arguments, frame);
                var all = new @Nullable Object[rest.length + 1];
                all[0] = self;
                System.arraycopy(rest, 0, all, 1, rest.length);
                yield call(function, line, all);
            }
            case Expression.Rest _ -> frame.rest();
            default -> new @Nullable Object[] {value(expression, frame)};
        };
    }

    private @Nullable Object value(Expression expression, Frame frame) {
        budget.spend(1);
        return switch (expression) {
            case Expression.Constant(var value) -> value;
            case Expression.Local(var slot) -> frame.at(slot).value;
            case Expression.Upvalue(var index) -> frame.upvalues()[index].value;
            case Expression.Global(var name, var line) -> operators.get(globals, name, line);
            case Expression.Index(var of, var key, var line) ->
                    operators.get(value(of, frame), value(key, frame), line);
            case Expression.Both(var left, var right) -> {
                var first = value(left, frame);
                yield isTrue(first) ? value(right, frame) : first;
            }
            case Expression.Either(var left, var right) -> {
                var first = value(left, frame);
                yield isTrue(first) ? first : value(right, frame);
            }
            case Expression.Binary(var operator, var left, var right, var line) ->
                    operators.binary(operator, value(left, frame), value(right, frame), line);
            case Expression.Unary(var operator, var of, var line) -> operators.unary(operator, value(of, frame), line);
            case Expression.Single(var of) -> value(of, frame);
            case Expression.Function(var function) -> closure(function, frame);
            case Expression.Table table -> table(table, frame);
            case Expression.Call _, Expression.Method _, Expression.Rest _ -> {
                var all = several(expression, frame);
                yield all.length == 0 ? null : all[0];
            }
        };
    }

    private LuaTable table(Expression.Table written, Frame frame) {
        var made = table();
        int next = 1;
        for (int i = 0; i < written.values().size(); i++) {
            var key = written.keys().get(i);
            var value = written.values().get(i);
            boolean last = i == written.values().size() - 1;
            if (key != null) {
                operators.put(made, value(key, frame), value(value, frame), written.line());
            } else if (last) {
                for (var one : values(List.of(value), frame)) {
                    operators.put(made, (double) next++, one, written.line());
                }
            } else {
                operators.put(made, (double) next++, value(value, frame), written.line());
            }
        }
        return made;
    }

    /// A name for a table or a function that is printed; the same in each run.
    String address(Object value) {
        return LuaText.type(value) + ": 0x" + "%08x".formatted(tables);
    }

    /// What a function of the libraries complains of; it gets the line of its call.
    static final class LuaFailure extends RuntimeException {
        private static final long serialVersionUID = 1;

        LuaFailure(String message) {
            super(message, null, false, false);
        }
    }

    /// Runs what may fail, as `pcall` does: a budget that is spent is not caught.
    @Nullable Object[] guarded(LuaFunction handler, @Nullable Object function, @Nullable Object[] arguments) {
        int before = calls;
        try {
            var values = call(function, arguments);
            var all = new @Nullable Object[values.length + 1];
            all[0] = true;
            System.arraycopy(values, 0, all, 1, values.length);
            return all;
        } catch (LuaError e) {
            calls = before;
            var told = handler.call(this, new @Nullable Object[] {e.value()});
            return new @Nullable Object[] {false, told.length == 0 ? null : told[0]};
        } catch (StackOverflowError e) {
            throw new EvaluationFailed("the script calls itself too deep");
        }
    }
}
