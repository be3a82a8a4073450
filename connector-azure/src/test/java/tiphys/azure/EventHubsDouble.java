package tiphys.azure;

import io.vertx.proton.ProtonSender;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.qpid.proton.amqp.DescribedType;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.apache.qpid.proton.amqp.messaging.MessageAnnotations;
import org.apache.qpid.proton.amqp.messaging.Source;
import org.apache.qpid.proton.message.Message;

/// Speaks as Event Hubs does, as far as a source and a trigger ask: hubs with partitions that are read from a place on.
final class EventHubsDouble extends AmqpDouble {
    private static final Pattern FROM =
            Pattern.compile("amqp\\.annotation\\.x-opt-(offset|sequence-number) (>=?) '([^']+)'");
    private static final Instant NOON = Instant.parse("2026-11-29T12:00:00Z");

    private final Map<String, Hub> hubs = new HashMap<>();

    /// A hub; what lies before `first` was let go of.
    private static final class Hub {
        final Instant madeAt;
        final List<List<Message>> partitions;
        final Map<ProtonSender, Runnable> links = new HashMap<>();
        int first;

        Hub(int partitions, Instant madeAt) {
            this.madeAt = madeAt;
            this.partitions = new ArrayList<>();
            add(partitions);
        }

        void add(int more) {
            IntStream.range(0, more).forEach(_ -> partitions.add(new ArrayList<>()));
        }
    }

    EventHubsDouble() {
        start();
    }

    String host() {
        return "127.0.0.1:" + port();
    }

    /// Makes a hub, also one that is there already.
    void make(String name, int partitions) {
        on(() -> {
            var before = hubs.get(name);
            return hubs.put(
                    name, new Hub(partitions, before == null ? NOON : before.madeAt.plus(Duration.ofMinutes(1))));
        });
    }

    /// Adds partitions to a hub.
    void add(String name, int partitions) {
        on(() -> {
            hubs.get(name).add(partitions);
            return "";
        });
    }

    /// Lets the oldest events of each partition go.
    void forget(String name, int first) {
        on(() -> hubs.get(name).first = first);
    }

    void put(String name, int partition, Message message) {
        on(() -> {
            put(hubs.get(name), partition, message);
            return "";
        });
    }

    /// The bodies of all events of a hub.
    List<String> taken(String name) {
        return on(() -> hubs.get(name).partitions.stream().flatMap(List::stream).map(AmqpDouble::body).toList());
    }

    /// The ids of all events of a hub.
    List<Object> ids(String name) {
        return on(() -> hubs.get(name).partitions.stream().flatMap(List::stream).map(Message::getMessageId).toList());
    }

    private static void put(Hub hub, int partition, Message message) {
        var events = hub.partitions.get(partition);
        var annotations = new HashMap<Symbol, Object>();
        if (message.getMessageAnnotations() != null) {
            annotations.putAll(message.getMessageAnnotations().getValue());
        }
        annotations.put(Symbol.valueOf("x-opt-sequence-number"), (long) events.size());
        annotations.put(Symbol.valueOf("x-opt-offset"), Integer.toString(events.size() * 40));
        annotations.put(Symbol.valueOf("x-opt-enqueued-time"), Date.from(NOON));
        message.setMessageAnnotations(new MessageAnnotations(annotations));
        events.add(message);
        List.copyOf(hub.links.values()).forEach(Runnable::run);
    }

    private static String hub(String entity) {
        int slash = entity.indexOf('/');
        return slash < 0 ? entity : entity.substring(0, slash);
    }

    @Override
    boolean isKnown(String entity) {
        return hubs.containsKey(hub(entity));
    }

    @Override
    void reads(ProtonSender link, String entity) {
        var hub = hubs.get(hub(entity));
        int partition = Integer.parseInt(entity.substring(entity.lastIndexOf('/') + 1));
        var place = new int[] {Math.max(begin(link), hub.first)};
        var reading = hub.partitions.get(partition);
        Runnable deliver =
                () -> {
                    while (place[0] < reading.size() && link.isOpen() && !link.sendQueueFull()) {
                        link.send(
                                reading.get(place[0]++),
                                delivery -> delivery.disposition(Accepted.getInstance(), true));
                    }
                };
        hub.links.put(link, deliver);
        link.sendQueueDrainHandler(_ -> deliver.run());
        deliver.run();
    }

    private static int begin(ProtonSender link) {
        var filter = ((Source) link.getRemoteSource()).getFilter();
        var text =
                filter == null
                        ? "amqp.annotation.x-opt-offset > '-1'"
                        : (String)
                                ((DescribedType) filter.get(Symbol.valueOf("apache.org:selector-filter:string")))
                                        .getDescribed();
        var from = FROM.matcher(text);
        if (!from.matches()) {
            throw new AssertionError("what is " + text);
        }
        int number = Integer.parseInt(from.group(3));
        int at = from.group(1).equals("offset") ? Math.floorDiv(number, 40) : number;
        return from.group(2).equals(">") ? at + 1 : at;
    }

    @Override
    void leaves(ProtonSender link, String entity) {
        var hub = hubs.get(hub(entity));
        if (hub != null) {
            hub.links.remove(link);
        }
    }

    @Override
    void take(String entity, Message message) {
        put(hubs.get(hub(entity)), 0, message);
    }

    @Override
    Reply manage(String entity, Message request) {
        var asked = request.getApplicationProperties().getValue();
        var name = (String) asked.get("name");
        var hub = hubs.get(name);
        if (hub == null) {
            return new Reply(Map.of("status-code", 404, "status-description", "could not be found"), null);
        }
        var answer = new HashMap<String, Object>();
        answer.put("name", name);
        if (asked.get("type").equals("com.microsoft:eventhub")) {
            answer.put("created_at", Date.from(hub.madeAt));
            answer.put("partition_count", hub.partitions.size());
            answer.put(
                    "partition_ids",
                    IntStream.range(0, hub.partitions.size()).mapToObj(Integer::toString).toArray(String[]::new));
        } else {
            var partition = (String) asked.get("partition");
            int size = hub.partitions.get(Integer.parseInt(partition)).size();
            answer.put("partition", partition);
            answer.put("begin_sequence_number", size == 0 ? -1L : hub.first);
            answer.put("last_enqueued_sequence_number", size - 1L);
            answer.put("last_enqueued_offset", Integer.toString((size - 1) * 40));
            answer.put("last_enqueued_time_utc", Date.from(NOON));
            answer.put("is_partition_empty", size == 0);
        }
        return new Reply(Map.of("status-code", 200, "status-description", "OK"), answer);
    }
}
