package tiphys.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.engine.Artifacts.Kept;
import tiphys.engine.Artifacts.Trouble;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Artifact;

/// Clones of a repository that is on this machine.
class GitDriverTest {
    @TempDir Path directory;

    @BeforeEach
    void commitTwice() throws IOException, InterruptedException {
        git("init", "--quiet", "--initial-branch=main", "origin");
        commit("first");
        git("-C", "origin", "tag", "one");
        git("-C", "origin", "branch", "side");
        commit("second");
    }

    private void commit(String text) throws IOException, InterruptedException {
        Files.writeString(directory.resolve("origin/file"), text);
        git("-C", "origin", "add", "file");
        git("-C", "origin", "-c", "user.name=t", "-c", "user.email=t@t", "commit", "--quiet", "-m", text);
    }

    private void git(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        assertThat(new ProcessBuilder(command).directory(directory.toFile()).inheritIO().start().waitFor()).isZero();
    }

    private Path cloned(Value.Mapping more) throws IOException {
        var repositories = new Repositories(directory.resolve("data"), (_, _, _) -> Optional.empty());
        var place = more.with("repo", "file://" + directory.resolve("origin"));
        var to = directory.resolve("clone");
        repositories.load(new Kept("ns", new Artifact(Value.object("name", "source")), Value.object("git", place)), to);
        return to;
    }

    @Test
    void a_clone_has_the_latest_commit() throws IOException {
        assertThat(cloned(Value.Mapping.EMPTY).resolve("file")).hasContent("second");
    }

    @Test
    void a_revision_is_checked_out() throws IOException {
        assertThat(cloned(Value.object("revision", "one")).resolve("file")).hasContent("first");
    }

    @Test
    void a_shallow_clone_of_one_branch_has_its_commit() throws IOException {
        assertThat(cloned(Value.object("depth", 1, "branch", "side", "singleBranch", true)).resolve("file"))
                .hasContent("first");
    }

    @Test
    void a_revision_that_is_not_there_is_told() {
        assertThatThrownBy(() -> cloned(Value.object("revision", "nowhere")))
                .isInstanceOf(Trouble.class)
                .hasMessageContaining("nowhere");
    }
}
