package tiphys.engine.lock;

import java.util.Comparator;

/// A Workflow that wants to begin beside the others that go on.
///
/// @param priority a higher one comes first
/// @param createdMicros when the Workflow was made; of the same priority the older one comes first
/// @param askedMicros when it asked
public record Turn(String runUid, String namespace, long priority, long createdMicros, long askedMicros) {
    /// Who comes first.
    static final Comparator<Turn> ORDER =
            Comparator.comparingLong((Turn one) -> -one.priority())
                    .thenComparingLong(Turn::createdMicros)
                    .thenComparingLong(Turn::askedMicros)
                    .thenComparing(Turn::runUid);
}
