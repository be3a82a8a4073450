package tiphys.language;

/// A place in a small text, shown to the one who wrote it.
public final class Place {
    private static final int WIDTH = 120;

    private Place() {}

    /// A failure that says what is wrong, where (line and column from 1), and shows the line with a caret under the place.
    public static EvaluationFailed failed(String what, String text, int offset) {
        int at = Math.clamp(offset, 0, text.length());
        int start = text.lastIndexOf('\n', at - 1) + 1;
        int end = text.indexOf('\n', at);
        if (end < 0) {
            end = text.length();
        }
        int line = 1;
        for (int i = 0; i < start; i++) {
            if (text.charAt(i) == '\n') {
                line++;
            }
        }
        int column = at - start;
        int from = Math.max(start, at - WIDTH / 2);
        var shown = text.substring(from, Math.min(end, from + WIDTH)).replace('\t', ' ');
        return new EvaluationFailed(
                what + " (" + line + ":" + (column + 1) + ")\n | " + shown + "\n | " + ".".repeat(at - from) + "^");
    }
}
