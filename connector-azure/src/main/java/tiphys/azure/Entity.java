package tiphys.azure;

import java.util.Optional;
import tiphys.events.spec.Codes;
import tiphys.events.spec.Fields;

/// Where messages of Service Bus are.
///
/// @param name of a queue, or of a topic
/// @param subscription to the topic; empty for a queue
record Entity(String name, Optional<String> subscription) {
    /// Reads the one of which messages are received.
    static Entity read(Fields fields) {
        var queue = fields.text("queueName");
        var topic = fields.text("topicName");
        var subscription = fields.text("subscriptionName");
        if (!queue.isEmpty() && !(topic.isEmpty() && subscription.isEmpty())) {
            fields.invalid(
                    "queueName", "excludes topicName and subscriptionName; put the other into an event of its own");
        } else if (queue.isEmpty() && (topic.isEmpty() || subscription.isEmpty())) {
            fields.error(
                    Codes.MISSING,
                    "queueName",
                    fields.path() + " needs a queueName, or a topicName with a subscriptionName");
        }
        return queue.isEmpty() ? new Entity(topic, Optional.of(subscription)) : new Entity(queue, Optional.empty());
    }

    @Override
    public String toString() {
        return subscription.map(reader -> name + "/" + reader).orElse(name);
    }
}
