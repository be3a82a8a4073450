package tiphys.nats;

import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamSubscription;
import io.nats.client.Message;
import io.nats.client.PullSubscribeOptions;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.DeliverPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Takes messages out of JetStream by a durable consumer: tells the server of a message when it is on disk, so it comes again if that is
/// never said. One that comes again is known by its stream and its place in it.
final class Stream implements NatsSource.Reading {
    private static final int NOT_FOUND = 404;

    private static final int TOGETHER = NatsSource.MOST / 2;

    /// The server waits for so long before it sends a message again, which is told in time that it is still worked at.
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Duration WORKING = Duration.ofSeconds(3);

    /// What is asked for together arrives together.
    private static final Duration MOMENT = Duration.ofMillis(5);

    private final NatsSource source;
    private final JetStreamSubscription subscription;
    private final String identity;

    private Stream(NatsSource source, JetStreamSubscription subscription, String identity) {
        this.source = source;
        this.subscription = subscription;
        this.identity = identity;
    }

    /// Reads by a consumer, which is made if it is not there; it begins with what is sent from then on.
    static Stream of(NatsSource source, Connection connection, String name) throws IOException, JetStreamApiException {
        var subject = source.settings().subject();
        var streams = connection.jetStreamManagement();
        var stream =
                streams.getStreamNames(subject).stream()
                        .findFirst()
                        .orElseThrow(() ->
                                new IOException(
                                        "no stream of JetStream keeps the subject %s; make one".formatted(subject)));
        var made = streams.getStreamInfo(stream).getCreateTime().toInstant();
        try {
            streams.getConsumerInfo(stream, name);
        } catch (JetStreamApiException e) {
            if (e.getErrorCode() != NOT_FOUND) {
                throw e;
            }
            streams.addOrUpdateConsumer(
                    stream,
                    ConsumerConfiguration.builder()
                            .durable(name)
                            .filterSubject(subject)
                            .ackPolicy(AckPolicy.Explicit)
                            .ackWait(PATIENCE)
                            .deliverPolicy(DeliverPolicy.New)
                            .build());
        }
        var subscription = connection.jetStream().subscribe(null, PullSubscribeOptions.bind(stream, name));
        return new Stream(source, subscription, "jetstream " + stream + " " + made.getEpochSecond() + " ");
    }

    /// Asks for one message, and for what is there together with it. An asking that a broken connection took away is asked anew.
    @Override
    public void next() throws InterruptedException {
        var first = subscription.nextMessage(Duration.ofMillis(1));
        if (first == null) {
            subscription.pullExpiresIn(1, NatsSource.ASK);
            first = subscription.nextMessage(NatsSource.ASK.plus(MOMENT));
        }
        if (first == null) {
            return;
        }
        subscription.pullNoWait(TOGETHER);
        var taken = new ArrayList<Message>();
        for (var message = first; message != null; message = more(taken.size())) {
            if (source.tell(message, Optional.of(identity + message.metaData().streamSequence()))) {
                taken.add(message);
            } else {
                message.term();
            }
        }
        long told = System.nanoTime();
        while (!source.intake().isEmpty() && !source.isClosed()) {
            source.awaitNews();
            if (System.nanoTime() - told > WORKING.toNanos()) {
                told = System.nanoTime();
                taken.forEach(Message::inProgress);
            }
        }
        taken.forEach(source.isClosed() ? Message::nak : Message::ack);
    }

    private @Nullable Message more(int taken) throws InterruptedException {
        return taken < TOGETHER ? subscription.nextMessage(MOMENT) : null;
    }

    /// What came and was not looked at is given back at once.
    @Override
    public void end() throws InterruptedException {
        for (var message = subscription.nextMessage(MOMENT);
                message != null;
                message = subscription.nextMessage(MOMENT)) {
            message.nak();
        }
    }
}
