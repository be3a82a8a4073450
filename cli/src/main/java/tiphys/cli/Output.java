package tiphys.cli;

import java.util.Locale;

/// The forms of results.
enum Output {
    TABLE,
    WIDE,
    NAME,
    JSON,
    YAML;

    /// As `-o` says it.
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
