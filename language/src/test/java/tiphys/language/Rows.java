package tiphys.language;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.stream.Stream;

/// The rows `what => result` of a table file.
public record Rows(String what, String result) {
    public static Stream<Rows> of(String file) {
        return lines(file)
                .map(line -> {
                    int at = line.lastIndexOf(" => ");
                    return new Rows(line.substring(0, at), line.substring(at + 4));
                });
    }

    /// The lines of a table file but for its comments.
    public static Stream<String> lines(String file) {
        try (var in = Objects.requireNonNull(Rows.class.getResourceAsStream(file), file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().filter(line -> !line.startsWith("# "));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
