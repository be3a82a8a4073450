package tiphys.language.gotemplate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tiphys.language.EvaluationFailed;
import tiphys.language.gotemplate.TemplateNode.Body;
import tiphys.language.gotemplate.TemplateNode.Operand;
import tiphys.language.gotemplate.TemplateNode.Pipe;
import tiphys.language.sprig.Sprig;

/// Reads a template from left to right.
final class TemplateParser {
    private static final int MAX_DEPTH = 100;
    private static final Set<String> KEYWORDS =
            Set.of("block", "break", "continue", "define", "else", "end", "if", "range", "template", "with");

    private final TemplateScanner scan;
    private final Map<String, Body> named = new HashMap<>();
    private final List<String> variables = new ArrayList<>(List.of("$"));
    private int depth;
    private int loops;

    /// What ended a body.
    private enum End {
        END,
        ELSE,
        TEXT
    }

    private record Parsed(Body body, End end) {}

    TemplateParser(String text) {
        scan = new TemplateScanner(text);
    }

    GoTemplate whole() {
        var parsed = body();
        if (parsed.end() != End.TEXT) {
            throw scan.wrong("unexpected {{" + parsed.end().name().toLowerCase(java.util.Locale.ROOT) + "}}");
        }
        return new GoTemplate(parsed.body(), named);
    }

    private Parsed body() {
        if (++depth > MAX_DEPTH) {
            throw scan.wrong("the template is nested deeper than " + MAX_DEPTH + " levels");
        }
        var parts = new ArrayList<TemplateNode>();
        try {
            while (true) {
                var text = scan.text();
                if (!text.isEmpty()) {
                    parts.add(new TemplateNode.Text(text));
                }
                if (!scan.opened()) {
                    return new Parsed(new Body(parts), End.TEXT);
                }
                var end = action(parts);
                if (end != End.TEXT) {
                    return new Parsed(new Body(parts), end);
                }
            }
        } finally {
            depth--;
        }
    }

    /// One action; says whether it ends the body.
    private End action(List<TemplateNode> into) {
        var word = scan.keyword(KEYWORDS);
        switch (word) {
            case "end" -> {
                scan.close();
                return End.END;
            }
            case "else" -> {
                return End.ELSE; // what follows is read by whoever has the branch
            }
            case "if" -> into.add(branch("if"));
            case "with" -> into.add(branch("with"));
            case "range" -> into.add(branch("range"));
            case "define" -> {
                var name = scan.quoted();
                scan.close();
                named.put(name, ended(apart(this::body), "define"));
            }
            case "block" -> {
                var name = scan.quoted();
                var pipe = pipe();
                scan.close();
                named.putIfAbsent(name, ended(apart(this::body), "block"));
                into.add(new TemplateNode.Call(name, List.of(pipe)));
            }
            case "template" -> {
                var name = scan.quoted();
                var data = scan.atClose() ? List.<Pipe>of() : List.of(pipe());
                scan.close();
                into.add(new TemplateNode.Call(name, data));
            }
            case "break", "continue" -> {
                if (loops == 0) {
                    throw scan.wrong("{{" + word + "}} outside {{range}}");
                }
                scan.close();
                into.add(word.equals("break") ? new TemplateNode.Break() : new TemplateNode.Continue());
            }
            default -> {
                if (!scan.atClose() || !scan.wasComment()) {
                    into.add(new TemplateNode.Action(pipe()));
                }
                scan.close();
            }
        }
        return End.TEXT;
    }

    private interface Reading {
        Parsed read();
    }

    /// Reads with no variable but `$`.
    private Parsed apart(Reading reading) {
        var before = List.copyOf(variables);
        int around = loops;
        variables.clear();
        variables.add("$");
        loops = 0;
        var parsed = reading.read();
        variables.clear();
        variables.addAll(before);
        loops = around;
        return parsed;
    }

    private Body ended(Parsed parsed, String what) {
        if (parsed.end() != End.END) {
            throw scan.wrong("unexpected end of {{" + what + "}}");
        }
        return parsed.body();
    }

    private TemplateNode branch(String word) {
        int known = variables.size();
        var pipe = pipe();
        scan.close();
        loops += word.equals("range") ? 1 : 0;
        var then = body();
        loops -= word.equals("range") ? 1 : 0;
        var otherwise = Body.EMPTY;
        if (then.end() == End.ELSE) {
            var next = scan.keyword(Set.of("if", "with"));
            if (next.isEmpty()) {
                scan.close();
                otherwise = ended(body(), word);
            } else if (word.equals("range")) {
                throw scan.wrong("unexpected {{else " + next + "}} in {{range}}");
            } else {
                otherwise = new Body(List.of(branch(next))); // its end is this one's, too
            }
        } else if (then.end() != End.END) {
            throw scan.wrong("unexpected end of the text in {{" + word + "}}");
        }
        variables.subList(known, variables.size()).clear();
        return switch (word) {
            case "if" -> new TemplateNode.If(pipe, then.body(), otherwise);
            case "with" -> new TemplateNode.With(pipe, then.body(), otherwise);
            default -> new TemplateNode.Range(pipe, then.body(), otherwise);
        };
    }

    private Pipe pipe() {
        if (++depth > MAX_DEPTH) {
            throw scan.wrong("the pipeline is nested deeper than " + MAX_DEPTH + " levels");
        }
        var names = new ArrayList<String>();
        var declaration = scan.declaration(names);
        var commands = new ArrayList<List<Operand>>();
        do {
            commands.add(command());
        } while (scan.taken('|'));
        for (var name : names) {
            if (declaration.equals("=") && !variables.contains(name)) {
                throw scan.wrong("undefined variable \"" + name + "\"");
            }
            if (declaration.equals(":=")) {
                variables.add(name);
            }
        }
        depth--;
        return new Pipe(names, declaration.equals(":="), commands);
    }

    private List<Operand> command() {
        var operands = new ArrayList<Operand>();
        while (!scan.endsCommand()) {
            operands.add(operand());
            if (!scan.separated()) {
                throw scan.wrong("unexpected " + scan.shown() + " in operand");
            }
        }
        if (operands.isEmpty()) {
            throw scan.wrong("missing value for command");
        }
        return operands;
    }

    private Operand operand() {
        if (scan.taken('(')) {
            var inner = new Operand.Inner(pipe());
            if (!scan.taken(')')) {
                throw scan.wrong("unclosed left paren");
            }
            var fields = scan.fields();
            return fields.isEmpty() ? inner : new Operand.Chain(inner, fields);
        }
        char c = scan.peek();
        if (c == '.' && !scan.isNumber()) {
            var fields = scan.fields();
            if (fields.isEmpty()) {
                scan.dot();
                return new Operand.Dot();
            }
            return new Operand.Fields(fields);
        }
        if (c == '$') {
            var name = scan.variable();
            if (!variables.contains(name)) {
                throw scan.wrong("undefined variable \"" + name + "\"");
            }
            return new Operand.Variable(name, scan.fields());
        }
        if (c == '"' || c == '`') {
            return new Operand.Constant(scan.quoted());
        }
        if (c == '\'') {
            return new Operand.Number(scan.character());
        }
        if (scan.isNumber()) {
            return new Operand.Number(scan.number());
        }
        var word = scan.word();
        return switch (word) {
            case "true" -> new Operand.Constant(true);
            case "false" -> new Operand.Constant(false);
            case "nil" -> new Operand.Nil();
            default -> {
                if (!TemplateFunctions.NAMES.contains(word) && Sprig.find(word).isEmpty()) {
                    throw new EvaluationFailed("function \"" + word + "\" not defined");
                }
                yield new Operand.Function(word);
            }
        };
    }
}
