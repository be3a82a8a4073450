package tiphys.language.lua;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A part of a script.
sealed interface LuaNode {
    /// Statements one after another; `labels` of `goto` stand among them.
    record Block(List<Statement> statements) implements LuaNode {}

    /// A function as it is written.
    ///
    /// @param slots how many locals it has
    /// @param captured where each of its upvalues is found when the function is made
    record Proto(String name, int parameters, boolean variadic, int slots, List<Capture> captured, Block body)
            implements LuaNode {}

    /// @param local whether it is a local of the function around, or an upvalue of that
    record Capture(boolean local, int index) {}

    sealed interface Statement extends LuaNode {
        record Local(List<Integer> slots, List<Expression> values) implements Statement {}

        record Assign(List<Expression> targets, List<Expression> values, int line) implements Statement {}

        record Call(Expression call) implements Statement {}

        record Do(Block body) implements Statement {}

        record While(Expression condition, Block body) implements Statement {}

        record Repeat(Block body, Expression condition) implements Statement {}

        record If(List<Expression> conditions, List<Block> bodies, Block otherwise) implements Statement {}

        record Count(int slot, Expression from, Expression to, @Nullable Expression step, Block body, int line)
                implements Statement {}

        record Each(List<Integer> slots, List<Expression> values, Block body, int line) implements Statement {}

        record LocalFunction(int slot, Proto function) implements Statement {}

        record Return(List<Expression> values) implements Statement {}

        record Break() implements Statement {}

        record Goto(String label, int line) implements Statement {}

        record Label(String name) implements Statement {}
    }

    sealed interface Expression extends LuaNode {
        record Constant(@Nullable Object value) implements Expression {}

        record Rest() implements Expression {}

        record Local(int slot) implements Expression {}

        record Upvalue(int index) implements Expression {}

        record Global(String name, int line) implements Expression {}

        record Index(Expression of, Expression key, int line) implements Expression {}

        record Call(Expression function, List<Expression> arguments, int line) implements Expression {}

        record Method(Expression of, String name, List<Expression> arguments, int line) implements Expression {}

        record Function(Proto function) implements Expression {}

        record Binary(String operator, Expression left, Expression right, int line) implements Expression {}

        record Both(Expression left, Expression right) implements Expression {}

        record Either(Expression left, Expression right) implements Expression {}

        record Unary(String operator, Expression of, int line) implements Expression {}

        /// One value of what may be several.
        record Single(Expression of) implements Expression {}

        /// @param keys null where an item has none
        record Table(List<@Nullable Expression> keys, List<Expression> values, int line) implements Expression {}
    }
}
