package tiphys.store.write;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import tiphys.journal.Entry;
import tiphys.journal.StreamName;
import tiphys.store.sql.Micros;

/// The entries of a closed stream as one compressed record. The first byte is the format's version.
public final class History {
    private static final int FORMAT = 1;

    private History() {}

    static byte[] packed(List<Entry> entries) {
        var bytes = new ByteArrayOutputStream();
        bytes.write(FORMAT);
        var deflater = new Deflater(Deflater.BEST_SPEED);
        try (var out = new DataOutputStream(new DeflaterOutputStream(bytes, deflater, 8192))) {
            out.writeInt(entries.size());
            for (var entry : entries) {
                out.writeLong(entry.sequence());
                out.writeLong(entry.number());
                out.writeLong(Micros.of(entry.at()));
                out.writeUTF(entry.type());
                out.writeInt(entry.body().length);
                out.write(entry.body());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            deflater.end();
        }
        return bytes.toByteArray();
    }

    public static List<Entry> unpacked(byte[] packed, StreamName stream) {
        if (packed[0] != FORMAT) {
            throw new IllegalStateException("the history of " + stream + " has the unknown format " + packed[0]);
        }
        try (var in =
                new DataInputStream(new InflaterInputStream(new ByteArrayInputStream(packed, 1, packed.length - 1)))) {
            int count = in.readInt();
            var entries = new ArrayList<Entry>(count);
            for (int i = 0; i < count; i++) {
                long sequence = in.readLong();
                long number = in.readLong();
                long at = in.readLong();
                var type = in.readUTF();
                var body = in.readNBytes(in.readInt());
                entries.add(new Entry(sequence, stream, number, Micros.instant(at), type, body));
            }
            return entries;
        } catch (IOException e) {
            throw new UncheckedIOException("the history of " + stream + " cannot be read", e);
        }
    }
}
