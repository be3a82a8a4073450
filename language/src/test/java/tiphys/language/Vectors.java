package tiphys.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// What the original libraries answered to many small inputs, where that is there. Each row is answered as recorded, or it
/// is listed in `differences.txt` with a reason; a row that is listed and right is as wrong as one that is neither.
public final class Vectors {
    private static final Path FOLDER = Path.of("../../shared/conformance/vectors");

    private Vectors() {}

    /// One input and what came of it.
    ///
    /// @param environment the text of the document or the variables that it was asked of
    public record Row(String id, String input, String environment, Value.Mapping json) {}

    /// Answers each row of a file and compares.
    ///
    /// @param answer empty if the row is answered as recorded, else what was answered instead
    public static void compare(String name, Function<Row, Optional<String>> answer) {
        var file = FOLDER.resolve(name + ".json");
        assumeTrue(Files.exists(file), "there is no file " + file);
        var listed = listed(name);
        var wrong = new TreeMap<String, String>();
        var rows = rows(file);
        for (var row : rows) {
            answer.apply(row).ifPresent(got -> wrong.put(row.id(), row.input() + " -> " + got));
        }
        System.out.println(
                name
                        + ": "
                        + (rows.size() - wrong.size())
                        + " of "
                        + rows.size()
                        + " as recorded, "
                        + listed.size()
                        + " listed");
        var worse = new TreeMap<>(wrong);
        worse.keySet().removeAll(listed.keySet());
        var better = new TreeMap<>(listed);
        better.keySet().removeAll(wrong.keySet());
        better.keySet().retainAll(rows.stream().map(Row::id).collect(Collectors.toSet()));
        assertThat(worse).as("answered otherwise than recorded and not listed").isEmpty();
        assertThat(better).as("listed, but answered as recorded").isEmpty();
    }

    private static Map<String, String> listed(String name) {
        try (var in = Objects.requireNonNull(Vectors.class.getResourceAsStream("differences.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith(name + "-"))
                    .map(line -> line.split(": ", 2))
                    .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The file has a row a line; the environment is taken as it is written there.
    private static List<Row> rows(Path file) {
        try {
            var rows = new ArrayList<Row>();
            for (var line : Files.readAllLines(file)) {
                if (line.startsWith("{")) {
                    var text = line.endsWith(",") ? line.substring(0, line.length() - 1) : line;
                    var json = (Value.Mapping) Json.parse(text);
                    rows.add(
                            new Row(
                                    json.textAt("id").orElseThrow(),
                                    json.textAt("input").orElseThrow(),
                                    environment(text, json),
                                    json));
                }
            }
            return rows;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String environment(String text, Value.Mapping json) {
        if (json.find("env").isEmpty()) {
            return "{}";
        }
        int from = text.indexOf("\"env\": ") + 7;
        for (int to = text.indexOf('}', from); to > 0; to = text.indexOf('}', to + 1)) {
            var candidate = text.substring(from, to + 1);
            try {
                Json.parse(candidate);
                return candidate;
            } catch (tiphys.manifest.InvalidInput _) {
                // the bracket belongs to something inside
            }
        }
        throw new IllegalStateException("no environment in " + text);
    }
}
