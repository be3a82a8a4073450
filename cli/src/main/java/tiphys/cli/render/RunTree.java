package tiphys.cli.render;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tiphys.cli.server.RunView;
import tiphys.cli.terminal.Cells;
import tiphys.cli.terminal.Ink;
import tiphys.cli.terminal.Screen;
import tiphys.cli.terminal.Times;

/// Shows one run while it goes on: on a terminal a tree that is drawn over its own lines, elsewhere one line for each change
/// of a phase. Call [#show] whenever the run may have changed and [#tick] each second; both are cheap when nothing did.
/// Owned by one thread.
public final class RunTree implements AutoCloseable {
    private static final int ROOM = 40;

    private final Screen screen;
    private final Map<String, String> phases = new HashMap<>();
    private RunView shown;
    private List<String> drawn = List.of();
    private boolean any;

    public RunTree(Screen screen) {
        this.screen = screen;
        this.shown = RunView.of(tiphys.manifest.Value.Mapping.EMPTY);
    }

    /// Shows the run as it is now.
    public void show(RunView run) {
        shown = run;
        any = true;
        if (screen.live()) {
            draw();
        } else {
            changes(run);
        }
    }

    /// Lets durations go on.
    public void tick() {
        if (any && screen.live() && !shown.ended()) {
            draw();
        }
    }

    /// Leaves the last tree standing; later output comes below it.
    @Override
    public void close() {
        drawn = List.of();
    }

    private void draw() {
        // The last column stays free: a terminal that wraps there would break the counting of lines.
        var lines = new RunLines(screen, screen.width() - 1).of(shown, screen.now(), room());
        if (lines.equals(drawn)) {
            return;
        }
        var out = new StringBuilder();
        if (!drawn.isEmpty()) {
            out.append("\u001b[").append(drawn.size()).append('A');
        }
        for (var line : lines) {
            out.append(line).append("\u001b[K\n");
        }
        if (lines.size() < drawn.size()) {
            out.append("\u001b[J");
        }
        screen.out().print(out);
        screen.out().flush();
        drawn = lines;
    }

    private int room() {
        return screen.around()
                .variable("LINES")
                .filter(text -> text.matches("[0-9]{1,4}"))
                .map(Integer::parseInt)
                .map(rows -> Math.max(5, rows - 2))
                .orElse(ROOM);
    }

    private void changes(RunView run) {
        var lines = new RunLines(screen, Integer.MAX_VALUE);
        if (phases.isEmpty() && !run.ended()) {
            screen.line(screen.time(run.createdAt().orElse(screen.now())) + " " + run.place() + " " + run.shownPhase());
        }
        for (var node : run.nodes()) {
            var phase = node.phase().isEmpty() ? "Pending" : node.phase();
            boolean quiet = node.type().equals("StepGroup") || (node.name().equals(run.name()) && node.isGroup());
            if (quiet || phase.equals("Pending") || phase.equals(phases.put(node.id(), phase))) {
                continue;
            }
            var at = node.ended() ? node.finishedAt() : node.startedAt();
            var text = new StringBuilder(screen.time(at.orElse(screen.now())));
            text.append(' ').append(screen.paint(Ink.of(phase), screen.glyphs().phase(phase)));
            text.append(' ').append(Cells.oneLine(node.label())).append(' ').append(screen.paint(Ink.of(phase), phase));
            if (node.ended() && node.finishedAt().isPresent()) {
                node.duration(screen.now()).ifPresent(span -> text.append(' ').append(Times.duration(span)));
            }
            if (!node.message().isEmpty()) {
                text.append(": ").append(Cells.oneLine(node.message()));
            }
            screen.line(text.toString());
        }
        if (run.ended() && !run.phase().equals(phases.put("", run.phase()))) {
            screen.line(screen.time(end(run)) + " " + lines.head(run, screen.now()));
            if (!run.message().isEmpty()) {
                screen.line("         " + Cells.oneLine(run.message()));
            }
        } else {
            phases.putIfAbsent("", run.phase());
        }
    }

    private Instant end(RunView run) {
        return run.finishedAt().orElse(screen.now());
    }
}
