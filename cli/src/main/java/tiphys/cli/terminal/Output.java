package tiphys.cli.terminal;

import java.util.Locale;

/// The forms of results.
public enum Output {
    TABLE,
    WIDE,
    NAME,
    JSON,
    YAML;

    /// As `-o` says it.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
