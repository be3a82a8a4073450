package tiphys.journal;

import java.time.Instant;
import java.util.List;

/// What is stored together or not at all: a consumer's advance and everything that was decided from what it consumed.
public record Transaction(Instant at, List<Append> appends, List<CursorMove> cursors, List<Write> writes) {
    public Transaction {
        appends = List.copyOf(appends);
        cursors = List.copyOf(cursors);
        writes = List.copyOf(writes);
    }

    /// Entries for one stream and nothing else.
    public static Transaction of(Instant at, Append append) {
        return new Transaction(at, List.of(append), List.of(), List.of());
    }
}
