package tiphys.cli.terminal;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Yaml;

/// Where a command writes: results to stdout, all else to stderr, coloured and redrawn only where a terminal shows it.
/// `NO_COLOR`, `CLICOLOR_FORCE`, `TERM=dumb` and `CI` are respected; `--color` wins.
public final class Screen {
    /// What `--color` may say.
    public enum Color {
        AUTO,
        ALWAYS,
        NEVER
    }

    private final Surroundings around;
    private final boolean colored;
    private final boolean errorsColored;
    private final Glyphs glyphs;

    public Screen(Surroundings around, Color color) {
        this.around = around;
        this.colored = colored(around, color, around.terminals().out());
        this.errorsColored = colored(around, color, around.terminals().err());
        this.glyphs = glyphs(around);
    }

    private static boolean colored(Surroundings around, Color color, boolean terminal) {
        return switch (color) {
            case ALWAYS -> true;
            case NEVER -> false;
            case AUTO ->
                    around.variable("NO_COLOR").isEmpty()
                            && (around.variable("CLICOLOR_FORCE").filter(force -> !force.equals("0")).isPresent()
                                    || (terminal && !dumb(around)));
        };
    }

    private static boolean dumb(Surroundings around) {
        return around.variable("TERM").filter("dumb"::equals).isPresent();
    }

    /// A locale that names no UTF-8 wants ASCII; none at all says nothing about the terminal.
    private static Glyphs glyphs(Surroundings around) {
        boolean ascii =
                Stream.of("LC_ALL", "LC_CTYPE", "LANG")
                        .flatMap(name -> around.variable(name).stream())
                        .findFirst()
                        .filter(locale -> !locale.toLowerCase(Locale.ROOT).replace("-", "").contains("utf8"))
                        .isPresent();
        return ascii || dumb(around) ? Glyphs.ASCII : Glyphs.UNICODE;
    }

    /// A result, as one line of stdout. What a terminal would act on is shown ([Visible]).
    public void line(String text) {
        around.out().println(Visible.inked(text));
    }

    /// A result for machines, as it is.
    public void raw(String text) {
        around.out().println(text);
    }

    /// Lines of a result.
    public void lines(Iterable<String> lines) {
        lines.forEach(this::line);
    }

    /// A hint or progress, as one line of stderr.
    public void note(String text) {
        around.err().println(Visible.inked(text));
    }

    /// An error in its form.
    public void error(CliError error) {
        error.lines(errorsColored, around.terminals().err() ? columns() : Integer.MAX_VALUE).forEach(this::note);
    }

    /// Shows diagnostics as this screen's stdout can.
    ///
    /// @param sources gives the text of a source by its name
    public DiagnosticText diagnostics(Function<String, Optional<String>> sources) {
        return new DiagnosticText(colored, glyphs == Glyphs.UNICODE, sources);
    }

    /// What is wrong with an input, each thing with its line and a mark under its place.
    public void invalid(InvalidInput input) {
        var text = new DiagnosticText(errorsColored, glyphs == Glyphs.UNICODE, this::source);
        for (var found : input.diagnostics()) {
            text.lines(found).forEach(this::note);
        }
    }

    private Optional<String> source(String name) {
        var file = around.directory().resolve(name);
        if (name.isEmpty() || !Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try (var in = Files.newInputStream(file)) {
            return Optional.of(new String(in.readNBytes(Yaml.MAX_BYTES), StandardCharsets.UTF_8));
        } catch (IOException e) {
            return Optional.empty(); // the line cannot be shown; what is wrong with it still is
        }
    }

    /// Bytes go here as they are.
    public PrintStream out() {
        return around.out();
    }

    /// The text in an ink, if stdout has colours.
    public String paint(Ink ink, String text) {
        return colored ? ink.on(text) : text;
    }

    /// Whether lines may be drawn over: stdout is a terminal that can, and no machine reads it.
    public boolean live() {
        return around.terminals().out() && !dumb(around) && around.variable("CI").isEmpty();
    }

    /// Whether a person can be asked.
    public boolean canAsk() {
        return around.terminals().in() && around.terminals().err();
    }

    /// How many columns a line may have; without end where no terminal is.
    public int width() {
        return around.terminals().out() ? columns() : Integer.MAX_VALUE;
    }

    private int columns() {
        return Math.max(20, around.columns().getAsInt());
    }

    /// The instant as the clock of the user's zone shows it, `14:03:21`.
    public String time(Instant at) {
        return Times.clock(at, around.zone().get());
    }

    public ZoneId zone() {
        return around.zone().get();
    }

    public Instant now() {
        return around.clock().instant();
    }

    public Glyphs glyphs() {
        return glyphs;
    }

    public Surroundings around() {
        return around;
    }

    /// A sentence on as many lines as it needs, the later ones under its first word.
    public List<String> wrapped(String before, int indent, String sentence) {
        var lines = new ArrayList<String>();
        for (var line : Cells.wrap(sentence, Math.max(20, width() - indent))) {
            lines.add((lines.isEmpty() ? before : " ".repeat(indent)) + line);
        }
        return lines;
    }
}
