package tiphys.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tiphys.engine.Artifacts;
import tiphys.engine.Artifacts.Item;
import tiphys.engine.Artifacts.Kept;
import tiphys.engine.Artifacts.Trouble;
import tiphys.manifest.Value;

/// Against a stand-in for the REST API of HDFS, which cannot be had here.
class HdfsDriverTest extends FilesContract implements RemoteContract {
    @SuppressWarnings("NullAway.Init")
    private HdfsServer server;

    @SuppressWarnings("NullAway.Init")
    private Repositories repositories;

    @BeforeEach
    void open() throws IOException {
        server = new HdfsServer(directory);
        repositories = new Repositories(directory.resolve("data"), (_, _, _) -> Optional.empty());
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
    String missing(String key) {
        return "stat /some/where/" + key + ": file does not exist";
    }

    @Override
    public Value.Mapping location(String key) {
        return location(port(), key);
    }

    @Override
    public Value.Mapping location(int port, String key) {
        return location(List.of("127.0.0.1:" + port), key, HdfsServer.USER, Value.object("force", true));
    }

    private static Value.Mapping location(List<String> addresses, String key, String user, Value.Mapping more) {
        return Value.object(
                "hdfs",
                Value.object("addresses", addresses, "path", "/some/where/" + key, "hdfsUser", user)
                        .with("force", more.find("force").orElse(Value.bool(false))));
    }

    private Kept kept(Value.Mapping location) {
        return new Kept("ns", kept("k", "none").artifact(), location);
    }

    private List<String> here() {
        return List.of("127.0.0.1:" + port());
    }

    private void refused(Kept kept, String words) throws IOException {
        var file = file("in.txt", "hello");
        assertThatThrownBy(() -> artifacts().save(file, kept))
                .isInstanceOfSatisfying(
                        Trouble.class, trouble -> assertThat(trouble.kind()).isEqualTo(Trouble.Kind.REFUSED))
                .hasMessageContaining(words);
    }

    @Test
    void a_user_who_may_not_is_told_so_and_another_one_may() throws IOException {
        refused(kept(location(here(), "k", "other", Value.Mapping.EMPTY)), "Permission denied: user=other");
        refused(kept(location(here(), "k", "", Value.Mapping.EMPTY)), "either hdfs.hdfsUser");
        artifacts().save(file("in.txt", "hello"), kept("k", "none"));
        assertThat(server.paths()).containsExactly("/some/where/k");
        assertThat(artifacts().list(kept("k", "none"), 9)).containsExactly(new Item("", OptionalLong.of(5)));
        assertThat(artifacts().list(kept("other", "none"), 9)).isEmpty();
    }

    @Test
    void a_file_that_is_there_is_kept_unless_the_place_says_otherwise() throws IOException {
        var gentle = kept(location(here(), "k", HdfsServer.USER, Value.Mapping.EMPTY));
        artifacts().save(file("in.txt", "first"), gentle);
        artifacts().save(file("in.txt", "first"), gentle); // it was killed before it knew
        refused(gentle, "create /some/where/k: file already exists");
        artifacts().save(file("in.txt", "second"), kept("k", "none"));
        artifacts().load(gentle, directory.resolve("back"));
        assertThat(directory.resolve("back")).hasContent("second");
        assertThat(server.paths()).containsExactly("/some/where/k");
    }

    @Test
    void a_name_node_that_waits_or_is_gone_is_passed_over() throws IOException {
        try (var other = new HdfsServer(directory)) {
            other.standby = true;
            var addresses = List.of("127.0.0.1:1", "127.0.0.1:" + other.port(), "127.0.0.1:" + port());
            var kept = kept(location(addresses, "k", HdfsServer.USER, Value.Mapping.EMPTY));
            artifacts().save(file("in.txt", "hello"), kept);
            assertThat(server.paths()).containsExactly("/some/where/k");
            server.standby = true;
            assertThatThrownBy(() -> artifacts().load(kept, directory.resolve("no")))
                    .isInstanceOfSatisfying(
                            Trouble.class, trouble -> assertThat(trouble.kind()).isEqualTo(Trouble.Kind.UNAVAILABLE))
                    .hasMessageContaining("StandbyException");
        }
    }

    @Test
    void kerberos_directories_and_deletion_are_refused_by_name() throws IOException {
        var place = location(here(), "k", HdfsServer.USER, Value.Mapping.EMPTY).mapAt("hdfs");
        refused(kept(Value.object("hdfs", place.with("krbUsername", "me"))), "hdfs.krbUsername: Kerberos");
        var tree = tree();
        assertThatThrownBy(() -> artifacts().save(tree, kept("k", "none")))
                .hasMessage("HDFS artifact does not suppot directory copy");
        assertThatThrownBy(() -> artifacts().delete(kept("k", "none")))
                .hasMessage("delete not supported for hdfs artifacts");
    }
}
