package tiphys.attempts;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// A running attempt's output files, seen from the runner. The step appends to them itself; nothing is copied.
///
/// Without a result, stdout and stderr are one file, `log`, exactly in order. With a result they are two files, and each look of
/// the watcher notes in `order` by how much they grew: so the log is complete, and in order as finely as the watcher looks. Of what came
/// since the last look, and so of all that a short step printed, stdout comes first.
///
/// Over the limit, the middle of a file is given back to the file system (a hole), and `cuts` says which part.
public final class Output {
    /// Of a result or an output parameter; of more, the head is taken and the log says so.
    public static final int RESULT_LIMIT_BYTES = 16 << 20;

    private final AttemptFolder folder;
    private final boolean apart;
    private final long limitBytes;
    private final Map<String, Long> noted = new LinkedHashMap<>();
    private final Map<String, Long> cutTo = new LinkedHashMap<>();

    /// @param apart whether stdout is the step's result
    /// @param limitBytes of which head and tail are kept
    public Output(AttemptFolder folder, boolean apart, long limitBytes) {
        this.folder = folder;
        this.apart = apart;
        this.limitBytes = limitBytes;
    }

    /// Where stdout goes.
    public Path first() {
        return apart ? folder.stdout() : folder.log();
    }

    /// Where stderr goes, if not where stdout goes.
    public Optional<Path> second() {
        return apart ? Optional.of(folder.stderr()) : Optional.empty();
    }

    /// Looks at the files: notes their growth, cuts what is too long.
    public synchronized void watch() {
        try {
            if (apart) {
                note();
            }
            cut(limitBytes / 16);
        } catch (IOException e) {
            System.err.println("the output of " + folder.root().getFileName() + " cannot be watched: " + e);
        }
    }

    /// The step is over: notes the rest and cuts to the limit. After it the log is whole, for whoever hears of the end before it
    /// is written.
    public synchronized void finish() {
        try {
            if (apart) {
                note();
            }
            cut(0);
        } catch (IOException e) {
            System.err.println("the output of " + folder.root().getFileName() + " cannot be finished: " + e);
        }
    }

    /// What stdout came to as the step's result: without one trailing newline.
    public String result() throws IOException {
        try (var stdout = Beneath.open(folder.stdout())) {
            return text(stdout, "outputs.result", wholeBytes());
        } catch (NoSuchFileException _) {
            return "";
        }
    }

    /// What a file holds, without one trailing newline.
    ///
    /// @param name what it is, for the log
    public String text(SeekableByteChannel file, String name) throws IOException {
        return text(file, name, Long.MAX_VALUE);
    }

    private String text(SeekableByteChannel file, String name, long wholeBytes) throws IOException {
        int limit = (int) Math.min(RESULT_LIMIT_BYTES, wholeBytes);
        long size = file.size();
        var bytes = Channels.newInputStream(file).readNBytes(limit);
        if (size > limit) {
            say("%s was cut at %d bytes".formatted(name, limit));
        }
        var text = new String(bytes, UTF_8);
        return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }

    /// How much of stdout's beginning is whole.
    private synchronized long wholeBytes() {
        return cutTo.containsKey("stdout") ? limitBytes / 4 : Long.MAX_VALUE;
    }

    /// Adds a line of ours to the log.
    public synchronized void say(String sentence) throws IOException {
        var file = apart ? folder.stderr() : folder.log();
        Files.writeString(
                file,
                "[tiphys: " + sentence + "]\n",
                UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND,
                LinkOption.NOFOLLOW_LINKS);
        finish();
    }

    private void note() throws IOException {
        var lines = new StringBuilder();
        for (var name : new String[] {"stdout", "stderr"}) {
            long size = Beneath.size(folder.root().resolve(name));
            if (size > noted.getOrDefault(name, 0L)) {
                lines.append(name).append(' ').append(size).append('\n');
                noted.put(name, size);
            }
        }
        if (!lines.isEmpty()) {
            Files.writeString(
                    folder.order(),
                    lines,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND,
                    LinkOption.NOFOLLOW_LINKS);
        }
    }

    /// Cuts what is over the limit, once that is more than some bytes: not every look needs a new hole.
    private void cut(long slackBytes) throws IOException {
        if (apart) {
            cut("stdout", limitBytes / 2, slackBytes);
            cut("stderr", limitBytes / 2, slackBytes);
        } else {
            cut("log", limitBytes, slackBytes);
        }
    }

    private void cut(String name, long limit, long slackBytes) throws IOException {
        var file = folder.root().resolve(name);
        long from = limit / 2;
        long to = Beneath.size(file) - limit / 2;
        long before = cutTo.getOrDefault(name, from);
        if (to - before <= slackBytes) {
            return;
        }
        cutTo.put(name, to);
        var lines = new StringBuilder();
        cutTo.forEach((cut, end) -> lines.append(cut + " " + from + " " + end + "\n"));
        var draft = folder.root().resolve("cuts.new");
        Files.deleteIfExists(draft);
        Files.writeString(draft, lines, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        Files.move(draft, folder.cuts(), StandardCopyOption.ATOMIC_MOVE);
        Holes.punch(file, before, to - before);
    }
}
