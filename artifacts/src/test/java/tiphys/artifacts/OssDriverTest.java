package tiphys.artifacts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tiphys.engine.Artifacts;
import tiphys.engine.Artifacts.Item;
import tiphys.engine.Artifacts.Kept;
import tiphys.engine.Artifacts.Trouble;
import tiphys.manifest.Value;

/// Against a stand-in for Alibaba's object store, which cannot be had here.
class OssDriverTest extends ArtifactsContract implements RemoteContract {
    private static final Map<String, String> SECRETS =
            Map.of("access", OssServer.ACCESS + "\n", "secret", OssServer.SECRET, "wrong", "another-word");

    @SuppressWarnings("NullAway.Init")
    private OssServer server;

    @SuppressWarnings("NullAway.Init")
    private Repositories repositories;

    @BeforeEach
    void open() throws IOException {
        server = new OssServer(directory);
        server.make("bucket");
        repositories =
                new Repositories(
                        directory.resolve("data"),
                        (_, name, _) -> Optional.ofNullable(SECRETS.get(name)).map(text -> text.getBytes(UTF_8)));
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Override
    public Artifacts artifacts() {
        return repositories;
    }

    @Override
    public int port() {
        return server.port();
    }

    @Override
    public Value.Mapping location(String key) {
        return location(port(), key);
    }

    @Override
    public Value.Mapping location(int port, String key) {
        return location(port, "bucket", key, "secret", Value.Mapping.EMPTY);
    }

    private static Value.Mapping location(int port, String bucket, String key, String secret, Value.Mapping more) {
        return Value.object(
                "oss",
                more.with("endpoint", "http://127.0.0.1:" + port)
                        .with("bucket", bucket)
                        .with("key", key)
                        .with("accessKeySecret", Value.object("name", "access", "key", "k"))
                        .with("secretKeySecret", Value.object("name", secret, "key", "k")));
    }

    private Kept kept(Value.Mapping location) {
        return new Kept("ns", kept("k", "none").artifact(), location);
    }

    @Test
    void a_wrong_key_is_refused_and_the_right_one_is_not() throws IOException {
        var wrong = kept(location(port(), "bucket", "k", "wrong", Value.Mapping.EMPTY));
        var file = file("in.txt", "hello");
        assertThatThrownBy(() -> artifacts().save(file, wrong))
                .isInstanceOfSatisfying(
                        Trouble.class, trouble -> assertThat(trouble.kind()).isEqualTo(Trouble.Kind.REFUSED))
                .hasMessageContaining("SignatureDoesNotMatch");
        assertThatThrownBy(() -> artifacts().load(wrong, directory.resolve("no")))
                .hasMessageContaining("SignatureDoesNotMatch");
        artifacts().save(file, kept("k", "none"));
        assertThat(server.keys("bucket")).containsExactly("k");
    }

    @Test
    void a_bucket_that_is_not_there_is_made_if_the_place_says_so() throws IOException {
        var file = file("in.txt", "hello");
        var plain = kept(location(port(), "other", "k", "secret", Value.Mapping.EMPTY));
        assertThatThrownBy(() -> artifacts().save(file, plain))
                .isInstanceOfSatisfying(
                        Trouble.class, trouble -> assertThat(trouble.kind()).isEqualTo(Trouble.Kind.REFUSED))
                .hasMessageContaining("NoSuchBucket");
        var making = Value.object("createBucketIfNotPresent", true);
        artifacts().save(file, kept(location(port(), "other", "k", "secret", making)));
        artifacts().save(file, kept(location(port(), "other", "k", "secret", making)));
        assertThat(server.keys("other")).containsExactly("k");
    }

    @Test
    void a_token_goes_with_each_request_and_is_signed() throws IOException {
        var more = Value.object("securityToken", "for a while");
        var kept = kept(location(port(), "bucket", "k", "secret", more));
        artifacts().save(file("in.txt", "hello"), kept);
        assertThat(artifacts().list(kept, 10)).hasSize(1);
    }

    @Test
    void objects_age_by_a_rule_beside_those_that_the_bucket_has() throws IOException {
        server.rules.put("bucket", "<LifecycleConfiguration><Rule><ID>mine</ID></Rule></LifecycleConfiguration>");
        var days = Value.object("markInfrequentAccessAfterDays", 3, "markDeletionAfterDays", 7);
        for (var key : new String[] {"a", "b", "a"}) {
            var more = Value.object("lifecycleRule", days);
            artifacts().save(file("in.txt", "hello"), kept(location(port(), "bucket", key, "secret", more)));
        }
        assertThat(server.keys("bucket")).containsExactly("a", "b");
        var rule =
                "<Rule><ID>tiphys-%s</ID><Prefix>%s</Prefix><Status>Enabled</Status><Transition><Days>3</Days>"
                        + "<StorageClass>IA</StorageClass></Transition><Expiration><Days>7</Days></Expiration></Rule>";
        assertThat(server.rules.get("bucket"))
                .isEqualTo(
                        "<LifecycleConfiguration><Rule><ID>mine</ID></Rule>"
                                + rule.formatted("d280b0c4", "b")
                                + rule.formatted("c1d04330", "a")
                                + "</LifecycleConfiguration>");
        var wrong = Value.object("lifecycleRule", Value.object("markInfrequentAccessAfterDays", 3));
        assertThatThrownBy(() ->
                        artifacts()
                                .save(file("in.txt", "hello"), kept(location(port(), "bucket", "c", "secret", wrong))))
                .hasMessage("markInfrequentAccessAfterDays cannot be large than markDeletionAfterDays");
    }

    @Test
    void a_list_of_several_pages_is_one_list() throws IOException {
        for (int i = 0; i < 5; i++) {
            file("many/f" + i + "&ü", "x");
        }
        artifacts().save(directory.resolve("many"), kept("many", "none"));
        assertThat(artifacts().list(kept("many", "none"), 10))
                .extracting(Item::path)
                .containsExactly("f0&ü", "f1&ü", "f2&ü", "f3&ü", "f4&ü");
        assertThat(artifacts().list(kept("many", "none"), 3)).hasSize(3);
    }
}
