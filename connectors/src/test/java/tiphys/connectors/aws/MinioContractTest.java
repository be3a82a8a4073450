package tiphys.connectors.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tiphys.connectors.line.LineSource;
import tiphys.events.Arrival;
import tiphys.events.source.Source;
import tiphys.events.source.SourceContract;
import tiphys.events.source.SourceSettings.SecretKey;
import tiphys.events.source.SourceState;
import tiphys.events.source.SourceWorld;
import tiphys.testkit.Eventually;

/// What happens is that a server which speaks as MinIO tells of an object. There is no MinIO to be had from a package.
class MinioContractTest extends SourceContract {
    private final MinioKind kind = new MinioKind();
    private final List<HttpExchange> listening = new CopyOnWriteArrayList<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private int port;
    private int status = 200;
    private String more = "";

    MinioContractTest() {
        super(Thread::startVirtualThread);
    }

    @BeforeEach
    void open() throws IOException {
        serve(0);
    }

    private void serve(int on) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), on), 5);
        port = server.getAddress().getPort();
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        asked.add(exchange.getRequestURI() + " " + exchange.getRequestHeaders().getFirst("Authorization"));
        if (status != 200) {
            var error = "<Error><Code>SignatureDoesNotMatch</Code><Message>It does not.</Message></Error>";
            exchange.sendResponseHeaders(status, error.length());
            exchange.getResponseBody().write(error.getBytes(StandardCharsets.UTF_8));
            exchange.close();
            return;
        }
        exchange.sendResponseHeaders(200, 0);
        write(exchange, "{\"Records\":null}\n");
        listening.add(exchange);
    }

    private static void write(HttpExchange exchange, String line) {
        try {
            exchange.getResponseBody().write(line.getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterEach
    void end() {
        server.stop(0);
    }

    @Override
    protected Source start() {
        var settings =
                SourceWorld.read(
                        kind,
                        "{endpoint: '127.0.0.1:%d', insecure: true, bucket: {name: models}, events: ['s3:ObjectCreated:*'], accessKey: {name: a, key: k}, secretKey: {name: a, key: s}%s}"
                                .formatted(port, more));
        var secrets = new HashMap<SecretKey, String>();
        settings.secrets().forEach(key -> secrets.put(key, "the-" + key.key()));
        return world.start(kind, settings, secrets);
    }

    @Override
    protected Source begin() {
        listening.clear();
        var source = super.begin();
        Eventually.within(SOON, "it listens", () -> !listening.isEmpty() && ((LineSource) source).isConnected());
        return source;
    }

    @Override
    protected void happen(int n) {
        tell(
                """
                {"EventName":"s3:ObjectCreated:Put","Key":"models/f%1$d","Records":[{"eventVersion":"2.0","eventName":"s3:ObjectCreated:Put","s3":{"bucket":{"name":"models"},"object":{"key":"f%1$d","size":5,"sequencer":"S%1$d"}}}]}
                """
                        .formatted(n));
    }

    private void tell(String line) {
        for (var one : listening) {
            try {
                write(one, line);
            } catch (UncheckedIOException _) {
                listening.remove(one); // it does not listen any more
            }
        }
    }

    @Override
    protected int number(Arrival arrival) {
        var identity = arrival.identity().orElseThrow();
        return Integer.parseInt(identity.substring(identity.lastIndexOf(" f") + 2));
    }

    @Override
    protected boolean remembers() {
        return false;
    }

    private List<String> payloads(int count) {
        Eventually.within(SOON, count + " have come in", () -> world.recorded().size() >= count);
        return world.recorded().stream().map(one -> one.payload().text()).toList();
    }

    @Test
    void a_notification_has_what_happened_and_no_more() {
        more = ", filter: {prefix: 'in/', suffix: .csv}, metadata: {k: v}";
        begin();
        tell(" ");
        happen(1);
        assertThat(payloads(1))
                .containsExactly(
                        """
                        {"notification":[{"eventVersion":"2.0","eventName":"s3:ObjectCreated:Put","s3":{"bucket":{"name":"models"},"object":{"key":"f1","size":5,"sequencer":"S1"}}}],"metadata":{"k":"v"}}\
                        """);
        assertThat(asked.getLast())
                .startsWith(
                        "/models?ping=2&events=s3%3AObjectCreated%3A%2A&prefix=in%2F&suffix=.csv AWS4-HMAC-SHA256"
                                + " Credential=the-k/")
                .contains("/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, ");
    }

    @Test
    void what_is_no_notification_is_turned_away() {
        var source = begin();
        tell("nonsense\n");
        happen(1);
        payloads(1);
        assertThat(source.refusals().orElseThrow().message()).startsWith("a notification is not JSON");
    }

    @Test
    void what_the_server_does_not_allow_is_told_in_its_words() {
        status = 403;
        var source = start();
        Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
        assertThat(source.state().problem().orElseThrow())
                .endsWith(
                        "does not let us listen: 127.0.0.1:" + port + " says 403 SignatureDoesNotMatch: It does not.");
        status = 200;
        Eventually.within(SOON, "it listens", () -> ((LineSource) source).isConnected());
        source.close();
    }

    @Test
    void a_server_that_goes_and_comes_back_is_heard_again() throws IOException {
        var source = begin();
        happen(1);
        payloads(1);
        server.stop(0);
        Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
        listening.clear();
        serve(port);
        Eventually.within(SOON, "it listens", () -> !listening.isEmpty() && ((LineSource) source).isConnected());
        happen(2);
        payloads(2);
    }
}
