package tiphys.azure;

import com.azure.core.amqp.models.AmqpMessageBodyType;
import com.azure.messaging.eventhubs.EventData;
import com.azure.messaging.eventhubs.EventHubClientBuilder;
import com.azure.messaging.eventhubs.EventHubConsumerAsyncClient;
import com.azure.messaging.eventhubs.models.PartitionEvent;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import tiphys.connectors.broker.Payload;
import tiphys.connectors.line.Desk;
import tiphys.connectors.line.Line;
import tiphys.events.source.SourceSettings.SecretKey;
import tiphys.events.source.Surroundings;

/// Reads all partitions of a hub, each in its order. No more is asked for than may be held: an event is asked for when another was handed
/// in.
final class EventHubLine implements Line {
    /// So many events are held at most, and some of each partition before that.
    static final int MOST = 500;

    private static final Logger LOG = System.getLogger(EventHubLine.class.getName());
    private static final int AHEAD = 50;
    private static final String GROUP = EventHubClientBuilder.DEFAULT_CONSUMER_GROUP_NAME;

    private final EventHubSettings settings;
    private final EventHubConsumerAsyncClient client;
    private final EventHubPositions positions;
    private final EventHubPositions.Places places;
    private final BlockingQueue<Coming> coming = new LinkedBlockingQueue<>(); // no more than was asked for
    private final List<Arriving> partitions = new ArrayList<>();

    /// What the client brings.
    private sealed interface Coming {
        record Event(Arriving from, EventData event) implements Coming {}

        record End(String partition, Throwable why) implements Coming {}
    }

    private EventHubLine(
            EventHubSettings settings,
            EventHubConsumerAsyncClient client,
            EventHubPositions positions,
            EventHubPositions.Places places) {
        this.settings = settings;
        this.client = client;
        this.positions = positions;
        this.places = places;
    }

    /// Connects, and finds out which partitions there are.
    static EventHubLine dial(EventHubSettings settings, Map<SecretKey, String> secrets, Surroundings around)
            throws IOException, InterruptedException {
        var hub = settings.hub();
        var positions = new EventHubPositions(hub, around);
        try {
            var client =
                    new EventHubClientBuilder()
                            .connectionString(hub.connection(key -> secrets.getOrDefault(key, "")))
                            .consumerGroup(GROUP)
                            .prefetchCount(AHEAD)
                            .retryOptions(AmqpCalls.retries(AmqpCalls.TRY))
                            .buildAsyncConsumerClient();
            try {
                return new EventHubLine(settings, client, positions, positions.find(client));
            } catch (IOException | InterruptedException | RuntimeException e) {
                client.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            throw new IOException(hub + " cannot be read: " + AmqpCalls.words(e));
        }
    }

    @Override
    public void listen(Desk desk) throws IOException, InterruptedException {
        if (places.lost() > 0) {
            LOG.log(
                    Level.WARNING,
                    "{0}: Azure let go of {1} events before they were read",
                    settings.hub(),
                    places.lost());
        }
        places.begins()
                .forEach((partition, begin) -> {
                    var arriving = new Arriving(partition);
                    synchronized (partitions) {
                        partitions.add(arriving);
                    }
                    client.receiveFromPartition(partition, begin).subscribe(arriving);
                });
        while (true) {
            switch (coming.take()) {
                case Coming.Event(var from, var event) -> {
                    take(from.partition, event, desk);
                    from.request(1);
                }
                case Coming.End(var partition, var why) ->
                        throw new IOException(
                                "partition %s of %s cannot be read: %s"
                                        .formatted(partition, settings.hub(), AmqpCalls.words(why)));
            }
        }
    }

    private void take(String partition, EventData event, Desk desk) throws InterruptedException {
        long sequence = event.getSequenceNumber();
        desk.take(
                new Desk.Message(
                        new Payload()
                                .with("id", text(event.getMessageId()))
                                .with("partitionKey", text(event.getPartitionKey()))
                                .body("body", body(event), false)
                                .of(settings),
                        Optional.of(
                                "azureEventsHub %s %d %s %d"
                                        .formatted(settings.hub().name(), places.madeAt(), partition, sequence)),
                        List.of(positions.behindEvent(partition, sequence))),
                Desk.Acknowledgement.NONE);
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }

    /// Its bytes; null if it holds something else, as it is for Argo's client.
    private static byte @Nullable [] body(EventData event) {
        return event.getRawAmqpMessage().getBody().getBodyType() == AmqpMessageBodyType.DATA ? event.getBody() : null;
    }

    @Override
    public void close() {
        synchronized (partitions) {
            partitions.forEach(BaseSubscriber::cancel);
        }
        client.close();
    }

    private final class Arriving extends BaseSubscriber<PartitionEvent> {
        private final String partition;

        Arriving(String partition) {
            this.partition = partition;
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            request(AHEAD);
        }

        @Override
        protected void hookOnNext(PartitionEvent event) {
            coming.add(new Coming.Event(this, event.getData()));
        }

        @Override
        protected void hookOnError(Throwable why) {
            coming.add(new Coming.End(partition, why));
        }

        @Override
        protected void hookOnComplete() {
            coming.add(new Coming.End(partition, new IOException("the server closed the connection")));
        }
    }
}
