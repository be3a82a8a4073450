package tiphys.language.regex;

import com.google.re2j.Matcher;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;

/// Go's regular expressions. The engine is RE2/J: Go's syntax, and time that grows with the text, whatever the pattern. So
/// a step of the budget is a look at a character, dearer the larger the pattern's program is; what is made of the text
/// costs bytes. The same call costs the same whether its pattern was compiled before or not.
public final class GoRegex {
    private static final CompiledPatterns COMPILED = new CompiledPatterns();

    private GoRegex() {}

    /// Whether the pattern is found anywhere in the text.
    ///
    /// @throws EvaluationFailed `error parsing regexp: …` if the pattern cannot be read; if the budget is spent
    public static boolean find(String pattern, String text, Budget budget) {
        return bounded(() -> matcher(pattern, text, budget).find());
    }

    /// What the pattern finds first; empty if nothing.
    ///
    /// @throws EvaluationFailed as [#find]
    public static Optional<String> first(String pattern, String text, Budget budget) {
        return bounded(() -> {
            var matcher = matcher(pattern, text, budget);
            return matcher.find() ? Optional.of(text.substring(matcher.start(), matcher.end())) : Optional.empty();
        });
    }

    /// What the pattern finds, from left to right without overlaps; an empty find at the end of the one before is none.
    ///
    /// @param limit the most that are wanted; negative for all
    /// @throws EvaluationFailed as [#find]
    public static List<String> all(String pattern, String text, long limit, Budget budget) {
        return bounded(() ->
                places(pattern, text, limit, budget).stream()
                        .map(place -> text.substring(place.from(), place.to()))
                        .toList());
    }

    /// The text between what the pattern finds.
    ///
    /// @param limit the most parts that are wanted, the last with all the rest; none for 0; negative for all
    /// @throws EvaluationFailed as [#find]
    public static List<String> split(String pattern, String text, long limit, Budget budget) {
        return bounded(() -> {
            if (limit == 0) {
                return List.of();
            }
            if (text.isEmpty() && !pattern.isEmpty()) {
                return List.of("");
            }
            var parts = new ArrayList<String>();
            int from = 0;
            int to = 0;
            for (var place : places(pattern, text, limit, budget)) {
                if (limit > 0 && parts.size() == limit - 1) {
                    break;
                }
                to = place.from();
                if (place.to() != 0) {
                    parts.add(text.substring(from, to));
                }
                from = place.to();
            }
            if (to != text.length()) {
                parts.add(text.substring(from));
            }
            return parts;
        });
    }

    /// The text with all that the pattern finds replaced; `$1` and `${name}` stand for groups.
    ///
    /// @throws EvaluationFailed as [#find]
    public static String replace(String pattern, String text, String replacement, Budget budget) {
        var template = Replacement.of(replacement);
        return replaced(pattern, text, budget, (matcher, out) -> template.expand(matcher, text, out, budget));
    }

    /// The text with all that the pattern finds replaced by a text as it is.
    ///
    /// @throws EvaluationFailed as [#find]
    public static String replaceLiteral(String pattern, String text, String replacement, Budget budget) {
        return replaced(
                pattern,
                text,
                budget,
                (_, out) -> {
                    budget.make(replacement.length());
                    out.append(replacement);
                });
    }

    /// A group of a find.
    ///
    /// @param name empty for one without
    /// @param from where it begins; -1 if it is not part of the find
    public record Group(String name, int from, int to) {}

    /// What the pattern finds, from left to right, each with its groups: the first of them is the whole find.
    ///
    /// @param limit the most that are wanted; negative for all
    /// @throws EvaluationFailed as [#find]
    public static List<List<Group>> groups(String pattern, String text, long limit, Budget budget) {
        return bounded(() -> {
            var names = new HashMap<Integer, String>();
            COMPILED.get(pattern, budget).pattern().namedGroups().forEach((name, index) -> names.put(index, name));
            var matcher = matcher(pattern, text, budget);
            var found = new ArrayList<List<Group>>();
            for (int at = 0; at <= text.length() && found.size() != limit && matcher.find(at); ) {
                var groups = new ArrayList<Group>();
                for (int i = 0; i <= matcher.groupCount(); i++) {
                    groups.add(new Group(names.getOrDefault(i, ""), matcher.start(i), matcher.end(i)));
                }
                budget.makeItems(groups.size());
                found.add(List.copyOf(groups));
                at = matcher.end() == matcher.start() ? next(text, matcher.end()) : matcher.end();
            }
            return List.copyOf(found);
        });
    }

    /// A pattern that finds the text alone.
    public static String quote(String text) {
        var out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if ("\\.+*?()|[]{}^$".indexOf(text.charAt(i)) >= 0) {
                out.append('\\');
            }
            out.append(text.charAt(i));
        }
        return out.toString();
    }

    private record At(int from, int to) {}

    private static List<At> places(String pattern, String text, long limit, Budget budget) {
        var matcher = matcher(pattern, text, budget);
        var places = new ArrayList<At>();
        int last = -1;
        for (int at = 0; at <= text.length() && places.size() != limit && matcher.find(at); ) {
            boolean accepted = matcher.end() != at || matcher.start() != last;
            at = matcher.end() == at ? next(text, at) : matcher.end();
            last = matcher.end();
            if (accepted) {
                budget.make(16L + last - matcher.start());
                places.add(new At(matcher.start(), last));
            }
        }
        return places;
    }

    private static String replaced(
            String pattern, String text, Budget budget, BiConsumer<Matcher, StringBuilder> append) {
        return bounded(() -> {
            var matcher = matcher(pattern, text, budget);
            budget.make(text.length());
            var out = new StringBuilder();
            int last = 0;
            for (int at = 0; at <= text.length() && matcher.find(at); ) {
                out.append(text, last, matcher.start());
                if (matcher.end() > last || matcher.start() == 0) {
                    append.accept(matcher, out);
                }
                last = matcher.end();
                at = Math.max(next(text, at), last);
            }
            return out.append(text, last, text.length()).toString();
        });
    }

    /// The place behind the character at a place.
    private static int next(String text, int at) {
        return at < text.length() ? at + Character.charCount(text.codePointAt(at)) : at + 1;
    }

    private static <T> T bounded(Supplier<T> match) {
        try {
            return match.get();
        } catch (StackOverflowError _) {
            // The engine follows a program's empty branches by recursion.
            throw new EvaluationFailed("the evaluation took too many steps");
        }
    }

    private static Matcher matcher(String pattern, String text, Budget budget) {
        var compiled = COMPILED.get(pattern, budget);
        return compiled.pattern().matcher(new Counted(text, compiled.weight(), budget));
    }

    /// A text that counts how often it is looked at.
    private static final class Counted implements CharSequence {
        private static final long UNIT = 64;
        private static final long BATCH = 64 * UNIT;

        private final String text;
        private final long weight;
        private final Budget budget;
        private long looked;

        /// @param weight what a look costs, in 64ths of a step
        Counted(String text, long weight, Budget budget) {
            this.text = text;
            this.weight = weight;
            this.budget = budget;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            looked += weight;
            if (looked >= BATCH) {
                budget.spend(looked / UNIT);
                looked %= UNIT;
            }
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
