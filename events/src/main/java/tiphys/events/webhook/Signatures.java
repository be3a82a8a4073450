package tiphys.events.webhook;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Keyed hashes of requests, in hexadecimal digits.
final class Signatures {
    private Signatures() {}

    /// Whether a signature is that of the parts, one after another. Takes as long for a wrong one as for a right one.
    ///
    /// @param algorithm as the JDK calls it: `HmacSHA256`
    static boolean fits(String signature, String algorithm, String secret, byte[]... parts) {
        return same(signature, hmac(algorithm, secret, parts));
    }

    /// Whether two texts are the same, in a time that does not tell where they differ.
    static boolean same(String given, String wanted) {
        return MessageDigest.isEqual(bytes(given), bytes(wanted));
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String hmac(String algorithm, String secret, byte[]... parts) {
        try {
            var mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(bytes(secret), algorithm));
            for (var part : parts) {
                mac.update(part);
            }
            return HexFormat.of().formatHex(mac.doFinal());
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("no " + algorithm, e); // each JDK has it, and no secret is empty here
        }
    }
}
