package tiphys.language.sprig;

import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.Moment;
import tiphys.language.value.Plain;
import tiphys.language.value.PlainText;

/// What a function is called with; the types were checked.
record Arguments(String name, List<@Nullable Object> values, Budget budget, @Nullable Moment moment) {
    int size() {
        return values.size();
    }

    @Nullable Object any(int index) {
        return values.get(index);
    }

    List<@Nullable Object> from(int index) {
        return values.subList(index, values.size());
    }

    String text(int index) {
        return (String) given(index);
    }

    long whole(int index) {
        return (Long) given(index);
    }

    private Object given(int index) {
        return java.util.Objects.requireNonNull(values.get(index), name);
    }

    @SuppressWarnings("unchecked") // the type was checked, and keys are texts
    Map<String, @Nullable Object> map(int index) {
        return (Map<String, @Nullable Object>) given(index);
    }

    /// A list of any kind.
    ///
    /// @param doing what the message says that it cannot do
    List<?> list(int index, String doing) {
        var value = values.get(index);
        if (value instanceof List<?> list) {
            return list;
        }
        throw new EvaluationFailed(
                value == null
                        ? "runtime error: invalid memory address or nil pointer dereference"
                        : "Cannot " + doing + " type " + Plain.kind(value));
    }

    ZonedDateTime time(int index) {
        return (ZonedDateTime) given(index);
    }

    /// A text that was made and is no larger than what it was made of.
    String made(String text) {
        budget.make(text.length());
        return text;
    }

    /// An empty list for so many items.
    List<@Nullable Object> room(long items) {
        budget.makeItems(items);
        return new ArrayList<>((int) items);
    }

    /// What `toString` makes of a value.
    String print(@Nullable Object value) {
        return PlainText.print(value, budget);
    }

    ZonedDateTime now() {
        return known().now().atZone(ZoneOffset.UTC);
    }

    /// The time and the chance.
    ///
    /// @throws EvaluationFailed if there are none here
    Moment known() {
        if (moment == null) {
            throw new EvaluationFailed(name + " asks for time or chance, which are not known here");
        }
        return moment;
    }

    /// A text's bytes, one in each character: what Go counts and cuts.
    String bytes(int index) {
        return new String(made(text(index)).getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /// The text of bytes that stand one in each character.
    String ofBytes(String bytes) {
        return new String(made(bytes).getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
