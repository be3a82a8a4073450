package tiphys.connectors.aws;

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
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.connectors.line.LineSource;
import tiphys.events.source.SourceSettings.SecretKey;
import tiphys.events.source.SourceState;
import tiphys.events.source.SourceWorld;
import tiphys.testkit.Eventually;
import tiphys.testkit.LocalServer;

/// Who we are, seen by moto, which checks signatures and policies after as many calls as it was told.
class AwsSignatureTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Credentials NOBODY = new Credentials("nobody", "nothing", "");
    private static final String ALL =
            "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}]}";

    private final SourceWorld world = new SourceWorld(Thread::startVirtualThread);

    @TempDir Path directory;
    private LocalServer moto;
    private String accessKey;
    private String secretKey;

    @BeforeEach
    void open() {
        var python = RealSqs.cache().resolve("moto-5.2.1/bin/python");
        assumeTrue(Files.isExecutable(python), "there is no " + python);
        int port = LocalServer.freePort();
        moto =
                new LocalServer(
                                List.of(
                                        python.toString(),
                                        "-m",
                                        "moto.server",
                                        "-H",
                                        "127.0.0.1",
                                        "-p",
                                        Integer.toString(port)),
                                Map.of("INITIAL_NO_AUTH_ACTION_COUNT", "6"),
                                directory,
                                port)
                        .start();
        call("iam", "Action=CreateUser&UserName=ada");
        var made = call("iam", "Action=CreateAccessKey&UserName=ada");
        accessKey = between(made, "AccessKeyId");
        secretKey = between(made, "SecretAccessKey");
        var policy = "&PolicyName=p&PolicyDocument=" + Signer.encoded(ALL, false);
        call("iam", "Action=PutUserPolicy&UserName=ada" + policy);
        call("iam", "Action=CreateRole&RoleName=reader&AssumeRolePolicyDocument=" + Signer.encoded(ALL, false));
        call("iam", "Action=PutRolePolicy&RoleName=reader" + policy);
        call("sqs", "Action=CreateQueue&QueueName=q&Version=2012-11-05");
    }

    @AfterEach
    void end() {
        if (moto != null) {
            moto.close();
        }
    }

    private URI uri() {
        return URI.create("http://127.0.0.1:" + moto.port() + "/");
    }

    private String call(String service, String form) {
        var body = form.getBytes(StandardCharsets.UTF_8);
        var headers = Map.of("Content-Type", "application/x-www-form-urlencoded");
        var request = HttpRequest.newBuilder(uri()).POST(HttpRequest.BodyPublishers.ofByteArray(body));
        new Signer(NOBODY, "us-east-1", service)
                .sign("POST", uri(), headers, body, Instant.now())
                .forEach(request::header);
        try (var http = HttpClient.newHttpClient()) {
            var response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            return response.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static String between(String xml, String tag) {
        var found = Pattern.compile("<" + tag + ">([^<]+)<").matcher(xml);
        assertThat(found.find()).as(xml).isTrue();
        return found.group(1);
    }

    private LineSource start(String secret, String more) {
        var kind = new SqsKind(Duration.ofMinutes(1), new Chain(Map.of(), directory), Optional.of(uri()));
        var settings =
                SourceWorld.read(
                        kind,
                        "{endpoint: '%s', region: us-east-1, queue: q, accessKey: {name: a, key: k}, secretKey: {name: a, key: s}%s}"
                                .formatted(uri(), more));
        var secrets = new HashMap<SecretKey, String>();
        settings.secrets().forEach(key -> secrets.put(key, key.key().equals("k") ? accessKey : secret));
        return (LineSource) world.start(kind, settings, secrets);
    }

    @Test
    void wrong_credentials_are_told_and_right_ones_work() {
        try (var source = start("wrong", "")) {
            Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
            assertThat(source.state().problem().orElseThrow()).contains("says 403 SignatureDoesNotMatch");
            assertThat(source.state().problem().orElseThrow()).doesNotContain("wrong");
        }
        try (var source = start(secretKey, "")) {
            Eventually.within(SOON, "it listens", source::isConnected);
        }
    }

    @Test
    void a_role_is_taken_with_ones_own_credentials() {
        try (var source = start(secretKey, ", roleARN: 'arn:aws:iam::123456789012:role/reader'")) {
            Eventually.within(SOON, "it listens", source::isConnected);
        }
    }
}
