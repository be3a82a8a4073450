package tiphys.process;

import java.util.Optional;

/// How the executor stands, for people.
///
/// @param running attempts whose process runs
/// @param waiting orders that wait for a slot or for space
/// @param runnerPid the runner's process; empty while none answers
/// @param blockedReason why no step starts now
public record Status(int running, int waiting, Optional<Long> runnerPid, Optional<String> blockedReason) {}
