package tiphys.connectors.line;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tiphys.testkit.LocalServer;

/// An authority, and certificates that it signed for a server on 127.0.0.1 and for a client, made by OpenSSL.
public final class TestCertificates {
    private final Path directory;

    public TestCertificates(Path directory) {
        this.directory = directory;
        openssl("req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=test-authority");
        signed("server", "subjectAltName=IP:127.0.0.1");
        signed("client", "extendedKeyUsage=clientAuth");
        openssl("rsa -in client.key -out client-rsa.key -traditional");
        openssl("ecparam -name prime256v1 -genkey -noout -out ec.key");
    }

    private void signed(String name, String extension) {
        openssl("req -newkey rsa:2048 -nodes -keyout " + name + ".key -out " + name + ".csr -subj /CN=" + name);
        try {
            Files.writeString(file(name + ".ext"), extension + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        openssl(
                "x509 -req -in %1$s.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile %1$s.ext -out %1$s.pem"
                        .formatted(name));
    }

    private void openssl(String arguments) {
        var program = LocalServer.program("openssl");
        assumeTrue(program.isPresent(), "there is no openssl on the PATH");
        var command = new ArrayList<>(List.of(program.get().toString()));
        command.addAll(List.of(arguments.split(" ", -1)));
        try {
            var log = directory.resolve("openssl.log").toFile();
            var process =
                    new ProcessBuilder(command)
                            .directory(directory.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                            .start();
            if (process.waitFor() != 0) {
                throw new AssertionError(command + ": " + Files.readString(log.toPath()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// One of `ca.pem`, `server.pem`, `server.key`, `client.pem`, `client.key`, `client-rsa.key`, `ec.key`.
    public Path file(String name) {
        return directory.resolve(name);
    }

    /// What is in it.
    public String text(String name) {
        try {
            return Files.readString(file(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
