package tiphys.connectors.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignerTest {
    private static final Credentials EXAMPLE =
            new Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "");
    private static final Instant THEN = Instant.parse("2015-08-30T12:36:00Z");

    @TempDir Path home;

    private static String signature(String method, String uri) {
        var signed =
                new Signer(EXAMPLE, "us-east-1", "service").sign(method, URI.create(uri), Map.of(), new byte[0], THEN);
        return signed.getOrDefault("Authorization", "").replaceFirst(".*Signature=", "");
    }

    @Test
    void requests_are_signed_as_in_the_examples_that_aws_gives() {
        assertThat(signature("GET", "https://example.amazonaws.com/"))
                .isEqualTo("5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
        assertThat(signature("POST", "https://example.amazonaws.com/"))
                .isEqualTo("5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
        assertThat(signature("GET", "https://example.amazonaws.com/?Param2=value2&Param1=value1"))
                .isEqualTo("b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
    }

    @Test
    void a_session_is_shown_and_the_secret_is_not() {
        var signed =
                new Signer(new Credentials("A", "the secret", "session"), "r", "s3")
                        .sign("GET", URI.create("http://h:90/b?events=a&x"), Map.of("A", "b"), new byte[0], THEN);
        assertThat(signed)
                .containsEntry("X-Amz-Security-Token", "session")
                .containsKeys("X-Amz-Content-Sha256", "X-Amz-Date", "A");
        assertThat(signed.toString()).contains("SignedHeaders=a;host;x-amz").doesNotContain("the secret");
        assertThat(new Credentials("A", "the secret", "session").toString()).isEqualTo("A");
    }

    @Test
    void credentials_that_no_manifest_names_come_from_the_environment_or_a_profile() throws IOException {
        var named = Map.of("AWS_ACCESS_KEY_ID", "a", "AWS_SECRET_ACCESS_KEY", "s", "AWS_SESSION_TOKEN", "t");
        assertThat(new Chain(named, home).find()).isEqualTo(new Credentials("a", "s", "t"));
        assertThatThrownBy(() -> new Chain(Map.of(), home).find())
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("there are no AWS credentials: name them by accessKey and secretKey");
        Files.createDirectory(home.resolve(".aws"));
        Files.writeString(
                home.resolve(".aws/credentials"),
                """
                [default]
                aws_access_key_id = d
                [work]
                # mine
                aws_access_key_id=w
                aws_secret_access_key = ws
                """);
        assertThat(new Chain(Map.of(), home).find()).isEqualTo(new Credentials("d", "", ""));
        assertThat(new Chain(Map.of("AWS_PROFILE", "work"), home).find()).isEqualTo(new Credentials("w", "ws", ""));
    }
}
