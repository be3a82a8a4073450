package tiphys.identity;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/// A private key as a text, in the three forms that Go's programs read: `PRIVATE KEY` for every algorithm, `RSA PRIVATE KEY` and
/// `EC PRIVATE KEY`. The JDK knows only the first, so the others are put into it.
public final class PrivateKeys {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ((?:RSA |EC )?PRIVATE KEY)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");
    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;
    private static final byte[] VERSION = {2, 1, 0};
    private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");
    private static final byte[] EC = HexFormat.of().parseHex("06072a8648ce3d0201");

    /// The curves that certificates use, as they stand in a key: P-256, P-384, P-521.
    private static final List<byte[]> CURVES =
            List.of(
                    HexFormat.of().parseHex("06082a8648ce3d030107"),
                    HexFormat.of().parseHex("06052b81040022"),
                    HexFormat.of().parseHex("06052b81040023"));

    private PrivateKeys() {}

    /// Reads it.
    ///
    /// @param where it is from, for messages
    public static PrivateKey read(String where, String pem) throws GeneralSecurityException {
        var block = BLOCK.matcher(pem);
        if (!block.find()) {
            throw new InvalidKeySpecException(
                    where + " holds no private key in PEM that can be read without a password");
        }
        try {
            var bytes = Base64.getMimeDecoder().decode(block.group(2));
            var whole =
                    switch (block.group(1)) {
                        case "RSA PRIVATE KEY" -> wrapped(RSA, bytes);
                        case "EC PRIVATE KEY" -> wrapped(tagged(SEQUENCE, joined(EC, curve(bytes))), bytes);
                        default -> bytes;
                    };
            for (var algorithm : List.of("RSA", "EC", "Ed25519")) {
                try {
                    return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(whole));
                } catch (InvalidKeySpecException _) {
                    // it is a key for another one
                }
            }
        } catch (IllegalArgumentException e) {
            throw new InvalidKeySpecException(where + " holds a private key with a fault in it", e);
        }
        throw new InvalidKeySpecException(where + " holds a private key that is not for RSA, EC or Ed25519");
    }

    /// The curve that a key names.
    private static byte[] curve(byte[] key) {
        for (var curve : CURVES) {
            for (int i = 0; i + curve.length <= key.length; i++) {
                if (Arrays.equals(curve, 0, curve.length, key, i, i + curve.length)) {
                    return curve;
                }
            }
        }
        throw new IllegalArgumentException("it names none of the curves P-256, P-384 and P-521");
    }

    private static byte[] wrapped(byte[] algorithm, byte[] key) {
        return tagged(SEQUENCE, joined(VERSION, algorithm, tagged(OCTETS, key)));
    }

    private static byte[] tagged(int tag, byte[] content) {
        var out = new ByteArrayOutputStream();
        out.write(tag);
        int length = content.length;
        if (length > 0xffff) {
            throw new IllegalArgumentException("it is too long");
        } else if (length > 0xff) {
            out.write(0x82);
            out.write(length >> 8);
        } else if (length > 0x7f) {
            out.write(0x81);
        }
        out.write(length);
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static byte[] joined(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (var part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
