package tiphys.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// Draws docs/run-states.md from the moves that are listed as data; [RunSimulationTest] demands that runs make each of them.
class RunStatesTest {
    private static final Path PAGE = Path.of("..", "docs", "run-states.md");

    @Test
    void the_page_shows_the_moves_as_they_are() throws IOException {
        if (Boolean.getBoolean("draw")) {
            Files.writeString(PAGE, RunMoves.page());
        }
        assertThat(Files.readString(PAGE)).as("draw it again with -Ddraw=true").isEqualTo(RunMoves.page());
    }
}
