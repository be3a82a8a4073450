package tiphys.language.expr;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a function is called with. A missing argument ends in an IndexOutOfBoundsException, one of the wrong kind in a
/// ClassCastException; the call makes a message of them.
record Arguments(List<@Nullable Object> values) {
    int size() {
        return values.size();
    }

    @Nullable Object get(int index) {
        return values.get(index);
    }

    @Nullable Object getFirst() {
        return values.get(0);
    }
}
