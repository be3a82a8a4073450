package tiphys.language.jq;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tiphys.manifest.Value;

/// A part of a filter.
sealed interface JqNode {
    record Identity() implements JqNode {}

    record RecurseAll() implements JqNode {}

    record Literal(Value value) implements JqNode {}

    /// A text with filters in it; each of them is printed by the format.
    record Words(List<JqNode> parts, String format) implements JqNode {
        public Words {
            parts = List.copyOf(parts);
        }
    }

    record Format(String name) implements JqNode {}

    record Field(JqNode of, JqNode name) implements JqNode {}

    record Slice(JqNode of, @Nullable JqNode from, @Nullable JqNode to) implements JqNode {}

    record Iterate(JqNode of) implements JqNode {}

    record Try(JqNode body, @Nullable JqNode handler) implements JqNode {}

    record Pipe(JqNode first, JqNode then) implements JqNode {}

    record Comma(JqNode first, JqNode then) implements JqNode {}

    record Binary(String operator, JqNode left, JqNode right) implements JqNode {}

    record Negate(JqNode of) implements JqNode {}

    record And(JqNode left, JqNode right) implements JqNode {}

    record Or(JqNode left, JqNode right) implements JqNode {}

    record Alternative(JqNode left, JqNode right) implements JqNode {}

    record Assign(String operator, JqNode left, JqNode right) implements JqNode {}

    record If(JqNode condition, JqNode then, JqNode otherwise) implements JqNode {}

    record Items(@Nullable JqNode all) implements JqNode {}

    record Entry(JqNode key, JqNode value) {}

    record Fields(List<Entry> entries) implements JqNode {
        public Fields {
            entries = List.copyOf(entries);
        }
    }

    record Reduce(JqNode source, Pattern as, JqNode start, JqNode update) implements JqNode {}

    record ForEach(JqNode source, Pattern as, JqNode start, JqNode update, @Nullable JqNode extract)
            implements JqNode {}

    record Bind(JqNode source, Pattern as, JqNode body) implements JqNode {}

    record Variable(String name) implements JqNode {}

    record Label(String name, JqNode body) implements JqNode {}

    record Break(String name) implements JqNode {}

    record Define(Function function, JqNode body) implements JqNode {}

    record Call(String name, List<JqNode> arguments) implements JqNode {
        public Call {
            arguments = List.copyOf(arguments);
        }

        String id() {
            return name + "/" + arguments.size();
        }
    }

    /// A function that a filter defines.
    ///
    /// @param parameters those that begin with `$` are values
    record Function(String name, List<String> parameters, JqNode body) {
        public Function {
            parameters = List.copyOf(parameters);
        }

        String id() {
            return name + "/" + parameters.size();
        }
    }

    /// What a value is taken apart into.
    sealed interface Pattern {
        record Name(String variable) implements Pattern {}

        record Many(List<Pattern> items) implements Pattern {
            public Many {
                items = List.copyOf(items);
            }
        }

        record Keyed(List<Part> parts) implements Pattern {
            public Keyed {
                parts = List.copyOf(parts);
            }
        }

        /// @param variable also bound to the value; empty for none
        record Part(JqNode key, String variable, @Nullable Pattern pattern) {}
    }
}
