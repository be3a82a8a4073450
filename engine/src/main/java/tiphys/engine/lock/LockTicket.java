package tiphys.engine.lock;

/// Who holds locks, or waits for them: a node of one era of a run, or the run itself.
///
/// @param era how often the run was begun anew
/// @param node the node's index; -1 for the run itself
public record LockTicket(String runUid, int era, int node) {}
