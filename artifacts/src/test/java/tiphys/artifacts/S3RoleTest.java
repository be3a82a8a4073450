package tiphys.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.engine.Artifacts.Trouble;
import tiphys.manifest.Value;

/// A stand-in for AWS' service of tokens hands out what opens a real S3 server, to one role alone.
class S3RoleTest {
    private static final String ROLE = "arn:aws:iam::123456789012:role/artifacts";

    private final AtomicReference<String> asked = new AtomicReference<>("");

    @TempDir Path directory;

    @SuppressWarnings("NullAway.Init")
    private StandIn tokens;

    private Map<String, String> properties = Map.of();

    @BeforeEach
    void open() throws IOException {
        tokens = new StandIn(directory, this::token);
        properties =
                Map.of(
                        "aws.endpointUrlSts",
                        "http://127.0.0.1:" + tokens.port(),
                        "aws.accessKeyId",
                        "somebody",
                        "aws.secretAccessKey",
                        "the servers own");
        properties.forEach(System::setProperty);
    }

    @AfterEach
    void close() {
        properties.keySet().forEach(System::clearProperty);
        tokens.close();
    }

    private void token(HttpExchange exchange) throws IOException {
        var form =
                URLDecoder.decode(
                        new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8),
                        StandardCharsets.UTF_8);
        asked.set(StandIn.header(exchange, "Authorization") + " " + form);
        if (!form.contains("RoleArn=" + ROLE)) {
            StandIn.answer(
                    exchange,
                    403,
                    "<ErrorResponse><Error><Code>AccessDenied</Code><Message>somebody is not authorized to perform:"
                            + " sts:AssumeRole</Message></Error></ErrorResponse>");
            return;
        }
        StandIn.answer(
                exchange,
                200,
                """
                <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
                <AccessKeyId>%s</AccessKeyId><SecretAccessKey>%s</SecretAccessKey><SessionToken>for a while</SessionToken>
                <Expiration>2126-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>
                """
                        .formatted(S3Server.ACCESS, S3Server.SECRET));
    }

    private static Value.Mapping location(String endpoint, String role) {
        return Value.object(
                "s3",
                Value.object("endpoint", endpoint, "insecure", true, "bucket", "bucket", "key", "k", "roleARN", role));
    }

    @Test
    void a_role_is_taken_and_its_keys_open_the_bucket() throws IOException {
        var installed = S3Server.installed();
        assumeTrue(installed.isPresent(), "no S3 server in the cache: ./check puts S3Proxy there");
        var takesTokens = "s3proxy.ignore-unknown-headers=true";
        try (var server = S3Server.start(installed.orElseThrow(), directory, takesTokens)) {
            server.make("bucket");
            var repositories = new Repositories(directory.resolve("data"), (_, _, _) -> Optional.empty());
            var file = Files.writeString(directory.resolve("file"), "hello");
            repositories.save(file, FilesContract.plain(location(server.endpoint(), ROLE)));
            assertThat(server.keys("bucket")).containsExactly("k");
            assertThat(asked.get()).contains("Credential=somebody/").contains("Action=AssumeRole");
            assertThatThrownBy(() ->
                            repositories.save(
                                    file,
                                    FilesContract.plain(
                                            location(server.endpoint(), ROLE.replace("artifacts", "others")))))
                    .isInstanceOfSatisfying(
                            Trouble.class, trouble -> assertThat(trouble.kind()).isEqualTo(Trouble.Kind.REFUSED))
                    .hasMessageContaining("not authorized to perform: sts:AssumeRole");
        }
    }
}
