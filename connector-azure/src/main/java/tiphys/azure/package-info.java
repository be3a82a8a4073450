/// Azure Service Bus as a source of events, and where triggers send messages, by Microsoft's own client. Read [ServiceBusKind] first, then
/// [ServiceBusLine], and [ServiceBusTrigger]; nothing that these need to read a manifest knows the foreign client.
@NullMarked
package tiphys.azure;

import org.jspecify.annotations.NullMarked;
