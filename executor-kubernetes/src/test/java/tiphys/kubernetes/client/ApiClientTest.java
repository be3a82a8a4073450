package tiphys.kubernetes.client;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiClientTest {
    @TempDir Path directory;

    @Test
    void a_server_that_is_not_there_is_named_with_why() throws IOException {
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        var file =
                Files.writeString(
                        directory.resolve("config"),
                        """
                        apiVersion: v1
                        clusters: [{name: c, cluster: {server: "https://127.0.0.1:%d"}}]
                        contexts: [{name: c, context: {cluster: c, user: u}}]
                        users: [{name: u, user: {token: t}}]
                        current-context: c
                        """
                                .formatted(port));
        try (var client = new ApiClient(Kubeconfig.read(file))) {
            assertThatThrownBy(() -> client.get("/api"))
                    .hasMessage(
                            "the API server at https://127.0.0.1:%d cannot be reached: connection refused"
                                    .formatted(port));
        }
    }

    @Test
    void a_kubeconfig_that_is_not_there_is_told_as_such() {
        var file = directory.resolve("none");
        assertThatThrownBy(() -> Kubeconfig.read(file))
                .hasMessage("there is no kubeconfig " + file + "; name one with --kubeconfig");
    }
}
