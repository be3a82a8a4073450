package tiphys.process.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// Reads what a [FrameWriter] wrote, in the same order. For one thread.
///
/// A frame that ends too early, or says what no frame can say, makes the reader throw a `RuntimeException`; its connection is done with.
final class FrameReader {
    private final ByteBuffer bytes;

    /// @param bytes of the frame, without its length
    FrameReader(byte[] bytes) {
        this.bytes = ByteBuffer.wrap(bytes);
    }

    int tag() {
        return bytes.get();
    }

    boolean flag() {
        return bytes.get() != 0;
    }

    int whole() {
        return bytes.getInt();
    }

    long wholeLong() {
        return bytes.getLong();
    }

    String text() {
        int length = length();
        var text = new String(bytes.array(), bytes.position(), length, UTF_8);
        bytes.position(bytes.position() + length);
        return text;
    }

    byte[] bytes() {
        var some = new byte[length()];
        bytes.get(some);
        return some;
    }

    Instant instant() {
        return Instant.ofEpochSecond(wholeLong(), whole());
    }

    <T> Optional<T> optional(Supplier<T> read) {
        return flag() ? Optional.of(read.get()) : Optional.empty();
    }

    <T> List<T> list(Supplier<T> read) {
        int count = length();
        var items = new ArrayList<T>(count);
        for (int i = 0; i < count; i++) {
            items.add(read.get());
        }
        return items;
    }

    Map<String, String> texts() {
        var texts = new LinkedHashMap<String, String>();
        for (int left = length(); left > 0; left--) {
            texts.put(text(), text());
        }
        return texts;
    }

    /// Of so many bytes, or items of at least a byte each.
    private int length() {
        int length = bytes.getInt();
        if (length < 0 || length > bytes.remaining()) {
            throw new IllegalStateException(
                    "a frame of the runner's wire says %d where %d bytes are left"
                            .formatted(length, bytes.remaining()));
        }
        return length;
    }
}
