package tiphys.language.expr.builtin;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.Moment;
import tiphys.language.value.Plain;

/// What a builtin function is called with.
record BuiltinArguments(String name, List<@Nullable Object> values, Budget budget, @Nullable Moment moment) {
    /// The time.
    ///
    /// @throws EvaluationFailed if it was not given
    Instant now() {
        if (moment == null) {
            throw new EvaluationFailed("the time is not known here");
        }
        return moment.now();
    }

    int size() {
        return values.size();
    }

    @Nullable Object any(int index) {
        return values.get(index);
    }

    /// @throws EvaluationFailed if it is no text
    String text(int index) {
        if (values.get(index) instanceof String text) {
            return text;
        }
        throw new EvaluationFailed(
                "interface conversion: interface {} is "
                        + (any(index) == null ? "nil" : Plain.type(any(index)))
                        + ", not string");
    }

    /// @throws EvaluationFailed if it is no whole number
    long whole(int index) {
        if (Plain.isWhole(any(index)) && any(index) instanceof Number number) {
            return number.longValue();
        }
        throw new EvaluationFailed("cannot use " + Plain.type(any(index)) + " as argument (type int) to call " + name);
    }

    /// @param doing what the message says that it cannot do
    /// @throws EvaluationFailed if it is no list
    List<?> list(int index, String doing) {
        if (any(index) instanceof List<?> list) {
            return list;
        }
        throw new EvaluationFailed("cannot " + doing + " " + Plain.kind(any(index)));
    }

    /// @param doing what the message says that it cannot do
    /// @throws EvaluationFailed if it is no map
    Map<?, ?> map(int index, String doing) {
        if (any(index) instanceof Map<?, ?> map) {
            return map;
        }
        throw new EvaluationFailed("cannot " + doing + " " + Plain.kind(any(index)));
    }

    /// A text that was made and is no larger than what it was made of.
    String made(String text) {
        budget().make(text.length());
        return text;
    }
}
