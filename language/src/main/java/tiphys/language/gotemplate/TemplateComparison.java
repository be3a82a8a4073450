package tiphys.language.gotemplate;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tiphys.language.EvaluationFailed;
import tiphys.language.value.Plain;

/// `eq` and `lt` as templates have them: values of different kinds cannot be compared, not even 3 and 3.0.
final class TemplateComparison {
    private TemplateComparison() {}

    private enum Kind {
        TRUTH,
        WHOLE,
        REAL,
        TEXT,
        OTHER
    }

    private static Kind kind(@Nullable Object value) {
        return switch (value) {
            case Boolean _ -> Kind.TRUTH;
            case Double _ -> Kind.REAL;
            case Number _ -> Kind.WHOLE;
            case String _ -> Kind.TEXT;
            case null, default -> Kind.OTHER;
        };
    }

    static boolean equalToAny(List<@Nullable Object> arguments) {
        if (arguments.size() < 2) {
            throw new EvaluationFailed("error calling eq: missing argument for comparison");
        }
        for (var other : arguments.subList(1, arguments.size())) {
            if (equal(arguments.getFirst(), other)) {
                return true;
            }
        }
        return false;
    }

    private static boolean equal(@Nullable Object one, @Nullable Object other) {
        if (kind(one) != kind(other)) {
            if (one != null && other != null) {
                throw new EvaluationFailed("error calling eq: incompatible types for comparison");
            }
            return false;
        }
        if (one instanceof List<?>
                || one instanceof Map<?, ?>
                || other instanceof List<?>
                || other instanceof Map<?, ?>) {
            if (one == null || other == null) {
                return false;
            }
            throw new EvaluationFailed("error calling eq: non-comparable type " + Plain.type(one));
        }
        return switch (kind(one)) {
            case WHOLE ->
                    ((Number) Objects.requireNonNull(one)).longValue()
                            == ((Number) Objects.requireNonNull(other)).longValue();
            case REAL -> ((Double) Objects.requireNonNull(one)).doubleValue() == (Double) Objects.requireNonNull(other);
            case TRUTH, TEXT, OTHER -> Objects.equals(one, other);
        };
    }

    static boolean less(List<@Nullable Object> two) {
        var one = two.get(0);
        var other = two.get(1);
        if (kind(one) != kind(other)) {
            throw new EvaluationFailed("error calling lt: incompatible types for comparison");
        }
        return switch (kind(one)) {
            case WHOLE ->
                    ((Number) Objects.requireNonNull(one)).longValue()
                            < ((Number) Objects.requireNonNull(other)).longValue();
            case REAL -> (Double) Objects.requireNonNull(one) < (Double) Objects.requireNonNull(other);
            case TEXT ->
                    Plain.compare((String) Objects.requireNonNull(one), (String) Objects.requireNonNull(other)) < 0;
            case TRUTH, OTHER -> throw new EvaluationFailed("error calling lt: invalid type for comparison");
        };
    }
}
