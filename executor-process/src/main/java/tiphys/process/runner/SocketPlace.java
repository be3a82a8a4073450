package tiphys.process.runner;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import tiphys.attempts.Machine;

/// Where a data directory's runner listens: in the directory itself, or, where that path is too long for a socket, in a private
/// directory of the temporary files named by the data directory's hash.
public final class SocketPlace {
    private static final int MAX_PATH_BYTES = 100;

    private SocketPlace() {}

    static Path of(Path data) throws IOException {
        var near = data.resolve("runner.sock");
        if (near.toString().getBytes(UTF_8).length <= MAX_PATH_BYTES) {
            return near;
        }
        var far = Path.of(System.getProperty("java.io.tmpdir", "/tmp"), "tiphys-" + hash(data));
        Machine.privateDirectory(far);
        return far.resolve("runner.sock");
    }

    public static UnixDomainSocketAddress address(Path data) throws IOException {
        return UnixDomainSocketAddress.of(of(data));
    }

    private static String hash(Path data) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(data.toString().getBytes(UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
