package tiphys.server.kubernetes;

import java.nio.charset.StandardCharsets;

/// Walks the fields of one protobuf message. Bounded by the message's bytes; a text that ends too early or has an impossible
/// length is a [tiphys.objects.Refusal].
final class ProtobufReader {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private final byte[] bytes;
    private final int end;
    private int at;
    private int wire;

    ProtobufReader(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
    }

    /// The number of the next field; 0 at the end.
    int next() {
        if (at >= end) {
            return 0;
        }
        long tag = varint();
        wire = (int) (tag & 7);
        long number = tag >>> 3;
        if (number < 1 || number > 536_870_911L) {
            throw broken("field number " + number);
        }
        return (int) number;
    }

    /// The field's whole number.
    long number() {
        expect(VARINT);
        return varint();
    }

    /// The field's text.
    String text() {
        var content = message();
        return new String(bytes, content.at, content.end - content.at, StandardCharsets.UTF_8);
    }

    /// The field's bytes.
    byte[] content() {
        var content = message();
        return java.util.Arrays.copyOfRange(bytes, content.at, content.end);
    }

    /// The field as a message of its own.
    ProtobufReader message() {
        expect(BYTES);
        long length = varint();
        if (length < 0 || length > end - at) {
            throw broken("a length of " + length + " where " + (end - at) + " bytes are left");
        }
        var inner = new ProtobufReader(bytes, at, at + (int) length);
        at += (int) length;
        return inner;
    }

    /// Leaves the field out.
    void skip() {
        switch (wire) {
            case VARINT -> varint();
            case FIXED64 -> skip(8);
            case BYTES -> message();
            case FIXED32 -> skip(4);
            default -> throw broken("wire type " + wire);
        }
    }

    private void skip(int count) {
        if (count > end - at) {
            throw broken("an end in the middle of a field");
        }
        at += count;
    }

    private void expect(int expected) {
        if (wire != expected) {
            throw broken("wire type " + wire + " where " + expected + " was expected");
        }
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at >= end) {
                throw broken("an end in the middle of a number");
            }
            byte next = bytes[at++];
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw broken("a number of more than ten bytes");
    }

    private RuntimeException broken(String found) {
        return Statuses.badRequest("invalid protobuf: found " + found + " at byte " + at);
    }
}
