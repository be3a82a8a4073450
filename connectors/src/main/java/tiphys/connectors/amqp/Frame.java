package tiphys.connectors.amqp;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One frame of AMQP, and what is read from it bit by bit.
///
/// @param type one of those here
record Frame(int type, int channel, ByteBuffer content) {
    static final int METHOD = 1;
    static final int HEADER = 2;
    static final int BODY = 3;
    static final int HEARTBEAT = 8;
    static final int END = 0xce;

    /// What a frame may hold at most, whatever the server would like.
    static final int LARGEST = 128 << 10;

    /// Reads the next one.
    static Frame read(DataInputStream in) throws IOException {
        int type = in.readUnsignedByte();
        int channel = in.readUnsignedShort();
        int size = in.readInt();
        if (size < 0 || size > LARGEST) {
            throw new IOException("a frame of " + Integer.toUnsignedString(size) + " bytes is too large");
        }
        var content = new byte[size];
        in.readFully(content);
        if (in.readUnsignedByte() != END) {
            throw new IOException("a frame does not end where it should");
        }
        return new Frame(type, channel, ByteBuffer.wrap(content));
    }

    /// The class and the method of a method frame, in one number.
    int method() throws IOException {
        return number(4);
    }

    /// A number of so many bytes; those of four are taken as they are.
    int number(int bytes) throws IOException {
        try {
            return switch (bytes) {
                case 1 -> Byte.toUnsignedInt(content.get());
                case 2 -> Short.toUnsignedInt(content.getShort());
                default -> content.getInt();
            };
        } catch (BufferUnderflowException e) {
            throw cutOff(e);
        }
    }

    long longNumber() throws IOException {
        try {
            return content.getLong();
        } catch (BufferUnderflowException e) {
            throw cutOff(e);
        }
    }

    /// A text with one byte before it that says its length.
    String text() throws IOException {
        return new String(bytes(number(1)), StandardCharsets.UTF_8);
    }

    /// A text with four bytes before it, or a table as bytes.
    byte[] longBytes() throws IOException {
        return bytes(number(4));
    }

    /// What is left.
    byte[] rest() throws IOException {
        return bytes(content.remaining());
    }

    private byte[] bytes(int length) throws IOException {
        if (length < 0 || length > content.remaining()) {
            throw cutOff(null);
        }
        var bytes = new byte[length];
        content.get(bytes);
        return bytes;
    }

    private static IOException cutOff(@Nullable Throwable cause) {
        return new IOException("a frame is cut off", cause);
    }

    /// A text that is there if a bit of the flags says so.
    Optional<String> textIf(int flags, int bit) throws IOException {
        return (flags >> bit & 1) == 1 ? Optional.of(text()) : Optional.empty();
    }
}
