package tiphys.runtime;

import tiphys.engine.InMemoryRunRows;
import tiphys.events.InMemoryEventRows;
import tiphys.objects.InMemoryStore;

/// Stores in memory for tests of other packages.
public final class TinyStores {
    private TinyStores() {}

    /// An empty one.
    public static InMemoryStore fresh() {
        return new InMemoryStore(new InMemoryEventRows(), new InMemoryRunRows());
    }

    /// The way to it that nothing severs.
    public static Severable over(InMemoryStore store) {
        return new Severable(store);
    }
}
