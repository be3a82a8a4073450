/// The store: journal, objects and derived rows in one SQLite file. Read [tiphys.store.SqliteStore] first, then `Committer`
/// (batches and flushes) and `Writer` (what a transaction becomes).
@NullMarked
package tiphys.store;

import org.jspecify.annotations.NullMarked;
