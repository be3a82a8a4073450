package tiphys.served.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
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
import tiphys.served.leaf.Said;
import tiphys.served.leaf.ServedOrder;

class HttpLeafTest {
    private final InMemoryStore objects = new InMemoryStore();
    private final HttpLeaf leaf = new HttpLeaf(new Exchange(Map.of()), HeaderSecrets.in(objects));
    private final Said said = new Said();
    private AnsweringServer server;
    private AnsweringServer elsewhere;

    @BeforeEach
    void open() throws IOException {
        server =
                new AnsweringServer()
                        .at("/fine", exchange -> AnsweringServer.answer(exchange, 200, "a body"))
                        .at("/busy", exchange -> AnsweringServer.answer(exchange, 503, "too busy"))
                        .at(
                                "/echo",
                                exchange ->
                                        AnsweringServer.answer(
                                                exchange,
                                                200,
                                                new String(
                                                        exchange.getRequestBody().readAllBytes(),
                                                        StandardCharsets.UTF_8)));
        elsewhere = new AnsweringServer().at("/", exchange -> AnsweringServer.answer(exchange, 200, "elsewhere"));
    }

    @AfterEach
    void close() {
        server.close();
        elsewhere.close();
    }

    private Ending.Served run(Object... http) throws InterruptedException {
        return leaf.run(ServedOrder.of("a1", Value.object("http", Value.object(http))), said);
    }

    private void secret(String name, String key, String value) {
        var json =
                Value.object(
                        "apiVersion",
                        "v1",
                        "kind",
                        "Secret",
                        "metadata",
                        Value.object("name", name, "namespace", "argo", "uid", "u-" + name),
                        "stringData",
                        Value.object(key, value));
        var write = new ObjectWrite.Create(new ApiObject(ResourceTypes.SECRET, json));
        objects.commit(new Transaction(Instant.EPOCH, List.of(), List.of(), List.of(write))).join();
    }

    private static Value header(String name, String secret, String key) {
        return Value.object(
                "name", name, "valueFrom", Value.object("secretKeyRef", Value.object("name", secret, "key", key)));
    }

    @Test
    void the_body_of_an_answer_is_the_result() throws InterruptedException {
        var ending = run("url", server.address() + "/fine");
        assertThat(ending.outcome()).isEqualTo(Ending.Outcome.SUCCEEDED);
        assertThat(ending.result()).contains("a body");
        assertThat(server.asked().getFirst()).startsWith("GET /fine ").doesNotContain("content-length");
    }

    @Test
    void an_answer_that_is_no_2xx_fails_and_its_body_is_the_result() throws InterruptedException {
        var ending = run("url", server.address() + "/busy");
        assertThat(ending.outcome()).isEqualTo(Ending.Outcome.FAILED);
        assertThat(ending.message()).isEqualTo("received non-2xx response code: 503");
        assertThat(ending.result()).contains("too busy");
    }

    @Test
    void a_condition_decides_alone() throws InterruptedException {
        assertThat(run("url", server.address() + "/busy", "successCondition", "response.statusCode == 503").outcome())
                .isEqualTo(Ending.Outcome.SUCCEEDED);
        assertThat(run("url", server.address() + "/fine", "successCondition", "response.statusCode == 503").message())
                .isEqualTo("successCondition 'response.statusCode == 503' evaluated false");
        assertThat(
                        run("url", server.address() + "/fine", "successCondition", "response.body contains 'body'")
                                .message())
                .isEmpty();
    }

    @Test
    void a_condition_that_is_no_condition_fails_without_a_result() throws InterruptedException {
        var text = run("url", server.address() + "/fine", "successCondition", "'yes'");
        assertThat(text.message()).isEqualTo("unable to cast expression result 'yes' to bool");
        assertThat(text.result()).isEmpty();
        assertThat(run("url", server.address() + "/fine", "successCondition", "1 + 1").message())
                .isEqualTo("unable to cast expression result '%!s(int=2)' to bool");
        assertThat(
                        run(
                                        "url",
                                        server.address() + "/fine",
                                        "successCondition",
                                        "response.headers['X-None'][0] == ''")
                                .message())
                .startsWith(
                        "unable to evaluate expression 'response.headers['X-None'][0] == ''': index out of range: 0 (array length is 0)");
        assertThat(run("url", server.address() + "/fine", "successCondition", "nope").message())
                .startsWith("unknown name nope (1:1)");
    }

    @Test
    void a_body_is_sent_with_its_method() throws InterruptedException {
        assertThat(run("url", server.address() + "/echo", "method", "POST", "body", "hello").result())
                .contains("hello");
        assertThat(
                        run(
                                        "url",
                                        server.address() + "/echo",
                                        "method",
                                        "PUT",
                                        "bodyFrom",
                                        Value.object("bytes", "aGk="))
                                .result())
                .contains("hi");
    }

    @Test
    void a_header_from_a_secret_is_sent_and_shown_to_nobody() throws InterruptedException {
        secret("tokens", "t", "s3cr3t");
        server.at("/reflect", exchange -> AnsweringServer.answer(exchange, 200, "you said s3cr3t"));
        run("url", server.address() + "/reflect", "headers", List.of(header("Authorization", "tokens", "t")));
        assertThat(server.asked().getFirst()).contains("authorization=s3cr3t");
        assertThat(said.text()).contains("Authorization: ***").doesNotContain("s3cr3t");
    }

    @Test
    void a_secret_that_is_not_there_fails_the_step() throws InterruptedException {
        var headers = List.of(header("A", "tokens", "t"));
        assertThat(run("url", server.address() + "/fine", "headers", headers).message())
                .isEqualTo("secrets \"tokens\" not found");
        secret("tokens", "other", "x");
        assertThat(run("url", server.address() + "/fine", "headers", headers).message())
                .isEqualTo("secret 'tokens' does not have the key 't'");
    }

    @Test
    void what_came_from_a_secret_is_not_sent_where_a_redirect_leads() throws InterruptedException {
        secret("tokens", "t", "s3cr3t");
        server.at("/away", exchange -> AnsweringServer.redirect(exchange, 302, elsewhere.address() + "/there"))
                .at("/near", exchange -> AnsweringServer.redirect(exchange, 302, "/fine"));
        var headers =
                List.of(header("X-Token", "tokens", "t"), Value.object("name", "X-Plain", "value", "for everybody"));
        run("url", server.address() + "/away", "headers", headers);
        assertThat(elsewhere.asked().getFirst()).contains("x-plain=for everybody").doesNotContain("s3cr3t");
        run("url", server.address() + "/near", "headers", headers);
        assertThat(server.asked().getLast()).startsWith("GET /fine").contains("x-token=s3cr3t");
    }

    @Test
    void a_redirect_of_a_post_becomes_a_get_or_stays_what_it_was_as_its_code_says() throws InterruptedException {
        server.at("/see-other", exchange -> AnsweringServer.redirect(exchange, 303, "/echo"))
                .at("/moved", exchange -> AnsweringServer.redirect(exchange, 307, "/echo"));
        assertThat(run("url", server.address() + "/see-other", "method", "POST", "body", "b").result()).contains("");
        assertThat(server.asked().getLast()).startsWith("GET /echo");
        assertThat(run("url", server.address() + "/moved", "method", "POST", "body", "b").result()).contains("b");
        assertThat(server.asked().getLast()).startsWith("POST /echo");
    }

    @Test
    void redirects_without_end_are_ended() throws InterruptedException {
        server.at("/round", exchange -> AnsweringServer.redirect(exchange, 302, "/round"));
        assertThat(run("url", server.address() + "/round").message())
                .isEqualTo("Get \"/round\": stopped after 10 redirects");
    }

    @Test
    void a_host_header_says_to_whom_the_request_is() throws InterruptedException {
        run(
                "url",
                server.address() + "/fine",
                "headers",
                List.of(Value.object("name", "Host", "value", "example.org")));
        assertThat(server.asked().getFirst()).contains("host=example.org");
    }

    @Test
    void a_request_without_an_answer_fails_in_gos_words() throws IOException, InterruptedException {
        elsewhere.close();
        assertThat(run("url", elsewhere.address() + "/x").message())
                .isEqualTo(
                        "Get \"%s/x\": dial tcp %s: connect: connection refused"
                                .formatted(elsewhere.address(), elsewhere.address().substring("http://".length())));
        assertThat(run("url", "ftp://x/y").message())
                .isEqualTo("Get \"ftp://x/y\": unsupported protocol scheme \"ftp\"");
        assertThat(run("url", "http://user:pw@127.0.0.1:1/x").message()).contains("user:***@").doesNotContain("pw@");
    }

    @Test
    void a_request_that_takes_longer_than_it_may_fails() throws InterruptedException {
        var never = new CountDownLatch(1);
        server.at(
                "/slow",
                exchange -> {
                    try (exchange) {
                        never.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
        assertThat(run("url", server.address() + "/slow", "timeoutSeconds", 1).message())
                .isEqualTo("Get \"" + server.address() + "/slow\": context deadline exceeded");
        never.countDown();
    }

    @Test
    void an_answer_that_is_too_long_fails() throws InterruptedException {
        server.at(
                "/endless",
                exchange -> {
                    try (exchange) {
                        exchange.sendResponseHeaders(200, 0);
                        var piece = new byte[1 << 20];
                        for (int i = 0; i < 20; i++) {
                            exchange.getResponseBody().write(piece);
                        }
                    }
                });
        var ending = run("url", server.address() + "/endless");
        assertThat(ending.outcome()).isEqualTo(Ending.Outcome.FAILED);
        assertThat(ending.message()).endsWith("the body of the answer is longer than 16 MiB");
        assertThat(ending.result()).isEqualTo(Optional.empty());
    }
}
