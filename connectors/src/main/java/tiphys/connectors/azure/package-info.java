/// Azure Queue Storage as a source of events, over its HTTP API: [tiphys.connectors.azure.QueueStorageKind].
@NullMarked
package tiphys.connectors.azure;

import org.jspecify.annotations.NullMarked;
