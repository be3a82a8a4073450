package tiphys.app;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tiphys.engine.run.validate.Claims;
import tiphys.manifest.schema.Schemas;

/// What is honoured of the fields of a workflow's spec, as people read it: on the terminal and in the documentation.
final class Parity {
    private static final String REFUSED = "refused";

    private final Claims claims;

    Parity(Claims claims) {
        this.claims = claims;
    }

    /// Fields of one type of which the same is to be said.
    ///
    /// @param word `honoured`, `emulated`, `ignored` or `refused`
    /// @param reason empty if there is none
    record Row(String type, List<String> fields, String word, String reason) {}

    /// Every type of which something is claimed, in the order in which a spec leads to them.
    List<Row> rows() {
        var rows = new ArrayList<Row>();
        Schemas.fields("workflow.WorkflowSpec").forEach((type, fields) -> rows.addAll(rows(type, fields)));
        return rows;
    }

    private List<Row> rows(String type, List<String> fields) {
        Map<List<String>, List<String>> alike = new LinkedHashMap<>();
        boolean any = false;
        for (var field : fields) {
            var claim = claims.find(type, field);
            any |= claim.isPresent();
            var key =
                    List.of(
                            claim.map(one -> one.word().word()).orElse(REFUSED),
                            claim.map(Claims.Claim::reason).orElse(""));
            var keys = claim.map(Claims.Claim::keys).orElse(List.of());
            alike.computeIfAbsent(key, one -> new ArrayList<>())
                    .add(field + (keys.isEmpty() ? "" : "." + String.join(",", keys)));
            if (!keys.isEmpty()) {
                alike.computeIfAbsent(List.of(REFUSED, ""), one -> new ArrayList<>()).add("other " + field);
            }
        }
        return any
                ? alike.entrySet().stream()
                        .map(one -> new Row(type, one.getValue(), one.getKey().getFirst(), one.getKey().getLast()))
                        .toList()
                : List.of();
    }

    /// A line for each row.
    List<String> lines() {
        return rows().stream()
                .map(row ->
                        "%-9s %s: %s%s"
                                .formatted(
                                        row.word(),
                                        name(row.type()),
                                        String.join(", ", row.fields()),
                                        row.reason().isEmpty() ? "" : " (" + row.reason() + ")"))
                .toList();
    }

    /// The table of the documentation.
    List<String> markdown() {
        var lines = new ArrayList<>(List.of("| type | fields | here |", "|---|---|---|"));
        for (var row : rows()) {
            var fields = row.fields().stream().map(field -> "`" + field + "`").collect(Collectors.joining(", "));
            lines.add(
                    "| %s | %s | %s%s |"
                            .formatted(
                                    name(row.type()),
                                    fields,
                                    row.word(),
                                    row.reason().isEmpty() ? "" : ": " + row.reason()));
        }
        return lines;
    }

    private static String name(String type) {
        return type.substring(type.indexOf('.') + 1);
    }
}
