package tiphys.connectors.gcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import tiphys.connectors.line.LineSource;
import tiphys.events.Arrival;
import tiphys.events.Examples;
import tiphys.events.source.Source;
import tiphys.events.source.SourceContract;
import tiphys.events.source.SourceFields;
import tiphys.events.source.SourceState;
import tiphys.events.source.SourceWorld;
import tiphys.events.spec.Fields;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.testkit.Eventually;
import tiphys.testkit.LocalServer;

/// What happens is that a message is published to a topic of Google's emulator.
class PubSubContractTest extends SourceContract {
    private static final Path EMULATOR = Path.of("/usr/lib/google-cloud-sdk/platform/pubsub-emulator/lib");

    @TempDir static Path directory;
    private static LocalServer server;

    private String topic = "";
    private String more = "";

    PubSubContractTest() {
        super(Thread::startVirtualThread);
    }

    @BeforeAll
    static void open() throws IOException {
        assumeTrue(Files.isDirectory(EMULATOR), "there is no " + EMULATOR);
        try (var jars = Files.list(EMULATOR)) {
            var jar = jars.filter(file -> file.toString().endsWith("-all.jar")).findFirst();
            assumeTrue(jar.isPresent(), "there is no emulator in " + EMULATOR);
            int port = LocalServer.freePort();
            var java = Path.of(System.getProperty("java.home"), "bin/java").toString();
            server =
                    new LocalServer(
                                    List.of(
                                            java,
                                            "-Xmx128m",
                                            "-jar",
                                            jar.get().toString(),
                                            "--host=127.0.0.1",
                                            "--port=" + port),
                                    Map.of(),
                                    directory,
                                    port)
                            .start();
        }
    }

    @AfterAll
    static void end() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void named(TestInfo info) {
        topic = info.getTestMethod().orElseThrow().getName();
    }

    private PubSubKind kind() {
        return new PubSubKind(Duration.ofSeconds(10), Optional.of("127.0.0.1:" + server.port()));
    }

    @Override
    protected Source start() {
        var kind = kind();
        return world.start(kind, SourceWorld.read(kind, "{projectID: p, topic: %s%s}".formatted(topic, more)));
    }

    @Override
    protected Source begin() {
        var source = super.begin();
        Eventually.within(SOON, "it listens", () -> ((LineSource) source).isConnected());
        return source;
    }

    @Override
    protected void happen(int n) {
        publish(Value.object("data", encoded(Integer.toString(n))));
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private void publish(Value.Mapping message) {
        var body = Json.write(Value.object("messages", List.of(message)));
        var uri = "http://127.0.0.1:" + server.port() + "/v1/projects/p/topics/" + topic + ":publish";
        try (var http = HttpClient.newHttpClient()) {
            var request =
                    HttpRequest.newBuilder(URI.create(uri))
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build();
            var response = http.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    protected int number(Arrival arrival) {
        var body = arrival.payload().value().textAt("body").orElseThrow();
        return Integer.parseInt(new String(Base64.getDecoder().decode(body), StandardCharsets.UTF_8));
    }

    @Override
    protected boolean remembers() {
        return true;
    }

    @Override
    protected boolean keepsOrder() {
        return false;
    }

    private List<String> payloads(int count) {
        Eventually.within(
                SOON,
                count + " have come in",
                () -> {
                    pass();
                    return world.recorded().size() >= count;
                });
        return world.recorded().stream().map(one -> one.payload().text()).toList();
    }

    @Test
    void a_message_has_its_attributes_and_its_time() {
        more = ", metadata: {k: v}";
        begin();
        publish(Value.object("data", encoded("{\"a\": 1}"), "attributes", Map.of("y", "2", "x", "1")));
        assertThat(payloads(1).getFirst())
                .matches(
                        "\\{\"id\":\"\\d+\",\"body\":\"eyJhIjogMX0=\",\"attributes\":\\{\"x\":\"1\",\"y\":\"2\"},"
                                + "\"publishTime\":\"2\\d{3}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d(\\.\\d+)? \\+0000 UTC\","
                                + "\"metadata\":\\{\"k\":\"v\"}}");
        assertThat(world.recorded().getFirst().identity().orElseThrow()).matches("pubSub \\d+");
        assertThat(world.recorded().getFirst().type()).isEqualTo("pubsub");
    }

    @Test
    void what_is_no_json_is_counted_and_left() {
        more = ", jsonBody: true";
        var source = begin();
        publish(Value.object("data", encoded("nonsense")));
        publish(Value.object("data", encoded("2")));
        assertThat(payloads(1).getFirst()).contains("\"body\":2,\"attributes\":null,");
        assertThat(source.refusals().orElseThrow().message()).startsWith("a message is not JSON");
    }

    @Test
    void a_subscription_that_is_not_there_is_told() {
        var kind = kind();
        var source = world.start(kind, SourceWorld.read(kind, "{projectID: p, subscriptionID: none}"));
        Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
        assertThat(source.state().problem().orElseThrow())
                .contains("projects/p/subscriptions/none: 404 Subscription does not exist");
        source.close();
    }

    @Test
    void what_cannot_be_is_told() {
        assertThat(read("{projectID: 'a/b'}"))
                .containsExactly(
                        "spec needs a topic, a subscriptionID, or both of them",
                        "spec.projectID must be a name of Google Cloud, not \"a/b\"");
    }

    private List<String> read(String yaml) {
        var found = new ArrayList<Diagnostic>();
        var none = new Fields(Value.Mapping.EMPTY, "metadata.annotations", found);
        new PubSubKind(Duration.ofSeconds(10), Optional.empty())
                .read(new SourceFields("event", new Fields(Examples.yaml(yaml), "spec", found), none, new HashMap<>()));
        return found.stream().map(Diagnostic::message).toList();
    }
}
