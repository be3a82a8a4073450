package tiphys.process.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Fills one frame of the [Wire]. For one thread.
final class FrameWriter {
    private byte[] bytes = new byte[512];
    private int size = Integer.BYTES;

    void tag(int tag) {
        room(1);
        bytes[size++] = (byte) tag;
    }

    void flag(boolean flag) {
        tag(flag ? 1 : 0);
    }

    void whole(int number) {
        room(Integer.BYTES);
        put(number);
    }

    void whole(long number) {
        room(Long.BYTES);
        put((int) (number >> 32));
        put((int) number);
    }

    void text(String text) {
        bytes(text.getBytes(UTF_8));
    }

    void bytes(byte[] more) {
        room(Integer.BYTES + more.length);
        put(more.length);
        System.arraycopy(more, 0, bytes, size, more.length);
        size += more.length;
    }

    void pair(String first, String second) {
        text(first);
        text(second);
    }

    void instant(Instant at) {
        whole(at.getEpochSecond());
        whole(at.getNano());
    }

    <T> void optional(Optional<T> value, Consumer<T> write) {
        flag(value.isPresent());
        value.ifPresent(write);
    }

    <T> void list(Collection<T> items, Consumer<T> write) {
        whole(items.size());
        items.forEach(write);
    }

    void texts(Map<String, String> texts) {
        whole(texts.size());
        texts.forEach(this::pair);
    }

    /// The frame, with its length before it.
    ByteBuffer finish() {
        int end = size;
        size = 0;
        put(end - Integer.BYTES);
        return ByteBuffer.wrap(bytes, 0, end);
    }

    private void put(int number) {
        bytes[size++] = (byte) (number >> 24);
        bytes[size++] = (byte) (number >> 16);
        bytes[size++] = (byte) (number >> 8);
        bytes[size++] = (byte) number;
    }

    private void room(int more) {
        if (more > Wire.MAX_FRAME_BYTES - size) {
            throw new IllegalStateException("a frame of more than " + Wire.MAX_FRAME_BYTES + " bytes");
        }
        if (more > bytes.length - size) {
            bytes = Arrays.copyOf(bytes, Math.max(size + more, 2 * bytes.length));
        }
    }
}
