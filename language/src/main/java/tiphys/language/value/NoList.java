package tiphys.language.value;

import java.util.AbstractList;
import org.jspecify.annotations.Nullable;

/// Go's list that is nil: empty, but null as JSON.
public final class NoList extends AbstractList<@Nullable Object> {
    /// The only one.
    public static final NoList NONE = new NoList();

    private NoList() {}

    @Override
    public @Nullable Object get(int index) {
        throw new IndexOutOfBoundsException(index);
    }

    @Override
    public int size() {
        return 0;
    }
}
