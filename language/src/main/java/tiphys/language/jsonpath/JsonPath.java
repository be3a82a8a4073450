package tiphys.language.jsonpath;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;

/// A JSONPath: `$.a[0]`, `$..b`, `$.list[?(@.n > 1)].name`. Immutable. It follows the library that Argo uses: a wildcard, a
/// range, a union, a filter or `..` gives a list and leaves out what the rest of the path does not find; all else fails.
public final class JsonPath {
    private static final int MAX_LENGTH = 10_000;

    private final List<Step> steps;

    private JsonPath(List<Step> steps) {
        this.steps = List.copyOf(steps);
    }

    /// Reads a path.
    ///
    /// @throws EvaluationFailed if it is none
    public static JsonPath parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new EvaluationFailed("the JSONPath is longer than " + MAX_LENGTH + " characters");
        }
        try {
            return parse(text, 0);
        } catch (EvaluationFailed e) {
            throw new EvaluationFailed("invalid JSONPath selector '" + text + "' " + e.getMessage());
        }
    }

    /// @param depth how many scripts this path stands in
    static JsonPath parse(String text, int depth) {
        var steps = new ArrayList<Step>();
        for (var part : cut(text)) {
            steps.add(StepReader.read(part, depth));
        }
        return new JsonPath(steps);
    }

    /// What is there.
    ///
    /// @throws EvaluationFailed if nothing is, or the budget is spent
    public @Nullable Object find(@Nullable Object root, Budget budget) {
        return find(root, root, budget);
    }

    @Nullable Object find(@Nullable Object root, @Nullable Object current, Budget budget) {
        return new Walk(root, budget).apply(current, steps);
    }

    /// Cuts a path into its steps: `$`, `a`, `..`, `[0]`.
    private static List<String> cut(String text) {
        if (text.isEmpty() || "$@".indexOf(text.charAt(0)) < 0) {
            throw unexpected(text, 0);
        }
        if (text.length() > 1 && ".[".indexOf(text.charAt(1)) < 0) {
            throw unexpected(text, 1);
        }
        var parts = new ArrayList<String>();
        parts.add(text.substring(0, 1));
        int at = 1;
        while (at < text.length()) {
            if (text.charAt(at) == '[') {
                int end = closing(text, at);
                parts.add(text.substring(at, end));
                at = end;
            } else if (text.startsWith("..", at)) {
                parts.add("..");
                at += 2;
                if (at < text.length() && ".[".indexOf(text.charAt(at)) < 0) {
                    int end = name(text, at);
                    parts.add(text.substring(at, end));
                    at = end;
                }
            } else {
                at += text.charAt(at) == '.' ? 1 : 0;
                if (at < text.length() && text.charAt(at) == '[') {
                    continue;
                }
                int end = name(text, at);
                parts.add(text.substring(at, end));
                at = Math.max(end, at);
            }
        }
        return parts;
    }

    private static int name(String text, int from) {
        int at = from;
        int open = 0;
        boolean quoted = false;
        while (at < text.length()) {
            char c = text.charAt(at);
            quoted ^= c == '\'';
            open += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (!quoted && open == 0 && (c == '.' || c == '[')) {
                return at;
            }
            at++;
        }
        return at;
    }

    /// Behind the bracket that closes.
    private static int closing(String text, int from) {
        int open = 0;
        int scripts = 0;
        boolean quoted = false;
        for (int i = from; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case '\'' -> quoted = !quoted;
                case '[' -> open++;
                case ']' -> open--;
                case '(' -> scripts++;
                case ')' -> scripts--;
                default -> {}
            }
            if (open == 0 && scripts == 0 && !quoted) {
                return i + 1;
            }
        }
        return text.length();
    }

    private static EvaluationFailed unexpected(String text, int at) {
        return new EvaluationFailed(
                "unexpected token '" + text.substring(at, Math.min(text.length(), at + 1)) + "' at index " + at);
    }
}
