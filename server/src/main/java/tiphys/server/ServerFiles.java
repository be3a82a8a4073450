package tiphys.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.server.access.Sessions;
import tiphys.server.http.Hosts;
import tiphys.server.http.PrivateFiles;
import tiphys.server.tls.Certificates;

/// The files of a data directory by which clients find the server and are let in: `token`, `kubeconfig`, `server.json`;
/// all of them for their owner alone.
final class ServerFiles {
    static final String ANNOUNCEMENT = "server.json";

    private final Path directory;
    private final String token;

    private ServerFiles(Path directory, String token) {
        this.directory = directory;
        this.token = token;
    }

    /// The files of a directory; its token is made at the first call.
    static ServerFiles in(Path directory) throws IOException {
        var file = directory.resolve("token");
        if (!Files.exists(file)) {
            PrivateFiles.write(file, Sessions.randomText(new SecureRandom()) + "\n");
        }
        var token = Files.readString(file).strip();
        if (token.length() < 20) {
            throw new IOException(
                    file + " should hold the server's token but is too short; delete it to have a new one made");
        }
        return new ServerFiles(directory, token);
    }

    /// @param host on which the server listens
    static String url(String host, int port) {
        return "https://" + Hosts.reachable(host) + ":" + port;
    }

    static String plain(String host, int port) {
        return "http://" + Hosts.reachable(host) + ":" + port;
    }

    String token() {
        return token;
    }

    Path kubeconfig() {
        return directory.resolve("kubeconfig");
    }

    /// Tells clients where the server is.
    void announce(String host, int port, String version, Certificates certificates) throws IOException {
        PrivateFiles.write(kubeconfig(), kubeconfig(url(host, port), certificates.authorityPem()));
        var announcement =
                Value.object(
                        "url",
                        url(host, port),
                        "plain",
                        plain(host, port),
                        "token",
                        token,
                        "ca",
                        certificates.authorityFile().toAbsolutePath().toString(),
                        "kubeconfig",
                        kubeconfig().toAbsolutePath().toString(),
                        "pid",
                        ProcessHandle.current().pid(),
                        "version",
                        version);
        PrivateFiles.write(directory.resolve(ANNOUNCEMENT), Json.pretty(announcement) + "\n");
    }

    /// Takes the announcement back. A reader of one that stays, after a crash, finds that its process is gone.
    void withdraw() {
        try {
            Files.deleteIfExists(directory.resolve(ANNOUNCEMENT));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private String kubeconfig(String url, String authority) {
        return """
        apiVersion: v1
        kind: Config
        clusters:
        - name: tiphys
          cluster:
            server: %s
            certificate-authority-data: %s
        users:
        - name: tiphys
          user:
            token: %s
        contexts:
        - name: tiphys
          context:
            cluster: tiphys
            user: tiphys
            namespace: default
        current-context: tiphys
        """
                .formatted(
                        url, Base64.getEncoder().encodeToString(authority.getBytes(StandardCharsets.US_ASCII)), token);
    }
}
