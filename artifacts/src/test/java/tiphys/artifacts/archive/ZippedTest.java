package tiphys.artifacts.archive;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.engine.Artifacts.Trouble;

class ZippedTest {
    @TempDir Path directory;

    @Test
    void a_link_that_leaves_what_a_step_saves_is_refused() throws IOException {
        var tree = Files.createDirectory(directory.resolve("tree")).toRealPath();
        Files.writeString(directory.resolve("beside"), "");
        for (var target : new String[] {"../beside", "/etc/passwd"}) {
            var link = Files.createSymbolicLink(tree.resolve("link"), Path.of(target));
            assertThatThrownBy(() -> Zipped.inside(tree, link)).isInstanceOf(Trouble.class);
            Files.delete(link);
        }
        var inside = Files.createSymbolicLink(tree.resolve("link"), Files.createFile(tree.resolve("file")));
        assertThatCode(() -> Zipped.inside(tree, inside)).doesNotThrowAnyException();
    }

    @Test
    void links_between_the_machines_own_directories_are_no_steps_doing() {
        var link = Path.of("/etc/localtime");
        assumeTrue(Files.isSymbolicLink(link), "this machine has no link in /etc to look at");
        assertThatCode(() -> Zipped.inside(Path.of("/etc"), link)).doesNotThrowAnyException();
    }
}
