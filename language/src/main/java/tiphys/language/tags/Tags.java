package tiphys.language.tags;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.Scope;
import tiphys.language.expr.Expression;
import tiphys.language.gotext.GoJson;
import tiphys.manifest.Position;
import tiphys.manifest.Value;

/// Replaces `{{…}}` tags, simple ones and `{{=expressions}}`, by the rules of Argo's templates: the first `}}` closes,
/// `=` counts only right after the braces. A text of a tree is replaced as it is read, not as JSON writes it, so no
/// value can break out of its string.
public final class Tags {
    private static final String OPEN = "{{";
    private static final String CLOSE = "}}";
    private static final int MAX_DEPTH = 250;

    /// Names that get their value in a later pass, so an expression that uses them waits for it.
    private static final Set<String> LATE =
            Set.of(
                    "item",
                    "retries",
                    "lastRetry.exitCode",
                    "lastRetry.status",
                    "lastRetry.duration",
                    "lastRetry.message",
                    "workflow.status",
                    "workflow.failures");

    private Tags() {}

    /// What happens to a tag that cannot be resolved.
    public enum Unresolved {
        /// It stays as it is, for a later pass; an expression that exceeds its budget fails the evaluation here too.
        KEEP,
        /// It fails the evaluation: `failed to resolve {{tag}}`.
        REFUSE
    }

    /// One tag in a text.
    ///
    /// @param offset of its first brace in the text, in characters
    /// @param expression whether it begins with `{{=`
    /// @param body what stands between the braces (after the `=`), trimmed
    public record Tag(int offset, int length, boolean expression, String body) {}

    /// The tags of a text in order, nested ones innermost first.
    public static List<Tag> find(String text) {
        var tags = new ArrayList<Tag>();
        var open = new ArrayDeque<Integer>();
        int at = text.indexOf(OPEN);
        while (at >= 0 && at < text.length()) {
            if (text.startsWith(OPEN + "=", at)) {
                int end = text.indexOf(CLOSE, at);
                if (end < 0) {
                    break;
                }
                tags.add(new Tag(at, end + 2 - at, true, text.substring(at + 3, end).strip()));
                at = next(text, end + 2);
            } else if (text.startsWith(OPEN, at)) {
                open.push(at);
                at = next(text, at + 2);
            } else {
                var start = open.poll();
                if (start != null) {
                    tags.add(new Tag(start, at + 2 - start, false, text.substring(start + 2, at).strip()));
                }
                at = next(text, at + 2);
            }
        }
        return tags;
    }

    private static int next(String text, int from) {
        int open = text.indexOf(OPEN, from);
        int close = text.indexOf(CLOSE, from);
        return open < 0 ? close : close < 0 ? open : Math.min(open, close);
    }

    /// A text with its tags replaced, in one pass: of nested tags the innermost.
    ///
    /// @throws EvaluationFailed in Argo's words
    public static String replace(String text, Scope scope, Unresolved unresolved, Budget budget) {
        return replace(text, scope, unresolved == Unresolved.KEEP ? _ -> false : _ -> true, budget);
    }

    /// A tree with the tags in every string (keys too) replaced. Positions are kept.
    ///
    /// @throws EvaluationFailed in Argo's words
    public static Value replace(Value tree, Scope scope, Unresolved unresolved, Budget budget) {
        return replace(tree, scope, unresolved == Unresolved.KEEP ? _ -> false : _ -> true, budget, 0);
    }

    /// A tree with its tags replaced, where a tag must resolve if its first name is one of these (`tasks`, `steps`), and
    /// is kept if not. Tags of artifacts may stay in any case.
    ///
    /// @throws EvaluationFailed in Argo's words
    public static Value replaceStrictly(Value tree, Scope scope, Set<String> prefixes, Budget budget) {
        Refused refused =
                body ->
                        !body.contains(".outputs.artifacts.")
                                && prefixes.stream().anyMatch(prefix -> body.startsWith(prefix + "."));
        return replace(tree, scope, refused, budget, 0);
    }

    /// Whether a tag that cannot be resolved fails the evaluation.
    private interface Refused {
        boolean test(String body);
    }

    @SuppressWarnings("ReferenceEquality") // what has no tag is the same object
    private static Value replace(Value tree, Scope scope, Refused refused, Budget budget, int depth) {
        budget.spend(1);
        if (depth > MAX_DEPTH) {
            throw new EvaluationFailed("the value is nested too deeply");
        }
        return switch (tree) {
            case Value.Null _, Value.Bool _, Value.Number _ -> tree;
            case Value.Text(var text, var at) -> {
                var replaced = replace(text, scope, refused, budget);
                yield replaced.equals(text) ? tree : new Value.Text(replaced, at);
            }
            case Value.Sequence(var items, var at) -> {
                var replaced = new ArrayList<Value>(items.size());
                boolean changed = false;
                for (var item : items) {
                    var other = replace(item, scope, refused, budget, depth + 1);
                    changed |= other != item;
                    replaced.add(other);
                }
                yield changed ? new Value.Sequence(replaced, at) : tree;
            }
            case Value.Mapping map -> replaceMap(map, scope, refused, budget, depth);
        };
    }

    @SuppressWarnings("ReferenceEquality") // what has no tag is the same object
    private static Value replaceMap(Value.Mapping map, Scope scope, Refused refused, Budget budget, int depth) {
        var fields = new LinkedHashMap<String, Value>();
        var keys = new LinkedHashMap<String, Position>();
        boolean changed = false;
        for (var field : map.fields().entrySet()) {
            var key = replace(field.getKey(), scope, refused, budget);
            var value = replace(field.getValue(), scope, refused, budget, depth + 1);
            changed |= value != field.getValue() || !key.equals(field.getKey());
            fields.put(key, value);
            keys.put(key, map.keyAt(field.getKey()));
        }
        return changed ? new Value.Mapping(fields, keys, map.at()) : map;
    }

    private static String replace(String text, Scope scope, Refused refused, Budget budget) {
        int open = text.indexOf(OPEN);
        if (open < 0) {
            return text;
        }
        var out = new StringBuilder();
        int from = 0;
        while (open >= 0) {
            int close = text.indexOf(CLOSE, open + 2);
            if (close < 0) {
                break;
            }
            budget.spend(1);
            out.append(text, from, open);
            var body = text.substring(open + 2, close);
            var value = body.startsWith("=") ? expression(body, scope, refused, budget) : simple(body, scope, refused);
            budget.grow(value.length());
            out.append(value);
            from = close + 2;
            open = text.indexOf(OPEN, from);
        }
        return out.append(text, from, text.length()).toString();
    }

    /// What stands for a simple tag.
    private static String simple(String body, Scope scope, Refused refused) {
        var found = scope.find(body.strip());
        if (found.isPresent()) {
            return switch (found.get()) {
                case Value.Text(var text, _) -> text;
                case Value.Null _ ->
                        throw new EvaluationFailed(
                                "unable to substitute "
                                        + whole(body)
                                        + ": output is an absent optional (skipped/omitted node with no default)");
                case Value.Bool _, Value.Number _, Value.Sequence _, Value.Mapping _ ->
                        throw new EvaluationFailed("failed to resolve " + whole(body) + " to string");
            };
        }
        int inner = body.lastIndexOf(OPEN);
        if (inner >= 0) {
            var nested = nested(body, inner, scope);
            if (nested.isPresent()) {
                return nested.get();
            }
        }
        if (refused.test(body.strip())) {
            throw new EvaluationFailed("failed to resolve " + whole(body));
        }
        return whole(body);
    }

    /// `outer-{{inner` with the inner one replaced; the outer one's own end stands further on in the text.
    private static Optional<String> nested(String body, int inner, Scope scope) {
        var found = scope.find(body.substring(inner + 2).strip());
        if (found.isPresent() && found.get() instanceof Value.Null) {
            throw new EvaluationFailed(
                    "unable to substitute nested tag "
                            + whole(body.substring(inner + 2))
                            + ": output is an absent optional (skipped/omitted node with no default)");
        }
        return found.flatMap(value -> value instanceof Value.Text(var text, _) ? Optional.of(text) : Optional.empty())
                .map(text -> OPEN + body.substring(0, inner) + text);
    }

    /// What stands for an expression tag.
    private static String expression(String body, Scope scope, Refused refused, Budget budget) {
        var text = body.substring(1);
        try {
            var expression = Expression.parse(text);
            if (LATE.stream().anyMatch(name -> expression.uses(name) && absent(name, scope))) {
                return whole(body);
            }
            var value = expression.evaluate(scope, budget);
            if (!(value instanceof Value.Null)) {
                return value instanceof Value.Text(var string, _) ? string : GoJson.write(value);
            }
        } catch (EvaluationFailed e) {
            // A later pass may know a name that this one does not; it will not have more steps.
            if (budget.isExceeded() || refuses(text, refused)) {
                throw new EvaluationFailed("failed to evaluate expression: " + e.getMessage());
            }
            return whole(body);
        }
        if (refuses(text, refused)) {
            throw new EvaluationFailed("failed to evaluate expression \"" + text + "\"");
        }
        return whole(body);
    }

    private static boolean absent(String name, Scope scope) {
        return scope.find(name).isEmpty() && scope.names().stream().noneMatch(other -> other.startsWith(name + "."));
    }

    /// Whether a failing expression may not stay: if any name in it may not.
    private static boolean refuses(String expression, Refused refused) {
        for (int i = 0; i < expression.length(); i++) {
            boolean start =
                    Character.isLetter(expression.charAt(i))
                            && (i == 0
                                    || (!Character.isLetterOrDigit(expression.charAt(i - 1))
                                            && "._".indexOf(expression.charAt(i - 1)) < 0));
            if (start) {
                int end = i;
                while (end < expression.length()
                        && (Character.isLetterOrDigit(expression.charAt(end))
                                || "._-[]'\"".indexOf(expression.charAt(end)) >= 0)) {
                    end++;
                }
                var name =
                        expression
                                .substring(i, end)
                                .replace("['", ".")
                                .replace("[\"", ".")
                                .replace("']", "")
                                .replace("\"]", "");
                if (refused.test(name)) {
                    return true;
                }
                i = end - 1;
            }
        }
        return refused.test("");
    }

    private static String whole(String body) {
        return OPEN + body + CLOSE;
    }
}
