package tiphys.events.sensor;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// When a trigger fires: a boolean expression over the names of dependencies.
public sealed interface Condition {
    /// The dependency holds an event.
    record Name(String dependency) implements Condition {}

    /// Every part holds.
    record All(List<Condition> parts) implements Condition {}

    /// Some part holds.
    record Any(List<Condition> parts) implements Condition {}

    /// Whether it holds.
    default boolean holds(Predicate<String> held) {
        return switch (this) {
            case Name(var dependency) -> held.test(dependency);
            case All(var parts) -> parts.stream().allMatch(part -> part.holds(held));
            case Any(var parts) -> parts.stream().anyMatch(part -> part.holds(held));
        };
    }

    /// The dependencies it names, in their order.
    default Set<String> names() {
        return switch (this) {
            case Name(var dependency) -> Set.of(dependency);
            case All(var parts) -> names(parts);
            case Any(var parts) -> names(parts);
        };
    }

    private static Set<String> names(List<Condition> parts) {
        var names = new LinkedHashSet<String>();
        parts.forEach(part -> names.addAll(part.names()));
        return names;
    }

    /// Says why a text is no condition.
    final class Unreadable extends RuntimeException {
        private static final long serialVersionUID = 1;

        Unreadable(String message) {
            super(message, null, false, false);
        }
    }

    /// Reads a condition over these dependencies. `-` and `_` in names are the same, as in Argo; `&&` binds tighter than
    /// `||`.
    ///
    /// @throws Unreadable with the place and what was expected
    static Condition read(String text, List<String> dependencies) {
        return new Reader(text, dependencies).all();
    }

    /// Never: what stands for a condition that cannot be read.
    static Condition never() {
        return new Any(List.of());
    }

    /// Every dependency must hold an event: what is meant when there is no text.
    static Condition every(List<String> dependencies) {
        return dependencies.size() == 1
                ? new Name(dependencies.getFirst())
                : new All(dependencies.stream().<Condition>map(Name::new).toList());
    }

    /// Reads the text from left to right.
    final class Reader {
        private static final int MAX_DEPTH = 100;

        private final String text;
        private final List<String> dependencies;
        private int at;
        private int depth;

        private Reader(String text, List<String> dependencies) {
            this.text = text;
            this.dependencies = dependencies;
        }

        private Condition all() {
            var condition = any();
            space();
            if (at < text.length()) {
                throw unexpected("&&, || or the end");
            }
            return condition;
        }

        private Condition any() {
            var parts = new ArrayList<>(List.of(both()));
            while (taken("||")) {
                parts.add(both());
            }
            return parts.size() == 1 ? parts.getFirst() : new Any(List.copyOf(parts));
        }

        private Condition both() {
            var parts = new ArrayList<>(List.of(term()));
            while (taken("&&")) {
                parts.add(term());
            }
            return parts.size() == 1 ? parts.getFirst() : new All(List.copyOf(parts));
        }

        private Condition term() {
            if (taken("(")) {
                if (++depth > MAX_DEPTH) {
                    throw new Unreadable("the conditions are nested deeper than " + MAX_DEPTH + " levels");
                }
                var inner = any();
                if (!taken(")")) {
                    throw unexpected("a closing parenthesis");
                }
                depth--;
                return inner;
            }
            space();
            int from = at;
            while (at < text.length() && named(text.charAt(at))) {
                at++;
            }
            if (from == at) {
                throw unexpected("the name of a dependency or a parenthesis");
            }
            return name(text.substring(from, at));
        }

        private Condition name(String written) {
            if (dependencies.contains(written)) {
                return new Name(written);
            }
            return dependencies.stream()
                    .filter(dependency -> dependency.replace('-', '_').equals(written.replace('-', '_')))
                    .findFirst()
                    .map(Name::new)
                    .orElseThrow(() ->
                            new Unreadable(
                                    "there is no dependency named \""
                                            + written
                                            + "\"; there are: "
                                            + String.join(", ", dependencies)));
        }

        private static boolean named(char c) {
            return Character.isLetterOrDigit(c) || c == '-' || c == '_' || c == '.';
        }

        private boolean taken(String symbol) {
            space();
            if (text.startsWith(symbol, at)) {
                at += symbol.length();
                return true;
            }
            return false;
        }

        private void space() {
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                at++;
            }
        }

        private Unreadable unexpected(String expected) {
            space();
            var found = at < text.length() ? "\"" + text.charAt(at) + "\"" : "the end";
            return new Unreadable("expected " + expected + " at character " + (at + 1) + ", found " + found);
        }
    }
}
