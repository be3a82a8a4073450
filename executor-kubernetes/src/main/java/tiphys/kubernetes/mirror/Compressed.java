package tiphys.kubernetes.mirror;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.zip.GZIPOutputStream;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// A status as an API server takes it: nodes that are too long together are compressed, as Argo's controller does, and left out where
/// even that is too long. The journal has them.
final class Compressed {
    /// What Argo takes as the longest status; an API server's own limit is half as much again.
    private static final int LONGEST = 1 << 20;

    private Compressed() {}

    static Value.Mapping fitting(Value.Mapping status) {
        var nodes = status.mapAt("nodes");
        if (nodes.fields().isEmpty() || Json.bytes(status).length <= LONGEST) {
            return status;
        }
        var packed = Base64.getEncoder().encodeToString(gzipped(Json.bytes(nodes)));
        var without = status.without("nodes");
        return packed.length() <= LONGEST ? without.with("compressedNodes", packed) : without;
    }

    private static byte[] gzipped(byte[] bytes) {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("an array takes every byte", e);
        }
        return out.toByteArray();
    }
}
