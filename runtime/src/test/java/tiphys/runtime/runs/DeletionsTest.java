package tiphys.runtime.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tiphys.journal.Transaction;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.InMemoryStore;
import tiphys.objects.ObjectChange;
import tiphys.objects.ObjectWrite;
import tiphys.objects.ResourceTypes;
import tiphys.runtime.TinyStores;

class DeletionsTest {
    private final InMemoryStore store = TinyStores.fresh();

    private ObjectChange deleted(String name) {
        var json = Value.object("metadata", Value.object("namespace", "ns", "name", name, "uid", name));
        write(new ObjectWrite.Create(new ApiObject(ResourceTypes.WORKFLOW, json)));
        long before = store.version();
        write(new ObjectWrite.Delete(new ApiObject(ResourceTypes.WORKFLOW, json).key(), name));
        return store.changes(ResourceTypes.WORKFLOW, Optional.empty(), before, 10).getFirst();
    }

    private void write(ObjectWrite write) {
        store.commit(new Transaction(Instant.EPOCH, List.of(), List.of(), List.of(write))).join();
    }

    private Deletions deletions() {
        return new Deletions(store, store, InstantSource.fixed(Instant.EPOCH));
    }

    private List<String> again() {
        var told = new ArrayList<String>();
        deletions().again(store.version(), change -> told.add(change.object().name()));
        return told;
    }

    @Test
    void what_was_not_dealt_with_is_told_at_the_next_start_and_nothing_else() {
        var deletions = deletions();
        var first = deleted("first");
        var second = deleted("second");
        var third = deleted("third");
        deletions.begin(first);
        deletions.begin(second);
        deletions.over(first);
        assertThat(again()).containsExactly("second", "third");
        deletions.begin(third);
        deletions.over(third);
        assertThat(again()).containsExactly("second", "third");
        deletions.over(second);
        assertThat(again()).isEmpty();
    }

    @Test
    void where_nothing_ever_followed_from_a_deletion_nothing_is_told() {
        deleted("first");
        assertThat(again()).isEmpty();
    }
}
