/// Azure Service Bus as a source of events, by Microsoft's own client. Read [ServiceBusKind] first, then [ServiceBusLine]; nothing that is
/// needed to read a manifest knows the foreign client.
@NullMarked
package tiphys.azure;

import org.jspecify.annotations.NullMarked;
