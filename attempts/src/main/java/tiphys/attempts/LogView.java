package tiphys.attempts;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// An attempt's output as one text: pieces of its files in the order in which they came, and a sentence where something was left
/// out. Built from the files alone, at one moment; immutable.
public final class LogView {
    private final List<Piece> pieces;
    private final long size;

    private sealed interface Piece {
        long length();

        record Part(Path file, long from, long to) implements Piece {
            @Override
            public long length() {
                return to - from;
            }
        }

        record Sentence(byte[] text) implements Piece {
            @Override
            public long length() {
                return text.length;
            }
        }
    }

    private record Cut(long from, long to) {}

    private LogView(List<Piece> pieces) {
        this.pieces = List.copyOf(pieces);
        size = pieces.stream().mapToLong(Piece::length).sum();
    }

    public static LogView of(AttemptFolder folder) throws IOException {
        var cuts = new HashMap<String, Cut>();
        for (var line : AttemptFolder.lines(folder.cuts())) {
            var words = line.split(" ", -1);
            cuts.put(words[0], new Cut(Long.parseLong(words[1]), Long.parseLong(words[2])));
        }
        var pieces = new ArrayList<Piece>();
        var read = new HashMap<String, Long>();
        add(folder, "log", Beneath.size(folder.log()), cuts, read, pieces);
        for (var line : AttemptFolder.lines(folder.order())) {
            var words = line.split(" ", -1);
            if (words.length == 2) { // the last line may be half written
                add(folder, words[0], Long.parseLong(words[1]), cuts, read, pieces);
            }
        }
        // what came after the last look is in order only when the step is over
        if (folder.over()) {
            add(folder, "stdout", Beneath.size(folder.stdout()), cuts, read, pieces);
            add(folder, "stderr", Beneath.size(folder.stderr()), cuts, read, pieces);
        }
        return new LogView(pieces);
    }

    private static void add(
            AttemptFolder folder,
            String name,
            long to,
            Map<String, Cut> cuts,
            Map<String, Long> read,
            List<Piece> pieces) {
        long from = read.getOrDefault(name, 0L);
        read.put(name, Math.max(from, to));
        if (to <= from) {
            return;
        }
        var file = folder.root().resolve(name);
        var cut = cuts.get(name);
        if (cut == null || to <= cut.from() || from >= cut.to()) {
            pieces.add(new Piece.Part(file, from, to));
            return;
        }
        if (from < cut.from()) {
            pieces.add(new Piece.Part(file, from, cut.from()));
        }
        if (from <= cut.from()) {
            var sentence = "\n[tiphys: %d bytes were left out here]\n".formatted(cut.to() - cut.from());
            pieces.add(new Piece.Sentence(sentence.getBytes(UTF_8)));
        }
        if (to > cut.to()) {
            pieces.add(new Piece.Part(file, cut.to(), to));
        }
    }

    long size() {
        return size;
    }

    /// At most `limit` bytes from an offset.
    public byte[] read(long offset, int limit) throws IOException {
        var out = new ByteArrayOutputStream();
        long start = 0;
        for (var piece : pieces) {
            long skip = Math.max(0, offset - start);
            long wanted = Math.min(piece.length() - skip, limit - out.size());
            if (wanted > 0) {
                switch (piece) {
                    case Piece.Sentence(var text) -> out.write(text, (int) skip, (int) wanted);
                    case Piece.Part(var file, var from, _) -> copy(file, from + skip, (int) wanted, out);
                }
            }
            start += piece.length();
        }
        return out.toByteArray();
    }

    private static void copy(Path file, long from, int length, ByteArrayOutputStream out) throws IOException {
        try (var channel = Beneath.open(file).position(from)) {
            var buffer = ByteBuffer.allocate(length);
            while (buffer.hasRemaining() && channel.read(buffer) > 0) {
                // until the piece is full
            }
            out.write(buffer.array(), 0, buffer.position());
        }
    }
}
