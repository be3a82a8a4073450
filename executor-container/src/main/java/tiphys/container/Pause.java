package tiphys.container;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import tiphys.container.api.Engine;
import tiphys.container.api.EngineFailed;

/// The image of the container that does nothing but hold the network of an attempt with several containers: one program of some
/// hundred bytes that sleeps until it is killed, made here, so that no registry is needed for it.
final class Pause {
    static final String IMAGE = "localhost/tiphys-pause:1";

    private static final long BASE = 0x400000;
    private static final int HEADERS = 64 + 56;

    /// `for (;;) pause();`
    private static final byte[] AMD64 = {(byte) 0xb8, 0x22, 0, 0, 0, 0x0f, 0x05, (byte) 0xeb, (byte) 0xf7};

    /// `for (;;) ppoll(0, 0, 0, 0, 0);`
    private static final int[] ARM64 = {
        0xd2800000, 0xd2800001, 0xd2800002, 0xd2800003, 0xd2800004, 0x52800928, 0xd4000001, 0x17fffff9
    };

    private Pause() {}

    /// Sees to it that the image is there.
    static void ready(Engine engine) throws EngineFailed {
        if (engine.image(IMAGE).isPresent()) {
            return;
        }
        var program = program();
        engine.load(
                IMAGE,
                out -> {
                    var tar = new TarArchiveOutputStream(out);
                    var entry = new TarArchiveEntry("pause");
                    entry.setMode(0755);
                    entry.setSize(program.length);
                    tar.putArchiveEntry(entry);
                    tar.write(program);
                    tar.closeArchiveEntry();
                    tar.finish();
                },
                List.of());
    }

    /// A program for this machine's processor, as Linux loads it: one segment, without libraries.
    static byte[] program() {
        var arm = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT).contains("aarch64");
        var code = arm ? words() : AMD64;
        var file = ByteBuffer.allocate(HEADERS + code.length).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}).position(16);
        file.putShort((short) 2).putShort((short) (arm ? 183 : 62)).putInt(1);
        file.putLong(BASE + HEADERS).putLong(64).putLong(0).putInt(0);
        file.putShort((short) 64).putShort((short) 56).putShort((short) 1);
        file.putShort((short) 64).putShort((short) 0).putShort((short) 0);
        file.putInt(1).putInt(5).putLong(0).putLong(BASE).putLong(BASE);
        file.putLong(HEADERS + code.length).putLong(HEADERS + code.length).putLong(0x1000);
        return file.put(code).array();
    }

    private static byte[] words() {
        var code = ByteBuffer.allocate(ARM64.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (int word : ARM64) {
            code.putInt(word);
        }
        return code.array();
    }
}
