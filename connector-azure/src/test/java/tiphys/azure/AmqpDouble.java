package tiphys.azure;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.proton.ProtonConnection;
import io.vertx.proton.ProtonReceiver;
import io.vertx.proton.ProtonSender;
import io.vertx.proton.ProtonServer;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.UnsignedLong;
import org.apache.qpid.proton.amqp.messaging.AmqpValue;
import org.apache.qpid.proton.amqp.messaging.ApplicationProperties;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.amqp.transport.ErrorCondition;
import org.apache.qpid.proton.message.Message;
import tiphys.testkit.LocalServer;

/// Speaks as Azure does with Microsoft's clients over AMQP: tokens, which are checked, and whom they let read and write. It can be killed,
/// and comes back with what it had. Everything in it is done by one thread.
abstract class AmqpDouble implements AutoCloseable {
    /// What requests to `$management` are answered with.
    record Reply(Map<String, Object> properties, Object body) {}

    final Vertx vertx =
            Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1).setInternalBlockingPoolSize(1));
    private final int port = LocalServer.freePort();
    private final List<ProtonConnection> connections = new ArrayList<>();
    private ProtonServer server;

    /// Whether there is such a thing to read from or write to.
    abstract boolean isKnown(String entity);

    /// Somebody wants to read; the link is open.
    abstract void reads(ProtonSender link, String entity);

    /// Somebody does not any more.
    abstract void leaves(ProtonSender link, String entity);

    /// Takes what somebody writes.
    abstract void take(String entity, Message message);

    /// Answers a request.
    ///
    /// @param entity whose node was asked; empty for that of the namespace
    abstract Reply manage(String entity, Message request);

    int port() {
        return port;
    }

    /// Does something on the double's thread.
    <T> T on(Supplier<T> doing) {
        var done = new CompletableFuture<T>();
        vertx.runOnContext(_ -> {
            try {
                done.complete(doing.get());
            } catch (RuntimeException | Error e) {
                done.completeExceptionally(e);
            }
        });
        return done.join();
    }

    final void start() {
        server = ProtonServer.create(vertx).connectHandler(this::connected);
        var listening = new CompletableFuture<Object>();
        server.listen(
                port,
                "127.0.0.1",
                result -> {
                    if (result.succeeded()) {
                        listening.complete("");
                    } else {
                        listening.completeExceptionally(result.cause());
                    }
                });
        listening.join();
    }

    /// Ends every connection, and takes no other.
    void kill() {
        var closed = new CompletableFuture<Object>();
        server.close(closed::complete);
        closed.join();
        drop();
    }

    /// Ends every connection.
    void drop() {
        on(() -> {
            List.copyOf(connections).forEach(ProtonConnection::disconnect);
            connections.clear();
            return "";
        });
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private void connected(ProtonConnection connection) {
        var replies = new HashMap<String, ProtonSender>();
        connections.add(connection);
        connection.setContainer("double");
        connection.openHandler(_ -> connection.open());
        connection.sessionOpenHandler(session -> {
            session.closeHandler(_ -> session.close());
            session.open();
        });
        connection.closeHandler(_ -> connection.close());
        var leaving = new ArrayList<Runnable>();
        connection.disconnectHandler(_ -> {
            connections.remove(connection);
            leaving.forEach(Runnable::run);
        });
        connection.senderOpenHandler(link -> reader(link, replies, leaving));
        connection.receiverOpenHandler(link -> writer(link, replies));
    }

    private void reader(ProtonSender link, Map<String, ProtonSender> replies, List<Runnable> leaving) {
        var entity = link.getRemoteSource().getAddress();
        link.setSource(link.getRemoteSource());
        link.setTarget(link.getRemoteTarget());
        if (entity.endsWith("$cbs") || entity.endsWith("$management")) {
            replies.put(link.getRemoteTarget().getAddress(), link);
            link.closeHandler(_ -> link.close());
            link.open();
            return;
        }
        link.setQoS(link.getRemoteQoS());
        link.setAutoSettle(false);
        link.closeHandler(_ -> {
            leaves(link, entity);
            link.close();
        });
        link.detachHandler(_ -> {
            leaves(link, entity);
            link.detach();
        });
        leaving.add(() -> leaves(link, entity));
        link.open();
        if (isKnown(entity)) {
            reads(link, entity);
        } else {
            link.setCondition(new ErrorCondition(Symbol.valueOf("amqp:not-found"), notFound(entity)));
            link.close();
        }
    }

    private static String notFound(String entity) {
        return "The messaging entity '%s' could not be found.".formatted(entity);
    }

    private void writer(ProtonReceiver link, Map<String, ProtonSender> replies) {
        var entity = link.getRemoteTarget().getAddress();
        link.setTarget(link.getRemoteTarget());
        link.setSource(link.getRemoteSource());
        link.setMaxMessageSize(UnsignedLong.valueOf(1 << 20));
        link.closeHandler(_ -> link.close());
        link.detachHandler(_ -> link.detach());
        link.handler((_, message) -> {
            if (entity.endsWith("$cbs")) {
                answer(message, replies, token(message));
            } else if (entity.endsWith("$management")) {
                answer(message, replies, manage(entity.replaceFirst("/?\\$management$", ""), message));
            } else {
                take(entity, message);
            }
        });
        link.open();
    }

    private static void answer(Message request, Map<String, ProtonSender> replies, Reply reply) {
        var answer = Proton.message();
        answer.setCorrelationId(request.getMessageId());
        answer.setApplicationProperties(new ApplicationProperties(reply.properties()));
        answer.setBody(new AmqpValue(reply.body()));
        replies.get(request.getReplyTo()).send(answer);
    }

    private Reply token(Message request) {
        var token = (String) ((AmqpValue) request.getBody()).getValue();
        var name = (String) request.getApplicationProperties().getValue().get("name");
        var entity = URI.create(name).getPath().replaceFirst("^/", "").replaceFirst("/\\$management$", "");
        int status = !isSigned(token) ? 401 : !isKnown(entity) ? 404 : 202;
        var words =
                switch (status) {
                    case 401 -> "InvalidSignature: The token has an invalid signature.";
                    case 404 -> notFound(entity);
                    default -> "Accepted";
                };
        return new Reply(Map.of("status-code", status, "status-description", words), null);
    }

    private static boolean isSigned(String token) {
        var parts = new HashMap<String, String>();
        for (var part : token.substring(token.indexOf(' ') + 1).split("&", -1)) {
            parts.put(part.substring(0, part.indexOf('=')), part.substring(part.indexOf('=') + 1));
        }
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec("the key".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            var signed = (parts.get("sr") + "\n" + parts.get("se")).getBytes(StandardCharsets.UTF_8);
            return Base64.getEncoder()
                    .encodeToString(mac.doFinal(signed))
                    .equals(URLDecoder.decode(parts.get("sig"), StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static Message message(String body) {
        var message = Proton.message();
        message.setBody(new Data(new Binary(body.getBytes(StandardCharsets.UTF_8))));
        return message;
    }

    static String body(Message message) {
        var body = ((Data) message.getBody()).getValue();
        return new String(body.getArray(), body.getArrayOffset(), body.getLength(), StandardCharsets.UTF_8);
    }
}
