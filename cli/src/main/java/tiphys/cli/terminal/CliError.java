package tiphys.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/// Why a command could not do its work, in the form of all errors: what, where, why, what to do, and a code that
/// `tiphys explain` knows. It is thrown to the edge, which prints it and ends with its exit code.
public final class CliError extends RuntimeException {
    private static final long serialVersionUID = 1;

    private static final int INDENT = 8;

    private final ExitCode exit;
    private final String code;
    private final String what;
    private final transient List<Part> parts;

    private record Part(String name, String text) {}

    private CliError(ExitCode exit, String code, String what, List<Part> parts) {
        super(what);
        this.exit = exit;
        this.code = code;
        this.what = what;
        this.parts = List.copyOf(parts);
    }

    /// An error that says what is wrong.
    ///
    /// @param code `TIP-` and four digits, or empty if the server gave none
    public static CliError of(ExitCode exit, String code, String what) {
        return new CliError(exit, code, what, List.of());
    }

    /// This error with the place: a file and line, an address, an object.
    public CliError where(String place) {
        return with("where", place);
    }

    /// This error with the reason.
    public CliError why(String reason) {
        return with("why", reason);
    }

    /// This error with a command that can be pasted.
    public CliError fix(String command) {
        return with("try", command);
    }

    /// This error with advice in words.
    public CliError hint(String advice) {
        return with("hint", advice);
    }

    private CliError with(String name, String text) {
        if (text.isBlank()) {
            return this;
        }
        var more = new ArrayList<>(parts);
        more.add(new Part(name, text));
        return new CliError(exit, code, what, more);
    }

    /// How the command ends.
    public ExitCode exit() {
        return exit;
    }

    /// The code, or empty.
    public String code() {
        return code;
    }

    /// What is wrong.
    public String what() {
        return what;
    }

    /// What to do about it, as a command or in words; empty if nobody knows.
    public String remedy() {
        return parts.stream()
                .filter(part -> part.name().equals("try") || part.name().equals("hint"))
                .map(Part::text)
                .findFirst()
                .orElse("");
    }

    /// The error as lines.
    public List<String> lines(boolean colored, int width) {
        var lines = new ArrayList<String>();
        int room = Math.max(20, width - INDENT);
        var tail = code.isEmpty() ? "" : "  (" + code + ")";
        for (var sentence : Visible.of(what + tail).split("\n", -1)) {
            lines.addAll(Cells.wrap(sentence, room));
        }
        for (int i = 0; i < lines.size(); i++) {
            var before = i > 0 ? " ".repeat(INDENT) : colored ? "\u001b[1;31mtiphys:\u001b[0m " : "tiphys: ";
            lines.set(i, before + lines.get(i));
        }
        for (var part : parts) {
            var name = "  " + Cells.fill(part.name(), INDENT - 2);
            var before = colored ? Ink.FAINT.on(name) : name;
            // A command is pasted whole, so it is not broken.
            boolean whole = part.name().equals("try");
            for (var text : Visible.of(part.text()).split("\n", -1)) {
                for (var line : whole ? List.of(text) : Cells.wrap(text, room)) {
                    lines.add(before + line);
                    before = " ".repeat(INDENT);
                }
            }
        }
        return lines;
    }
}
