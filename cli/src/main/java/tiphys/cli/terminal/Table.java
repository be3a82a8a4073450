package tiphys.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/// Rows under titles, each column as wide as its widest cell. Where a terminal is too narrow, the columns that may shrink
/// are cut, the widest first; machines get every character.
public final class Table {
    /// What happens to a column if there is no room.
    public enum Fit {
        WHOLE,
        SHRINKS
    }

    private record Column(String title, Fit fit) {}

    private record Cell(String text, Ink ink) {}

    private static final int GAP = 3;
    private static final int LEAST = 8;

    private final List<Column> columns = new ArrayList<>();
    private final List<List<Cell>> rows = new ArrayList<>();
    private int[] least = {};

    /// A column that is never cut.
    public Table column(String title) {
        columns.add(new Column(title, Fit.WHOLE));
        return this;
    }

    /// A column that may be cut.
    public Table shrinking(String title) {
        columns.add(new Column(title, Fit.SHRINKS));
        return this;
    }

    /// Begins a row.
    public Table row() {
        rows.add(new ArrayList<>());
        return this;
    }

    /// The row's next cell.
    public Table cell(String text) {
        return cell(text, Ink.PLAIN);
    }

    /// The row's next cell, in an ink.
    public Table cell(String text, Ink ink) {
        rows.getLast().add(new Cell(Cells.oneLine(text), ink));
        return this;
    }

    /// Whether it has rows.
    public boolean isEmpty() {
        return rows.isEmpty();
    }

    /// Prints titles and rows.
    public void show(Screen screen) {
        screen.lines(lines(screen));
    }

    /// Prints titles and rows, and forgets the rows.
    public void showFirst(Screen screen) {
        show(screen);
        least = widths(screen.width());
        rows.clear();
    }

    /// Prints the rows without titles, no column narrower than before, and forgets them: for rows that come later.
    public void showMore(Screen screen) {
        least = widths(screen.width());
        rows.forEach(row -> screen.line(Cells.cut(line(row, least, screen), screen.width(), screen.glyphs().ellipsis)));
        rows.clear();
    }

    /// Titles and rows as lines.
    public List<String> lines(Screen screen) {
        int[] widths = widths(screen.width());
        var lines = new ArrayList<String>();
        lines.add(line(columns.stream().map(column -> new Cell(column.title(), Ink.FAINT)).toList(), widths, screen));
        rows.forEach(row -> lines.add(line(row, widths, screen)));
        return lines.stream().map(line -> Cells.cut(line, screen.width(), screen.glyphs().ellipsis)).toList();
    }

    private int[] widths(int room) {
        var widths = new int[columns.size()];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = Math.max(i < least.length ? least[i] : 0, Cells.width(columns.get(i).title()));
            for (var row : rows) {
                widths[i] = Math.max(widths[i], i < row.size() ? Cells.width(row.get(i).text()) : 0);
            }
        }
        long total = GAP * (widths.length - 1L);
        for (int width : widths) {
            total += width;
        }
        while (total > room) {
            int widest = -1;
            for (int i = 0; i < widths.length; i++) {
                boolean shrinks = columns.get(i).fit() == Fit.SHRINKS && widths[i] > LEAST;
                if (shrinks && (widest < 0 || widths[i] > widths[widest])) {
                    widest = i;
                }
            }
            if (widest < 0) {
                break;
            }
            widths[widest]--;
            total--;
        }
        return widths;
    }

    private static String line(List<Cell> cells, int[] widths, Screen screen) {
        var line = new StringBuilder();
        for (int i = 0; i < widths.length && i < cells.size(); i++) {
            var cell = cells.get(i);
            var text = Cells.cut(cell.text(), widths[i], screen.glyphs().ellipsis);
            line.append(screen.paint(cell.ink(), text));
            if (i < widths.length - 1) {
                line.append(" ".repeat(widths[i] - Cells.width(text) + GAP));
            }
        }
        return line.toString().stripTrailing();
    }
}
