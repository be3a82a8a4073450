package tiphys.cli.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.cli.terminal.CliError;
import tiphys.cli.terminal.ExitCode;
import tiphys.manifest.Value;

class ApiTest {
    @TempDir Path directory;

    static CliError failure(Runnable call) {
        return catchThrowableOfType(CliError.class, call::run);
    }

    @Test
    void reading_is_repeated_while_the_server_is_busy() throws IOException {
        try (var server = new FakeServer()) {
            var asked = new AtomicInteger();
            server.on(
                    "GET /x",
                    _ ->
                            asked.incrementAndGet() < 3
                                    ? FakeServer.Reply.refused(503, "TIP-5030", "busy", "")
                                    : FakeServer.Reply.ok(Value.object("a", 1)));
            assertThat(new Api(FeedTest.place(server)).get("/x")).isEqualTo(Value.object("a", 1));
        }
    }

    @Test
    void asking_for_work_is_never_repeated() throws IOException {
        try (var server = new FakeServer()) {
            server.on("POST /x", _ -> FakeServer.Reply.refused(503, "TIP-5030", "busy", "wait"));
            var error = failure(() -> new Api(FeedTest.place(server)).post("/x", Value.Mapping.EMPTY));
            assertThat(error.exit()).isEqualTo(ExitCode.UNREACHABLE);
            assertThat(error.code()).isEqualTo("TIP-5030");
            assertThat(error.remedy()).isEqualTo("wait");
            assertThat(server.requests()).containsExactly("POST /x");
        }
    }

    @Test
    void refusals_have_the_words_of_the_server_and_their_exit_code() throws IOException {
        try (var server = new FakeServer()) {
            var api = new Api(FeedTest.place(server));
            int[][] codes = {{400, 2}, {422, 2}, {401, 4}, {403, 4}, {404, 3}, {409, 1}, {500, 1}};
            for (var code : codes) {
                server.on("GET /x", _ -> FakeServer.Reply.refused(code[0], "", "these words", ""));
                var error = failure(() -> api.get("/x"));
                assertThat(error.exit().number()).as("status " + code[0]).isEqualTo(code[1]);
                assertThat(error.what()).isEqualTo(code[0] == 401 ? error.what() : "these words");
            }
        }
    }

    @Test
    void nobody_listening_is_said_at_once() throws IOException {
        var server = new FakeServer();
        server.close();
        var error = failure(() -> new Api(FeedTest.place(server)).get("/x"));
        assertThat(error.code()).isEqualTo("TIP-7002");
        assertThat(error.exit()).isEqualTo(ExitCode.UNREACHABLE);
    }

    /// Answers each connection with these bytes.
    private static CliError against(String answer) throws IOException {
        try (var socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual()
                    .start(() -> {
                        try {
                            while (true) {
                                try (var connection = socket.accept()) {
                                    connection.getInputStream().read(new byte[4096]);
                                    connection.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
                                }
                            }
                        } catch (IOException e) {
                            return; // the test is over
                        }
                    });
            var url = URI.create("http://127.0.0.1:" + socket.getLocalPort());
            var place =
                    new ServerPlace(
                            url,
                            Optional.of(url),
                            "t",
                            Optional.empty(),
                            OptionalLong.empty(),
                            Optional.empty(),
                            Optional.empty());
            return failure(() -> new Api(place, Duration.ofMillis(1)).get("/x"));
        }
    }

    @Test
    void answers_that_are_broken_off_or_no_http_are_errors() throws IOException {
        assertThat(against("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}").code()).isEqualTo("TIP-7002");
        assertThat(against("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}").code())
                .isEqualTo("TIP-7002");
        assertThat(against("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}").code())
                .isEqualTo("TIP-7002");
        assertThat(against("SSH-2.0-OpenSSH_9.6\r\n\r\n").code()).isEqualTo("TIP-7002");
        assertThat(against("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{]}").code()).isEqualTo("TIP-7007");
        assertThat(against("HTTP/1.1 200 OK\r\nX: " + "y".repeat(100_000) + "\r\n\r\n").code()).isEqualTo("TIP-7002");
    }

    @Test
    void over_tls_the_token_goes_to_the_servers_own_authority_only()
            throws IOException, InterruptedException, GeneralSecurityException {
        var keys = directory.resolve("keys.p12");
        var authority = directory.resolve("ca.pem");
        keytool(
                "-genkeypair",
                "-alias",
                "s",
                "-keyalg",
                "EC",
                "-dname",
                "CN=tiphys",
                "-ext",
                "san=ip:127.0.0.1",
                "-keystore",
                keys.toString(),
                "-storepass",
                "changeit");
        Files.writeString(authority, pem(keys));
        try (var secure = new FakeServer(Optional.of(context(keys)));
                var plain = new FakeServer().tlsOnly()) {
            secure.on("GET /x", _ -> FakeServer.Reply.ok(Value.object("over", "tls")));
            var known = place(secure, plain, Optional.of(authority));
            assertThat(new Api(known).get("/x")).isEqualTo(Value.object("over", "tls"));
            assertThat(plain.requests()).as("loopback is tried first, by a session").containsExactly("GET /x");
            var unknown = place(secure, plain, Optional.empty());
            assertThat(failure(() -> new Api(unknown).get("/x")).code()).isEqualTo("TIP-7006");
        }
    }

    private static ServerPlace place(FakeServer secure, FakeServer plain, Optional<Path> authority) {
        return new ServerPlace(
                URI.create(secure.address()),
                Optional.of(URI.create(plain.address())),
                FakeServer.TOKEN,
                authority,
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static KeyStore store(Path keys) throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(keys)) {
            store.load(in, "changeit".toCharArray());
        }
        return store;
    }

    private static String pem(Path keys) throws IOException, GeneralSecurityException {
        var bytes = store(keys).getCertificate("s").getEncoded();
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder().encodeToString(bytes)
                + "\n-----END CERTIFICATE-----\n";
    }

    private static SSLContext context(Path keys) throws IOException, GeneralSecurityException {
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store(keys), "changeit".toCharArray());
        var context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        return context;
    }

    private static void keytool(String... arguments) throws IOException, InterruptedException {
        var command = new java.util.ArrayList<>(java.util.List.of(arguments));
        command.addFirst(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }
}
