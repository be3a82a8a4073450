package tiphys.cli.server;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// A session that the owner of the token makes for a moment (see docs/api.md): by it a command may speak plain HTTP on
/// loopback, and the token itself never goes over a connection that is not encrypted.
final class OwnSession {
    static final String COOKIE = "tiphys_session";

    /// Long enough for any request to begin.
    static final Duration LIFE = Duration.ofMinutes(2);

    private OwnSession() {}

    /// The cookie's value: the end in seconds, and the end signed with the token.
    static String until(Instant end, String token) {
        var seconds = Long.toString(end.getEpochSecond());
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(token.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            var signed = mac.doFinal(("session until " + seconds).getBytes(StandardCharsets.UTF_8));
            return seconds + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signed);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
