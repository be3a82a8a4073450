package tiphys.server.tls;

import static tiphys.server.tls.Der.bits;
import static tiphys.server.tls.Der.explicit;
import static tiphys.server.tls.Der.implicit;
import static tiphys.server.tls.Der.integer;
import static tiphys.server.tls.Der.octets;
import static tiphys.server.tls.Der.oid;
import static tiphys.server.tls.Der.sequence;
import static tiphys.server.tls.Der.set;
import static tiphys.server.tls.Der.time;
import static tiphys.server.tls.Der.truth;
import static tiphys.server.tls.Der.utf8;

import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Set;

/// Makes X.509 certificates on the curve P-256, with what strict clients (Go, Python, browsers) ask for: subject
/// alternative names, key identifiers, key usages.
final class Signing {
    private static final byte[] ECDSA_WITH_SHA256 = sequence(oid("1.2.840.10045.4.3.2"));
    private static final String BASIC_CONSTRAINTS = "2.5.29.19";
    private static final String KEY_USAGE = "2.5.29.15";
    private static final String EXTENDED_KEY_USAGE = "2.5.29.37";
    private static final String SUBJECT_KEY = "2.5.29.14";
    private static final String AUTHORITY_KEY = "2.5.29.35";
    private static final String ALTERNATIVE_NAMES = "2.5.29.17";
    private static final String SERVER_AUTHENTICATION = "1.3.6.1.5.5.7.3.1";

    /// Clocks of clients may be late.
    private static final Duration BACKDATED = Duration.ofHours(1);

    private final SecureRandom random = new SecureRandom();

    KeyPair newKeys() throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), random);
        return generator.generateKeyPair();
    }

    /// A certificate authority that may sign servers and nothing below them.
    byte[] authority(KeyPair keys, String name, Instant now, Duration life) throws GeneralSecurityException {
        return certificate(
                new Wanted(name, keys.getPublic(), now, life),
                name,
                keys.getPrivate(),
                extension(BASIC_CONSTRAINTS, true, sequence(truth(), integer(BigInteger.ZERO))),
                extension(KEY_USAGE, true, bits(1, new byte[] {0x06})), // keyCertSign, cRLSign
                extension(SUBJECT_KEY, false, octets(keyId(keys.getPublic()))));
    }

    /// A server's certificate for those DNS names and addresses.
    byte[] server(Wanted wanted, Set<String> hosts, String issuer, KeyPair issuerKeys) throws GeneralSecurityException {
        var names = new ArrayList<byte[]>();
        for (var host : hosts) {
            names.add(
                    isAddress(host)
                            ? implicit(7, InetAddress.ofLiteral(host).getAddress())
                            : implicit(2, host.getBytes(StandardCharsets.US_ASCII)));
        }
        return certificate(
                wanted,
                issuer,
                issuerKeys.getPrivate(),
                extension(BASIC_CONSTRAINTS, true, sequence()),
                extension(KEY_USAGE, true, bits(7, new byte[] {(byte) 0x80})), // digitalSignature
                extension(EXTENDED_KEY_USAGE, false, sequence(oid(SERVER_AUTHENTICATION))),
                extension(SUBJECT_KEY, false, octets(keyId(wanted.key()))),
                extension(AUTHORITY_KEY, false, sequence(implicit(0, keyId(issuerKeys.getPublic())))),
                extension(ALTERNATIVE_NAMES, false, sequence(names.toArray(byte[][]::new))));
    }

    /// Whose certificate, from when and for how long.
    record Wanted(String name, PublicKey key, Instant now, Duration life) {}

    /// Whether a host is written as an address.
    static boolean isAddress(String host) {
        return host.indexOf(':') >= 0 || host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    }

    private byte[] certificate(Wanted wanted, String issuer, PrivateKey key, byte[]... extensions)
            throws GeneralSecurityException {
        var body =
                sequence(
                        explicit(0, integer(BigInteger.TWO)), // version 3
                        integer(new BigInteger(126, random).add(BigInteger.ONE)),
                        ECDSA_WITH_SHA256,
                        name(issuer),
                        sequence(time(wanted.now().minus(BACKDATED)), time(wanted.now().plus(wanted.life()))),
                        name(wanted.name()),
                        wanted.key().getEncoded(),
                        explicit(3, sequence(extensions)));
        var signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(key, random);
        signature.update(body);
        return sequence(body, ECDSA_WITH_SHA256, bits(0, signature.sign()));
    }

    private static byte[] name(String commonName) {
        return sequence(set(sequence(oid("2.5.4.3"), utf8(commonName))));
    }

    private static byte[] extension(String id, boolean critical, byte[] value) {
        return critical ? sequence(oid(id), truth(), octets(value)) : sequence(oid(id), octets(value));
    }

    private static byte[] keyId(PublicKey key) throws GeneralSecurityException {
        var digest = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
        return java.util.Arrays.copyOf(digest, 20);
    }
}
