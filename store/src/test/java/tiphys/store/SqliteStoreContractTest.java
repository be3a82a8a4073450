package tiphys.store;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;
import tiphys.journal.Journal;
import tiphys.journal.JournalContract;
import tiphys.objects.ObjectStoreContract;
import tiphys.store.write.StoreOptions;

final class SqliteStoreContractTest {
    static final StoreOptions OPTIONS =
            StoreOptions.defaults(failure -> {
                throw new AssertionError(failure);
            });

    @Nested
    final class As_a_journal extends JournalContract {
        @TempDir Path directory;

        @Override
        protected Journal open() {
            return SqliteStore.open(directory, OPTIONS);
        }
    }

    @Nested
    final class As_an_object_store extends ObjectStoreContract {
        @TempDir Path directory;
        private int stores;

        @Override
        protected Both open(int window) {
            var options = OPTIONS.withWatch(new StoreOptions.Watch(Duration.ofHours(1), window, 1 << 20));
            var store = SqliteStore.open(directory.resolve("" + stores++), options);
            return new Both(store, store);
        }
    }
}
