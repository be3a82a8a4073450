package tiphys.runtime.objects;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectChange;
import tiphys.objects.ObjectKey;
import tiphys.objects.ObjectStore;
import tiphys.objects.Objects;
import tiphys.objects.Pods;
import tiphys.objects.ResourceType;
import tiphys.objects.ResourceTypes;
import tiphys.objects.Selector;
import tiphys.testkit.Eventually;

/// A store may give fewer objects than it was asked for, where they are large.
class ShortPagesTest {
    private static final List<String> NAMES = List.of("a", "b", "c", "d", "e", "f", "g");
    private static final Optional<String> ARGO = Optional.of("argo");

    private final ObjectFixture fixture = new ObjectFixture();
    private final ObjectStore store = new Pairs(fixture.store());
    private final ObjectPages pages = new ObjectPages(store, Pods.NONE);

    /// Two objects to a page, one change to the next.
    private record Pairs(ObjectStore whole) implements ObjectStore {
        @Override
        public Optional<ApiObject> get(ObjectKey key) {
            return whole.get(key);
        }

        @Override
        public Listing list(ResourceType type, Optional<String> namespace, Optional<String> after, int limit) {
            return whole.list(type, namespace, after, Math.min(2, limit));
        }

        @Override
        public Map<ObjectKey, String> uids(ResourceType type) {
            return whole.uids(type);
        }

        @Override
        public List<ObjectChange> changes(ResourceType type, Optional<String> namespace, long afterVersion, int limit) {
            return whole.changes(type, namespace, afterVersion, 1);
        }

        @Override
        public long version() {
            return whole.version();
        }

        @Override
        public void onChange(LongConsumer listener) {
            whole.onChange(listener);
        }
    }

    @BeforeEach
    void creates() {
        NAMES.forEach(this::create);
    }

    @AfterEach
    void closes() {
        fixture.close();
    }

    private void create(String name) {
        fixture.objects()
                .create(
                        new ApiObject(
                                ResourceTypes.CONFIG_MAP,
                                Value.object(
                                        "apiVersion",
                                        "v1",
                                        "kind",
                                        "ConfigMap",
                                        "metadata",
                                        Value.object("name", name, "namespace", "argo"))),
                        Objects.Mode.PLAIN);
    }

    private static List<String> names(List<ApiObject> objects) {
        return objects.stream().map(ApiObject::name).toList();
    }

    @Test
    void a_list_without_a_limit_has_everything() {
        var page = pages.list(ResourceTypes.CONFIG_MAP, ARGO, Selector.ALL, 0, "");

        assertThat(names(page.objects())).isEqualTo(NAMES);
        assertThat(page.next()).isEmpty();
    }

    @Test
    void a_list_with_a_limit_is_shorter_and_goes_on() {
        var found = new ArrayList<String>();
        var next = "";
        do {
            var page = pages.list(ResourceTypes.CONFIG_MAP, ARGO, Selector.ALL, 5, next);
            assertThat(page.objects()).hasSizeBetween(1, 2);
            found.addAll(names(page.objects()));
            next = page.next();
        } while (!next.isEmpty());

        assertThat(found).isEqualTo(NAMES);
    }

    @Test
    void a_page_with_nothing_that_is_meant_is_not_an_answer() {
        var page =
                pages.list(
                        ResourceTypes.CONFIG_MAP, ARGO, Selector.parse("", "metadata.name!=a,metadata.name!=b"), 5, "");

        assertThat(names(page.objects())).isEqualTo(List.of("c", "d"));
        assertThat(page.next()).isNotEmpty();
    }

    @Test
    void a_watch_tells_of_every_object_and_every_change() {
        var told = new CopyOnWriteArrayList<String>();
        try (var watch =
                new ObjectsWatch(
                        store,
                        ResourceTypes.CONFIG_MAP,
                        0,
                        change -> told.add(change.type() + " " + change.object().name()))) {
            watch.start();
            Eventually.within(Duration.ofSeconds(10), "the list is told", () -> told.size() == NAMES.size());
            List.of("x", "y", "z").forEach(this::create);

            Eventually.within(
                    Duration.ofSeconds(10),
                    "the changes are told",
                    () -> told.containsAll(List.of("ADDED x", "ADDED y", "ADDED z")));
        }
    }
}
