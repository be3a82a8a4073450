package tiphys.cli.terminal;

/// The signs of trees and phases: Argo's where the terminal speaks Unicode, else ASCII.
public enum Glyphs {
    UNICODE("├─", "└─", "│ ", "…", "│", "→", "–"),
    ASCII("|-", "`-", "| ", "...", "|", "->", "-");

    public final String branch;
    public final String last;
    public final String pass;
    public final String ellipsis;
    public final String bar;
    public final String arrow;
    final String none;

    Glyphs(String branch, String last, String pass, String ellipsis, String bar, String arrow, String none) {
        this.branch = branch;
        this.last = last;
        this.pass = pass;
        this.ellipsis = ellipsis;
        this.bar = bar;
        this.arrow = arrow;
        this.none = none;
    }

    /// The sign of a phase or a verdict.
    public String phase(String phase) {
        boolean unicode = this == UNICODE;
        return switch (phase) {
            case "Succeeded", "fired", "true", "OK" -> unicode ? "✔" : "+";
            case "Failed", "Error", "failed", "false", "BAD" -> unicode ? "✖" : "x";
            case "Running", "running" -> unicode ? "●" : "*";
            case "Skipped", "Omitted", "filtered" -> unicode ? "○" : "o";
            case "Suspended" -> unicode ? "‖" : "=";
            case "DOUBT" -> "!";
            default -> unicode ? "◷" : ".";
        };
    }
}
