package tiphys.journal;

/// A further row that is stored in the same transaction as entries and cursors. Each room that owns such rows declares its
/// own; a journal refuses one that it does not know. A write may carry a precondition, whose failure is a [Conflict] of
/// the whole transaction.
public interface Write {}
