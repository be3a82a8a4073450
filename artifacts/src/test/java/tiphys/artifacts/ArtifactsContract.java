package tiphys.artifacts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import tiphys.engine.Artifacts.Item;
import tiphys.engine.Artifacts.Trouble;

/// What every kind of place that takes files and directories does alike.
abstract class ArtifactsContract extends FilesContract {
    @Test
    void a_directory_that_is_not_packed_can_be_read_part_by_part() throws IOException {
        var kept = kept("each", "none");
        artifacts().save(tree(), kept);
        var part = directory.resolve("part");
        artifacts().load(kept("each/sub/run", "none"), part);
        assertThat(part).hasContent("#!");
        assertThat(artifacts().list(kept, 10)).extracting(Item::path).contains("a.txt", "sub/run");
        try (var content = artifacts().open(kept, "a.txt")) {
            assertThat(content.in().readAllBytes()).asString(UTF_8).isEqualTo("first");
        }
    }

    @Test
    void a_file_is_all_that_there_is_at_its_own_key() throws IOException {
        var kept = kept("alone", "none");
        artifacts().save(file("in.txt", "hello"), kept);
        artifacts().save(file("in.txt", "another"), kept("alone-too", "none"));
        assertThat(artifacts().list(kept, 10)).containsExactly(new Item("", OptionalLong.of(5)));
        assertThat(artifacts().list(kept("nothing", "none"), 10)).isEmpty();
    }

    @Test
    void what_was_deleted_is_missing_and_may_be_deleted_again() throws IOException {
        var kept = kept("gone", "none");
        artifacts().save(tree(), kept);
        artifacts().delete(kept);
        artifacts().delete(kept);
        assertThat(artifacts().list(kept, 10)).isEmpty();
        assertThatThrownBy(() -> artifacts().load(kept, directory.resolve("no"))).isInstanceOf(Trouble.class);
    }
}
