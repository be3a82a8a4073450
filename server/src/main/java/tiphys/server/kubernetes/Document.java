package tiphys.server.kubernetes;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.eclipse.jetty.http.HttpHeader;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// A document that never changes while the server lives: rendered once, and not sent again to who has it.
///
/// @param hash of the body; the entity tag is made of it
record Document(String contentType, byte[] body, String hash) {
    static Document json(Value value) {
        return of("application/json", Json.bytes(value));
    }

    static Document of(String contentType, byte[] body) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(body);
            return new Document(contentType, body, HexFormat.of().withUpperCase().formatHex(digest, 0, 16));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    void answer(KubernetesCall call) throws IOException {
        var tag = '"' + hash + '"';
        call.response().getHeaders().put(HttpHeader.ETAG, tag);
        call.response().getHeaders().put(HttpHeader.VARY, "Accept");
        if (call.header("If-None-Match").contains(tag)) {
            call.answer(304, contentType, new byte[0]);
        } else {
            call.answer(200, contentType, body);
        }
    }
}
