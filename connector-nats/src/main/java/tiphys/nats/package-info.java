/// NATS as a source of events, with JetStream behind it, and where triggers send messages. Read [NatsKind] first, then [NatsSource], and
/// [NatsTrigger]; nothing that these need to read a manifest knows the foreign client.
@NullMarked
package tiphys.nats;

import org.jspecify.annotations.NullMarked;
