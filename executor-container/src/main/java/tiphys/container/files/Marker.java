package tiphys.container.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import tiphys.attempts.AttemptFolder;
import tiphys.engine.AttemptId;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Says that an attempt runs in containers, and what its image said: the file `container` of its folder, written before the first
/// container is made.
///
/// @param directory the working directory of `main`
/// @param program what runs it, for people
public record Marker(String directory, String program) {
    private static final Marker NONE = new Marker("", "");

    static Path file(Path data, AttemptId attempt) {
        return AttemptFolder.of(data, attempt).attempt().resolve("container");
    }

    /// What is written of an attempt; empty words if nothing is.
    public static Marker of(Path data, AttemptId attempt) throws IOException {
        try {
            var json = Json.parse(Files.readAllBytes(file(data, attempt)));
            return new Marker(json.textAt("directory").orElse(""), json.textAt("program").orElse(""));
        } catch (NoSuchFileException _) {
            return NONE;
        }
    }

    /// Writes it down, whole or not at all.
    public void write(Path data, AttemptId attempt) throws IOException {
        var file = file(data, attempt);
        var draft = file.resolveSibling("container.new");
        Files.write(draft, Json.bytes(Value.object("directory", directory, "program", program)));
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
