package tiphys.objects;

import org.junit.jupiter.api.Nested;
import tiphys.journal.Journal;
import tiphys.journal.JournalContract;

final class InMemoryStoreTest {
    @Nested
    final class As_a_journal extends JournalContract {
        @Override
        protected Journal open() {
            return new InMemoryStore();
        }
    }

    @Nested
    final class As_an_object_store extends ObjectStoreContract {
        @Override
        protected Both open(int window) {
            var store = new InMemoryStore(window);
            return new Both(store, store);
        }
    }
}
