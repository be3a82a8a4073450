package tiphys.language.gotemplate;

import java.util.List;

/// A part of a template.
sealed interface TemplateNode {
    /// Parts one after another.
    record Body(List<TemplateNode> parts) {
        static final Body EMPTY = new Body(List.of());

        public Body {
            parts = List.copyOf(parts);
        }
    }

    /// What stands between the actions.
    record Text(String text) implements TemplateNode {}

    /// A pipeline whose value is printed, or kept if it is a variable's.
    record Action(Pipe pipe) implements TemplateNode {}

    record If(Pipe pipe, Body then, Body otherwise) implements TemplateNode {}

    record With(Pipe pipe, Body then, Body otherwise) implements TemplateNode {}

    record Range(Pipe pipe, Body each, Body otherwise) implements TemplateNode {}

    /// `{{template "name" pipeline}}`
    ///
    /// @param data empty for nil
    record Call(String name, List<Pipe> data) implements TemplateNode {}

    record Break() implements TemplateNode {}

    record Continue() implements TemplateNode {}

    /// Commands, each of which gets the value of the one before as its last argument.
    ///
    /// @param variables that get the value
    /// @param declares whether they are new
    record Pipe(List<String> variables, boolean declares, List<List<Operand>> commands) {
        public Pipe {
            variables = List.copyOf(variables);
            commands = List.copyOf(commands);
        }
    }

    /// What stands in a command.
    sealed interface Operand {
        record Dot() implements Operand {}

        record Nil() implements Operand {}

        /// @param value a text or a truth value
        record Constant(Object value) implements Operand {}

        /// @param value what it is where nothing says which type is wanted
        record Number(Object value) implements Operand {}

        record Fields(List<String> names) implements Operand {}

        record Variable(String name, List<String> fields) implements Operand {}

        record Function(String name) implements Operand {}

        record Inner(Pipe pipe) implements Operand {}

        /// Fields of an operand in parentheses.
        record Chain(Operand of, List<String> fields) implements Operand {}
    }
}
