package tiphys.cli.render;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.cli.Desk;
import tiphys.cli.server.FakeServer;
import tiphys.cli.server.RunView;
import tiphys.cli.terminal.Cells;
import tiphys.cli.terminal.Screen;

class RunTreeTest {
    @TempDir Path directory;

    static RunView run(String canned) {
        return RunView.of(FakeServer.canned(canned));
    }

    @Test
    void a_terminal_gets_the_tree_drawn_over_its_own_lines() {
        var desk = new Desk(directory).with("NO_COLOR", "1").terminal(60);
        try (var tree = new RunTree(new Screen(desk.surroundings(), Screen.Color.AUTO))) {
            tree.show(run("run-2"));
            assertThat(desk.printed().lines()).hasSize(2);
            tree.show(run("run-4"));
        }
        var later = desk.printed().substring(desk.printed().indexOf("\u001b[2A"));
        assertThat(later.replace("\u001b[K", "").replace("\u001b[2A", "").lines())
                .containsExactly(
                        "✔ ml-pipeline-run-0d4mqk7v2hx9a  Succeeded  2/2  1.9s",
                        " ├─✔ train-model     Succeeded    1.1s",
                        " └─✔ evaluate-model  Succeeded    0.5s");
    }

    @Test
    void the_same_tree_is_not_drawn_twice() {
        var desk = new Desk(directory).terminal(60);
        try (var tree = new RunTree(new Screen(desk.surroundings(), Screen.Color.NEVER))) {
            tree.show(run("run-4"));
            int length = desk.printed().length();
            tree.show(run("run-4"));
            tree.tick();
            assertThat(desk.printed()).hasSize(length);
        }
    }

    @Test
    void a_pipe_gets_one_line_for_each_change() {
        var desk = new Desk(directory);
        try (var tree = new RunTree(new Screen(desk.surroundings(), Screen.Color.AUTO))) {
            for (var state : new String[] {"run-1", "run-2", "run-2", "run-3", "run-4", "run-4"}) {
                tree.show(run(state));
                tree.tick();
            }
        }
        assertThat(desk.printed())
                .isEqualTo(
                        """
                        14:00:00 argo-events/ml-pipeline-run-0d4mqk7v2hx9a Running
                        14:00:00 ● train-model Running
                        14:00:01 ✔ train-model Succeeded 1.1s
                        14:00:01 ● evaluate-model Running
                        14:00:02 ✔ evaluate-model Succeeded 0.5s
                        14:00:02 ✔ ml-pipeline-run-0d4mqk7v2hx9a  Succeeded  2/2  1.9s
                        """);
    }

    @Test
    void a_terminal_that_knows_no_unicode_gets_ascii() {
        var desk = new Desk(directory).with("LANG", "C").terminal(60);
        try (var tree = new RunTree(new Screen(desk.surroundings(), Screen.Color.NEVER))) {
            tree.show(run("run-4"));
        }
        assertThat(desk.printed()).contains(" |-+ train-model").contains(" `-+ evaluate-model").isASCII();
    }

    @Test
    void no_line_is_wider_than_the_terminal() {
        for (int width : new int[] {20, 33, 60, 80, 140}) {
            var desk = new Desk(directory).terminal(width);
            var screen = new Screen(desk.surroundings(), Screen.Color.ALWAYS);
            for (var name : new String[] {"run-4", "run-failed", "run-fan"}) {
                var lines = new RunLines(screen, width).of(run(name), Desk.NOW, 30);
                assertThat(lines).hasSizeLessThanOrEqualTo(30).allMatch(line -> Cells.width(line) <= width);
            }
        }
    }
}
