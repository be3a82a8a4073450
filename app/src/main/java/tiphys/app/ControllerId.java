package tiphys.app;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;

/// By what name a controller holds its lease: one for each data directory, in a file there. So one that was killed goes on at once with its
/// own lease, and that no two processes have the same directory the directory itself sees to.
final class ControllerId {
    private static final String FILE = "controller.id";
    private static final int BYTES = 8;

    private ControllerId() {}

    static String of(Path data) throws IOException {
        Files.createDirectories(data);
        var file = data.resolve(FILE);
        var random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        try {
            Files.writeString(file, "tiphys-" + HexFormat.of().formatHex(random), StandardOpenOption.CREATE_NEW);
        } catch (FileAlreadyExistsException _) {
            // as it was
        }
        var id = Files.readString(file).strip();
        if (!id.matches("tiphys-[0-9a-f]{16}")) { // a crash in the midst of writing
            Files.delete(file);
            return of(data);
        }
        return id;
    }
}
