package tiphys.app;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tiphys.engine.run.validate.Claims;
import tiphys.manifest.schema.FieldClaims;
import tiphys.manifest.schema.FieldClaims.Claim;
import tiphys.manifest.schema.FieldClaims.Word;
import tiphys.manifest.schema.Schemas;

/// What is honoured of the fields of a spec, as people read it: on the terminal and in the documentation.
final class Parity {
    private final Map<String, FieldClaims> claims;

    /// @param claims by the spec that they are about
    private Parity(Map<String, FieldClaims> claims) {
        this.claims = claims;
    }

    /// Of workflows whose steps are processes of this machine.
    static Parity workflows() {
        return new Parity(Map.of("workflow.WorkflowSpec", Claims.process()));
    }

    /// Of workflows whose steps run in containers of this machine.
    static Parity inContainers() {
        return new Parity(Map.of("workflow.WorkflowSpec", Claims.container()));
    }

    /// Of event sources and sensors.
    static Parity events() {
        var claims = new LinkedHashMap<String, FieldClaims>();
        claims.put("events.EventSourceSpec", EventSourceKinds.forReading().claims());
        claims.put("events.SensorSpec", EventTriggerKinds.forReading().claims());
        return new Parity(claims);
    }

    /// Fields of one type of which the same is to be said.
    ///
    /// @param word `honoured`, `emulated`, `ignored` or `refused`
    /// @param reason empty if there is none
    record Row(String type, List<String> fields, String word, String reason) {}

    /// Every type of which something is claimed, in the order in which a spec leads to them.
    List<Row> rows() {
        var rows = new ArrayList<Row>();
        var seen = new HashSet<String>();
        claims.forEach((spec, claimed) ->
                Schemas.fields(spec)
                        .forEach((type, fields) -> {
                            var found = seen.contains(type) ? List.<Row>of() : rows(type, fields, claimed);
                            rows.addAll(found);
                            if (!found.isEmpty()) {
                                seen.add(type);
                            }
                        }));
        return rows;
    }

    private static List<Row> rows(String type, List<String> fields, FieldClaims claims) {
        Map<List<String>, List<String>> alike = new LinkedHashMap<>();
        boolean any = false;
        for (var field : fields) {
            var claim = claims.find(type, field);
            any |= claim.filter(one -> one.word() != Word.REFUSED).isPresent();
            var key = List.of(claim.map(Claim::word).orElse(Word.REFUSED).word(), claim.map(Claim::reason).orElse(""));
            alike.computeIfAbsent(key, one -> new ArrayList<>()).add(field);
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
