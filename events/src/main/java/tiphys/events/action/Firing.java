package tiphys.events.action;

import java.time.Instant;

/// Which firing asks.
///
/// @param id the key of idempotency: 32 hex digits, the same after every crash and for no other firing
/// @param account the service account in whose name objects are changed
/// @param eventId the event that made the trigger fire
/// @param at when this attempt began
/// @param attempt from 1 on; begins anew when the process does
public record Firing(
        String id,
        String namespace,
        String sensor,
        String trigger,
        String account,
        String eventId,
        Instant at,
        int attempt) {}
