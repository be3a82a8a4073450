package tiphys.connectors.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.events.hook.Hook;
import tiphys.events.hook.Registrar.Occasion;
import tiphys.events.source.SourceSettings.SecretKey;
import tiphys.manifest.Value;
import tiphys.testkit.LocalServer;

/// Subscriptions at moto, which takes them as confirmed.
class SnsHooksTest {
    private static final String TOPIC = "arn:aws:sns:us-east-1:123456789012:models";
    private static final String URL = "https://hooks.example/sns?a=1&b=2";

    @TempDir static Path directory;
    private static LocalServer moto;

    @BeforeAll
    static void open() throws Exception {
        var python = RealSqs.cache().resolve("moto-5.2.1/bin/python");
        assumeTrue(Files.isExecutable(python), "there is no " + python);
        int port = LocalServer.freePort();
        var command = List.of(python.toString(), "-m", "moto.server", "-H", "127.0.0.1", "-p", Integer.toString(port));
        moto = new LocalServer(command, Map.of(), directory, port).start();
        query(Map.of("Action", "CreateTopic", "Name", "models"));
    }

    @AfterAll
    static void close() {
        if (moto != null) {
            moto.close();
        }
    }

    private static URI uri() {
        return URI.create("http://127.0.0.1:" + moto.port() + "/");
    }

    private static String query(Map<String, String> form) throws IOException, InterruptedException {
        var key = Optional.of(new SecretKey("f", "s", "k"));
        var settings = new AwsSettings("us-east-1", key, key, Optional.empty(), "", Optional.of(uri()));
        var whole = new HashMap<>(form);
        whole.put("Version", "2010-03-31");
        try (var aws = new AwsClient(settings, Map.of(key.get(), "v"), new Chain(Map.of(), directory), uri())) {
            return aws.query(uri(), "sns", whole);
        }
    }

    @AfterEach
    void unsubscribe() throws Exception {
        var arns = Pattern.compile("<SubscriptionArn>([^<]+)<").matcher(subscriptions());
        while (arns.find()) {
            query(Map.of("Action", "Unsubscribe", "SubscriptionArn", arns.group(1)));
        }
    }

    private static String subscriptions() throws IOException, InterruptedException {
        return query(Map.of("Action", "ListSubscriptionsByTopic", "TopicArn", TOPIC));
    }

    private static long count(String xml) {
        return Pattern.compile("<member>").matcher(xml).results().count();
    }

    private static Hook hook(String url) {
        var reference = Value.object("name", "s", "key", "k");
        return new Hook(
                "sns",
                "event",
                url,
                Value.object(
                        "topicArn",
                        TOPIC,
                        "region",
                        "us-east-1",
                        "endpoint",
                        uri().toString(),
                        "accessKey",
                        reference,
                        "secretKey",
                        reference),
                Map.of("accessKey", "ada", "secretKey", "s3cret"),
                true,
                Duration.ZERO);
    }

    private static void register(Hook hook) throws IOException, InterruptedException {
        var registrar = new SnsHooks(new Chain(Map.of(), directory));
        for (var place : registrar.places(hook)) {
            registrar.register(hook, place, Occasion.FIRST);
        }
    }

    private static void remove(Hook hook) throws IOException, InterruptedException {
        var registrar = new SnsHooks(new Chain(Map.of(), directory));
        registrar.remove(hook, registrar.places(hook).getFirst());
    }

    @Test
    void a_topic_has_one_subscription_however_often_it_is_asked_for() throws Exception {
        register(hook(URL));
        register(hook(URL));
        assertThat(count(subscriptions())).isEqualTo(1);
        assertThat(subscriptions()).contains("<Protocol>https</Protocol>", "a=1&amp;b=2");
    }

    @Test
    void it_goes_and_those_of_others_stay() throws Exception {
        register(hook("http://hooks.example/other"));
        register(hook(URL));
        remove(hook(URL));
        remove(hook(URL));
        assertThat(count(subscriptions())).isEqualTo(1);
        assertThat(subscriptions()).contains("hooks.example/other", "<Protocol>http</Protocol>");
    }

    @Test
    void a_topic_that_is_not_there_is_told() {
        var other = hook(URL).manifest().with("topicArn", TOPIC + "s");
        var hook = new Hook("sns", "event", URL, other, hook(URL).secrets(), true, Duration.ZERO);
        assertThatThrownBy(() -> register(hook)).isInstanceOf(IOException.class).hasMessageContaining("NotFound");
    }
}
