package tiphys.azure;

import com.azure.core.amqp.exception.AmqpErrorCondition;
import com.azure.core.amqp.exception.AmqpException;
import com.azure.messaging.eventhubs.EventData;
import com.azure.messaging.eventhubs.EventHubClientBuilder;
import com.azure.messaging.eventhubs.EventHubProducerAsyncClient;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import tiphys.events.action.Answer;
import tiphys.events.action.TriggerFailed;

/// Keeps the connections to the last few hubs; one that failed is made anew. Safe for every thread.
final class EventHubProducers {
    private static final int MOST = 16;

    private final LinkedHashMap<Target, EventHubProducerAsyncClient> known = new LinkedHashMap<>(MOST, 0.75f, true);

    private final Duration trying;

    /// @param trying for how long one step of a connection is waited
    EventHubProducers(Duration trying) {
        this.trying = trying;
    }

    /// Where events go.
    ///
    /// @param connection with the key
    record Target(String connection, String hub) {
        /// Nothing of the key.
        @Override
        public String toString() {
            return hub;
        }
    }

    /// Sends an event; returns when Azure has it.
    ///
    /// @throws IOException if it cannot be known that it has
    /// @throws TriggerFailed if it does not take it
    Answer send(Target target, String id, String payload) throws IOException, InterruptedException, TriggerFailed {
        var producer = of(target);
        try {
            var _ = AmqpCalls.await(producer.send(List.of(new EventData(payload).setMessageId(id))), trying);
            return new Answer("sent", "to " + target);
        } catch (IOException e) {
            forget(target, producer);
            if (e.getCause() instanceof AmqpException refused && !refused.isTransient()) {
                var why = target + " does not take it: " + e.getMessage();
                throw refused.getErrorCondition() == AmqpErrorCondition.LINK_PAYLOAD_SIZE_EXCEEDED
                        ? new TriggerFailed(why)
                        : new TriggerFailed(why, Answer.NONE, TriggerFailed.Again.MAY_HELP);
            }
            throw new IOException(target + " does not answer: " + e.getMessage(), e);
        }
    }

    private synchronized EventHubProducerAsyncClient of(Target target) {
        var there =
                known.computeIfAbsent(
                        target,
                        _ ->
                                new EventHubClientBuilder()
                                        .connectionString(target.connection())
                                        .retryOptions(AmqpCalls.retries(trying))
                                        .buildAsyncProducerClient());
        if (known.size() > MOST) {
            end(known.pollFirstEntry().getValue());
        }
        return there;
    }

    private synchronized void forget(Target target, EventHubProducerAsyncClient producer) {
        if (known.remove(target, producer)) {
            end(producer);
        }
    }

    /// What is under way with it fails, and is tried again.
    private static void end(EventHubProducerAsyncClient producer) {
        Thread.ofVirtual().start(producer::close);
    }
}
