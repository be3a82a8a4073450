package tiphys.connectors.mqtt;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// MQTT's packets as bytes: a type, a length, and what is in it.
final class Packets {
    static final int CONNECT = 1;
    static final int CONNACK = 2;
    static final int PUBLISH = 3;
    static final int PUBACK = 4;
    static final int SUBSCRIBE = 8;
    static final int SUBACK = 9;
    static final int PINGREQ = 12;
    static final int PINGRESP = 13;
    static final int DISCONNECT = 14;

    private static final int LARGEST = 64 << 20;

    private Packets() {}

    /// One packet.
    ///
    /// @param flags the four bits beside its type
    record Packet(int type, int flags, ByteBuffer content) {}

    /// Reads the next one.
    static Packet read(InputStream in) throws IOException {
        int first = in.read();
        if (first < 0) {
            throw new EOFException();
        }
        int length = 0;
        for (int shift = 0; ; shift += 7) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException();
            }
            length |= (next & 0x7f) << shift;
            if ((next & 0x80) == 0) {
                break;
            }
            if (shift == 21) {
                throw new IOException("a packet's length is not one of MQTT");
            }
        }
        if (length > LARGEST) {
            throw new IOException("a packet of " + length + " bytes is too large");
        }
        var content = new byte[length];
        new DataInputStream(in).readFully(content);
        return new Packet(first >> 4, first & 0x0f, ByteBuffer.wrap(content));
    }

    /// A packet's bytes.
    static byte[] of(int type, int flags, byte[] content) {
        var out = new ByteArrayOutputStream();
        out.write(type << 4 | flags);
        writeLength(out, content.length);
        out.writeBytes(content);
        return out.toByteArray();
    }

    static void writeLength(ByteArrayOutputStream out, int length) {
        int rest = length;
        do {
            int digit = rest & 0x7f;
            rest >>= 7;
            out.write(rest == 0 ? digit : digit | 0x80);
        } while (rest > 0);
    }

    static void writeShort(ByteArrayOutputStream out, int number) {
        out.write(number >> 8);
        out.write(number);
    }

    static void writeText(ByteArrayOutputStream out, String text) {
        writeBytes(out, text.getBytes(StandardCharsets.UTF_8));
    }

    static void writeBytes(ByteArrayOutputStream out, byte[] bytes) {
        writeShort(out, bytes.length);
        out.writeBytes(bytes);
    }

    static String readText(ByteBuffer from) {
        var bytes = new byte[Short.toUnsignedInt(from.getShort())];
        from.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /// Passes over the properties that packets of version 5 have.
    static void skipProperties(ByteBuffer from) {
        int length = 0;
        for (int shift = 0; shift <= 21; shift += 7) {
            int next = from.get();
            length |= (next & 0x7f) << shift;
            if ((next & 0x80) == 0) {
                break;
            }
        }
        from.position(from.position() + length);
    }
}
