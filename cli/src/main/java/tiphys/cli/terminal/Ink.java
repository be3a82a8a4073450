package tiphys.cli.terminal;

import java.util.List;

/// What a colour means. The codes are the sixteen colours of the terminal's own theme, so that they suit light and dark.
public enum Ink {
    PLAIN(""),
    STRONG("1"),
    FAINT("90"),
    GOOD("32"),
    BAD("31"),
    DOUBT("33"),
    BUSY("36"),
    LINK("4"),
    FIRST("34"),
    SECOND("35"),
    THIRD("36"),
    FOURTH("33"),
    FIFTH("32"),
    SIXTH("94");

    private static final String END = "\u001b[0m";
    private static final List<Ink> VOICES = List.of(FIRST, SECOND, THIRD, FOURTH, FIFTH, SIXTH);

    private final String code;

    Ink(String code) {
        this.code = code;
    }

    /// The same colour for the same name, always: the bytes' sum picks it, as `argo logs` does.
    public static Ink voice(String name) {
        return VOICES.get(name.chars().sum() % VOICES.size());
    }

    /// The ink of a phase of runs and nodes, or of a condition as tables show it.
    public static Ink of(String phase) {
        return switch (phase) {
            case "Succeeded", "fired", "Active", "True", "Ready" -> GOOD;
            case "Failed", "Error", "failed", "False" -> BAD;
            case "Running", "running" -> BUSY;
            case "Pending", "waiting", "Terminating", "unheard", "Suspended" -> DOUBT;
            case "Skipped", "Omitted", "filtered" -> FAINT;
            default -> PLAIN;
        };
    }

    /// How long the code of an ink is that begins at this place of a text; 0 if none does.
    static int codeAt(String text, int at) {
        if (text.startsWith(END, at)) {
            return END.length();
        }
        for (var ink : values()) {
            var begin = "\u001b[" + ink.code + "m";
            if (!ink.code.isEmpty() && text.startsWith(begin, at)) {
                return begin.length();
            }
        }
        return 0;
    }

    /// The text between this ink's codes; unchanged for [#PLAIN] and for nothing.
    String on(String text) {
        return code.isEmpty() || text.isEmpty() ? text : "\u001b[" + code + "m" + text + END;
    }
}
