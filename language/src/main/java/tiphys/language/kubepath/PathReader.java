package tiphys.language.kubepath;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tiphys.language.EvaluationFailed;
import tiphys.language.kubepath.KubePath.Operand;
import tiphys.language.kubepath.KubePath.Part;
import tiphys.language.kubepath.KubePath.Step;
import tiphys.manifest.Value;

/// Reads templates.
final class PathReader {
    private static final Pattern KEY = Pattern.compile("'([^']*)'");
    private static final Pattern SLICE = Pattern.compile("(-?\\d*)(:-?\\d*)?(:-?\\d*)?");
    private static final Pattern OPERATOR = Pattern.compile("==|!=|<=|>=|<|>");

    /// How deep ranges may stand in one another.
    private static final int DEEPEST = 50;

    private final String text;
    private int at;

    PathReader(String text) {
        this.text = text;
    }

    List<Part> template() {
        var parts = parts(0);
        if (at < text.length()) {
            throw new EvaluationFailed("not in range, nothing to end");
        }
        return parts;
    }

    /// Up to the text's end, or behind the `{end}` of a range.
    private List<Part> parts(int depth) {
        var parts = new ArrayList<Part>();
        while (at < text.length()) {
            int open = text.indexOf('{', at);
            if (open < 0) {
                open = text.length();
            }
            if (open > at) {
                parts.add(new Part.Words(text.substring(at, open)));
            }
            at = open;
            if (at == text.length()) {
                break;
            }
            at++;
            blanks();
            if (text.startsWith("end", at) && closes(at + 3)) {
                if (depth == 0) {
                    throw new EvaluationFailed("not in range, nothing to end");
                }
                at = text.indexOf('}', at) + 1;
                return parts;
            }
            boolean range = text.startsWith("range", at) && at + 5 < text.length() && text.charAt(at + 5) == ' ';
            if (range) {
                at += 5;
            }
            var steps = steps();
            if (at >= text.length()) {
                throw new EvaluationFailed("unclosed action");
            }
            at++;
            if (range) {
                if (depth == DEEPEST) {
                    throw new EvaluationFailed("ranges stand too deep in one another");
                }
                parts.add(new Part.Range(steps, parts(depth + 1)));
            } else {
                parts.add(new Part.Path(steps));
            }
        }
        if (depth > 0) {
            throw new EvaluationFailed("unclosed range, no end");
        }
        return parts;
    }

    private boolean closes(int from) {
        int i = from;
        while (i < text.length() && text.charAt(i) == ' ') {
            i++;
        }
        return i < text.length() && text.charAt(i) == '}';
    }

    private void blanks() {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
    }

    /// Up to a closing brace, which is not taken, or the text's end.
    private List<Step> steps() {
        var steps = new ArrayList<Step>();
        while (at < text.length() && text.charAt(at) != '}') {
            char here = text.charAt(at);
            switch (here) {
                case ' ', '$', '@' -> at++;
                case '.' -> field(steps);
                case '[' -> steps.add(list());
                case '"', '\'' -> steps.add(new Step.Constant(Value.text(quoted(here))));
                case '\n', '\r' -> throw new EvaluationFailed("unterminated array");
                default -> {
                    if (here == '-' || here == '+' || Character.isDigit(here)) {
                        steps.add(number());
                    } else {
                        steps.add(word());
                    }
                }
            }
        }
        return steps;
    }

    private void field(List<Step> steps) {
        at++;
        if (at < text.length() && text.charAt(at) == '.') {
            at++;
            steps.add(new Step.Below());
            if (at >= text.length() || "[}".indexOf(text.charAt(at)) >= 0) {
                return;
            }
        }
        var name = new StringBuilder();
        while (at < text.length() && " [].{}'\"@$=!<>()?,*".indexOf(text.charAt(at)) < 0) {
            if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                at++;
            }
            name.append(text.charAt(at++));
        }
        if (name.isEmpty() && at < text.length() && text.charAt(at) == '*') {
            at++;
            steps.add(new Step.All());
        } else if (!name.isEmpty()) {
            steps.add(new Step.Field(name.toString()));
        }
    }

    private Step word() {
        int from = at;
        while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
            at++;
        }
        var word = text.substring(from, at);
        return switch (word) {
            case "true", "false" -> new Step.Constant(Value.bool(word.equals("true")));
            case "" ->
                    throw new EvaluationFailed(
                            "unrecognized character in action: U+%04X '%c'"
                                    .formatted((int) text.charAt(at), text.charAt(at)));
            default -> throw new EvaluationFailed("unrecognized identifier " + word);
        };
    }

    private Step number() {
        int from = at++;
        while (at < text.length() && (Character.isDigit(text.charAt(at)) || text.charAt(at) == '.')) {
            at++;
        }
        var literal = text.substring(from, at).replaceFirst("^\\+", "");
        try {
            return new Step.Constant(Value.of(new java.math.BigDecimal(literal)));
        } catch (NumberFormatException e) {
            throw new EvaluationFailed("cannot parse number " + literal);
        }
    }

    private String quoted(char quote) {
        var out = new StringBuilder();
        at++;
        while (at < text.length() && text.charAt(at) != quote) {
            char here = text.charAt(at++);
            if (here == '\\' && at < text.length()) {
                char next = text.charAt(at++);
                out.append(
                        switch (next) {
                            case 'n' -> '\n';
                            case 't' -> '\t';
                            case 'r' -> '\r';
                            default -> next;
                        });
            } else {
                out.append(here);
            }
        }
        if (at >= text.length()) {
            throw new EvaluationFailed("unterminated quoted string");
        }
        at++;
        return out.toString();
    }

    /// What stands in brackets: a filter, a key, places, a slice, everything, or several of them.
    private Step list() {
        int close = closing();
        var inside = text.substring(at + 1, close).strip();
        at = close + 1;
        if (inside.startsWith("?(") && inside.endsWith(")")) {
            return filter(inside.substring(2, inside.length() - 1));
        }
        var choices = apart(inside);
        if (choices.size() == 1) {
            return one(choices.getFirst());
        }
        return new Step.Union(choices.stream().map(choice -> List.of(one(choice))).toList());
    }

    private int closing() {
        int depth = 0;
        char quote = 0;
        for (int i = at; i < text.length(); i++) {
            char here = text.charAt(i);
            if (quote != 0) {
                if (here == '\\') {
                    i++;
                } else if (here == quote) {
                    quote = 0;
                }
            } else if (here == '"' || here == '\'') {
                quote = here;
            } else if (here == '[') {
                depth++;
            } else if (here == ']' && --depth == 0) {
                return i;
            }
        }
        throw new EvaluationFailed("unterminated array");
    }

    private static List<String> apart(String inside) {
        var choices = new ArrayList<String>();
        int from = 0;
        char quote = 0;
        for (int i = 0; i < inside.length(); i++) {
            char here = inside.charAt(i);
            if (quote != 0) {
                quote = here == quote ? 0 : quote;
            } else if (here == '\'' || here == '"') {
                quote = here;
            } else if (here == ',') {
                choices.add(inside.substring(from, i).strip());
                from = i + 1;
            }
        }
        choices.add(inside.substring(from).strip());
        return choices;
    }

    private static Step one(String choice) {
        if (choice.equals("*")) {
            return new Step.All();
        }
        var key = KEY.matcher(choice.replaceFirst("^\"(.*)\"$", "'$1'"));
        if (key.matches()) {
            return new Step.Field(key.group(1).replace("\\.", "."));
        }
        var slice = SLICE.matcher(choice);
        if (choice.isEmpty() || !slice.matches()) {
            throw new EvaluationFailed("invalid array index " + choice);
        }
        boolean alone = slice.group(2) == null;
        return new Step.Slice(
                Arrays.asList(bound(slice.group(1)), bound(slice.group(2)), bound(slice.group(3))), alone);
    }

    private static @Nullable Integer bound(@Nullable String text) {
        var digits = text == null ? "" : text.replace(":", "");
        try {
            return digits.isEmpty() ? null : Integer.valueOf(digits);
        } catch (NumberFormatException e) {
            throw new EvaluationFailed("array index " + digits + " is too large");
        }
    }

    private static Step filter(String comparison) {
        var found = OPERATOR.matcher(comparison);
        int from = 0;
        while (found.find(from)) {
            var before = comparison.substring(0, found.start());
            if (even(before, '"') && even(before, '\'')) {
                return new Step.Filter(operand(before), found.group(), operand(comparison.substring(found.end())));
            }
            from = found.end();
        }
        return new Step.Filter(operand(comparison), "", new Operand(List.of()));
    }

    private static boolean even(String text, char quote) {
        return text.chars().filter(one -> one == quote).count() % 2 == 0;
    }

    private static Operand operand(String text) {
        var reader = new PathReader(text.strip());
        var steps = reader.steps();
        if (reader.at < reader.text.length()) {
            throw new EvaluationFailed("invalid filter: " + text);
        }
        return new Operand(steps);
    }
}
