package tiphys.nats;

import io.nats.client.Connection;
import io.nats.client.Subscription;
import java.util.Optional;

/// Takes messages as they pass. Nobody keeps them: while nothing can be recorded the client holds some, and what is more than that is
/// lost, and told.
final class Passing implements NatsSource.Reading {
    private static final int MOST_BYTES = 64 << 20;
    private static final int MOST_HELD = 50_000;

    private final NatsSource source;
    private final Subscription subscription;
    private long dropped;

    Passing(NatsSource source, Connection connection) {
        var settings = source.settings();
        this.source = source;
        this.subscription =
                settings.queue().isPresent()
                        ? connection.subscribe(settings.subject(), settings.queue().get())
                        : connection.subscribe(settings.subject());
        subscription.setPendingLimits(MOST_HELD, MOST_BYTES);
    }

    @Override
    public void next() throws InterruptedException {
        var message = subscription.nextMessage(NatsSource.ASK);
        if (message != null) {
            source.tell(message, Optional.empty());
        }
        long lost = subscription.getDroppedCount() - dropped;
        if (lost > 0) {
            dropped += lost;
            source.mention("%d messages came faster than they could be recorded, and are lost".formatted(lost));
        }
    }
}
