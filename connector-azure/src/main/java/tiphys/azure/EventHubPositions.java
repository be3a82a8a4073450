package tiphys.azure;

import com.azure.messaging.eventhubs.EventHubConsumerAsyncClient;
import com.azure.messaging.eventhubs.EventHubProperties;
import com.azure.messaging.eventhubs.PartitionProperties;
import com.azure.messaging.eventhubs.models.EventPosition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import tiphys.events.source.Surroundings;
import tiphys.journal.CursorMove;

/// Where reading begins and goes on, which is the journal's own checkpoint: the hub is told nothing.
///
/// When a hub is read for the first time, the place behind the newest event of each of its partitions is recorded before anything is read.
/// So a partition that has none later was added since, and is read from its beginning; and so is a hub that was made anew under its name,
/// which is known by when it was made.
final class EventHubPositions {
    private final EventHubSettings.Hub hub;
    private final Surroundings around;

    EventHubPositions(EventHubSettings.Hub hub, Surroundings around) {
        this.hub = hub;
        this.around = around;
    }

    /// Where a hub's partitions go on.
    ///
    /// @param lost how many events Azure let go of before they were read
    record Places(long madeAt, Map<String, EventPosition> begins, long lost) {}

    Places find(EventHubConsumerAsyncClient client) throws IOException, InterruptedException {
        var known =
                AmqpCalls.await(client.getEventHubProperties(), AmqpCalls.TRY)
                        .orElseThrow(() -> new IOException("it says nothing of the hub"));
        long madeAt = known.getCreatedAt().getEpochSecond();
        var before = around.checkpoint().at(hub.toString());
        boolean isNew = before.isEmpty() || before.getAsLong() != madeAt;
        var moves = new ArrayList<CursorMove>();
        var begins = new LinkedHashMap<String, EventPosition>();
        long lost = 0;
        for (var partition : partitions(client, known)) {
            var id = partition.getId();
            var recorded = around.checkpoint().at(part(id));
            long first = Math.max(partition.getBeginningSequenceNumber(), 0);
            long next;
            if (before.isEmpty()) {
                next = partition.isEmpty() ? first : partition.getLastEnqueuedSequenceNumber() + 1;
            } else if (isNew || recorded.isEmpty()) {
                next = first;
            } else {
                next = recorded.getAsLong() - 1;
                lost += Math.max(0, first - next);
            }
            if (isNew) {
                moves.add(behind(id, next));
            }
            begins.put(id, next == 0 ? EventPosition.earliest() : EventPosition.fromSequenceNumber(next - 1, false));
        }
        if (isNew) {
            moves.add(around.checkpoint().to(hub.toString(), madeAt));
            record(moves);
        }
        return new Places(madeAt, begins, lost);
    }

    private static List<PartitionProperties> partitions(EventHubConsumerAsyncClient client, EventHubProperties hub)
            throws IOException, InterruptedException {
        var all = new ArrayList<PartitionProperties>();
        for (var id : hub.getPartitionIds()) {
            AmqpCalls.await(client.getPartitionProperties(id), AmqpCalls.TRY).ifPresent(all::add);
        }
        return all;
    }

    private void record(List<CursorMove> moves) throws IOException {
        try {
            around.intake().passOver(moves, around.clock().instant()).join();
        } catch (CompletionException e) {
            throw new IOException("events cannot be recorded", e.getCause());
        }
    }

    /// What moves the checkpoint behind an event.
    CursorMove behindEvent(String partition, long sequence) {
        return behind(partition, sequence + 1);
    }

    /// A cursor is never 0, so it is one more than the next sequence number.
    private CursorMove behind(String partition, long next) {
        return around.checkpoint().to(part(partition), next + 1);
    }

    private String part(String partition) {
        return hub + "/" + partition;
    }
}
