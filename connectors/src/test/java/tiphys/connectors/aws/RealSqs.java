package tiphys.connectors.aws;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.events.source.SourceSettings.SecretKey;
import tiphys.manifest.Value;
import tiphys.testkit.LocalServer;

/// An ElasticMQ of the tests.
final class RealSqs implements AutoCloseable {
    private static final SecretKey KEY = new SecretKey("", "", "");

    final LocalServer server;

    RealSqs(Path directory) {
        var installed = cache().resolve("elasticmq-1.7.1");
        assumeTrue(Files.isDirectory(installed), "there is no " + installed);
        int port = LocalServer.freePort();
        var file = directory.resolve("elasticmq.conf");
        try {
            Files.writeString(
                    file,
                    """
                    include classpath("application.conf")
                    node-address {host = "127.0.0.1", port = %1$d, protocol = http, context-path = ""}
                    rest-sqs {enabled = true, bind-hostname = "127.0.0.1", bind-port = %1$d, sqs-limits = strict}
                    rest-stats.enabled = false
                    queues-storage.enabled = false
                    """
                            .formatted(port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var java = Path.of(System.getProperty("java.home"), "bin/java").toString();
        this.server =
                new LocalServer(
                                List.of(
                                        java,
                                        "-Xmx128m",
                                        "-XX:TieredStopAtLevel=1",
                                        "-Dconfig.file=" + file,
                                        "-cp",
                                        installed + "/*",
                                        "org.elasticmq.server.Main"),
                                Map.of(),
                                directory,
                                port)
                        .start();
    }

    /// Where `./check` puts what the tests need.
    static Path cache() {
        return Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                .map(Path::of)
                .orElse(Path.of(System.getProperty("user.home"), ".cache"))
                .resolve("tiphys");
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.port();
    }

    /// Calls an operation as somebody else.
    Value.Mapping call(String operation, Object... arguments) {
        var endpoint = URI.create(endpoint() + "/");
        var settings =
                new AwsSettings(
                        "elasticmq", Optional.of(KEY), Optional.of(KEY), Optional.empty(), "", Optional.empty());
        try (var aws = new AwsClient(settings, Map.of(KEY, "x"), new Chain(Map.of(), Path.of("/")), endpoint)) {
            return aws.call(endpoint, "sqs", "AmazonSQS." + operation, Value.object(arguments));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// Makes a queue.
    ///
    /// @return its URL
    String make(String queue, Map<String, String> attributes) {
        return call("CreateQueue", "QueueName", queue, "Attributes", attributes).textAt("QueueUrl").orElseThrow();
    }

    /// How many messages a queue has, those that are hidden among them.
    int count(String url) {
        var names = List.of("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible");
        var found = call("GetQueueAttributes", "QueueUrl", url, "AttributeNames", names).mapAt("Attributes");
        return names.stream().mapToInt(name -> Integer.parseInt(found.textAt(name).orElseThrow())).sum();
    }

    @Override
    public void close() {
        server.close();
    }
}
