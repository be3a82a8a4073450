package tiphys.engine.lock;

import java.util.Comparator;
import java.util.List;

/// A wish to hold some locks, all of them or none.
///
/// @param holder the holder's name as Argo writes it: `ns/workflow`, `ns/workflow/nodeID`
/// @param locks their names, in the order of the manifest
/// @param priority the workflow's; a higher one comes first
/// @param createdMicros when the workflow was made; of the same priority the older one comes first
/// @param askedMicros when it asked
/// @param above who holds locks and gives none back before this one has ended: the run itself, the nodes around this one
public record LockRequest(
        LockTicket ticket,
        String holder,
        List<LockName> locks,
        long priority,
        long createdMicros,
        long askedMicros,
        List<LockTicket> above) {
    public LockRequest {
        locks = List.copyOf(locks);
        above = List.copyOf(above);
    }

    /// Who comes first. All locks have the same order, so that somebody can always go on.
    static final Comparator<LockRequest> ORDER =
            Comparator.comparingLong((LockRequest one) -> -one.priority())
                    .thenComparingLong(LockRequest::createdMicros)
                    .thenComparingLong(LockRequest::askedMicros)
                    .thenComparing(one -> one.ticket().runUid())
                    .thenComparingInt(one -> one.ticket().node())
                    .thenComparingInt(one -> one.ticket().era());
}
