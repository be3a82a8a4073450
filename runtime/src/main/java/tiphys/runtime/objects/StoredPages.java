package tiphys.runtime.objects;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectStore;
import tiphys.objects.ResourceType;

/// Walks over all objects of a type, page by page.
public final class StoredPages {
    static final int PAGE = 500;

    private StoredPages() {}

    public static void each(
            ObjectStore store, ResourceType type, Optional<String> namespace, Consumer<ApiObject> visitor) {
        eachPage(store, type, namespace, page -> page.forEach(visitor));
    }

    /// The visitor may delete what it is shown.
    static void eachPage(
            ObjectStore store, ResourceType type, Optional<String> namespace, Consumer<List<ApiObject>> visitor) {
        Optional<String> after = Optional.empty();
        while (true) {
            var page = store.list(type, namespace, after, PAGE);
            visitor.accept(page.objects());
            if (!page.more() || page.objects().isEmpty()) {
                return;
            }
            after = Optional.of(ObjectsWatch.cursor(page.objects().getLast()));
        }
    }
}
