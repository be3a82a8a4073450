package tiphys.events.source;

import java.util.OptionalLong;
import java.util.function.ToLongFunction;
import tiphys.journal.CursorMove;

/// Where a source stands in what it takes in: a number for each part of it that has an order of its own (a partition, a stream). They
/// are cursors of the journal and move in the same transaction as the event that they lie behind, so that neither is there without
/// the other. Safe for every thread.
public final class Checkpoint {
    private final String prefix;
    private final ToLongFunction<String> cursors;

    /// @param cursors reads a cursor of the journal by its name; 0 if it never moved
    public Checkpoint(SourceName name, String uid, ToLongFunction<String> cursors) {
        this.prefix = name.stream() + "/" + uid + "#";
        this.cursors = cursors;
    }

    /// Where a part stands; empty if it never moved.
    public OptionalLong at(String part) {
        long position = cursors.applyAsLong(prefix + part);
        return position == 0 ? OptionalLong.empty() : OptionalLong.of(position);
    }

    /// What moves a part, to be handed in with an arrival.
    ///
    /// @param position never 0, which stands for nowhere
    public CursorMove to(String part, long position) {
        return new CursorMove(prefix + part, position);
    }
}
