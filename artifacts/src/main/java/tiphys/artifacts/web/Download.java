package tiphys.artifacts.web;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tiphys.engine.Artifacts.Trouble;

/// Brings a file here. When the connection is lost on the way, the rest is asked for, as long as something comes each few times; a file
/// that changed in the meantime is begun anew. What came is compared with the sum that the server knows of it. For one thread.
public final class Download {
    private static final int PIECE = 256 << 10;
    private static final int MOST_IN_VAIN = 5;
    private static final int MOST_LOST = 100;
    private static final long FIRST_PAUSE_MILLIS = 50;

    private final Server server;
    private final FileChannel file;
    private long at;
    private String version = "";
    private Optional<Checksum.Expected> sum = Optional.empty();
    private Checksum.@Nullable Running running;

    private Download(Server server, FileChannel file) {
        this.server = server;
        this.file = file;
    }

    /// Who has the file.
    @FunctionalInterface
    public interface Server {
        /// What there is from a byte on.
        ///
        /// @throws Trouble if it cannot be had
        Piece from(long at) throws IOException;
    }

    /// What came of a file. To be closed.
    ///
    /// @param from its first byte; 0 of a server that knows no parts
    /// @param whole how many bytes the whole file has; empty if that is not known
    /// @param version changes when the file does; empty if that is not known
    /// @param sum of the whole file, if the server knows it
    public record Piece(InputStream in, long from, OptionalLong whole, String version, Optional<Checksum.Expected> sum)
            implements AutoCloseable {
        @Override
        public void close() throws IOException {
            in.close();
        }
    }

    /// The connection was lost while bytes came.
    private static final class Lost extends IOException {
        private static final long serialVersionUID = 1;

        Lost(String message) {
            super(message);
        }

        Lost(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    /// Writes the file to a path, over what is there.
    ///
    /// @throws Trouble if it cannot be had, or not whole
    public static void to(Path path, Server server) throws IOException {
        try (var file =
                FileChannel.open(
                        path,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            new Download(server, file).all();
        }
    }

    private void all() throws IOException {
        boolean begun = false;
        int vain = 0;
        for (int lost = 0; ; lost++) {
            long before = at;
            try (var piece = server.from(version.isEmpty() ? 0 : at)) { // it may be another file now
                begin(piece);
                begun = true;
                if (piece.from() == at) {
                    take(piece);
                    break;
                }
            } catch (Lost e) {
                vain = at > before ? 0 : vain + 1;
                if (vain >= MOST_IN_VAIN || lost >= MOST_LOST) {
                    throw new Trouble(
                            Trouble.Kind.UNAVAILABLE, "the connection was lost too often: " + e.getMessage(), e);
                }
            } catch (Trouble e) {
                if (!begun || e.kind() != Trouble.Kind.UNAVAILABLE || ++vain >= MOST_IN_VAIN) {
                    throw e;
                }
            }
            pause(vain);
        }
        var made = running == null ? null : running.end();
        if (made != null && !sum.orElseThrow().is(made)) {
            throw new Trouble(
                    Trouble.Kind.UNAVAILABLE,
                    "what came is not what the server has: its " + sum.orElseThrow().kind() + " is another");
        }
    }

    /// Begins anew with the first piece, with one of another version, and with one from the start.
    private void begin(Piece piece) throws IOException {
        if (at == 0 || piece.from() != at || !piece.version().equals(version)) {
            file.truncate(0);
            at = 0;
            version = piece.version();
            sum = piece.sum();
            running = sum.map(one -> one.kind().start()).orElse(null);
        }
    }

    private void take(Piece piece) throws IOException {
        var bytes = new byte[PIECE];
        for (int read = read(piece.in(), bytes); read >= 0; read = read(piece.in(), bytes)) {
            var buffer = ByteBuffer.wrap(bytes, 0, read);
            while (buffer.hasRemaining()) {
                file.write(buffer, at + buffer.position());
            }
            if (running != null) {
                running.take(bytes, 0, read);
            }
            at += read;
        }
        if (piece.whole().isPresent() && piece.whole().getAsLong() != at) {
            throw new Lost("it ended after " + at + " of " + piece.whole().getAsLong() + " bytes");
        }
    }

    private static int read(InputStream in, byte[] into) throws Lost {
        try {
            return in.read(into);
        } catch (IOException e) {
            throw new Lost(e);
        }
    }

    private static void pause(int vain) throws Trouble {
        try {
            Thread.sleep(FIRST_PAUSE_MILLIS << vain);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Trouble(Trouble.Kind.UNAVAILABLE, "the server is ending", e);
        }
    }
}
