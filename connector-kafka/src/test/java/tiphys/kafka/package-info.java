/// The Kafka source against a real broker.
@NullMarked
package tiphys.kafka;

import org.jspecify.annotations.NullMarked;
