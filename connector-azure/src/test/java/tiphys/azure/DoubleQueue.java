package tiphys.azure;

import io.vertx.proton.ProtonDelivery;
import io.vertx.proton.ProtonSender;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.apache.qpid.proton.amqp.messaging.MessageAnnotations;
import org.apache.qpid.proton.amqp.messaging.Modified;
import org.apache.qpid.proton.amqp.messaging.Rejected;
import org.apache.qpid.proton.amqp.transport.DeliveryState;
import org.apache.qpid.proton.amqp.transport.ErrorCondition;
import org.apache.qpid.proton.message.Message;

/// A queue or subscription of the double: hands each message to one reader, locked for a while. For the double's thread alone.
final class DoubleQueue {
    private static final int MOST_DELIVERIES = 10;

    final List<ProtonSender> readers = new ArrayList<>();
    final List<Kept> dead = new ArrayList<>();
    final Map<UUID, Kept> locked = new HashMap<>();
    int deliveries;
    int completed;
    int renewed;
    Duration lock = Duration.ofSeconds(5); // Azure's shortest
    private final TreeMap<Long, Kept> ready = new TreeMap<>();
    private final Set<Object> ids = new HashSet<>();
    private long last;

    /// A message in it.
    static final class Kept {
        final Message message;
        final long sequence;
        final Date enqueued;
        int failed;
        Instant lockedUntil = Instant.MIN;
        String reason = "";
        String description = "";

        Kept(Message message, long sequence) {
            this.message = message;
            this.sequence = sequence;
            this.enqueued = Date.from(Instant.parse("2026-11-29T10:00:00.120Z").plusSeconds(sequence));
        }
    }

    /// Takes a message; one whose id was there already is no other.
    ///
    /// @return whether it was taken
    boolean put(Message message) {
        if (message.getMessageId() != null && !ids.add(message.getMessageId())) {
            return false;
        }
        ready.put(++last, new Kept(message, last));
        deliver();
        return true;
    }

    int waiting() {
        return ready.size();
    }

    void deliver() {
        for (var reader : List.copyOf(readers)) {
            while (!ready.isEmpty() && reader.isOpen() && !reader.sendQueueFull()) {
                send(reader, ready.pollFirstEntry().getValue());
            }
        }
    }

    private void send(ProtonSender reader, Kept kept) {
        var token = UUID.randomUUID();
        locked.put(token, kept);
        kept.lockedUntil = Instant.now().plus(lock);
        deliveries++;
        var annotations = new HashMap<Symbol, Object>();
        annotations.put(Symbol.valueOf("x-opt-sequence-number"), kept.sequence);
        annotations.put(Symbol.valueOf("x-opt-enqueued-time"), kept.enqueued);
        annotations.put(Symbol.valueOf("x-opt-locked-until"), Date.from(kept.lockedUntil));
        kept.message.setMessageAnnotations(new MessageAnnotations(annotations));
        kept.message.setDurable(true);
        kept.message.setDeliveryCount(kept.failed);
        reader.send(guid(token), kept.message, delivery -> settled(token, delivery));
    }

    private void settled(UUID token, ProtonDelivery delivery) {
        var state = delivery.getRemoteState();
        if (state == null) {
            return; // the link ended; the lock does not
        }
        delivery.disposition(settle(token, state) ? state : lost(), true);
    }

    private static DeliveryState lost() {
        var rejected = new Rejected();
        rejected.setError(
                new ErrorCondition(Symbol.valueOf("com.microsoft:message-lock-lost"), "The lock supplied is invalid."));
        return rejected;
    }

    /// @return whether the lock held
    private boolean settle(UUID token, DeliveryState state) {
        return switch (state) {
            case Accepted _ -> settle(token, "completed", "", "");
            case Modified _ -> settle(token, "abandoned", "", "");
            case Rejected rejected -> {
                Map<?, ?> info = rejected.getError().getInfo() == null ? Map.of() : rejected.getError().getInfo();
                yield settle(
                        token, "suspended", word(info, "DeadLetterReason"), word(info, "DeadLetterErrorDescription"));
            }
            default -> throw new AssertionError("what is " + state);
        };
    }

    /// The client writes names as texts or as symbols.
    private static String word(Map<?, ?> info, String name) {
        return info.entrySet().stream()
                .filter(one -> one.getKey().toString().equals(name))
                .map(one -> one.getValue().toString())
                .findFirst()
                .orElse("");
    }

    /// Settles a message.
    ///
    /// @param status in the words of `update-disposition`
    /// @return whether the lock held
    boolean settle(UUID token, String status, String reason, String description) {
        var kept = locked.remove(token);
        if (kept == null) {
            return false;
        }
        switch (status) {
            case "completed" -> completed++;
            case "abandoned" -> giveBack(kept);
            case "suspended" -> bury(kept, reason, description);
            default -> throw new AssertionError("what is " + status);
        }
        return true;
    }

    private void bury(Kept kept, String reason, String description) {
        kept.reason = reason;
        kept.description = description;
        dead.add(kept);
    }

    private void giveBack(Kept kept) {
        if (++kept.failed >= MOST_DELIVERIES) {
            bury(kept, "MaxDeliveryCountExceeded", "");
        } else {
            ready.put(kept.sequence, kept);
            deliver();
        }
    }

    /// @return until when; null if the lock was lost
    Date renew(UUID token) {
        var kept = locked.get(token);
        if (kept == null) {
            return null;
        }
        kept.lockedUntil = Instant.now().plus(lock);
        renewed++;
        return Date.from(kept.lockedUntil);
    }

    /// Gives back what was locked for too long.
    void expire(Instant now) {
        for (var token : List.copyOf(locked.keySet())) {
            if (locked.get(token).lockedUntil.isBefore(now)) {
                settle(token, "abandoned", "", "");
            }
        }
    }

    /// As .NET writes an UUID: its first three parts with the last byte first.
    private static byte[] guid(UUID token) {
        var from =
                ByteBuffer.allocate(16)
                        .putLong(token.getMostSignificantBits())
                        .putLong(token.getLeastSignificantBits())
                        .array();
        int[] order = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
        var to = new byte[order.length];
        for (int i = 0; i < order.length; i++) {
            to[i] = from[order[i]];
        }
        return to;
    }
}
