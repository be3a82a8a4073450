/// Tests of event sources over AMQP against a real RabbitMQ.
@NullMarked
package tiphys.connectors.amqp;

import org.jspecify.annotations.NullMarked;
