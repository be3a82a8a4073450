package tiphys.app.trial;

import java.util.List;

/// Results in the form that continuous integration reads: one suite, a case for each check.
final class JUnitReport {
    private JUnitReport() {}

    static String of(List<Expectation.Check> checks) {
        long failures = checks.stream().filter(check -> !check.complaint().isEmpty()).count();
        var out = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        out.append(
                "<testsuites>\n  <testsuite name=\"tiphys events test\" tests=\"%d\" failures=\"%d\" errors=\"0\" skipped=\"0\">\n"
                        .formatted(checks.size(), failures));
        for (var check : checks) {
            out.append(
                    "    <testcase classname=\"%s\" name=\"%s\""
                            .formatted(escaped(check.subject()), escaped(check.label())));
            if (check.complaint().isEmpty()) {
                out.append("/>\n");
            } else {
                out.append(
                        ">\n      <failure message=\"%s\"/>\n    </testcase>\n".formatted(escaped(check.complaint())));
            }
        }
        return out.append("  </testsuite>\n</testsuites>\n").toString();
    }

    /// Characters that XML has no way to write become �.
    private static String escaped(String text) {
        var out = new StringBuilder();
        text.codePoints()
                .forEach(c -> {
                    switch (c) {
                        case '<' -> out.append("&lt;");
                        case '>' -> out.append("&gt;");
                        case '&' -> out.append("&amp;");
                        case '"' -> out.append("&quot;");
                        case '\n', '\t', '\r' -> out.append("&#").append(c).append(';');
                        default -> {
                            boolean writable = c >= 0x20 && !(c >= 0xD800 && c <= 0xDFFF) && c != 0xFFFE && c != 0xFFFF;
                            out.appendCodePoint(writable ? c : 0xFFFD);
                        }
                    }
                });
        return out.toString();
    }
}
