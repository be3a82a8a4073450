package tiphys.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.okhttp.OkHttpServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tiphys.events.Arrival;
import tiphys.events.source.Source;
import tiphys.events.source.SourceContract;
import tiphys.events.source.SourceSettings.SecretKey;
import tiphys.events.source.SourceState;
import tiphys.events.source.SourceWorld;
import tiphys.testkit.Eventually;

/// What happens is that the server sends an event to whoever listens.
class GenericContractTest extends SourceContract {
    private final GenericKind kind = new GenericKind();
    private final List<StreamObserver<byte[]>> listeners = new ArrayList<>();
    private final List<String> asked = new ArrayList<>();
    private String more = "";
    private String token = "t0k3n";
    private Server server;
    private int port;

    GenericContractTest() {
        super(Thread::startVirtualThread);
    }

    @BeforeEach
    void open() throws IOException {
        serve(0);
    }

    private void serve(int at) throws IOException {
        var method = Target.method(MethodType.SERVER_STREAMING, "generic.Eventing", "StartEventSource");
        var service =
                ServerServiceDefinition.builder("generic.Eventing")
                        .addMethod(method, ServerCalls.asyncServerStreamingCall(this::listen))
                        .build();
        server =
                OkHttpServerBuilder.forPort(at, InsecureServerCredentials.create())
                        .addService(ServerInterceptors.intercept(service, new Door()))
                        .build()
                        .start();
        port = server.getPort();
    }

    @AfterEach
    void shut() {
        server.shutdownNow();
    }

    private static final class Door implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            if ("Bearer t0k3n".equals(headers.get(Target.header("authorization")))) {
                return next.startCall(call, headers);
            }
            call.close(Status.UNAUTHENTICATED.withDescription("who are you?"), new Metadata());
            return new ServerCall.Listener<>() {};
        }
    }

    private synchronized void listen(byte[] request, StreamObserver<byte[]> listener) {
        try {
            var read = Message.read(request);
            asked.add(read.text(1) + " " + read.text(2));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        ((ServerCallStreamObserver<byte[]>) listener).setOnCancelHandler(() -> gone(listener));
        listeners.add(listener);
    }

    private synchronized void gone(StreamObserver<byte[]> listener) {
        listeners.remove(listener);
    }

    private synchronized boolean isHeard() {
        return !listeners.isEmpty();
    }

    private synchronized void send(String body) {
        var event = Message.of("event".getBytes(StandardCharsets.UTF_8), body.getBytes(StandardCharsets.UTF_8));
        listeners.forEach(listener -> listener.onNext(event));
    }

    @Override
    protected Source start() {
        var yaml =
                "{url: 'localhost:%d', insecure: true, config: 'k: v', authSecret: {name: s, key: t}%s}"
                        .formatted(port, more);
        var settings = SourceWorld.read(kind, yaml);
        return world.start(kind, settings, Map.of(new SecretKey("spec.generic.event.authSecret", "s", "t"), token));
    }

    @Override
    protected Source begin() {
        Eventually.within(SOON, "the one before is gone", () -> !isHeard());
        var source = super.begin();
        Eventually.within(SOON, "it listens", this::isHeard);
        return source;
    }

    @Override
    protected void happen(int n) {
        send(Integer.toString(n));
    }

    @Override
    protected int number(Arrival arrival) {
        var body = arrival.payload().value().textAt("body").orElseThrow();
        return Integer.parseInt(new String(Base64.getDecoder().decode(body), StandardCharsets.UTF_8));
    }

    @Override
    protected boolean remembers() {
        return false;
    }

    @Test
    void the_server_is_told_which_event_and_its_config_and_the_payload_is_argos() {
        more = ", jsonBody: true, metadata: {k: v}";
        begin();
        assertThat(asked).containsExactly("event k: v");
        send("{\"b\":1,\"a\":2}");
        Eventually.within(SOON, "it has come in", () -> !world.recorded().isEmpty());
        assertThat(world.recorded().getFirst().payload().text())
                .isEqualTo("{\"body\":{\"b\":1,\"a\":2},\"metadata\":{\"k\":\"v\"}}");
        assertThat(world.recorded().getFirst().type()).isEqualTo("generic");
    }

    @Test
    void what_is_not_json_is_counted() {
        more = ", jsonBody: true";
        var source = begin();
        send("no");
        Eventually.within(SOON, "it is counted", () -> source.refusals().isPresent());
        assertThat(world.recorded()).isEmpty();
    }

    @Test
    void a_server_that_goes_and_comes_back_is_heard_again() throws Exception {
        var source = begin();
        server.shutdownNow().awaitTermination();
        var why = "localhost:" + port + " says UNAVAILABLE";
        Eventually.within(SOON, "it says so", () -> source.state().problem().orElse("").contains(why));
        Eventually.within(SOON, "nobody is heard", () -> !isHeard());
        serve(port);
        Eventually.within(SOON, "it listens", this::isHeard);
        happen(1);
        Eventually.within(SOON, "it has come in", () -> !world.recorded().isEmpty());
        Eventually.within(SOON, "it runs", () -> source.state() instanceof SourceState.Running);
    }

    @Test
    void a_wrong_token_is_told_without_it_and_a_right_one_works() {
        token = "wr0ng";
        try (var source = start()) {
            Eventually.within(
                    SOON,
                    "it says so",
                    () -> source.state().problem().orElse("").contains("UNAUTHENTICATED who are you?"));
            assertThat(source.state().problem().orElse("")).doesNotContain("wr0ng");
        }
        token = "t0k3n";
        begin();
    }
}
