package tiphys.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// What the codes of the command line mean: a line for each, `CODE text`, in `codes.txt`.
final class CodeTexts {
    private CodeTexts() {}

    static Optional<String> find(String code) {
        try (InputStream in = CodeTexts.class.getResourceAsStream("codes.txt")) {
            if (in == null) {
                throw new IllegalStateException("codes.txt is not beside its class");
            }
            var text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return text.lines()
                    .filter(line -> line.startsWith(code + " "))
                    .map(line -> line.substring(code.length()).strip())
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
