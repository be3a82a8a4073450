package tiphys.container;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import tiphys.attempts.AttemptFolder;
import tiphys.attempts.Beneath;
import tiphys.attempts.Output;
import tiphys.container.api.Engine;
import tiphys.container.api.LogFrames.Stream;

/// Copies what a container prints into the attempt's folder, where it stays when the container is gone. The engine's own log can be
/// read from its beginning any number of times: what is here already is passed over, by its length.
final class LogCopy {
    private static final long LOOK_NANOS = 100_000_000;
    private static final int HEAD = 400;

    private final Output output;
    private long skipTotal;
    private long doneOut;
    private long doneErr;
    private long lastLook = System.nanoTime();
    private Stream last = Stream.STDOUT;
    private final StringBuilder head = new StringBuilder();

    LogCopy(AttemptFolder folder, Output output) throws IOException {
        this.output = output;
        if (output.second().isPresent()) {
            doneOut = Beneath.size(folder.stdout());
            doneErr = Beneath.size(folder.stderr());
        } else {
            skipTotal = Beneath.size(folder.log());
        }
    }

    /// Reads the engine's log from its beginning and adds what is new.
    synchronized void read(Engine engine, String container, Engine.Follow follow) throws IOException {
        var seen = new long[2];
        engine.logs(
                container,
                follow,
                (stream, bytes) -> {
                    int which = stream == Stream.STDOUT ? 0 : 1;
                    long before = seen[which];
                    seen[which] += bytes.length;
                    long done = stream == Stream.STDOUT ? doneOut : doneErr;
                    int skip = Math.clamp(done - before, 0, bytes.length);
                    int rest = bytes.length - skip;
                    int old =
                            (int)
                                    Math.min(
                                            skipTotal,
                                            rest); // of a log whose streams are one nobody knows how much is of which
                    skipTotal -= old;
                    add(stream, bytes, skip + old);
                    if (stream == Stream.STDOUT) {
                        doneOut = Math.max(doneOut, seen[which]);
                    } else {
                        doneErr = Math.max(doneErr, seen[which]);
                    }
                });
    }

    private void add(Stream stream, byte[] bytes, int from) throws IOException {
        if (stream == Stream.STDERR && head.length() < HEAD) {
            head.append(new String(bytes, 0, Math.min(bytes.length, HEAD), UTF_8));
        }
        if (from >= bytes.length) {
            return;
        }
        var apart = output.second();
        if (apart.isPresent() && stream != last) {
            output.watch(); // what was printed before comes first
        }
        last = stream;
        append(apart.isPresent() && stream == Stream.STDERR ? apart.get() : output.first(), bytes, from);
        long now = System.nanoTime();
        if (now - lastLook > LOOK_NANOS) {
            lastLook = now;
            output.watch();
        }
    }

    private static void append(Path file, byte[] bytes, int from) throws IOException {
        try (var out =
                Files.newOutputStream(
                        file, StandardOpenOption.CREATE, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS)) {
            out.write(bytes, from, bytes.length - from);
        }
    }

    /// How much has been copied.
    synchronized long bytes() {
        return doneOut + doneErr;
    }

    /// What was printed to stderr first.
    synchronized String head() {
        return head.toString();
    }
}
