package tiphys.connectors.redis;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.connectors.line.HostPort;
import tiphys.events.source.SourceSettings.SecretKey;
import tiphys.testkit.LocalServer;

/// A Redis server of a test.
final class RealRedis implements AutoCloseable {
    final LocalServer server;
    private final Optional<SecretKey> key;
    private final Map<SecretKey, String> secrets;

    /// @param password empty for none
    RealRedis(Path directory, String password, String... more) {
        var program = LocalServer.program("redis-server");
        assumeTrue(program.isPresent(), "there is no redis-server on the PATH");
        int port = LocalServer.freePort();
        var command = new ArrayList<>(List.of(program.get().toString(), "--bind", "127.0.0.1"));
        command.addAll(List.of("--port", Integer.toString(port), "--appendonly", "yes", "--appendfsync", "always"));
        if (!password.isEmpty()) {
            command.addAll(List.of("--requirepass", password));
        }
        command.addAll(List.of(more));
        this.key = password.isEmpty() ? Optional.empty() : Optional.of(new SecretKey("", "", ""));
        this.secrets = key.isEmpty() ? Map.of() : Map.of(key.get(), password);
        this.server = new LocalServer(command, Map.of(), directory, port).start();
    }

    String address() {
        return "127.0.0.1:" + server.port();
    }

    /// Sends a command as somebody else.
    Reply call(String... command) {
        var settings = new RedisServer(new HostPort("127.0.0.1", server.port()), "", key, 0, Optional.empty());
        try (var redis = RedisConnection.open(settings, secrets)) {
            return redis.call(List.of(command));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
