package tiphys.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.TlsServerCredentials;
import io.grpc.okhttp.OkHttpServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.KeyManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.events.action.ActionWorld;
import tiphys.events.action.Answer;
import tiphys.events.action.Request;
import tiphys.events.action.TriggerContract;
import tiphys.events.action.TriggerFailed;
import tiphys.events.action.TriggerKind;
import tiphys.manifest.Value;

/// A server that takes no firing twice: it knows them by the key that goes along.
class CustomContractTest extends TriggerContract {
    private static final Context.Key<String> KEY = Context.key("idempotency-key");

    private final CustomTrigger kind = new CustomTrigger();
    private final List<String> taken = new ArrayList<>();
    private final List<String> resources = new ArrayList<>();
    private final Set<String> keys = new HashSet<>();
    private volatile CountDownLatch hold = new CountDownLatch(0);
    private volatile String resource = "{\"kind\":\"PipelineRun\",\"spec\":\"%s\"}";
    private volatile byte[] policy = new byte[] {8, 1};
    private volatile Status failure = Status.OK;
    private Server server;
    private int port;

    @BeforeEach
    void open() throws IOException {
        serve(InsecureServerCredentials.create());
    }

    private void serve(ServerCredentials credentials) throws IOException {
        var service =
                ServerServiceDefinition.builder("triggers.Trigger")
                        .addMethod(method("FetchResource"), ServerCalls.asyncUnaryCall(this::fetch))
                        .addMethod(method("Execute"), ServerCalls.asyncUnaryCall(this::execute))
                        .addMethod(method("ApplyPolicy"), ServerCalls.asyncUnaryCall(this::applyPolicy))
                        .build();
        server =
                OkHttpServerBuilder.forPort(port, credentials)
                        .addService(ServerInterceptors.intercept(service, new Keys()))
                        .build()
                        .start();
        port = server.getPort();
    }

    private static io.grpc.MethodDescriptor<byte[], byte[]> method(String name) {
        return Target.method(MethodType.UNARY, "triggers.Trigger", name);
    }

    @AfterEach
    void shut() {
        hold.countDown();
        server.shutdownNow();
    }

    private static final class Keys implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            var key = headers.get(Target.header("idempotency-key"));
            return Contexts.interceptCall(Context.current().withValue(KEY, key), call, headers, next);
        }
    }

    private static void answer(StreamObserver<byte[]> observer, byte[] message) {
        observer.onNext(message);
        observer.onCompleted();
    }

    private void fetch(byte[] request, StreamObserver<byte[]> observer) {
        try {
            hold.await();
            var spec = Message.read(request).text(1).strip();
            answer(observer, Message.of(resource.formatted(spec).getBytes(StandardCharsets.UTF_8)));
        } catch (IOException | InterruptedException e) {
            observer.onError(Status.INTERNAL.asRuntimeException());
        }
    }

    private synchronized void execute(byte[] request, StreamObserver<byte[]> observer) {
        if (!failure.isOk()) {
            observer.onError(failure.asRuntimeException());
            return;
        }
        try {
            var read = Message.read(request);
            if (keys.add(KEY.get())) {
                resources.add(read.text(1));
                taken.add(read.text(2));
            }
            answer(observer, Message.of("made".getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            observer.onError(Status.INTERNAL.asRuntimeException());
        }
    }

    private void applyPolicy(byte[] request, StreamObserver<byte[]> observer) {
        answer(observer, policy);
    }

    @Override
    protected TriggerKind kind() {
        return kind;
    }

    @Override
    protected Value.Mapping block() {
        return Value.object("serverURL", "localhost:" + port, "spec", Value.object("url", "u"));
    }

    @Override
    protected synchronized List<String> taken() {
        return List.copyOf(taken);
    }

    @Override
    protected void stopServer() throws InterruptedException {
        server.shutdownNow().awaitTermination();
    }

    @Override
    protected void startServer() throws IOException {
        serve(InsecureServerCredentials.create());
    }

    @Override
    protected AutoCloseable hang() {
        var latch = new CountDownLatch(1);
        hold = latch;
        return latch::countDown;
    }

    private Answer fire(Value.Mapping block, Request.Puts puts) throws Exception {
        return kind.fire(ActionWorld.firing(1), new Request(block, payload(1), Map.of(), puts, world));
    }

    @Test
    void parameters_go_into_the_resource_that_the_server_makes_of_the_spec() throws Exception {
        var answer = fire(block(), object -> object.with("name", "bert"));
        assertThat(resources).containsExactly("{\"kind\":\"PipelineRun\",\"spec\":\"url: u\",\"name\":\"bert\"}");
        assertThat(answer).isEqualTo(new Answer("executed", "made"));
    }

    @Test
    void a_resource_that_is_no_object_is_handed_on_as_it_is_if_there_are_no_parameters() throws Exception {
        resource = "apiVersion: v1";
        fire(1);
        assertThat(resources).containsExactly("apiVersion: v1");
        assertThatThrownBy(() -> fire(block(), object -> object.with("a", "b")))
                .isInstanceOf(TriggerFailed.class)
                .hasMessageContaining("is no object in JSON");
    }

    @Test
    void what_the_server_says_of_its_policy_is_kept() throws Exception {
        policy = Message.of(new byte[0], "not ready".getBytes(StandardCharsets.UTF_8));
        assertThat(fire(1).status()).isEqualTo("executed; not ready");
    }

    @Test
    void what_it_refuses_is_in_vain_and_what_passes_is_tried_again() {
        failure = Status.INVALID_ARGUMENT.withDescription("no such pipeline");
        assertThatThrownBy(() -> fire(1))
                .isInstanceOfSatisfying(
                        TriggerFailed.class,
                        failed -> assertThat(failed.again()).isEqualTo(TriggerFailed.Again.IS_IN_VAIN))
                .hasMessage("Execute: localhost:" + port + " says INVALID_ARGUMENT no such pipeline");
        failure = Status.RESOURCE_EXHAUSTED;
        assertThatThrownBy(() -> fire(1))
                .isInstanceOfSatisfying(
                        TriggerFailed.class,
                        failed -> assertThat(failed.again()).isEqualTo(TriggerFailed.Again.MAY_HELP));
    }

    @TempDir Path scratch;

    @Test
    void over_tls_the_server_must_have_the_name_and_the_authority_that_the_manifest_says() throws Exception {
        var store = scratch.resolve("server.p12");
        var keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                                "-genkeypair",
                                "-alias",
                                "server",
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=far",
                                "-ext",
                                "SAN=dns:far.example",
                                "-keystore",
                                store.toString(),
                                "-storepass",
                                "secret",
                                "-storetype",
                                "PKCS12")
                        .inheritIO()
                        .start();
        assertThat(keytool.waitFor()).isZero();
        var keys = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(store)) {
            keys.load(in, "secret".toCharArray());
        }
        var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, "secret".toCharArray());
        stopServer();
        serve(TlsServerCredentials.newBuilder().keyManager(managers.getKeyManagers()).build());
        var pem = Base64.getMimeEncoder().encodeToString(keys.getCertificate("server").getEncoded());
        world.put("s", "ca", "-----BEGIN CERTIFICATE-----\n" + pem + "\n-----END CERTIFICATE-----\n");
        var secure =
                block().with("secure", Value.bool(true)).with("certSecret", Value.object("name", "s", "key", "ca"));
        fire(secure.with("serverNameOverride", "far.example"), object -> object);
        assertThat(taken()).hasSize(1);
        assertThatThrownBy(() -> fire(secure, object -> object)).isInstanceOf(IOException.class);
    }
}
