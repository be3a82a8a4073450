package tiphys.artifacts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.engine.Artifacts;
import tiphys.engine.Artifacts.Item;
import tiphys.engine.Artifacts.Kept;
import tiphys.engine.Artifacts.Trouble;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Artifact;

/// Against a real S3 server.
class S3DriverTest extends ArtifactsContract implements RemoteContract {
    /// Smaller than what goes through it.
    private static final String SMALL_HEAP = "-Xmx40m";

    private static final Map<String, String> SECRETS =
            Map.of("access", S3Server.ACCESS + "\n", "secret", S3Server.SECRET, "wrong", "another-word");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    static Path place;

    private static @Nullable S3Server server;

    private final String bucket = "bucket-" + UUID.randomUUID();

    @SuppressWarnings("NullAway.Init")
    private Repositories repositories;

    @BeforeAll
    static void start() throws IOException {
        var installed = S3Server.installed();
        assumeTrue(installed.isPresent(), "no S3 server in the cache: ./check puts S3Proxy there");
        server = S3Server.start(installed.orElseThrow(), place);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static S3Server server() {
        return Optional.ofNullable(server).orElseThrow();
    }

    @BeforeEach
    void open() throws IOException {
        repositories = opened(directory.resolve("data"));
        server().make(bucket);
    }

    private static Repositories opened(Path data) throws IOException {
        return new Repositories(
                data, (_, name, _) -> Optional.ofNullable(SECRETS.get(name)).map(text -> text.getBytes(UTF_8)));
    }

    @Override
    public Artifacts artifacts() {
        return repositories;
    }

    @Override
    public Value.Mapping location(String key) {
        return location(server().endpoint(), bucket, key, "secret", Value.Mapping.EMPTY);
    }

    @Override
    public int large() {
        return 80;
    }

    @Override
    public int port() {
        return server().port();
    }

    @Override
    public Value.Mapping location(int port, String key) {
        return location("127.0.0.1:" + port, bucket, key, "secret", Value.Mapping.EMPTY);
    }

    private static Value.Mapping location(
            String endpoint, String bucket, String key, String secret, Value.Mapping more) {
        return Value.object(
                "s3",
                more.with("endpoint", endpoint)
                        .with("insecure", Value.bool(true))
                        .with("bucket", bucket)
                        .with("key", key)
                        .with("accessKeySecret", Value.object("name", "access", "key", "k"))
                        .with("secretKeySecret", Value.object("name", secret, "key", "k")));
    }

    private static Kept kept(Value.Mapping location) {
        return new Kept(
                "ns",
                new Artifact(Value.object("name", "a", "archive", Value.object("none", Value.Mapping.EMPTY))),
                location);
    }

    private Path file() throws IOException {
        return Files.writeString(directory.resolve("file"), "hello");
    }

    @Test
    void a_directory_that_is_not_packed_is_an_object_for_each_file() throws IOException {
        var tree = Files.createDirectories(directory.resolve("tree/sub")).getParent();
        Files.writeString(tree.resolve("a b+c.txt"), "first");
        Files.writeString(tree.resolve("sub/ü"), "second");
        var kept = kept(location("/some/key"));
        artifacts().save(tree, kept);
        assertThat(server().keys(bucket)).containsExactly("some/key/a b+c.txt", "some/key/sub/ü");
        artifacts().load(kept, directory.resolve("back"));
        assertThat(directory.resolve("back/a b+c.txt")).hasContent("first");
        assertThat(directory.resolve("back/sub/ü")).hasContent("second");
    }

    @Test
    void what_is_deleted_takes_nothing_along_whose_name_only_begins_alike() throws IOException {
        artifacts().save(file(), kept(location("one/a")));
        artifacts().save(file(), kept(location("one-more")));
        artifacts().delete(kept(location("one")));
        assertThat(server().keys(bucket)).containsExactly("one-more");
    }

    @Test
    void a_whole_bucket_is_listed_also_while_it_is_empty() throws IOException {
        assertThat(artifacts().list(kept(location("")), 10)).isEmpty();
        artifacts().save(file(), kept(location("a/b")));
        artifacts().save(file(), kept(location("c")));
        assertThat(artifacts().list(kept(location("")), 10)).extracting(Item::path).containsExactly("a/b", "c");
        assertThat(artifacts().list(kept(location("")), 1)).extracting(Item::path).containsExactly("a/b");
    }

    @Test
    void no_artifact_is_a_whole_bucket_that_could_be_deleted() throws IOException {
        artifacts().save(file(), kept(location("k")));
        for (var key : List.of("", "/")) {
            refused(() -> artifacts().delete(kept(location(key))), "has no key");
        }
        assertThat(server().keys(bucket)).containsExactly("k");
    }

    @Test
    void a_bucket_that_is_not_there_is_made_if_the_place_says_so() throws IOException {
        var other = bucket + "-new";
        var plain = kept(location(server().endpoint(), other, "k", "secret", Value.Mapping.EMPTY));
        assertThatThrownBy(() -> artifacts().save(file(), plain))
                .isInstanceOfSatisfying(
                        Trouble.class, trouble -> assertThat(trouble.kind()).isEqualTo(Trouble.Kind.REFUSED))
                .hasMessage("The specified bucket does not exist");
        var making = Value.object("createBucketIfNotPresent", Value.Mapping.EMPTY);
        var kept = kept(location(server().endpoint(), other, "k", "secret", making));
        artifacts().save(file(), kept);
        artifacts().save(file(), kept);
        assertThat(server().keys(other)).containsExactly("k");
    }

    @Test
    void several_steps_may_make_the_same_bucket_at_once() throws Exception {
        var making = Value.object("createBucketIfNotPresent", Value.Mapping.EMPTY);
        var file = file();
        for (int round = 0; round < 10; round++) {
            var other = bucket + "-" + round;
            var saves =
                    IntStream.range(0, 8)
                            .<Callable<Long>>mapToObj(i ->
                                    () ->
                                            artifacts()
                                                    .save(
                                                            file,
                                                            kept(
                                                                    location(
                                                                            server().endpoint(),
                                                                            other,
                                                                            "k" + i,
                                                                            "secret",
                                                                            making))))
                            .toList();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (var saved : threads.invokeAll(saves)) {
                    assertThat(saved.get()).isEqualTo(5);
                }
            }
            assertThat(server().keys(other)).hasSize(8);
        }
    }

    @Test
    void wrong_credentials_are_refused_at_once_with_the_servers_own_words() throws IOException {
        artifacts().save(file(), kept(location("k")));
        var kept = kept(location(server().endpoint(), bucket, "k", "wrong", Value.Mapping.EMPTY));
        var words = "The request signature we calculated does not match";
        refused(() -> artifacts().save(file(), kept), words);
        refused(() -> artifacts().load(kept, directory.resolve("no")), words);
        refused(() -> artifacts().list(kept, 10), words);
        refused(() -> artifacts().delete(kept), words);
        try (var large = new RandomAccessFile(file().toFile(), "rw")) {
            large.setLength(60L << 20);
        }
        refused(() -> artifacts().save(directory.resolve("file"), kept), words);
        var making = Value.object("createBucketIfNotPresent", Value.Mapping.EMPTY);
        refused(
                () -> artifacts().save(file(), kept(location(server().endpoint(), bucket, "k", "wrong", making))),
                words);
    }

    private static void refused(ThrowingCallable call, String words) {
        assertThatThrownBy(call)
                .hasMessageContaining(words)
                .isInstanceOfSatisfying(
                        Trouble.class, trouble -> assertThat(trouble.kind()).isEqualTo(Trouble.Kind.REFUSED));
    }

    @Test
    void a_bucket_is_named_in_the_path_and_not_in_the_host() throws IOException {
        var host = server().endpoint().replace("127.0.0.1", "localhost");
        artifacts().save(file(), kept(location(host, bucket, "k", "secret", Value.Mapping.EMPTY)));
        assertThat(server().keys(bucket)).containsExactly("k");
    }

    @Test
    void a_secret_that_is_not_there_is_named() throws IOException {
        var kept = kept(location(server().endpoint(), bucket, "k", "nowhere", Value.Mapping.EMPTY));
        refused(() -> artifacts().save(file(), kept), "couldn't find key k in Secret ns/nowhere");
    }

    @Test
    void a_server_that_is_not_there_may_be_there_later() {
        var kept = kept(location("127.0.0.1:1", bucket, "k", "secret", Value.Mapping.EMPTY));
        assertThatThrownBy(() -> artifacts().save(file(), kept))
                .isInstanceOfSatisfying(
                        Trouble.class, trouble -> assertThat(trouble.kind()).isEqualTo(Trouble.Kind.UNAVAILABLE))
                .hasMessageContaining("127.0.0.1:1");
    }

    @Test
    void large_files_go_through_a_heap_that_is_smaller_than_they_are() throws Exception {
        for (long bytes : new long[] {50L << 20, 100L << 20}) {
            var log = directory.resolve("log");
            var process =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                    SMALL_HEAP,
                                    "-XX:MaxDirectMemorySize=16m",
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    ThereAndBack.class.getName(),
                                    server().endpoint(),
                                    bucket,
                                    String.valueOf(bytes),
                                    Files.createDirectory(directory.resolve("child-" + bytes)).toString())
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start();
            assertThat(process.waitFor()).as(() -> "see " + log).isZero();
            assertThat(server().file(bucket, "large-" + bytes)).hasSize(bytes);
        }
    }

    /// A file's way to the server and back, in a process of its own.
    static final class ThereAndBack {
        public static void main(String[] arguments) throws IOException {
            long bytes = Long.parseLong(arguments[2]);
            var scratch = Path.of(arguments[3]);
            var large = scratch.resolve("large");
            try (var out = Files.newOutputStream(large)) {
                var block = new byte[1 << 20];
                for (long i = 0; i < bytes; i += block.length) {
                    Arrays.fill(block, (byte) (i >> 20));
                    out.write(block);
                }
            }
            var kept =
                    S3DriverTest.kept(
                            location(arguments[0], arguments[1], "large-" + bytes, "secret", Value.Mapping.EMPTY));
            var repositories = opened(scratch.resolve("data"));
            repositories.save(large, kept);
            repositories.load(kept, scratch.resolve("back"));
            if (Files.mismatch(large, scratch.resolve("back")) != -1) {
                throw new IOException("it came back as another");
            }
        }
    }
}
