package tiphys.artifacts.web;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// The sums over bytes by which servers tell whether a file is whole.
public enum Checksum {
    /// 16 bytes.
    MD5 {
        @Override
        Running start() {
            try {
                var digest = MessageDigest.getInstance("MD5");
                return new Running() {
                    @Override
                    public void take(byte[] bytes, int from, int length) {
                        digest.update(bytes, from, length);
                    }

                    @Override
                    public byte[] end() {
                        return digest.digest();
                    }
                };
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java has MD5", e);
            }
        }
    },
    /// Castagnoli's of 32 bits, its highest byte first.
    CRC32C {
        @Override
        Running start() {
            var sum = new CRC32C();
            return new Running() {
                @Override
                public void take(byte[] bytes, int from, int length) {
                    sum.update(bytes, from, length);
                }

                @Override
                public byte[] end() {
                    return ByteBuffer.allocate(4).putInt((int) sum.getValue()).array();
                }
            };
        }
    },
    /// ECMA-182's of 64 bits, reflected, its highest byte first.
    CRC64 {
        @Override
        Running start() {
            return new Running() {
                private long sum = -1;

                @Override
                public void take(byte[] bytes, int from, int length) {
                    long at = sum;
                    for (int i = from; i < from + length; i++) {
                        at = CRC64_TABLE[(int) ((at ^ bytes[i]) & 0xff)] ^ (at >>> 8);
                    }
                    sum = at;
                }

                @Override
                public byte[] end() {
                    return ByteBuffer.allocate(8).putLong(~sum).array();
                }
            };
        }
    };

    private static final int PIECE = 64 << 10;
    private static final long CRC64_POLYNOMIAL = 0xC96C5795D7870F42L;
    private static final long[] CRC64_TABLE = new long[256];

    static {
        for (int i = 0; i < CRC64_TABLE.length; i++) {
            long sum = i;
            for (int bit = 0; bit < 8; bit++) {
                sum = (sum & 1) == 1 ? (sum >>> 1) ^ CRC64_POLYNOMIAL : sum >>> 1;
            }
            CRC64_TABLE[i] = sum;
        }
    }

    /// A sum that is being made.
    interface Running {
        void take(byte[] bytes, int from, int length);

        /// The sum; the last that is asked of it.
        byte[] end();
    }

    /// A sum that a file must have.
    public record Expected(Checksum kind, byte[] value) {
        boolean is(byte[] other) {
            return Arrays.equals(value, other);
        }
    }

    abstract Running start();

    /// The sum over a file.
    public byte[] of(Path file) throws IOException {
        var running = start();
        var piece = new byte[PIECE];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
                running.take(piece, 0, read);
            }
        }
        return running.end();
    }
}
