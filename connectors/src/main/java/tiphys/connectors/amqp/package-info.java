/// Event sources over AMQP 0-9-1, as RabbitMQ speaks it. [AmqpConnection] speaks what a consumer needs of it. Read [AmqpLine] first.
@NullMarked
package tiphys.connectors.amqp;

import org.jspecify.annotations.NullMarked;
