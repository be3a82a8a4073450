package tiphys.connectors.mns;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Proves who makes a request without a body.
///
/// @param accessKey the name of the key
record MnsSignature(String accessKey, String secretKey) {
    /// The value of the header `Authorization`.
    ///
    /// @param resource path and query
    String of(String method, String date, String resource) {
        var signed = method + "\n\n\n" + date + "\nx-mns-version:" + MnsLine.VERSION + "\n" + resource;
        try {
            var mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(secretKey.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
            var proof = Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
            return "MNS " + accessKey + ":" + proof;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA1", e);
        }
    }

    /// Not the secret.
    @Override
    public String toString() {
        return accessKey;
    }
}
