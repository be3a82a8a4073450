package tiphys.language.depends;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import tiphys.language.EvaluationFailed;
import tiphys.language.Place;

/// A DAG task's `depends`, parsed once. Immutable.
public final class Depends {
    private static final int MAX_DEPTH = 100;

    private final Condition condition;
    private final Set<String> tasks;
    private final Set<Is> results;

    private Depends(Condition condition, Set<String> tasks, Set<Is> results) {
        this.condition = condition;
        this.tasks = Collections.unmodifiableSet(tasks);
        this.results = Set.copyOf(results);
    }

    /// What a task may have come to.
    public enum Result {
        SUCCEEDED("Succeeded"),
        FAILED("Failed"),
        ERRORED("Errored"),
        SKIPPED("Skipped"),
        OMITTED("Omitted"),
        DAEMONED("Daemoned"),
        ANY_SUCCEEDED("AnySucceeded"),
        ALL_FAILED("AllFailed");

        private final String word;

        Result(String word) {
            this.word = word;
        }

        /// As a `depends` spells it.
        public String word() {
            return word;
        }

        private static Optional<Result> of(String word) {
            for (var result : values()) {
                if (result.word.equals(word)) {
                    return Optional.of(result);
                }
            }
            return Optional.empty();
        }
    }

    /// Reads a `depends`.
    ///
    /// @throws EvaluationFailed with the place in the text
    public static Depends parse(String text) {
        return new Parser(text).all();
    }

    /// What `dependencies: [a, b]` means: every one of them, as a bare name does.
    public static Depends all(Set<String> tasks) {
        return new Depends(
                new And(tasks.stream().<Condition>map(Bare::new).toList()), new LinkedHashSet<>(tasks), Set.of());
    }

    /// The tasks that it names, in the order of the text.
    public Set<String> tasks() {
        return tasks;
    }

    /// Which results it names of which tasks (`A.AnySucceeded`); a bare name names none.
    public boolean names(Result result, String task) {
        return results.contains(new Is(task, result));
    }

    /// Whether it holds.
    ///
    /// @param is tells whether a task came to a result
    /// @param bare tells whether a bare name counts as true (`Succeeded || Skipped || Daemoned`, more with `continueOn`)
    public boolean holds(BiPredicate<String, Result> is, Predicate<String> bare) {
        return holds(condition, is, bare);
    }

    private static boolean holds(Condition condition, BiPredicate<String, Result> is, Predicate<String> bare) {
        return switch (condition) {
            case And(var parts) -> parts.stream().allMatch(part -> holds(part, is, bare));
            case Or(var parts) -> parts.stream().anyMatch(part -> holds(part, is, bare));
            case Not(var part) -> !holds(part, is, bare);
            case Is(var task, var result) -> is.test(task, result);
            case Bare(var task) -> bare.test(task);
        };
    }

    private sealed interface Condition {}

    private record And(List<Condition> parts) implements Condition {}

    private record Or(List<Condition> parts) implements Condition {}

    private record Not(Condition part) implements Condition {}

    private record Is(String task, Result result) implements Condition {}

    private record Bare(String task) implements Condition {}

    private static final class Parser {
        private static final Pattern NAME = Pattern.compile("([a-zA-Z0-9][-a-zA-Z0-9_]*)(?:\\.([a-zA-Z]+))?");

        private final String text;
        private final Set<String> tasks = new LinkedHashSet<>();
        private final Set<Is> results = new LinkedHashSet<>();
        private int at;
        private int depth;

        Parser(String text) {
            this.text = text;
        }

        Depends all() {
            var condition = or();
            if (at < text.length()) {
                throw wrong("expected && or ||");
            }
            return new Depends(condition, tasks, results);
        }

        private Condition or() {
            var parts = new ArrayList<Condition>(List.of(and()));
            while (take("||")) {
                parts.add(and());
            }
            return parts.size() == 1 ? parts.getFirst() : new Or(List.copyOf(parts));
        }

        private Condition and() {
            var parts = new ArrayList<Condition>(List.of(single()));
            while (take("&&")) {
                parts.add(single());
            }
            return parts.size() == 1 ? parts.getFirst() : new And(List.copyOf(parts));
        }

        private Condition single() {
            if (++depth > MAX_DEPTH) {
                throw wrong("nested too deeply");
            }
            try {
                if (take("!")) {
                    return new Not(single());
                }
                if (take("(")) {
                    var inner = or();
                    if (!take(")")) {
                        throw wrong("expected )");
                    }
                    return inner;
                }
                return name();
            } finally {
                depth--;
            }
        }

        private Condition name() {
            space();
            var name = NAME.matcher(text).region(at, text.length());
            if (!name.lookingAt()) {
                throw wrong("expected a task");
            }
            var task = name.group(1);
            var word = name.group(2);
            tasks.add(task);
            if (word == null) {
                at = name.end();
                space();
                return new Bare(task);
            }
            var result = Result.of(word);
            if (result.isEmpty()) {
                throw wrong("task result '" + word + "' for task '" + task + "' is invalid");
            }
            at = name.end();
            space();
            var is = new Is(task, result.get());
            results.add(is);
            return is;
        }

        private boolean take(String token) {
            space();
            if (!text.startsWith(token, at)) {
                return false;
            }
            at += token.length();
            space();
            return true;
        }

        private void space() {
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                at++;
            }
        }

        private EvaluationFailed wrong(String what) {
            return Place.failed(what, text, at);
        }
    }
}
