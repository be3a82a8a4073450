package tiphys.nats;

import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.impl.Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tiphys.events.action.Answer;
import tiphys.events.action.TriggerFailed;

/// Keeps the connections of the last few targets. Safe for every thread.
final class Publishers {
    private static final int MOST = 16;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final LinkedHashMap<NatsClient, Publisher> known = new LinkedHashMap<>(MOST, 0.75f, true);

    /// Sends a message; returns when the server has read it.
    ///
    /// @param id is known again by JetStream
    Answer send(NatsClient client, String subject, String payload, String id)
            throws IOException, InterruptedException, TriggerFailed {
        try {
            of(client).send(subject, payload, id);
            return new Answer("sent", "to " + subject);
        } catch (GeneralSecurityException e) {
            throw new TriggerFailed(String.valueOf(e.getMessage()), Answer.NONE, TriggerFailed.Again.MAY_HELP);
        }
    }

    private synchronized Publisher of(NatsClient client) {
        var there = known.computeIfAbsent(client, Publisher::new);
        if (known.size() > MOST) {
            var eldest = known.pollFirstEntry().getValue();
            Thread.ofVirtual().start(eldest::end);
        }
        return there;
    }

    /// One target; one message after the other, so that a complaint of the server is about the message that was sent last.
    private static final class Publisher {
        private final NatsClient client;
        private @Nullable Connection connection;

        Publisher(NatsClient client) {
            this.client = client;
        }

        synchronized void send(String subject, String payload, String id)
                throws IOException, InterruptedException, TriggerFailed, GeneralSecurityException {
            var where = "NATS at " + client.url();
            var open = connection;
            if (open == null || open.getStatus() == Connection.Status.CLOSED) {
                open = Nats.connect(client.settings().reconnectBufferSize(0).build());
                connection = open;
            }
            if (open.getStatus() != Connection.Status.CONNECTED) {
                throw new IOException(where + " does not answer");
            }
            try {
                open.clearLastError();
                open.publish(subject, new Headers().put("Nats-Msg-Id", id), payload.getBytes(StandardCharsets.UTF_8));
                open.flush(PATIENCE);
            } catch (TimeoutException e) {
                throw new IOException(where + " did not answer within " + PATIENCE.toSeconds() + " s", e);
            } catch (IllegalStateException e) {
                throw new IOException(where + " does not answer: " + e.getMessage(), e);
            } catch (IllegalArgumentException e) {
                throw new TriggerFailed(where + " does not take it: " + e.getMessage());
            }
            var complaint = open.getLastError();
            if (complaint != null && !complaint.isEmpty()) {
                throw new TriggerFailed(
                        where + " does not take it: " + complaint, Answer.NONE, TriggerFailed.Again.MAY_HELP);
            }
        }

        synchronized void end() {
            try {
                if (connection != null) {
                    connection.close();
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
