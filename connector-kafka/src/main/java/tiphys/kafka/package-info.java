/// Kafka as a source of events. Read [KafkaKind] first, then [KafkaSource]; nothing that [KafkaKind] needs to read a manifest knows the
/// foreign client.
@NullMarked
package tiphys.kafka;

import org.jspecify.annotations.NullMarked;
