package tiphys.manifest;

/// A place in a text: line and column, both counted from 1 in characters. [#NONE] marks what was made by a program.
public record Position(int line, int column) {
    /// The place of a value that no text holds.
    public static final Position NONE = new Position(0, 0);

    /// Whether a text holds this place.
    public boolean known() {
        return line > 0;
    }

    @Override
    public String toString() {
        return line + ":" + column;
    }
}
