package tiphys.azure;

import com.azure.messaging.servicebus.ServiceBusClientBuilder;
import com.azure.messaging.servicebus.ServiceBusReceivedMessage;
import com.azure.messaging.servicebus.ServiceBusReceiverAsyncClient;
import com.azure.messaging.servicebus.models.DeadLetterOptions;
import com.azure.messaging.servicebus.models.ServiceBusReceiveMode;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import tiphys.connectors.broker.Payload;
import tiphys.connectors.line.Desk;
import tiphys.connectors.line.Line;
import tiphys.events.source.SourceSettings.SecretKey;

/// Receives messages, each locked for us, and completes them when their events are on disk. As long as they cannot be recorded their locks
/// are renewed, for they would come again. A message that can be no event becomes a dead letter, with the reason; what is held when this
/// ends is given back.
///
/// No more is asked for than may be held: a message is asked for when another is done with.
final class ServiceBusLine implements Line {
    /// So many messages are held at most.
    static final int AT_ONCE = 100;

    private static final Logger LOG = System.getLogger(ServiceBusLine.class.getName());
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final Duration PARTING = Duration.ofSeconds(2);

    private final ServiceBusSettings settings;
    private final Duration idle;
    private final ConnectionString connection;
    private final String where;
    private final ServiceBusReceiverAsyncClient receiver;
    private volatile Arriving arriving = new Arriving(AT_ONCE);
    private final BlockingQueue<Coming> coming = new LinkedBlockingQueue<>(); // no more than was asked for
    private final Map<String, Held> held = new ConcurrentHashMap<>();
    private int telling;
    private boolean broken;
    private boolean closed;

    /// What the client brings.
    private sealed interface Coming {
        record Message(ServiceBusReceivedMessage message) implements Coming {}

        record End(Throwable why) implements Coming {}
    }

    private ServiceBusLine(
            ServiceBusSettings settings,
            Duration idle,
            ConnectionString connection,
            ServiceBusReceiverAsyncClient receiver) {
        this.settings = settings;
        this.idle = idle;
        this.connection = connection;
        this.where = connection.host() + "/" + settings.entity();
        this.receiver = receiver;
    }

    /// Connects, and looks at the first message, which is how it is found out whether that may be.
    ///
    /// @param idle a link that held for so long and ends then is made again without a word
    static ServiceBusLine dial(ServiceBusSettings settings, Map<SecretKey, String> secrets, Duration idle)
            throws IOException, InterruptedException {
        var connection =
                ConnectionString.read(settings.connection().field(), secrets.getOrDefault(settings.connection(), ""));
        var where = connection.host() + "/" + settings.entity();
        try {
            var receiver = client(connection, settings);
            try {
                var _ = AmqpCalls.await(receiver.peekMessage(), AmqpCalls.TRY);
                return new ServiceBusLine(settings, idle, connection, receiver);
            } catch (IOException | InterruptedException | RuntimeException e) {
                receiver.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            throw new IOException(where + " cannot be read: " + AmqpCalls.words(e));
        }
    }

    /// A client with a connection of its own.
    private static ServiceBusReceiverAsyncClient client(ConnectionString connection, ServiceBusSettings settings) {
        var builder =
                new ServiceBusClientBuilder()
                        .connectionString(connection.text())
                        .retryOptions(AmqpCalls.retries(AmqpCalls.TRY))
                        .receiver()
                        .receiveMode(ServiceBusReceiveMode.PEEK_LOCK)
                        .disableAutoComplete()
                        .maxAutoLockRenewDuration(Duration.ZERO)
                        .prefetchCount(0);
        var entity = settings.entity();
        return (entity.subscription().isPresent()
                        ? builder.topicName(entity.name()).subscriptionName(entity.subscription().get())
                        : builder.queueName(entity.name()))
                .buildAsyncClient();
    }

    @Override
    public void listen(Desk desk) throws IOException, InterruptedException {
        long since = System.nanoTime();
        receiver.receiveMessages().subscribe(arriving);
        while (true) {
            switch (coming.poll(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                case Coming.Message(var message) -> take(message, desk);
                case Coming.End(var why) -> {
                    if (System.nanoTime() - since < idle.toNanos()) {
                        ends();
                        throw new IOException(where + " cannot be read: " + AmqpCalls.words(why));
                    }
                    since = System.nanoTime();
                    receiveAgain();
                }
                case null -> {}
            }
            renew();
        }
    }

    /// Azure ends a link over which nothing came for ten minutes; nothing is wrong then.
    private void receiveAgain() {
        var again = new Arriving(Math.max(1, AT_ONCE - held.size()));
        synchronized (this) {
            if (closed) {
                return;
            }
            arriving = again;
        }
        receiver.receiveMessages().subscribe(again);
    }

    private void take(ServiceBusReceivedMessage message, Desk desk) throws InterruptedException {
        var body = ServiceBusMessages.body(message);
        var complaint = settings.jsonBody() && body != null ? Payload.complaint(body) : Optional.<String>empty();
        if (complaint.isPresent()) {
            desk.refuse(complaint.get(), () -> bury(message, complaint.get()));
        } else {
            desk.take(
                    new Desk.Message(
                            ServiceBusMessages.payload(message, body, settings),
                            Optional.of(ServiceBusMessages.identity(message))),
                    () -> complete(message));
        }
    }

    private void complete(ServiceBusReceivedMessage message) {
        tell(message, receiver.complete(message));
    }

    private void bury(ServiceBusReceivedMessage message, String why) {
        tell(
                message,
                receiver.deadLetter(
                        message,
                        new DeadLetterOptions()
                                .setDeadLetterReason("tiphys: body is not JSON")
                                .setDeadLetterErrorDescription(why)));
    }

    /// Tells Service Bus what becomes of a message, and waits for nothing; then another may come.
    private void tell(ServiceBusReceivedMessage message, Mono<Void> telling) {
        if (held.remove(message.getLockToken()) == null) {
            return;
        }
        telling(1);
        telling.subscribe(
                null,
                e -> {
                    LOG.log(Level.DEBUG, "{0}: a message comes again: {1}", where, AmqpCalls.words(e));
                    told();
                },
                this::told);
    }

    private void told() {
        telling(-1);
        arriving.request(1);
    }

    private synchronized void telling(int more) {
        telling += more;
        notifyAll();
    }

    private void renew() {
        long now = System.nanoTime();
        for (var one : held.values()) {
            if (now - one.renewAt >= 0) {
                one.renewAt = now + LOOK.toNanos();
                receiver.renewMessageLock(one.message)
                        .subscribe(
                                one::isLockedUntil,
                                e ->
                                        LOG.log(
                                                Level.DEBUG,
                                                "{0}: a lock was not renewed: {1}",
                                                where,
                                                AmqpCalls.words(e)));
            }
        }
    }

    private synchronized void ends() {
        broken = true;
    }

    @Override
    public void close() {
        boolean givesBack;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            givesBack = !broken;
        }
        try {
            awaitTold();
            arriving.cancel();
            receiver.close();
            if (givesBack && !held.isEmpty()) {
                giveBack();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            receiver.close();
        }
    }

    /// Gives back what is held, by another connection: over the one by which it came it would come again at once, to nobody, and stay locked.
    private void giveBack() throws InterruptedException {
        var giver = client(connection, settings);
        try {
            held.values().forEach(one -> tell(one.message, giver.abandon(one.message)));
            awaitTold();
        } finally {
            giver.close();
        }
    }

    private synchronized void awaitTold() throws InterruptedException {
        long end = System.nanoTime() + PARTING.toNanos();
        for (long left = PARTING.toNanos(); telling > 0 && left > 0; left = end - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }

    /// A message that is locked for us.
    private static final class Held {
        private final ServiceBusReceivedMessage message;
        private volatile long renewAt;

        Held(ServiceBusReceivedMessage message) {
            this.message = message;
            isLockedUntil(message.getLockedUntil());
        }

        /// It is renewed after half of the time, which is told by Azure's clock.
        void isLockedUntil(@Nullable OffsetDateTime end) {
            var left = end == null ? Duration.ZERO : Duration.between(OffsetDateTime.now(end.getOffset()), end);
            renewAt = System.nanoTime() + Math.clamp(left.toMillis() / 2, 200, 30_000) * 1_000_000L;
        }
    }

    private final class Arriving extends BaseSubscriber<ServiceBusReceivedMessage> {
        private final int first;

        /// @param first how many are asked for at the beginning
        Arriving(int first) {
            this.first = first;
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            request(first);
        }

        @Override
        protected void hookOnNext(ServiceBusReceivedMessage message) {
            held.put(message.getLockToken(), new Held(message));
            coming.add(new Coming.Message(message));
        }

        @Override
        protected void hookOnError(Throwable why) {
            coming.add(new Coming.End(why));
        }

        @Override
        protected void hookOnComplete() {
            coming.add(new Coming.End(new IOException("the server closed the connection")));
        }
    }
}
