package tiphys.cli.render;

import java.util.List;
import tiphys.cli.server.LogStep;
import tiphys.cli.server.RunView;
import tiphys.cli.terminal.Cells;
import tiphys.cli.terminal.CliError;
import tiphys.cli.terminal.ExitCode;
import tiphys.cli.terminal.Ink;
import tiphys.cli.terminal.Screen;
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
    private int label;

    public LogPrinter(Screen screen, RunView run, Style style) {
        this.screen = screen;
        this.run = run;
        this.style = style;
    }

    /// Makes room for the names of these steps.
    public synchronized void align(List<LogStep> steps) {
        for (var step : steps) {
            label = Math.max(label, Math.min(WIDEST_LABEL, Cells.width(Cells.oneLine(step.label()))));
        }
    }

    public synchronized void print(LogStep step, String line) {
        switch (style) {
            case BARE -> screen.line(line);
            case PREFIXED -> {
                var name = Cells.cut(Cells.oneLine(step.label()), label, screen.glyphs().ellipsis);
                var ink = Ink.voice(step.node().label());
                screen.line(screen.paint(ink, Cells.fill(name, label) + " " + screen.glyphs().bar) + " " + line);
            }
            case JSON ->
                    screen.line(
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

    /// Ends the command if nobody reads what it prints any more.
    public void check() {
        if (screen.out().checkError()) {
            throw CliError.of(ExitCode.FAILED, "TIP-7403", "the output cannot be written any more");
        }
    }
}
