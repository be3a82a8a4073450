package tiphys.events.source;

import java.util.Map;
import tiphys.events.spec.Fields;

/// One event of a manifest while its [SourceKind] reads it.
///
/// @param fields what the manifest says of the event
/// @param annotations of the EventSource object
/// @param places what events of the same object take already, with their names; a kind adds its own and tells of what is there twice
public record SourceFields(String eventName, Fields fields, Fields annotations, Map<String, String> places) {}
