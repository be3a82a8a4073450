/// NATS as a source of events, and JetStream behind it. Read [NatsKind] first, then [NatsSource]; nothing that [NatsKind] needs to read a
/// manifest knows the foreign client.
@NullMarked
package tiphys.nats;

import org.jspecify.annotations.NullMarked;
