package tiphys.objects;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// The rows `what => result` of a table file.
record Rows(String what, String result) {
    public static Stream<Rows> of(String file) {
        return text(file)
                .lines()
                .filter(line -> !line.startsWith("# "))
                .map(line -> {
                    int at = line.lastIndexOf(" => ");
                    return new Rows(line.substring(0, at), line.substring(at + 4));
                });
    }

    static String text(String file) {
        try (var in = Objects.requireNonNull(Rows.class.getResourceAsStream(file), file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What a call says, or its refusal with code and reason.
    static String said(Supplier<String> call) {
        try {
            return call.get();
        } catch (Refusal refusal) {
            return refusal.code() + " " + refusal.reason() + " " + refusal.getMessage();
        }
    }
}
