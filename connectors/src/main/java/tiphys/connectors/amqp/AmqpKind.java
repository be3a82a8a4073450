package tiphys.connectors.amqp;

import tiphys.connectors.line.LineKind;
import tiphys.connectors.line.LineSource;
import tiphys.events.source.Assignment;
import tiphys.events.source.SourceFields;
import tiphys.events.source.SourceSettings;
import tiphys.events.source.Surroundings;

/// The type `amqp`: the messages of an exchange, by a queue that is bound to it.
public final class AmqpKind extends LineKind<AmqpSettings> {
    /// Found by its name as a service.
    public AmqpKind() {
        super(AmqpSettings.class);
    }

    @Override
    public String key() {
        return "amqp";
    }

    @Override
    public String claims() {
        return """
        events.AMQPEventSource honoured url urlSecret exchangeName exchangeType routingKey connectionBackoff jsonBody tls auth exchangeDeclare queueDeclare queueBind consume metadata filter
        events.AMQPExchangeDeclareConfig honoured durable autoDelete internal noWait
        events.AMQPQueueDeclareConfig honoured name durable autoDelete exclusive noWait arguments
        events.AMQPQueueBindConfig honoured noWait
        events.AMQPConsumeConfig honoured consumerTag autoAck exclusive noLocal noWait
        """;
    }

    @Override
    public SourceSettings read(SourceFields event) {
        return AmqpSettings.read(event.fields());
    }

    @Override
    protected String addressOf(AmqpSettings amqp) {
        var exchange = amqp.exchange().name();
        return amqp.url().map(AmqpUrl::toString).orElse("amqp server of urlSecret")
                + (exchange.isEmpty() ? "" : " " + exchange)
                + " "
                + amqp.exchange().routingKey();
    }

    @Override
    protected LineSource.Plan plan(AmqpSettings settings, Assignment assignment, Surroundings around) {
        return new LineSource.Plan(
                type(),
                AmqpLine.WINDOW * 2,
                settings.consume().autoAck() ? LineSource.Memory.OURS : LineSource.Memory.THEIRS,
                settings.backoff(),
                () -> AmqpLine.dial(settings, assignment.secrets()));
    }
}
