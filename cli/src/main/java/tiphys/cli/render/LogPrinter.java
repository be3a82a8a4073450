package tiphys.cli.render;

import java.util.List;
import tiphys.cli.server.LogStep;
import tiphys.cli.server.RunView;
import tiphys.cli.terminal.Cells;
import tiphys.cli.terminal.CliError;
import tiphys.cli.terminal.ExitCode;
import tiphys.cli.terminal.Ink;
import tiphys.cli.terminal.Screen;
import tiphys.cli.terminal.Visible;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Prints lines of many steps, each whole and with the step's name before it. Safe for every thread.
public final class LogPrinter {
    /// How a line looks.
    public enum Style {
        PREFIXED,
        BARE,
        JSON
    }

    private static final int WIDEST_LABEL = 28;

    private final Screen screen;
    private final RunView run;
    private final Style style;
    private final boolean raw;
    private int label;

    /// @param raw whether lines are sent as the step wrote them, though a terminal may act on them
    public LogPrinter(Screen screen, RunView run, Style style, boolean raw) {
        this.screen = screen;
        this.run = run;
        this.style = style;
        this.raw = raw;
    }

    /// Makes room for the names of these steps.
    public synchronized void align(List<LogStep> steps) {
        for (var step : steps) {
            label = Math.max(label, Math.min(WIDEST_LABEL, Cells.width(Cells.oneLine(step.label()))));
        }
    }

    public synchronized void print(LogStep step, String line) {
        switch (style) {
            case BARE -> screen.raw(shown(line));
            case PREFIXED -> {
                var name = Cells.cut(Cells.oneLine(step.label()), label, screen.glyphs().ellipsis);
                var ink = Ink.voice(step.node().label());
                screen.raw(screen.paint(ink, Cells.fill(name, label) + " " + screen.glyphs().bar) + " " + shown(line));
            }
            case JSON ->
                    screen.raw(
                            Json.write(
                                    Value.object(
                                            "namespace",
                                            run.namespace(),
                                            "run",
                                            run.name(),
                                            "node",
                                            step.node().label(),
                                            "nodeId",
                                            step.node().id(),
                                            "attempt",
                                            step.attempt().number(),
                                            "line",
                                            line)));
        }
    }

    private String shown(String line) {
        return raw ? line : Visible.of(line);
    }

    /// Ends the command if nobody reads what it prints any more.
    public void check() {
        if (screen.out().checkError()) {
            throw CliError.of(ExitCode.FAILED, "TIP-7403", "the output cannot be written any more");
        }
    }
}
