package tiphys.language.govaluate;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tiphys.language.EvaluationFailed;
import tiphys.language.gotext.GoText;

/// One token of a govaluate expression.
///
/// @param text as it is read, without escapes; of a time as Go prints it
/// @param value of a literal: a number, a truth value, a text, a time in Unix seconds
record GovaluateToken(Kind kind, String text, @Nullable Object value, int from, int to) {
    /// What a token is. Its name is govaluate's own, for messages.
    enum Kind {
        PREFIX,
        NUMERIC,
        BOOLEAN,
        STRING,
        TIME,
        VARIABLE,
        ACCESSOR,
        MODIFIER,
        COMPARATOR,
        LOGICALOP,
        TERNARY,
        SEPARATOR,
        CLAUSE,
        CLAUSE_CLOSE
    }

    private static final Set<Kind> BEGINNING =
            EnumSet.of(
                    Kind.PREFIX,
                    Kind.NUMERIC,
                    Kind.BOOLEAN,
                    Kind.VARIABLE,
                    Kind.ACCESSOR,
                    Kind.STRING,
                    Kind.TIME,
                    Kind.CLAUSE);

    private static final Set<Kind> BEHIND_VALUE =
            EnumSet.of(Kind.MODIFIER, Kind.COMPARATOR, Kind.LOGICALOP, Kind.CLAUSE_CLOSE, Kind.TERNARY, Kind.SEPARATOR);

    /// What may follow each kind, as govaluate has it: a time behind a modifier may not, a text behind a prefix neither.
    private static final Map<Kind, Set<Kind>> NEXT = new EnumMap<>(Kind.class);

    static {
        for (var value : List.of(Kind.NUMERIC, Kind.BOOLEAN, Kind.STRING, Kind.VARIABLE)) {
            NEXT.put(value, BEHIND_VALUE);
        }
        NEXT.put(Kind.TIME, without(BEHIND_VALUE, Kind.TERNARY));
        NEXT.put(Kind.ACCESSOR, with(BEHIND_VALUE, Kind.CLAUSE));
        NEXT.put(Kind.CLAUSE, with(BEGINNING, Kind.CLAUSE_CLOSE));
        NEXT.put(
                Kind.CLAUSE_CLOSE,
                with(BEHIND_VALUE, Kind.NUMERIC, Kind.BOOLEAN, Kind.VARIABLE, Kind.STRING, Kind.TIME, Kind.CLAUSE));
        NEXT.put(Kind.MODIFIER, with(without(BEGINNING, Kind.TIME), Kind.CLAUSE_CLOSE));
        NEXT.put(Kind.COMPARATOR, with(BEGINNING, Kind.CLAUSE_CLOSE));
        NEXT.put(Kind.LOGICALOP, with(BEGINNING, Kind.CLAUSE_CLOSE));
        NEXT.put(Kind.PREFIX, with(without(BEGINNING, Kind.PREFIX, Kind.STRING, Kind.TIME), Kind.CLAUSE_CLOSE));
        NEXT.put(Kind.TERNARY, with(BEGINNING, Kind.SEPARATOR));
        NEXT.put(Kind.SEPARATOR, BEGINNING);
    }

    private static final Set<Kind> ENDING =
            EnumSet.of(
                    Kind.CLAUSE_CLOSE,
                    Kind.NUMERIC,
                    Kind.BOOLEAN,
                    Kind.STRING,
                    Kind.TIME,
                    Kind.VARIABLE,
                    Kind.ACCESSOR);

    private static Set<Kind> with(Set<Kind> kinds, Kind... more) {
        var all = EnumSet.copyOf(kinds);
        all.addAll(List.of(more));
        return all;
    }

    private static Set<Kind> without(Set<Kind> kinds, Kind... less) {
        var all = EnumSet.copyOf(kinds);
        all.removeAll(List.of(less));
        return all;
    }

    /// Whether the kind may come behind the last token.
    ///
    /// @param last null at the beginning
    static boolean fits(@Nullable GovaluateToken last, Kind kind) {
        return (last == null ? BEGINNING : NEXT.getOrDefault(last.kind(), BEGINNING)).contains(kind);
    }

    /// A variable as the text that it stands for in a `when`; any other token as it is.
    GovaluateToken asText() {
        return kind == Kind.VARIABLE ? new GovaluateToken(Kind.STRING, text, text, from, to) : this;
    }

    /// Checks that each token may stand where it stands.
    ///
    /// @throws EvaluationFailed in govaluate's words
    static void check(List<GovaluateToken> tokens) {
        int open = 0;
        for (var token : tokens) {
            open += token.kind() == Kind.CLAUSE ? 1 : token.kind() == Kind.CLAUSE_CLOSE ? -1 : 0;
        }
        if (open != 0) {
            throw new EvaluationFailed("Unbalanced parenthesis");
        }
        GovaluateToken last = null;
        for (var token : tokens) {
            if (!fits(last, token.kind())) {
                if (last != null && last.kind() == Kind.VARIABLE && token.kind() == Kind.CLAUSE) {
                    throw new EvaluationFailed("Undefined function " + last.text());
                }
                throw new EvaluationFailed(
                        "Cannot transition token types from "
                                + (last == null ? "UNKNOWN [<nil>]" : last.named())
                                + " to "
                                + token.named());
            }
            last = token;
        }
        if (last == null || !ENDING.contains(last.kind())) {
            throw new EvaluationFailed("Unexpected end of expression");
        }
    }

    private String named() {
        var shown =
                switch (kind) {
                    case CLAUSE -> "40"; // the character's number, as Go prints it
                    case CLAUSE_CLOSE -> "41";
                    case ACCESSOR -> "[" + text.replace('.', ' ') + "]";
                    case NUMERIC -> GoText.print(value);
                    default -> text;
                };
        return kind + " [" + shown + "]";
    }
}
