package tiphys.azure;

import com.azure.core.util.BinaryData;
import com.azure.messaging.servicebus.ServiceBusClientBuilder;
import com.azure.messaging.servicebus.ServiceBusException;
import com.azure.messaging.servicebus.ServiceBusFailureReason;
import com.azure.messaging.servicebus.ServiceBusMessage;
import com.azure.messaging.servicebus.ServiceBusSenderAsyncClient;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import tiphys.events.action.Answer;
import tiphys.events.action.TriggerFailed;

/// Keeps the connections to the last few targets; one that failed is made anew. Safe for every thread.
final class ServiceBusSenders {
    private static final int MOST = 16;

    private final LinkedHashMap<Target, ServiceBusSenderAsyncClient> known = new LinkedHashMap<>(MOST, 0.75f, true);

    private final Duration trying;

    /// @param trying for how long one step of a connection is waited
    ServiceBusSenders(Duration trying) {
        this.trying = trying;
    }

    /// Where messages go.
    ///
    /// @param entity a queue or a topic
    record Target(ConnectionString connection, String entity) {
        @Override
        public String toString() {
            return connection.host() + "/" + entity;
        }
    }

    /// Sends a message; returns when Service Bus has it.
    ///
    /// @throws IOException if it cannot be known that it has
    /// @throws TriggerFailed if it does not take it
    Answer send(Target target, String id, String payload) throws IOException, InterruptedException, TriggerFailed {
        var sender = of(target);
        try {
            var _ =
                    AmqpCalls.await(
                            sender.sendMessage(new ServiceBusMessage(BinaryData.fromString(payload)).setMessageId(id)),
                            trying);
            return new Answer("sent", "to " + target);
        } catch (IOException e) {
            forget(target, sender);
            var why = target + " does not take it: " + e.getMessage();
            if (e.getCause() instanceof ServiceBusException refused) {
                if (ServiceBusFailureReason.MESSAGE_SIZE_EXCEEDED.equals(refused.getReason())) {
                    throw new TriggerFailed(why);
                }
                if (!refused.isTransient()) {
                    throw new TriggerFailed(why, Answer.NONE, TriggerFailed.Again.MAY_HELP);
                }
            }
            throw new IOException(target + " does not answer: " + e.getMessage(), e);
        }
    }

    private synchronized ServiceBusSenderAsyncClient of(Target target) throws TriggerFailed {
        try {
            var there =
                    known.computeIfAbsent(
                            target,
                            _ ->
                                    new ServiceBusClientBuilder()
                                            .connectionString(target.connection().text())
                                            .retryOptions(AmqpCalls.retries(trying))
                                            .sender()
                                            .queueName(target.entity())
                                            .buildAsyncClient());
            if (known.size() > MOST) {
                end(known.pollFirstEntry().getValue());
            }
            return there;
        } catch (IllegalArgumentException e) {
            throw new TriggerFailed(target + ": " + e.getMessage());
        }
    }

    private synchronized void forget(Target target, ServiceBusSenderAsyncClient sender) {
        if (known.remove(target, sender)) {
            end(sender);
        }
    }

    /// What is under way with it fails, and is tried again.
    private static void end(ServiceBusSenderAsyncClient sender) {
        Thread.ofVirtual().start(sender::close);
    }
}
