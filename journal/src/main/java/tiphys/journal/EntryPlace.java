package tiphys.journal;

/// Which entry a derived row is about: one that is appended with it, or, when rows are rebuilt, one that is there.
public sealed interface EntryPlace {
    /// The entry of the same transaction with that index over all its appends, from 0.
    record Appended(int index) implements EntryPlace {}

    /// An entry that was stored before.
    record Stored(long sequence) implements EntryPlace {}

    /// The entry's sequence.
    ///
    /// @param firstSequence the sequence of the first entry of the transaction that the row rides in
    default long sequence(long firstSequence) {
        return switch (this) {
            case Appended(var index) -> firstSequence + index;
            case Stored(var sequence) -> sequence;
        };
    }
}
