package tiphys.events.source;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import tiphys.journal.CursorMove;

/// Where a source stands in what it takes in: a number for each part of it that has an order of its own (a partition, a stream). They
/// are cursors of the journal and move in the same transaction as the event that they lie behind, so that neither is there without
/// the other. Safe for every thread.
public final class Checkpoint {
    private final String prefix;
    private final ToLongFunction<String> cursors;
    private final Function<String, List<CursorMove>> beginningWith;

    /// @param cursors reads a cursor of the journal by its name; 0 if it never moved
    /// @param beginningWith reads those whose names begin so
    public Checkpoint(
            SourceName name,
            String uid,
            ToLongFunction<String> cursors,
            Function<String, List<CursorMove>> beginningWith) {
        this.prefix = name.stream() + "/" + uid + "#";
        this.cursors = cursors;
        this.beginningWith = beginningWith;
    }

    /// Where a part stands; empty if it never moved.
    public OptionalLong at(String part) {
        long position = cursors.applyAsLong(prefix + part);
        return position == 0 ? OptionalLong.empty() : OptionalLong.of(position);
    }

    /// Where all parts stand whose names begin so, by the rest of their names.
    public Map<String, Long> all(String parts) {
        var found = new HashMap<String, Long>();
        for (var move : beginningWith.apply(prefix + parts)) {
            found.put(move.consumer().substring(prefix.length() + parts.length()), move.sequence());
        }
        return found;
    }

    /// What moves a part, to be handed in with an arrival.
    ///
    /// @param position 0 stands for nowhere: the part is forgotten
    public CursorMove to(String part, long position) {
        return new CursorMove(prefix + part, position);
    }
}
