package tiphys.grpc;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// A protobuf message, flat as all of Argo's two services are: its fields of bytes, and its numbers.
///
/// @param bytes what texts and bytes the fields have; of one that comes twice the last counts
record Message(Map<Integer, byte[]> bytes, Map<Integer, Long> numbers) {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    byte[] bytes(int field) {
        return bytes.getOrDefault(field, new byte[0]);
    }

    String text(int field) {
        return new String(bytes(field), StandardCharsets.UTF_8);
    }

    boolean truth(int field) {
        return numbers.getOrDefault(field, 0L) != 0;
    }

    /// A message whose first fields are these; what is empty is not written.
    static byte[] of(byte[]... fields) {
        var out = new ByteArrayOutputStream();
        for (int i = 0; i < fields.length; i++) {
            if (fields[i].length > 0) {
                varint(out, (i + 1L) << 3 | BYTES);
                varint(out, fields[i].length);
                out.writeBytes(fields[i]);
            }
        }
        return out.toByteArray();
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.write((int) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    /// @throws IOException if it is none
    static Message read(byte[] message) throws IOException {
        return new Reading(message).all();
    }

    private static final class Reading {
        private final byte[] message;
        private int at;

        Reading(byte[] message) {
            this.message = message;
        }

        Message all() throws IOException {
            var bytes = new HashMap<Integer, byte[]>();
            var numbers = new HashMap<Integer, Long>();
            while (at < message.length) {
                long tag = varint();
                int field = (int) (tag >>> 3);
                switch ((int) (tag & 7)) {
                    case VARINT -> numbers.put(field, varint());
                    case FIXED64 -> skip(Long.BYTES);
                    case FIXED32 -> skip(Integer.BYTES);
                    case BYTES -> {
                        int from = at(varint());
                        bytes.put(field, Arrays.copyOfRange(message, from, at));
                    }
                    default -> throw broken();
                }
            }
            return new Message(bytes, numbers);
        }

        /// Steps over so many bytes, and says where they begin.
        private int at(long length) throws IOException {
            int from = at;
            skip(length);
            return from;
        }

        private void skip(long length) throws IOException {
            if (length < 0 || length > message.length - at) {
                throw broken();
            }
            at += (int) length;
        }

        private long varint() throws IOException {
            long value = 0;
            for (int shift = 0; shift < 64; shift += 7) {
                if (at >= message.length) {
                    throw broken();
                }
                byte next = message[at++];
                value |= (long) (next & 0x7f) << shift;
                if (next >= 0) {
                    return value;
                }
            }
            throw broken();
        }

        private IOException broken() {
            return new IOException(
                    "what came is no protobuf message: it breaks at byte " + at + " of " + message.length);
        }
    }
}
