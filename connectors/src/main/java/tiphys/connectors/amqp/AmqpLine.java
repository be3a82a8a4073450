package tiphys.connectors.amqp;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import tiphys.connectors.broker.Payload;
import tiphys.connectors.broker.TlsSettings;
import tiphys.connectors.line.Desk;
import tiphys.connectors.line.Line;
import tiphys.connectors.line.Sockets;
import tiphys.events.EventData;
import tiphys.events.source.SourceSettings.SecretKey;
import tiphys.manifest.Value;

/// Declares the exchange and the queue, binds them, and consumes. A message is acknowledged when its event is on disk, unless the manifest
/// says in so many words that the server is to forget it at once; one that can be no event is rejected, for the queue's dead letters.
final class AmqpLine implements Line {
    /// How many messages may be unacknowledged.
    static final int WINDOW = 100;

    private static final Duration HEARTBEAT = Duration.ofSeconds(10);

    private static final int EXCHANGE_DECLARE = 40 << 16 | 10;
    private static final int QUEUE_DECLARE = 50 << 16 | 10;
    private static final int QUEUE_BIND = 50 << 16 | 20;
    private static final int QOS = 60 << 16 | 10;
    private static final int CONSUME = 60 << 16 | 20;
    private static final int ACK = 60 << 16 | 80;
    private static final int REJECT = 60 << 16 | 90;

    private final AmqpSettings settings;
    private final AmqpConnection amqp;
    private volatile boolean closed;

    private AmqpLine(AmqpSettings settings, AmqpConnection amqp) {
        this.settings = settings;
        this.amqp = amqp;
    }

    static AmqpLine dial(AmqpSettings settings, Map<SecretKey, String> secrets) throws IOException {
        var url =
                settings.url()
                        .or(() -> AmqpUrl.parse(secrets.getOrDefault(settings.urlSecret().orElseThrow(), "")))
                        .orElseThrow(() ->
                                new IOException(
                                        "the Secret of urlSecret must be a URL such as amqp://rabbit.example:5672"));
        var tls = url.secure() ? Optional.of(settings.tls().orElse(TlsSettings.PLAIN)) : Optional.<TlsSettings>empty();
        var amqp = new AmqpConnection(Sockets.open(url.server(), tls, secrets));
        var line = new AmqpLine(settings, amqp);
        try {
            amqp.open(login(settings, url, secrets), url.virtualHost(), HEARTBEAT);
            line.prepare();
            return line;
        } catch (IOException e) {
            amqp.close();
            throw new IOException(url + " does not let us consume", e);
        }
    }

    private static AmqpUrl.Login login(AmqpSettings settings, AmqpUrl url, Map<SecretKey, String> secrets) {
        if (settings.username().isPresent() || settings.password().isPresent()) {
            return new AmqpUrl.Login(
                    settings.username().map(key -> secrets.getOrDefault(key, "")).orElse(""),
                    settings.password().map(key -> secrets.getOrDefault(key, "")).orElse(""));
        }
        return url.login().orElse(AmqpUrl.Login.GUEST);
    }

    private void prepare() throws IOException {
        var exchange = settings.exchange();
        call(
                new MethodWriter(EXCHANGE_DECLARE)
                        .number(0, 2)
                        .text(exchange.name())
                        .text(exchange.type())
                        .bits(false, exchange.durable(), exchange.autoDelete(), exchange.internal(), exchange.noWait())
                        .table(Value.Mapping.EMPTY),
                EXCHANGE_DECLARE,
                exchange.noWait());
        var queue = settings.queue();
        var declared =
                call(
                        new MethodWriter(QUEUE_DECLARE)
                                .number(0, 2)
                                .text(queue.name())
                                .bits(false, queue.durable(), queue.exclusive(), queue.autoDelete(), queue.noWait())
                                .table(queue.arguments()),
                        QUEUE_DECLARE,
                        queue.noWait());
        var name = declared.isPresent() ? declared.get().text() : queue.name();
        call(
                new MethodWriter(QUEUE_BIND)
                        .number(0, 2)
                        .text(name)
                        .text(exchange.name())
                        .text(exchange.routingKey())
                        .bits(settings.bindNoWait())
                        .table(Value.Mapping.EMPTY),
                QUEUE_BIND,
                settings.bindNoWait());
        var consume = settings.consume();
        if (!consume.autoAck()) {
            call(new MethodWriter(QOS).number(0, 4).number(WINDOW, 2).bits(false), QOS, false);
        }
        call(
                new MethodWriter(CONSUME)
                        .number(0, 2)
                        .text(name)
                        .text(consume.tag())
                        .bits(consume.noLocal(), consume.autoAck(), consume.exclusive(), consume.noWait())
                        .table(Value.Mapping.EMPTY),
                CONSUME,
                consume.noWait());
    }

    /// A method's answer has the number behind its own. If the manifest wants it not to be waited for, there is none; what is wrong is told
    /// by the next one.
    private Optional<Frame> call(MethodWriter method, int number, boolean noWait) throws IOException {
        if (noWait) {
            amqp.tell(method);
            return Optional.empty();
        }
        return Optional.of(amqp.call(method, number + 1));
    }

    @Override
    public void listen(Desk desk) throws IOException, InterruptedException {
        var beats = Thread.ofVirtual().name("amqp-heartbeat").start(this::beat);
        try {
            while (true) {
                var frame = amqp.read();
                frame.content().mark();
                int method = frame.type() == Frame.METHOD ? frame.method() : 0;
                frame.content().reset();
                if (method == AmqpConnection.DELIVER) {
                    take(amqp.message(frame), desk);
                } else if (method == AmqpConnection.CANCEL) {
                    throw new IOException("the queue was deleted");
                }
            }
        } finally {
            closed = true;
            beats.interrupt();
        }
    }

    private void take(AmqpMessage message, Desk desk) throws InterruptedException {
        boolean forgotten = settings.consume().autoAck();
        var complaint = settings.jsonBody() ? Payload.complaint(message.body()) : Optional.<String>empty();
        if (complaint.isPresent()) {
            desk.refuse(
                    complaint.get(),
                    forgotten
                            ? Desk.Acknowledgement.NONE
                            : () -> amqp.tell(new MethodWriter(REJECT).longNumber(message.tag()).bits(false)));
            return;
        }
        desk.take(
                new Desk.Message(payload(message), message.identity()),
                forgotten
                        ? Desk.Acknowledgement.NONE
                        : () -> amqp.tell(new MethodWriter(ACK).longNumber(message.tag()).bits(false)));
    }

    private EventData payload(AmqpMessage message) {
        var properties = message.properties();
        return new Payload()
                .with("contentType", properties.contentType())
                .with("contentEncoding", properties.contentEncoding())
                .with("deliveryMode", properties.deliveryMode())
                .with("priority", properties.priority())
                .with("correlationId", properties.correlationId())
                .with("replyTo", properties.replyTo())
                .with("expiration", properties.expiration())
                .with("messageId", properties.messageId())
                .with("timestamp", properties.timestamp())
                .with("type", properties.type())
                .with("appId", properties.appId())
                .with("exchange", message.exchange())
                .with("routingKey", message.routingKey())
                .body("body", message.body(), settings.jsonBody())
                .of(settings);
    }

    private void beat() {
        try {
            while (!closed) {
                TimeUnit.MILLISECONDS.sleep(amqp.heartbeat().dividedBy(2).toMillis());
                amqp.beat();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (IOException _) {
            // who reads finds out
        }
    }

    @Override
    public void close() {
        closed = true;
        amqp.close();
    }
}
