package tiphys.store.quarantine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import tiphys.journal.StreamName;

/// The file `deciding`: 64 places in memory that is the file's, so that what is written there outlives the process, however it
/// ends, and costs no system call. It need not outlive the machine: a machine that lost power says nothing about a decision.
///
/// A place holds the stream's name and what is decided about it. Its lengths are written last and taken away first, so a death
/// in between leaves an empty place and not a wrong one.
final class DecidingFile implements AutoCloseable {
    /// What was being decided in one place.
    record Left(StreamName stream, String what) {}

    static final int PLACES = Long.SIZE;
    static final int NONE = -1;
    private static final int PLACE = 1024;
    private static final int STREAM_LENGTH = 0;
    private static final int WHAT_LENGTH = 4;
    private static final int STREAM = 8;
    private static final int LONGEST_STREAM = 700;
    private static final int WHAT = STREAM + LONGEST_STREAM;
    private static final int LONGEST_WHAT = PLACE - WHAT;

    private final Path path;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private final AtomicLong free = new AtomicLong(-1L);

    private DecidingFile(Path path, FileChannel file) throws IOException {
        this.path = path;
        this.memory = file.map(FileChannel.MapMode.READ_WRITE, 0, (long) PLACES * PLACE, arena);
    }

    /// What a process left that did not end in order; empty if it did, or there was none.
    static List<Left> left(Path path) throws IOException {
        if (!Files.exists(path)) {
            return List.of();
        }
        var left = new ArrayList<Left>();
        var bytes = MemorySegment.ofArray(Files.readAllBytes(path));
        for (int place = 0; (place + 1L) * PLACE <= bytes.byteSize(); place++) {
            var one = bytes.asSlice((long) place * PLACE, PLACE);
            var stream = text(one, STREAM_LENGTH, STREAM, LONGEST_STREAM);
            if (stream.indexOf('/') > 0) {
                left.add(new Left(StreamName.parse(stream), text(one, WHAT_LENGTH, WHAT, LONGEST_WHAT)));
            }
        }
        return left;
    }

    private static String text(MemorySegment place, int lengthAt, int at, int longest) {
        int length = Math.clamp(place.get(ValueLayout.JAVA_INT_UNALIGNED, lengthAt), 0, longest);
        var bytes = new byte[length];
        MemorySegment.copy(place, ValueLayout.JAVA_BYTE, at, bytes, 0, length);
        return new String(bytes, UTF_8);
    }

    /// Makes the file anew. All of it is written, for a page that a full disk has no room for would end the process.
    static DecidingFile create(Path path) throws IOException {
        try (var file = FileChannel.open(path, CREATE, READ, WRITE, TRUNCATE_EXISTING)) {
            var zeros = ByteBuffer.allocate(PLACES * PLACE);
            while (zeros.hasRemaining()) {
                file.write(zeros);
            }
            return new DecidingFile(path, file);
        }
    }

    /// Takes a place and writes both into it.
    ///
    /// @return the place, or [#NONE] if all are taken or the name is too long: then nothing is known of it after a death
    int begin(StreamName stream, String what) {
        var name = stream.toString().getBytes(UTF_8);
        if (name.length > LONGEST_STREAM) {
            return NONE;
        }
        while (true) {
            long now = free.get();
            if (now == 0) {
                return NONE;
            }
            if (free.compareAndSet(now, now & (now - 1))) {
                int place = Long.numberOfTrailingZeros(now);
                var memory = at(place);
                MemorySegment.copy(name, 0, memory, ValueLayout.JAVA_BYTE, STREAM, name.length);
                what(memory, what);
                VarHandle.releaseFence();
                memory.set(ValueLayout.JAVA_INT, STREAM_LENGTH, name.length);
                return place;
            }
        }
    }

    void now(int place, String what) {
        var memory = at(place);
        memory.set(ValueLayout.JAVA_INT, WHAT_LENGTH, 0);
        VarHandle.releaseFence();
        what(memory, what);
    }

    private static void what(MemorySegment memory, String what) {
        var bytes = what.getBytes(UTF_8);
        int length = Math.min(bytes.length, LONGEST_WHAT);
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, WHAT, length);
        VarHandle.releaseFence();
        memory.set(ValueLayout.JAVA_INT, WHAT_LENGTH, length);
    }

    /// The words as the next process would read them.
    static String asKept(String what) {
        var bytes = what.getBytes(UTF_8);
        return bytes.length <= LONGEST_WHAT ? what : new String(bytes, 0, LONGEST_WHAT, UTF_8);
    }

    void end(int place) {
        at(place).set(ValueLayout.JAVA_INT, STREAM_LENGTH, 0);
        free.getAndUpdate(now -> now | (1L << place));
    }

    private MemorySegment at(int place) {
        return memory.asSlice((long) place * PLACE, PLACE);
    }

    /// Removes the file if nothing is being decided any more. What still is stays for the next start to see.
    @Override
    public void close() throws IOException {
        if (free.get() == -1L) {
            Files.deleteIfExists(path);
        }
        // The memory stays mapped: whoever still decides writes there until the process ends.
    }
}
