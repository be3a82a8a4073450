package tiphys.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tiphys.engine.Artifacts;
import tiphys.engine.Artifacts.Kept;
import tiphys.engine.Artifacts.Trouble;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Artifact;

class LocalStoreTest extends ArtifactsContract {
    @SuppressWarnings("NullAway.Init")
    private Repositories repositories;

    @BeforeEach
    void open() throws IOException {
        repositories = new Repositories(directory.resolve("data"), (_, _, _) -> Optional.empty());
    }

    @Override
    public Artifacts artifacts() {
        return repositories;
    }

    @Override
    public Value.Mapping location(String key) {
        return Value.object("local", Value.object("key", key));
    }

    private Kept kept(String key) {
        return new Kept("ns", new Artifact(Value.object("name", "a")), location(key));
    }

    /// A file of a step that has ended, larger than what is copied.
    private Path madeByAStep() throws IOException {
        var file = Files.createDirectories(directory.resolve("data/attempts/x/work")).resolve("model");
        return Files.write(file, new byte[20 << 20]);
    }

    @Test
    void a_large_file_of_a_step_is_linked_and_read_only() throws IOException {
        var file = madeByAStep();
        repositories.save(file, kept("model.tgz"));
        var to = directory.resolve("data/attempts/y");
        repositories.load(kept("model.tgz"), to);
        assertThat(Files.readAttributes(to, "unix:ino").get("ino"))
                .isEqualTo(Files.readAttributes(file, "unix:ino").get("ino"));
        assertThat(Files.getPosixFilePermissions(to)).noneMatch(right -> right.name().contains("WRITE"));
    }

    @Test
    void bytes_that_were_changed_behind_the_stores_back_are_not_handed_out() throws IOException {
        var file = madeByAStep();
        repositories.save(file, kept("model.tgz"));
        Files.setPosixFilePermissions(file, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
        Files.writeString(file, "changed", java.nio.file.StandardOpenOption.APPEND);
        assertThatThrownBy(() -> repositories.load(kept("model.tgz"), directory.resolve("no")))
                .isInstanceOf(Trouble.class)
                .hasMessageContaining("TIP-6052");
    }

    @Test
    void a_step_that_writes_its_small_input_leaves_the_stored_one_alone() throws IOException {
        repositories.save(Files.writeString(directory.resolve("small"), "as it was"), kept("small.tgz"));
        var to = directory.resolve("mine");
        repositories.load(kept("small.tgz"), to);
        Files.writeString(to, "changed");
        var again = directory.resolve("again");
        repositories.load(kept("small.tgz"), again);
        assertThat(again).hasContent("as it was");
    }

    @Test
    void namespaces_do_not_see_one_another() throws IOException {
        repositories.save(Files.writeString(directory.resolve("f"), "mine"), kept("k"));
        var other = new Kept("other", kept("k").artifact(), location("k"));
        assertThatThrownBy(() -> repositories.load(other, directory.resolve("no"))).isInstanceOf(Trouble.class);
    }

    @Test
    void no_key_leads_out_of_the_store() throws IOException {
        var kept = kept("../../../etc/x");
        repositories.save(Files.writeString(directory.resolve("f"), "here"), kept);
        assertThat(directory.resolve("etc")).doesNotExist();
        repositories.load(kept, directory.resolve("back"));
        assertThat(directory.resolve("back")).hasContent("here");
    }

    @Test
    void bytes_that_nothing_stands_on_are_swept_and_others_stay() throws IOException {
        repositories.save(Files.writeString(directory.resolve("f"), "to go"), kept("go"));
        repositories.save(Files.writeString(directory.resolve("f"), "to stay"), kept("stay"));
        repositories.delete(kept("go"));
        assertThat(repositories.sweep(Instant.now().plusSeconds(1))).isEqualTo(1);
        repositories.load(kept("stay"), directory.resolve("back"));
        assertThat(directory.resolve("back")).hasContent("to stay");
    }

    @Test
    void a_bucket_of_a_cluster_that_is_not_here_is_kept_here() throws IOException {
        var place =
                Value.object("s3", Value.object("endpoint", "no-such-service:9000", "bucket", "b", "key", "some/key"));
        var kept = new Kept("ns", new Artifact(Value.object("name", "a")), place);
        repositories.save(Files.writeString(directory.resolve("f"), "kept"), kept);
        repositories.load(kept, directory.resolve("back"));
        assertThat(directory.resolve("back")).hasContent("kept");
    }
}
