/// Workflows that are submitted because of a request to Argo's event endpoint. Read [EventBinding] first.
@NullMarked
package tiphys.events.binding;

import org.jspecify.annotations.NullMarked;
