package tiphys.language.tags;

import java.util.Set;
import java.util.function.Predicate;

/// Which unresolved tags fail the evaluation.
///
/// @param late names that an expression may wait for
/// @param tag whether a simple tag of that body fails
/// @param missing whether an expression that needs a name which is not there fails for it
/// @param failing whether an expression without a value fails
record Refusal(Set<String> late, Predicate<String> tag, Predicate<String> missing, Failing failing) {
    /// When an expression without a value fails.
    enum Failing {
        NEVER,
        IF_NOTHING_IS_MISSING,
        ALWAYS
    }

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
            case KEEP -> new Refusal(LATE, _ -> false, _ -> false, Failing.NEVER);
            case KEEP_LATE -> new Refusal(LATER, _ -> false, _ -> false, Failing.ALWAYS);
            case LAST -> new Refusal(Set.of(), Refusal::own, _ -> false, Failing.ALWAYS);
            case REFUSE -> new Refusal(Set.of(), _ -> true, _ -> true, Failing.ALWAYS);
        };
    }

    /// Everything fails that does not wait for one of these names.
    static Refusal except(Set<String> later) {
        Predicate<String> waits =
                name -> later.stream().anyMatch(one -> name.equals(one) || name.startsWith(one + "."));
        return new Refusal(
                later,
                name -> own(name) && !name.contains(".artifacts.") && !waits.test(name),
                waits.negate(),
                Failing.ALWAYS);
    }

    private static boolean own(String tag) {
        int end = tag.indexOf('.');
        return OWN.contains(end < 0 ? tag : tag.substring(0, end));
    }

    /// Only what has a name that begins with one of these must resolve; artifacts have their own time. An expression that misses
    /// nothing must have a value.
    static Refusal of(Set<String> prefixes) {
        Predicate<String> named =
                name ->
                        !name.contains(".outputs.artifacts.")
                                && prefixes.stream()
                                        .anyMatch(prefix -> name.equals(prefix) || name.startsWith(prefix + "."));
        return new Refusal(LATE, named, named, Failing.IF_NOTHING_IS_MISSING);
    }
}
