package tiphys.language.expr.builtin;

import java.util.Optional;
import java.util.Set;
import tiphys.language.expr.builtin.ExprType.Kind;

/// Which types an operator is for, and what it gives.
public final class OperatorTypes {
    private static final Set<Kind> BOOLS = Set.of(Kind.BOOL);
    private static final Set<Kind> STRINGS = Set.of(Kind.STRING);
    private static final Set<Kind> INTEGERS = Set.of(Kind.INT, Kind.INT64);
    private static final Set<Kind> NUMBERS = Set.of(Kind.INT, Kind.INT64, Kind.FLOAT);
    private static final Set<Kind> ORDERED =
            Set.of(Kind.INT, Kind.INT64, Kind.FLOAT, Kind.STRING, Kind.TIME, Kind.DURATION);
    private static final Set<Kind> SUBTRACTED = Set.of(Kind.INT, Kind.INT64, Kind.FLOAT, Kind.TIME, Kind.DURATION);
    private static final Set<Kind> MULTIPLIED = Set.of(Kind.INT, Kind.INT64, Kind.FLOAT, Kind.DURATION);
    private static final Set<Kind> LOOKED_IN = Set.of(Kind.STRING, Kind.ARRAY, Kind.BYTES, Kind.MAP, Kind.ANY_MAP);

    private OperatorTypes() {}

    /// The type of the result; empty if the operator is not for these types.
    public static Optional<ExprType> of(String operator, ExprType left, ExprType right) {
        return switch (operator) {
            case "==", "!=" -> when(left.comparable(right), ExprType.BOOL);
            case "or", "||", "and", "&&" -> when(both(left, right, BOOLS) || maybe(left, right, BOOLS), ExprType.BOOL);
            case "<", ">", "<=", ">=" ->
                    when(
                            (left.isNumber() && right.isNumber())
                                    || (left.kind() == right.kind() && ORDERED.contains(left.kind()))
                                    || maybe(left, right, ORDERED),
                            ExprType.BOOL);
            case "in" -> in(left, right);
            case "matches" ->
                    when(
                            ((left.is(Kind.STRING) || left.is(Kind.BYTES)) && right.is(Kind.STRING))
                                    || maybe(left, right, STRINGS),
                            ExprType.BOOL);
            case "contains", "startsWith", "endsWith" ->
                    when(both(left, right, STRINGS) || maybe(left, right, STRINGS), ExprType.BOOL);
            case ".." ->
                    when(both(left, right, INTEGERS) || maybe(left, right, INTEGERS), ExprType.array(ExprType.INT));
            case "%" -> when(both(left, right, INTEGERS) || maybe(left, right, INTEGERS), ExprType.INT);
            case "/", "**", "^" -> when(both(left, right, NUMBERS) || maybe(left, right, NUMBERS), ExprType.FLOAT);
            case "??" -> Optional.of(either(left, right));
            default -> arithmetic(operator, left, right);
        };
    }

    private static Optional<ExprType> when(boolean fits, ExprType type) {
        return fits ? Optional.of(type) : Optional.empty();
    }

    private static boolean both(ExprType left, ExprType right, Set<Kind> kinds) {
        return kinds.contains(left.kind()) && kinds.contains(right.kind());
    }

    /// Whether what is unknown may turn out to fit.
    private static boolean maybe(ExprType left, ExprType right, Set<Kind> kinds) {
        return (left.isUnknown() && right.isUnknown())
                || (left.isUnknown() && kinds.contains(right.kind()))
                || (right.isUnknown() && kinds.contains(left.kind()));
    }

    private static Optional<ExprType> in(ExprType left, ExprType right) {
        boolean fits =
                right.isMap()
                        || right.isArray()
                        || right.isUnknown()
                        || (right.is(Kind.TIME) && (left.is(Kind.STRING) || left.isUnknown()))
                        || (left.isUnknown() && LOOKED_IN.contains(right.kind()));
        return when(fits, ExprType.BOOL);
    }

    private static ExprType either(ExprType left, ExprType right) {
        if (left.is(Kind.NIL)) {
            return right;
        }
        return right.is(Kind.NIL) || right.kind() == left.kind() ? left : ExprType.UNKNOWN;
    }

    private static Optional<ExprType> arithmetic(String operator, ExprType left, ExprType right) {
        if (left.isNumber() && right.isNumber()) {
            return Optional.of(left.is(Kind.FLOAT) || right.is(Kind.FLOAT) ? ExprType.FLOAT : ExprType.INT);
        }
        boolean times = left.is(Kind.TIME) || right.is(Kind.TIME);
        boolean durations = left.is(Kind.DURATION) || right.is(Kind.DURATION);
        return switch (operator) {
            case "+" -> {
                if (both(left, right, STRINGS)) {
                    yield Optional.of(ExprType.STRING);
                }
                if (times && durations) {
                    yield Optional.of(ExprType.TIME);
                }
                if (left.is(Kind.DURATION) && right.is(Kind.DURATION)) {
                    yield Optional.of(ExprType.DURATION);
                }
                yield when(maybe(left, right, ORDERED), ExprType.UNKNOWN);
            }
            case "-" -> {
                if (left.is(Kind.TIME) && right.is(Kind.DURATION)) {
                    yield Optional.of(ExprType.TIME);
                }
                if (left.kind() == right.kind() && (times || durations)) {
                    yield Optional.of(ExprType.DURATION);
                }
                yield when(maybe(left, right, SUBTRACTED), ExprType.UNKNOWN);
            }
            default -> {
                if (both(left, right, MULTIPLIED)) {
                    yield Optional.of(ExprType.DURATION);
                }
                yield when(maybe(left, right, MULTIPLIED), ExprType.UNKNOWN);
            }
        };
    }
}
