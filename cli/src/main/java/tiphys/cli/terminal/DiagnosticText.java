package tiphys.cli.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tiphys.manifest.Diagnostic;

/// Shows diagnostics to people: the place, the code and the sentence, then the line of the source with a mark under the place and
/// the advice beside the mark.
///
/// ```
/// train.yaml:24:7  error  TIP-1101  unknown field "spec.templates[0].contaner"
///    23 │   - name: main
///    24 │     contaner:
///       │     ^^^^^^^^ did you mean "container"?
/// ```
public final class DiagnosticText {
    private static final int SHOWN = 120;
    private static final int BEFORE = 60;

    private final boolean colored;
    private final boolean unicode;
    private final Function<String, Optional<String>> sources;

    /// @param unicode whether lines may be drawn with more than ASCII
    /// @param sources gives the text of a source by its name; empty if it is not to be had
    public DiagnosticText(boolean colored, boolean unicode, Function<String, Optional<String>> sources) {
        this.colored = colored;
        this.unicode = unicode;
        this.sources = sources;
    }

    /// The diagnostic as lines.
    public List<String> lines(Diagnostic found) {
        var lines = new ArrayList<String>();
        lines.add(head(found));
        boolean error = found.severity() == Diagnostic.Severity.ERROR;
        var source = found.at().known() ? sources.apply(found.source()) : Optional.<String>empty();
        var place = source.flatMap(text -> Line.at(text, found.at().line()));
        if (place.isEmpty()) {
            found.hint().ifPresent(hint -> lines.add("    " + visible(hint)));
            return lines;
        }
        int number = found.at().line();
        int width = Math.max(5, Integer.toString(number).length() + 1);
        Line.at(source.get(), number - 1)
                .filter(before -> number > 1 && !before.text().isBlank() && before.text().length() <= SHOWN)
                .ifPresent(before -> lines.add(gutter(Integer.toString(number - 1), width) + visible(before.text())));
        var line = place.get().around(found.at().column());
        lines.add(gutter(Integer.toString(number), width) + visible(line.text()));
        var mark = "^".repeat(line.marked());
        lines.add(
                gutter("", width)
                        + " ".repeat(Cells.width(visible(line.text().substring(0, line.from()))))
                        + (colored ? (error ? Ink.BAD : Ink.DOUBT).on(mark) : mark)
                        + found.hint().map(hint -> " " + visible(hint)).orElse(""));
        return lines;
    }

    private String head(Diagnostic found) {
        boolean error = found.severity() == Diagnostic.Severity.ERROR;
        var place = found.at().known() ? found.source() + ":" + found.at() : found.source();
        var severity = error ? "error" : "warning";
        return visible(place)
                + (place.isEmpty() ? "" : "  ")
                + (colored ? (error ? Ink.BAD : Ink.DOUBT).on(severity) : severity)
                + "  "
                + (colored ? Ink.FAINT.on(found.code()) : found.code())
                + "  "
                + visible(found.message());
    }

    private String gutter(String number, int width) {
        var text = " ".repeat(width - number.length()) + number + (unicode ? " │ " : " | ");
        return colored ? Ink.FAINT.on(text) : text;
    }

    /// On one line, and with nothing that a terminal would act on: files are not trusted to draw.
    private static String visible(String text) {
        return Visible.of(text.replace('\t', ' ').replace('\n', ' '));
    }

    /// One line of a source, and the part of it that is marked.
    private record Line(String text, int from, int marked) {
        static Optional<Line> at(String source, int number) {
            int start = 0;
            for (int line = 1; line < number; line++) {
                int end = source.indexOf('\n', start);
                if (end < 0) {
                    return Optional.empty();
                }
                start = end + 1;
            }
            int end = source.indexOf('\n', start);
            var text = source.substring(start, end < 0 ? source.length() : end);
            return number < 1 ? Optional.empty() : Optional.of(new Line(text.stripTrailing(), 0, 1));
        }

        /// The part around a column, with the word there marked.
        Line around(int column) {
            int points = text.codePointCount(0, text.length());
            int at = text.offsetByCodePoints(0, Math.clamp(column - 1L, 0, points));
            int end = at;
            if (end < text.length() && (text.charAt(end) == '"' || text.charAt(end) == '\'')) {
                int close = text.indexOf(text.charAt(end), end + 1);
                end = close < 0 ? text.length() : close + 1;
            } else {
                while (end < text.length() && " \t:,[]{}#".indexOf(text.charAt(end)) < 0) {
                    end++;
                }
            }
            int first = text.length() <= SHOWN ? 0 : Math.max(0, at - BEFORE);
            int last = Math.min(text.length(), first + SHOWN);
            int marked = Math.max(1, Math.min(end, last) - at);
            return new Line(text.substring(first, last), at - first, marked);
        }
    }
}
