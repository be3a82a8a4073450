package tiphys.served.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tiphys.engine.StepReport.Ending;
import tiphys.journal.Transaction;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.InMemoryStore;
import tiphys.objects.ObjectWrite;
import tiphys.objects.ResourceTypes;
import tiphys.served.http.AnsweringServer;
import tiphys.served.http.Asking;
import tiphys.served.http.Exchange;
import tiphys.served.leaf.Said;
import tiphys.served.leaf.ServedOrder;

class PluginLeafTest {
    private static final String EXECUTE = "/api/v1/template.execute";

    private final InMemoryStore objects = new InMemoryStore();
    private final PluginLeaf leaf = new PluginLeaf(new Asking(new Exchange(Map.of())), objects);
    private final Said said = new Said();
    private AnsweringServer server;

    @BeforeEach
    void open() throws IOException {
        server = new AnsweringServer();
    }

    @AfterEach
    void close() {
        server.close();
    }

    private void announce(String name, Value annotations) {
        var json =
                Value.object(
                        "apiVersion",
                        "v1",
                        "kind",
                        "ConfigMap",
                        "metadata",
                        Value.object(
                                "name",
                                name,
                                "namespace",
                                "argo",
                                "uid",
                                "u-" + name,
                                "labels",
                                Value.object("workflows.argoproj.io/configmap-type", "ExecutorPlugin"),
                                "annotations",
                                annotations),
                        "data",
                        Value.object("sidecar.container", "name: " + name + "\nports: [{containerPort: 1}]\n"));
        create(new ApiObject(ResourceTypes.CONFIG_MAP, json));
    }

    private void create(ApiObject object) {
        objects.commit(new Transaction(Instant.EPOCH, List.of(), List.of(), List.of(new ObjectWrite.Create(object))))
                .join();
    }

    private Ending.Served run() throws InterruptedException {
        var template = Value.object("plugin", Value.object("hello", Value.object("text", "hi")));
        return leaf.run(ServedOrder.of("a1", template), said);
    }

    @Test
    void without_a_plugin_the_step_fails_in_the_agents_words() throws InterruptedException {
        assertThat(run().message()).isEqualTo("no plugin executed the template");
    }

    @Test
    void a_plugin_is_told_the_workflow_and_the_template_with_its_token_and_its_node_is_the_end()
            throws InterruptedException {
        var secret =
                Value.object(
                        "apiVersion",
                        "v1",
                        "kind",
                        "Secret",
                        "metadata",
                        Value.object("name", "token", "namespace", "argo", "uid", "u-token"),
                        "stringData",
                        Value.object("token", "t0k3n"));
        create(new ApiObject(ResourceTypes.SECRET, secret));
        announce(
                "hello",
                Value.object("tiphys.io/plugin-address", server.address(), "tiphys.io/plugin-token-secret", "token"));
        var bodies = new java.util.concurrent.CopyOnWriteArrayList<String>();
        server.at(
                EXECUTE,
                exchange -> {
                    bodies.add(
                            new String(
                                    exchange.getRequestBody().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
                    AnsweringServer.answer(
                            exchange,
                            200,
                            "{\"node\":{\"phase\":\"Succeeded\",\"message\":\"Hello!\",\"outputs\":{\"parameters\":[{\"name\":\"foo\",\"value\":\"bar\"}]}}}");
                });
        var ending = run();
        assertThat(ending.outcome()).isEqualTo(Ending.Outcome.SUCCEEDED);
        assertThat(ending.message()).isEqualTo("Hello!");
        assertThat(ending.parameters()).containsExactly(Map.entry("foo", "bar"));
        assertThat(server.asked().getFirst()).startsWith("POST " + EXECUTE).contains("authorization=Bearer t0k3n");
        assertThat(bodies.getFirst())
                .contains(
                        "\"name\":\"run-1\"",
                        "\"namespace\":\"argo\"",
                        "\"uid\":\"uid-1\"",
                        "\"hello\":{\"text\":\"hi\"}");
        assertThat(said.text()).doesNotContain("t0k3n");
    }

    @Test
    void a_plugin_that_does_no_such_template_leaves_it_to_the_next() throws IOException, InterruptedException {
        try (var second = new AnsweringServer()) {
            announce("a", Value.object("tiphys.io/plugin-address", server.address()));
            announce("b", Value.object("tiphys.io/plugin-address", second.address()));
            server.at(EXECUTE, exchange -> AnsweringServer.answer(exchange, 200, "{}"));
            second.at(
                    EXECUTE,
                    exchange ->
                            AnsweringServer.answer(
                                    exchange, 200, "{\"node\":{\"phase\":\"Failed\",\"message\":\"no\"}}"));
            var ending = run();
            assertThat(ending.outcome()).isEqualTo(Ending.Outcome.FAILED);
            assertThat(ending.message()).isEqualTo("no");
            assertThat(server.asked()).hasSize(1);
        }
    }

    @Test
    void a_plugin_is_asked_again_as_long_as_it_wants() throws InterruptedException {
        announce("a", Value.object("tiphys.io/plugin-address", server.address()));
        var times = new AtomicInteger();
        server.at(
                EXECUTE,
                exchange ->
                        AnsweringServer.answer(
                                exchange,
                                200,
                                times.incrementAndGet() < 3
                                        ? "{\"node\":{\"phase\":\"Running\"},\"requeue\":\"1ms\"}"
                                        : "{\"node\":{\"phase\":\"Succeeded\"}}"));
        assertThat(run().outcome()).isEqualTo(Ending.Outcome.SUCCEEDED);
        assertThat(times).hasValue(3);
    }

    @Test
    void a_plugin_that_runs_and_does_not_want_to_be_asked_again_fails_the_step() throws InterruptedException {
        announce("a", Value.object("tiphys.io/plugin-address", server.address()));
        server.at(EXECUTE, exchange -> AnsweringServer.answer(exchange, 200, "{\"node\":{\"phase\":\"Running\"}}"));
        assertThat(run().message()).isEqualTo("the plugin says Running, and does not want to be asked again");
    }

    @Test
    void a_refusal_of_a_plugin_is_the_end() throws InterruptedException {
        announce("a", Value.object("tiphys.io/plugin-address", server.address()));
        server.at(EXECUTE, exchange -> AnsweringServer.answer(exchange, 403, "who are you"));
        assertThat(run().message()).isEqualTo("403 Forbidden: who are you");
    }
}
