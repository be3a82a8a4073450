package tiphys.connectors.amqp;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import tiphys.manifest.Value;

/// Writes a method: its class and number, and its arguments one after another.
final class MethodWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    MethodWriter(int method) {
        number(method, 4);
    }

    MethodWriter number(int number, int bytes) {
        for (int i = bytes - 1; i >= 0; i--) {
            out.write(number >> (8 * i));
        }
        return this;
    }

    MethodWriter longNumber(long number) {
        out.writeBytes(ByteBuffer.allocate(8).putLong(number).array());
        return this;
    }

    /// A text of 255 bytes at most; what is longer is refused where manifests are read.
    MethodWriter text(String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 255) {
            throw new IllegalArgumentException("a text of AMQP has 255 bytes at most, not " + bytes.length);
        }
        out.write(bytes.length);
        out.writeBytes(bytes);
        return this;
    }

    MethodWriter longText(byte[] bytes) {
        number(bytes.length, 4);
        out.writeBytes(bytes);
        return this;
    }

    /// Truth values, the first as the lowest bit.
    MethodWriter bits(boolean... bits) {
        int octet = 0;
        for (int i = 0; i < bits.length; i++) {
            octet |= bits[i] ? 1 << i : 0;
        }
        out.write(octet);
        return this;
    }

    MethodWriter table(Value.Mapping table) {
        return longText(fields(table));
    }

    private static byte[] fields(Value.Mapping table) {
        var fields = new ByteArrayOutputStream();
        table.fields()
                .forEach((name, value) -> {
                    var bytes = name.getBytes(StandardCharsets.UTF_8);
                    fields.write(bytes.length);
                    fields.writeBytes(bytes);
                    write(fields, value);
                });
        return fields.toByteArray();
    }

    private static void write(ByteArrayOutputStream into, Value value) {
        switch (value) {
            case Value.Text(var text, _) -> tagged(into, 'S', text.getBytes(StandardCharsets.UTF_8));
            case Value.Bool(var truth, _) -> {
                into.write('t');
                into.write(truth ? 1 : 0);
            }
            case Value.Number number -> {
                var decimal = number.decimal();
                boolean whole = decimal.stripTrailingZeros().scale() <= 0 && decimal.precision() < 19;
                into.write(whole ? 'l' : 'd');
                var bytes = ByteBuffer.allocate(8);
                into.writeBytes(
                        (whole ? bytes.putLong(decimal.longValue()) : bytes.putDouble(decimal.doubleValue())).array());
            }
            case Value.Mapping table -> tagged(into, 'F', fields(table));
            case Value.Sequence list -> {
                var items = new ByteArrayOutputStream();
                list.items().forEach(item -> write(items, item));
                tagged(into, 'A', items.toByteArray());
            }
            case Value.Null _ -> into.write('V');
        }
    }

    private static void tagged(ByteArrayOutputStream into, char tag, byte[] bytes) {
        into.write(tag);
        into.writeBytes(ByteBuffer.allocate(4).putInt(bytes.length).array());
        into.writeBytes(bytes);
    }

    byte[] bytes() {
        return out.toByteArray();
    }
}
