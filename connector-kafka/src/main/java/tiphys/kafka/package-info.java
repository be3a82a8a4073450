/// Kafka as a source of events, and where triggers send messages. Read [KafkaKind] first, then [KafkaSource], and [KafkaTrigger]; nothing
/// that these need to read a manifest knows the foreign client.
@NullMarked
package tiphys.kafka;

import org.jspecify.annotations.NullMarked;
