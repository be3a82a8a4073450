package tiphys.store.write;

import java.util.ArrayList;
import java.util.List;

/// One transaction while it is applied.
///
/// @param at its instant, in microseconds
/// @param firstSequence the sequence of its first entry
/// @param version the version of its object writes
/// @param undo how to take back what was changed in memory, should the transaction be refused
record Unit(long at, long firstSequence, long version, List<Runnable> undo) {
    /// Takes back what was changed in memory, the latest first.
    void takeBack() {
        new ArrayList<>(undo).reversed().forEach(Runnable::run);
    }
}
