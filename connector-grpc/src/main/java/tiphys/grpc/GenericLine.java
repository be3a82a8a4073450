package tiphys.grpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import tiphys.connectors.broker.Payload;
import tiphys.connectors.line.Desk;
import tiphys.connectors.line.Desk.Acknowledgement;
import tiphys.connectors.line.Line;
import tiphys.events.source.SourceSettings.SecretKey;

/// One stream of events. The server sends as fast as they are handed in, and no faster.
final class GenericLine implements Line {
    private static final MethodDescriptor<byte[], byte[]> START =
            Target.method(MethodType.SERVER_STREAMING, "generic.Eventing", "StartEventSource");
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final int PAYLOAD = 2;

    private final Target target;
    private final ManagedChannel channel;
    private final Iterator<byte[]> events;
    private final GenericKind.Settings settings;

    private GenericLine(Target target, ManagedChannel channel, Iterator<byte[]> events, GenericKind.Settings settings) {
        this.target = target;
        this.channel = channel;
        this.events = events;
        this.settings = settings;
    }

    static GenericLine dial(GenericKind.Settings settings, Map<SecretKey, String> secrets, String event)
            throws IOException, InterruptedException {
        var target = new Target(settings.server(), settings.secure(), Optional.empty(), "");
        var channel = target.open();
        try {
            connect(channel);
            Channel named = channel;
            if (settings.token().isPresent()) {
                var headers = new Metadata();
                var token = secrets.getOrDefault(settings.token().get(), "").strip();
                headers.put(Target.header("authorization"), "Bearer " + token);
                named = ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
            }
            var request =
                    Message.of(
                            event.getBytes(StandardCharsets.UTF_8), settings.config().getBytes(StandardCharsets.UTF_8));
            var events = ClientCalls.blockingServerStreamingCall(named, START, CallOptions.DEFAULT, request);
            // Asked for what is next, a call over a broken connection says why.
            if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE && !events.hasNext()) {
                throw new IOException("it ended the events at once");
            }
            return new GenericLine(target, channel, events, settings);
        } catch (StatusRuntimeException e) {
            channel.shutdownNow();
            throw new IOException(target.words(e), e);
        } catch (IOException e) {
            channel.shutdownNow();
            throw new IOException(settings.server() + ": " + e.getMessage(), e);
        } catch (InterruptedException | RuntimeException e) {
            channel.shutdownNow();
            throw e;
        }
    }

    /// Waits until the connection stands, or is known not to.
    private static void connect(ManagedChannel channel) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        var state = channel.getState(true);
        while (state != ConnectivityState.READY && state != ConnectivityState.TRANSIENT_FAILURE) {
            var changed = new CountDownLatch(1);
            channel.notifyWhenStateChanged(state, changed::countDown);
            if (!changed.await(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                throw new IOException("it does not answer");
            }
            state = channel.getState(true);
        }
    }

    @Override
    public void listen(Desk desk) throws IOException, InterruptedException {
        try {
            while (events.hasNext()) {
                take(Message.read(events.next()).bytes(PAYLOAD), desk);
            }
        } catch (StatusRuntimeException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException();
            }
            throw new IOException(target.words(e), e);
        }
        throw new IOException(settings.server() + " ended the stream of events");
    }

    private void take(byte[] body, Desk desk) throws InterruptedException {
        var complaint = settings.jsonBody() ? Payload.complaint(body) : Optional.<String>empty();
        if (complaint.isPresent()) {
            desk.refuse(complaint.get(), Acknowledgement.NONE);
            return;
        }
        var payload = new Payload().body("body", body, settings.jsonBody()).of(settings);
        desk.take(new Desk.Message(payload, Optional.empty()), Acknowledgement.NONE);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
