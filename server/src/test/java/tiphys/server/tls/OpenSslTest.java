package tiphys.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What OpenSSL, which knows nothing of how they were made, says of the certificates.
class OpenSslTest {
    static final Set<String> HOSTS = Set.of("localhost", "127.0.0.1", "::1", "box.example");

    @TempDir Path directory;

    @BeforeEach
    void openssl_is_here() throws Exception {
        assumeTrue(
                List.of(System.getenv("PATH").split(":", -1)).stream()
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "openssl"))),
                "openssl is not on the PATH");
    }

    record Said(int exit, String text) {}

    Said openssl(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        var out = directory.resolve("said");
        var process =
                new ProcessBuilder(command)
                        .directory(directory.resolve("tls").toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(out.toFile())
                        .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(command.toString()).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Said(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8));
    }

    /// Several, since serial numbers and signatures are of different lengths each time.
    @Test
    void it_verifies_the_chain_strictly_for_every_name() throws Exception {
        for (int i = 0; i < 5; i++) {
            var data = Files.createDirectory(directory.resolve("data" + i));
            Certificates.in(data, HOSTS, Instant.now());
            Files.deleteIfExists(directory.resolve("tls"));
            Files.createSymbolicLink(directory.resolve("tls"), data.resolve("tls"));
            for (var name :
                    List.of(
                            List.of("-verify_hostname", "localhost"),
                            List.of("-verify_hostname", "box.example"),
                            List.of("-verify_ip", "127.0.0.1"),
                            List.of("-verify_ip", "::1"))) {
                var said = verify(name);
                assertThat(said.exit()).as(said.text()).isZero();
            }
            assertThat(verify(List.of("-verify_hostname", "evil.example")).exit()).isNotZero();
            assertThat(verify(List.of("-verify_ip", "127.0.0.2")).exit()).isNotZero();
        }
    }

    private Said verify(List<String> name) throws Exception {
        var arguments =
                new ArrayList<>(
                        List.of("verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", "ca.pem", "-no-CApath"));
        arguments.addAll(name);
        arguments.add("server.pem");
        return openssl(arguments.toArray(String[]::new));
    }

    @Test
    void it_reads_every_field_as_it_was_meant() throws Exception {
        Certificates.in(directory, HOSTS, Instant.now());
        var server = openssl("x509", "-in", "server.pem", "-noout", "-text").text();
        assertThat(server)
                .contains("Version: 3 (0x2)")
                .contains("Signature Algorithm: ecdsa-with-SHA256")
                .containsPattern("Subject: CN ?= ?tiphys")
                .contains("NIST CURVE: P-256")
                .containsPattern("X509v3 Basic Constraints: critical\\s+CA:FALSE")
                .containsPattern("X509v3 Key Usage: critical\\s+Digital Signature")
                .contains("TLS Web Server Authentication")
                .contains("DNS:localhost")
                .contains("DNS:box.example")
                .contains("IP Address:127.0.0.1")
                .contains("IP Address:0:0:0:0:0:0:0:1")
                .doesNotContain("Serial Number: 0\n")
                .doesNotContain("(Negative)");
        var authority = openssl("x509", "-in", "ca.pem", "-noout", "-text").text();
        assertThat(authority)
                .containsPattern("X509v3 Basic Constraints: critical\\s+CA:TRUE, pathlen:0")
                .containsPattern("X509v3 Key Usage: critical\\s+Certificate Sign, CRL Sign");
    }

    @Test
    void it_takes_the_keys_and_they_are_the_certificates() throws Exception {
        Certificates.in(directory, HOSTS, Instant.now());
        for (var name : List.of("ca", "server")) {
            assertThat(openssl("pkey", "-in", name + ".key", "-check", "-noout").text()).contains("Key is valid");
            var ofKey = openssl("pkey", "-in", name + ".key", "-pubout").text();
            assertThat(openssl("x509", "-in", name + ".pem", "-noout", "-pubkey").text()).isEqualTo(ofKey);
        }
    }
}
