/// Azure Service Bus and Event Hubs as sources of events, and where triggers send messages, by Microsoft's own clients. Read
/// [ServiceBusKind] first, then [ServiceBusLine], and [ServiceBusTrigger]; nothing that these need to read a manifest knows the foreign
/// clients.
@NullMarked
package tiphys.azure;

import org.jspecify.annotations.NullMarked;
