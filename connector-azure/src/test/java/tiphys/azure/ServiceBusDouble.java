package tiphys.azure;

import io.vertx.proton.ProtonSender;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.AmqpValue;
import org.apache.qpid.proton.amqp.transport.ErrorCondition;
import org.apache.qpid.proton.message.Message;

/// Speaks as Service Bus does, as far as a source and a trigger ask: queues and subscriptions whose messages are locked, the renewal of locks,
/// and dead letters.
final class ServiceBusDouble extends AmqpDouble {
    private final Map<String, DoubleQueue> queues = new HashMap<>();
    private final Map<String, List<String>> sent = new HashMap<>();

    ServiceBusDouble() {
        vertx.setPeriodic(50, _ -> queues.values().forEach(queue -> queue.expire(Instant.now())));
        start();
    }

    /// A connection string that is good, or not.
    String connection(String key) {
        return "Endpoint=sb://127.0.0.1:%d;SharedAccessKeyName=Root;SharedAccessKey=%s;UseDevelopmentEmulator=true"
                .formatted(port(), key);
    }

    String connection() {
        return connection("the key");
    }

    /// A queue, which is made if it is not there; `topic/subscriptions/name` is a subscription.
    DoubleQueue queue(String name) {
        return on(() -> queues.computeIfAbsent(name.toLowerCase(Locale.ROOT), _ -> new DoubleQueue()));
    }

    /// How long a message of a queue is locked.
    void lock(String queue, Duration duration) {
        var found = queue(queue);
        on(() -> found.lock = duration);
    }

    /// Puts a message into a queue or a topic.
    void put(String entity, Message message) {
        on(() -> {
            take(entity, message);
            return "";
        });
    }

    void put(String entity, String body) {
        put(entity, message(body));
    }

    /// The bodies of what was taken for a queue or a topic, in order.
    List<String> taken(String entity) {
        return on(() -> List.copyOf(sent.getOrDefault(entity, List.of())));
    }

    /// Ends the links of those who read a queue, as Azure does with idle ones.
    void detach(String queue) {
        var found = queue(queue);
        on(() -> {
            for (var link : List.copyOf(found.readers)) {
                link.setCondition(
                        new ErrorCondition(
                                Symbol.valueOf("amqp:link:detach-forced"),
                                "The link is force detached, as it was idle."));
                link.close();
            }
            found.readers.clear();
            return "";
        });
    }

    /// What was locked is not any more.
    @Override
    void kill() {
        super.kill();
        on(() -> {
            queues.values().forEach(queue -> queue.expire(Instant.MAX));
            return "";
        });
    }

    @Override
    boolean isKnown(String entity) {
        var name = entity.toLowerCase(Locale.ROOT);
        return queues.keySet().stream().anyMatch(one -> one.equals(name) || one.startsWith(name + "/subscriptions/"));
    }

    @Override
    void reads(ProtonSender link, String entity) {
        var queue = queues.get(entity.toLowerCase(Locale.ROOT));
        link.sendQueueDrainHandler(_ -> queue.deliver());
        queue.readers.add(link);
        queue.deliver();
    }

    @Override
    void leaves(ProtonSender link, String entity) {
        var queue = queues.get(entity.toLowerCase(Locale.ROOT));
        if (queue != null) {
            queue.readers.remove(link);
        }
    }

    @Override
    void take(String entity, Message message) {
        var topic = entity.toLowerCase(Locale.ROOT);
        var taking =
                queues.entrySet().stream()
                        .filter(one -> one.getKey().equals(topic) || one.getKey().startsWith(topic + "/subscriptions/"))
                        .map(Map.Entry::getValue)
                        .toList();
        if (taking.stream().filter(queue -> queue.put(message)).count() > 0) {
            sent.computeIfAbsent(entity, _ -> new ArrayList<>()).add(body(message));
        }
    }

    @Override
    Reply manage(String entity, Message request) {
        var queue = queues.get(entity.toLowerCase(Locale.ROOT));
        var body = (Map<?, ?>) ((AmqpValue) request.getBody()).getValue();
        var tokens = Stream.ofNullable(body.get("lock-tokens")).flatMap(all -> Arrays.stream((UUID[]) all)).toList();
        return switch ((String) request.getApplicationProperties().getValue().get("operation")) {
            case "com.microsoft:peek-message" -> reply(204, null);
            case "com.microsoft:renew-lock" -> {
                var ends = tokens.stream().map(queue::renew).filter(Objects::nonNull).toArray(Date[]::new);
                yield ends.length == tokens.size() ? reply(200, Map.of("expirations", ends)) : reply(410, null);
            }
            case "com.microsoft:update-disposition" -> {
                var status = (String) body.get("disposition-status");
                var reason = String.valueOf(body.get("deadletter-reason"));
                var description = String.valueOf(body.get("deadletter-description"));
                boolean held = tokens.stream().allMatch(token -> queue.settle(token, status, reason, description));
                yield reply(held ? 200 : 410, null);
            }
            case String other -> throw new AssertionError("what is " + other);
        };
    }

    private static Reply reply(int status, Object body) {
        var properties = new HashMap<String, Object>();
        properties.put("statusCode", status);
        properties.put("statusDescription", status == 410 ? "The lock supplied is invalid." : "OK");
        if (status == 410) {
            properties.put("errorCondition", Symbol.valueOf("com.microsoft:message-lock-lost"));
        }
        return new Reply(properties, body);
    }
}
