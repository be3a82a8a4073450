package tiphys.server.http;

import java.io.IOException;
import java.util.Optional;
import org.eclipse.jetty.server.Request;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Reads the bodies of requests, up to a limit. Blocks until the body is there.
public final class RequestBodies {
    private static final long PASSED_OVER_BYTES = 64L << 20;
    private static final int PIECE_BYTES = 64 << 10;

    private RequestBodies() {}

    /// The whole body, or nothing if it is longer than the limit. The rest of a longer one is passed over, within a bound: a
    /// client that is still sending reads no answer, and would only see its connection break.
    public static Optional<byte[]> upTo(int limit, Request request) throws IOException {
        try (var in = Request.asInputStream(request)) {
            var bytes = request.getLength() > limit ? new byte[0] : in.readNBytes(limit + 1);
            if (bytes.length <= limit && request.getLength() <= limit) {
                return Optional.of(bytes);
            }
            var piece = new byte[PIECE_BYTES];
            long passed = 0;
            for (int length = in.read(piece); length >= 0 && passed < PASSED_OVER_BYTES; length = in.read(piece)) {
                passed += length;
            }
            return Optional.empty();
        }
    }

    /// The whole body.
    ///
    /// @throws Problem.Thrown 413 if it is longer than the limit
    public static byte[] read(Request request, int limit) throws IOException {
        return upTo(limit, request).orElseThrow(() -> tooLarge(limit).thrown());
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
