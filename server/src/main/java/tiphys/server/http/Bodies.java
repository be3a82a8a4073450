package tiphys.server.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Reads the bodies of requests, up to a limit. Blocks until the body is there.
public final class Bodies {
    /// What is read of a body that is too long: most clients look for the answer only after they have sent all.
    private static final long DISCARDED = 16L << 20;

    private Bodies() {}

    /// The whole body.
    ///
    /// @throws Problem.Thrown 413 if it is longer than the limit
    public static byte[] read(Request request, int limit) throws IOException {
        return upTo(request, limit).orElseThrow(() -> tooLarge(limit).thrown());
    }

    /// The whole body, or nothing if it is longer than the limit; then its rest was read too, up to a bound, so that the
    /// client gets to the answer; a client that asked first, by `Expect`, has not begun to send.
    public static Optional<byte[]> upTo(Request request, int limit) throws IOException {
        try (var in = Request.asInputStream(request)) {
            if (request.getLength() <= limit) {
                var bytes = in.readNBytes(limit + 1);
                if (bytes.length <= limit) {
                    return Optional.of(bytes);
                }
            }
            if (!request.getHeaders().contains(HttpHeader.EXPECT)) {
                discard(in);
            }
            return Optional.empty();
        }
    }

    private static void discard(InputStream in) throws IOException {
        var buffer = new byte[8 << 10];
        long left = DISCARDED;
        for (int read = 0; left > 0 && read >= 0; left -= read) {
            read = in.read(buffer);
        }
    }

    /// The body as a JSON object; an empty body is an empty object.
    ///
    /// @throws Problem.Thrown 413, or 400 with the place of what is not JSON
    public static Value.Mapping object(Request request, int limit) throws IOException {
        return json(request, limit) instanceof Value.Mapping map
                ? map
                : throwing(new Problem(400, "TIP-4001", "the body must be a JSON object", "send {} for no parameters"));
    }

    /// The body as any JSON value; an empty body is an empty object.
    ///
    /// @throws Problem.Thrown 413, or 400 with the place of what is not JSON
    public static Value json(Request request, int limit) throws IOException {
        var bytes = read(request, limit);
        if (bytes.length == 0) {
            return Value.Mapping.EMPTY;
        }
        try {
            return Json.parse(bytes);
        } catch (InvalidInput e) {
            var found = e.diagnostics().getFirst();
            var place = found.at().known() ? " at line " + found.at().line() + ", column " + found.at().column() : "";
            throw new Problem(400, "TIP-4001", "the body is not JSON" + place + ": " + found.message(), "").thrown();
        }
    }

    private static Value.Mapping throwing(Problem problem) {
        throw problem.thrown();
    }

    private static Problem tooLarge(int limit) {
        return new Problem(413, "TIP-4013", "the body is longer than " + limit + " bytes", "send less in one request");
    }
}
