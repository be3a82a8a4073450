package tiphys.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tiphys.cli.server.NodeView;
import tiphys.cli.server.RunView;
import tiphys.cli.terminal.Ink;
import tiphys.cli.terminal.Screen;
import tiphys.cli.terminal.Visible;

/// What a run's steps printed, shown below its tree.
final class StepOutput {
    private static final int MAX_BYTES = 1 << 20;

    private final Core core;
    private final Screen screen;

    StepOutput(Core core, Screen screen) {
        this.core = core;
        this.screen = screen;
    }

    /// Prints the last lines of each step that ran, under its name.
    ///
    /// @param lines how many of each; more are counted
    void show(RunView run, int lines) throws IOException {
        for (var node : run.nodes()) {
            if (node.type().equals("Pod")) {
                show(run, node, lines);
            }
        }
    }

    private void show(RunView run, NodeView node, int lines) throws IOException {
        for (var attempt : core.runs().attempts(run.uid(), node.id())) {
            var logs = core.logs();
            long size = logs.size(attempt);
            var bytes = logs.read(attempt, Math.max(0, size - MAX_BYTES), MAX_BYTES);
            var all = new String(bytes, StandardCharsets.UTF_8).lines().toList();
            if (all.isEmpty()) {
                continue;
            }
            List<String> last = all.subList(Math.max(0, all.size() - lines), all.size());
            screen.line("  " + screen.paint(Ink.STRONG, node.label()));
            if (last.size() < all.size()) {
                screen.line("    " + screen.paint(Ink.FAINT, (all.size() - last.size()) + " lines before"));
            }
            last.forEach(line -> screen.line("    " + Visible.of(line)));
        }
    }
}
