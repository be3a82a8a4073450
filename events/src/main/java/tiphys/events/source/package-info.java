/// Where events come in: what an EventSource object asks for ([SourceSpec]), and the port behind which each type of source stands
/// ([SourceKind], [Source]). Read [SourceKind] first.
@NullMarked
package tiphys.events.source;

import org.jspecify.annotations.NullMarked;
