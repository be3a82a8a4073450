package tiphys.events;

import java.util.Optional;
import tiphys.journal.EntryPlace;
import tiphys.journal.StreamName;
import tiphys.journal.Write;

/// Makes an event findable by its id and, within a stated window, by the identity that its sender gave it. Stored again
/// it replaces itself, so that the index can be rebuilt.
///
/// Precondition: no other event of the source has the identity within the window, else
/// [tiphys.journal.Conflict.Reason#ALREADY_EXISTS]; [EventIndexReader#eventOf] then names the first one.
///
/// @param source the stream of the source that took the event
/// @param identity the sender's own id of the event
/// @param entry the entry that records the event
public record EventIndex(StreamName source, String eventId, Optional<String> identity, EntryPlace entry)
        implements Write {}
