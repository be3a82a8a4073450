package tiphys.kubernetes.client;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/// Certificates and keys as kubeconfigs hold them.
final class Pem {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z ]*PRIVATE KEY)-----(.*?)-----END", Pattern.DOTALL);

    /// The algorithm identifiers of a key's PKCS 8 form.
    private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");

    private static final byte[] P256 = HexFormat.of().parseHex("301306072a8648ce3d020106082a8648ce3d030107");
    private static final byte[] VERSION = {2, 1, 0};

    private Pem() {}

    static List<Certificate> certificates(byte[] pem) throws GeneralSecurityException {
        return List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem)));
    }

    /// A private key in PKCS 8, or in the older forms of RSA and of curves (P-256).
    static PrivateKey key(byte[] pem) throws GeneralSecurityException {
        var block = BLOCK.matcher(new String(pem, java.nio.charset.StandardCharsets.US_ASCII));
        while (block.find()) {
            var der = Base64.getMimeDecoder().decode(block.group(2));
            switch (block.group(1)) {
                case "PRIVATE KEY" -> {
                    return any(der);
                }
                case "RSA PRIVATE KEY" -> {
                    return any(wrapped(RSA, der));
                }
                case "EC PRIVATE KEY" -> {
                    return any(wrapped(P256, der));
                }
                default -> {} // an encrypted key, or parameters
            }
        }
        throw new InvalidKeySpecException("no private key that can be read: PKCS 8, RSA or EC in PEM is");
    }

    private static PrivateKey any(byte[] pkcs8) throws GeneralSecurityException {
        var spec = new PKCS8EncodedKeySpec(pkcs8);
        try {
            return KeyFactory.getInstance("RSA").generatePrivate(spec);
        } catch (InvalidKeySpecException _) {
            try {
                return KeyFactory.getInstance("EC").generatePrivate(spec);
            } catch (InvalidKeySpecException _) {
                return KeyFactory.getInstance("EdDSA").generatePrivate(spec);
            }
        }
    }

    private static byte[] wrapped(byte[] algorithm, byte[] key) {
        var octets = tagged(4, key);
        var out = new ByteArrayOutputStream();
        try {
            out.write(VERSION);
            out.write(algorithm);
            out.write(octets);
        } catch (IOException e) {
            throw new IllegalStateException("an array takes every byte", e);
        }
        return tagged(0x30, out.toByteArray());
    }

    private static byte[] tagged(int tag, byte[] content) {
        var out = new ByteArrayOutputStream();
        out.write(tag);
        if (content.length < 0x80) {
            out.write(content.length);
        } else {
            var length = content.length < 0x100 ? 1 : content.length < 0x10000 ? 2 : 3;
            out.write(0x80 | length);
            for (int i = length - 1; i >= 0; i--) {
                out.write(content.length >> (8 * i));
            }
        }
        out.writeBytes(content);
        return out.toByteArray();
    }
}
