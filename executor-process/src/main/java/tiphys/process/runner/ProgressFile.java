package tiphys.process.runner;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.regex.Pattern;
import tiphys.attempts.Beneath;

/// What a step writes into `ARGO_PROGRESS_FILE`: its last line says how far it is, as `3/10`. Looked at when the file has changed.
final class ProgressFile {
    private static final Pattern PROGRESS = Pattern.compile("[0-9]{1,9}/[0-9]{1,9}");
    private static final int TAIL_BYTES = 256;

    private final Path file;
    private FileTime seen = FileTime.fromMillis(0);
    private String told = "";

    /// @param file which the step may not have made
    ProgressFile(Path file) {
        this.file = file;
    }

    /// What it says now, if that is another progress than before.
    Optional<String> news() {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try {
            var changed = Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS);
            if (changed.equals(seen)) {
                return Optional.empty();
            }
            seen = changed;
            var says = lastLine();
            if (!PROGRESS.matcher(says).matches() || says.equals(told)) {
                return Optional.empty();
            }
            told = says;
            return Optional.of(says);
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException _) {
            return Optional.empty(); // something else is in its place, or it is being replaced
        }
    }

    private String lastLine() throws IOException {
        try (var in = Beneath.open(file)) {
            var tail = ByteBuffer.allocate(TAIL_BYTES);
            in.position(Math.max(0, in.size() - TAIL_BYTES));
            while (tail.hasRemaining() && in.read(tail) >= 0) {}
            var text = new String(tail.array(), 0, tail.position(), UTF_8).stripTrailing();
            return text.substring(text.lastIndexOf('\n') + 1).strip();
        }
    }
}
