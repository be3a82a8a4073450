package tiphys.language.tags;

import java.util.Set;
import java.util.function.Predicate;

/// Which unresolved tags fail the evaluation.
///
/// @param late names that an expression may wait for
/// @param tag whether a simple tag of that body fails
/// @param expression whether an expression of that text fails
record Refusal(Set<String> late, Predicate<String> tag, Predicate<String> expression) {
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

    private static final Set<String> LATER =
            Set.of(
                    "item",
                    "retries",
                    "lastRetry",
                    "workflow.status",
                    "workflow.failures",
                    "pod.name",
                    "node.name",
                    "steps.name",
                    "tasks.name",
                    "outputs");

    private static final Set<String> OWN =
            Set.of("item", "steps", "inputs", "outputs", "pod", "workflow", "tasks", "node", "retries", "lastRetry");

    static Refusal of(Tags.Unresolved unresolved) {
        return switch (unresolved) {
            case KEEP -> new Refusal(LATE, _ -> false, _ -> false);
            case KEEP_LATE -> new Refusal(LATER, _ -> false, _ -> true);
            case LAST -> new Refusal(Set.of(), Refusal::own, _ -> true);
            case REFUSE -> new Refusal(Set.of(), _ -> true, _ -> true);
        };
    }

    private static boolean own(String tag) {
        int end = tag.indexOf('.');
        return OWN.contains(end < 0 ? tag : tag.substring(0, end));
    }

    /// Only what has a name that begins with one of these must resolve; artifacts have their own time.
    static Refusal of(Set<String> prefixes) {
        Predicate<String> named =
                name ->
                        !name.contains(".outputs.artifacts.")
                                && prefixes.stream().anyMatch(prefix -> name.startsWith(prefix + "."));
        return new Refusal(LATE, named, text -> names(text, named));
    }

    /// Whether any name in an expression is one of those. It is looked for in the text, which may be no expression at all.
    private static boolean names(String expression, Predicate<String> named) {
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
                if (named.test(name)) {
                    return true;
                }
                i = end - 1;
            }
        }
        return false;
    }
}
