package tiphys.connectors.line;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// Private keys in PEM: `PRIVATE KEY`, and the older `RSA PRIVATE KEY` and `EC PRIVATE KEY`.
public final class Pem {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ((?:RSA |EC )?PRIVATE KEY)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");

    /// AlgorithmIdentifier of rsaEncryption.
    private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");

    private static final byte[] EC_OID = HexFormat.of().parseHex("06072a8648ce3d0201");

    private Pem() {}

    /// @throws GeneralSecurityException if there is no key in it that can be used
    public static PrivateKey key(String pem) throws GeneralSecurityException {
        var block = BLOCK.matcher(pem);
        if (!block.find()) {
            throw new GeneralSecurityException(
                    pem.contains("ENCRYPTED") ? "the private key has a password" : "there is no private key in it");
        }
        var der = Base64.getMimeDecoder().decode(block.group(2));
        var pkcs8 =
                switch (block.group(1)) {
                    case "RSA PRIVATE KEY" -> wrapped(RSA, der);
                    case "EC PRIVATE KEY" -> wrapped(sequence(join(EC_OID, curve(der))), der);
                    default -> der;
                };
        for (var algorithm : new String[] {"RSA", "EC", "EdDSA"}) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (InvalidKeySpecException _) {
                // of another algorithm
            }
        }
        throw new GeneralSecurityException("the private key is neither RSA, EC nor EdDSA");
    }

    /// An ECPrivateKey names its curve in the field [0].
    private static byte[] curve(byte[] der) throws GeneralSecurityException {
        for (int i = 2; i + 2 < der.length; i++) {
            if ((der[i] & 0xff) == 0xa0 && der[i + 2] == 0x06 && der[i + 3] == der[i + 1] - 2) {
                var oid = new byte[der[i + 1]];
                System.arraycopy(der, i + 2, oid, 0, oid.length);
                return oid;
            }
        }
        throw new GeneralSecurityException("the EC key does not name its curve");
    }

    private static byte[] wrapped(byte[] algorithm, byte[] key) {
        return sequence(join(new byte[] {2, 1, 0}, algorithm, tagged(0x04, key)));
    }

    private static byte[] sequence(byte[] content) {
        return tagged(0x30, content);
    }

    private static byte[] tagged(int tag, byte[] content) {
        var out = new ByteArrayOutputStream();
        out.write(tag);
        if (content.length < 128) {
            out.write(content.length);
        } else if (content.length < 256) {
            out.write(0x81);
            out.write(content.length);
        } else {
            out.write(0x82);
            out.write(content.length >> 8);
            out.write(content.length);
        }
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static byte[] join(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (var part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
