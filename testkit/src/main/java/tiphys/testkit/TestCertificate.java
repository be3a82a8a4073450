package tiphys.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/// A certificate that signed itself, with its key, made by the JDK's own tool for one test.
///
/// @param store a PKCS #12 file with both, for programs that read that; its password is [#WORD]
/// @param certificate as PEM
/// @param key as PEM, `PRIVATE KEY`
public record TestCertificate(Path store, String certificate, String key) {
    /// What opens the file.
    public static final String WORD = "test-word";

    /// The bytes that stand before an RSA key in `PRIVATE KEY`, and not in `RSA PRIVATE KEY`.
    private static final int BEFORE_RSA = 26;

    /// Makes one.
    ///
    /// @param names whose it is, as `dns:localhost` or `ip:127.0.0.1`
    /// @param algorithm `RSA` or `EC`
    public static TestCertificate make(Path scratch, String file, String names, String algorithm) throws IOException {
        var store = scratch.resolve(file + ".p12");
        var tool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/keytool").toString(),
                                "-genkeypair",
                                "-alias",
                                "own",
                                "-keyalg",
                                algorithm,
                                "-dname",
                                "CN=" + file,
                                "-ext",
                                "san=" + names,
                                "-validity",
                                "30",
                                "-storetype",
                                "PKCS12",
                                "-keystore",
                                store.toString(),
                                "-storepass",
                                WORD)
                        .redirectErrorStream(true)
                        .redirectOutput(scratch.resolve(file + ".log").toFile())
                        .start();
        try {
            if (!tool.waitFor(60, TimeUnit.SECONDS) || tool.exitValue() != 0) {
                tool.destroyForcibly();
                throw new IOException("keytool failed: " + Files.readString(scratch.resolve(file + ".log")));
            }
            var keys = KeyStore.getInstance(store.toFile(), WORD.toCharArray());
            return new TestCertificate(
                    store,
                    pem("CERTIFICATE", keys.getCertificate("own").getEncoded()),
                    pem("PRIVATE KEY", keys.getKey("own", WORD.toCharArray()).getEncoded()));
        } catch (InterruptedException | GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    /// The key as older programs write it, `RSA PRIVATE KEY`.
    public String oldKey() {
        var bytes =
                Base64.getMimeDecoder()
                        .decode(key.lines().filter(line -> !line.startsWith("-")).reduce("", String::concat));
        return pem("RSA PRIVATE KEY", Arrays.copyOfRange(bytes, BEFORE_RSA, bytes.length));
    }

    private static String pem(String what, byte[] bytes) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(
                        what,
                        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(bytes),
                        what);
    }
}
