/// What sources and triggers of message brokers share: how a manifest says that a connection is made ([tiphys.connectors.broker.TlsSettings],
/// [tiphys.connectors.broker.Backoff]), and how a message becomes an event's payload ([tiphys.connectors.broker.Payload]).
@NullMarked
package tiphys.connectors.broker;

import org.jspecify.annotations.NullMarked;
