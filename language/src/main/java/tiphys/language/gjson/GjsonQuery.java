package tiphys.language.gjson;

import java.util.Optional;
import tiphys.language.Budget;
import tiphys.manifest.Value;

/// A query in a gjson path, `#(name=="x")` for the first match or `#(…)#` for all.
///
/// @param left the path into each item; empty for the item itself
/// @param operator empty if the left one only has to be there
/// @param right what it is compared to, without quotes
/// @param all whether every match is meant
/// @param piped whether `rest` follows a pipe
/// @param rest what follows the query
record GjsonQuery(String left, String operator, String right, boolean all, boolean piped, String rest) {

    /// The query that a path begins with; empty if it is not one.
    static Optional<GjsonQuery> read(String path) {
        int end = GjsonText.close(path, 1);
        if (end < 0) {
            return Optional.empty();
        }
        var inner = path.substring(2, end - 1).strip();
        boolean all = end < path.length() && path.charAt(end) == '#';
        int next = all ? end + 1 : end;
        if (next < path.length() && path.charAt(next) != '.' && path.charAt(next) != '|') {
            return Optional.empty();
        }
        boolean piped = next < path.length() && path.charAt(next) == '|';
        var rest = next < path.length() ? path.substring(next + 1) : "";
        int at = GjsonText.outside(inner, 0, "=!<>%");
        if (at < 0) {
            return Optional.of(new GjsonQuery(inner, "", "", all, piped, rest));
        }
        int stop = at;
        while (stop < inner.length() && stop < at + 2 && "=!<>%".indexOf(inner.charAt(stop)) >= 0) {
            stop++;
        }
        var operator = inner.substring(at, stop);
        var right = inner.substring(stop).strip();
        if (right.length() >= 2 && right.startsWith("\"") && right.endsWith("\"")) {
            right = right.substring(1, right.length() - 1).replace("\\\"", "\"").replace("\\\\", "\\");
        }
        var left = inner.substring(0, at).strip();
        return Optional.of(new GjsonQuery(left, operator.equals("==") ? "=" : operator, right, all, piped, rest));
    }

    /// Whether an item matches, looked at on its own.
    boolean matches(Value item, Budget budget) {
        return matches(item, new GjsonPath(budget), 0, budget);
    }

    boolean matches(Value item, GjsonPath paths, int depth, Budget budget) {
        boolean inside = item instanceof Value.Mapping || item instanceof Value.Sequence;
        Optional<Value> found = Optional.empty();
        if (inside) {
            found = paths.find(item, left, depth);
        } else if (left.isEmpty()) {
            found = Optional.of(item);
        }
        if (right.startsWith("~")) {
            return switch (right) {
                case "~*" -> compare(Boolean.toString(found.isPresent()), "true");
                case "~null" -> compare(Boolean.toString(found.isEmpty() || found.get() instanceof Value.Null), "true");
                case "~true" -> compare(Boolean.toString(found.isPresent() && truthy(found.get())), "true");
                case "~false" -> compare(Boolean.toString(found.isEmpty() || !truthy(found.get())), "true");
                default -> false;
            };
        }
        if (found.isEmpty()) {
            return false;
        }
        if (operator.isEmpty()) {
            return true;
        }
        return switch (found.get()) {
            case Value.Text(var text, _) -> text(text, budget);
            case Value.Number(var literal, _) -> number(Double.parseDouble(literal));
            case Value.Bool(var truth, _) -> compare(Boolean.toString(truth), right);
            case Value.Null _, Value.Sequence _, Value.Mapping _ -> false;
        };
    }

    private boolean text(String text, Budget budget) {
        return switch (operator) {
            case "%" -> GjsonText.like(text, right, budget);
            case "!%" -> !GjsonText.like(text, right, budget);
            default -> compare(text, right);
        };
    }

    private boolean number(double number) {
        double limit;
        try {
            limit = Double.parseDouble(right);
        } catch (NumberFormatException _) {
            limit = 0;
        }
        return switch (operator) {
            case "=" -> number == limit;
            case "!=" -> number != limit;
            case "<" -> number < limit;
            case "<=" -> number <= limit;
            case ">" -> number > limit;
            case ">=" -> number >= limit;
            default -> false;
        };
    }

    private boolean compare(String left, String right) {
        return switch (operator) {
            case "=" -> left.equals(right);
            case "!=" -> !left.equals(right);
            case "<" -> left.compareTo(right) < 0;
            case "<=" -> left.compareTo(right) <= 0;
            case ">" -> left.compareTo(right) > 0;
            case ">=" -> left.compareTo(right) >= 0;
            default -> false;
        };
    }

    private static boolean truthy(Value value) {
        return switch (value) {
            case Value.Bool(var truth, _) -> truth;
            case Value.Number(var literal, _) -> Double.parseDouble(literal) != 0;
            case Value.Text(var text, _) -> text.matches("1|t|T|TRUE|true|True");
            case Value.Null _, Value.Sequence _, Value.Mapping _ -> false;
        };
    }
}
