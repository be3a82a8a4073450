package tiphys.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import tiphys.testkit.Eventually;

/// A broker of its own on free ports of the loopback, in a process that can be killed and started again with what it had: without any
/// log-in at [#url], with a name and a password at [#loginUrl], over TLS at [#tlsUrl] if it was given certificates.
public final class KafkaServer implements AutoCloseable {
    static final String USER = "ship";
    static final String PASSWORD = "the \"word\"";

    private static final String VERSION = "4.4.0";
    private static final Duration READY = Duration.ofSeconds(90);

    private final Path installed;
    private final Path scratch;
    private final int port;
    private final int loginPort;
    private final int tlsPort;
    private Process process;

    private KafkaServer(Path installed, Path scratch, int[] ports) {
        this.installed = installed;
        this.scratch = scratch;
        this.port = ports[0];
        this.loginPort = ports[1];
        this.tlsPort = ports[2];
    }

    /// Where `./check` put it, if it could.
    public static Optional<Path> installed() {
        var cache =
                Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                        .map(Path::of)
                        .orElse(Path.of(System.getProperty("user.home"), ".cache"));
        return Optional.of(cache.resolve("tiphys/kafka-" + VERSION)).filter(Files::isDirectory);
    }

    /// Starts one; returns when it answers.
    ///
    /// @param tls further settings for TLS, which is offered only with them
    public static KafkaServer start(Path installed, Path scratch, Map<String, String> tls) throws IOException {
        var ports = freePorts(4);
        var server = new KafkaServer(installed, scratch, ports);
        var plain = PASSWORD.replace("\\", "\\\\").replace("\"", "\\\"");
        var settings =
                new StringBuilder(
                        """
                        process.roles=broker,controller
                        node.id=1
                        controller.quorum.voters=1@127.0.0.1:%1$d
                        controller.listener.names=CONTROLLER
                        listeners=OPEN://127.0.0.1:%2$d,CONTROLLER://127.0.0.1:%1$d,LOGIN://127.0.0.1:%3$d%4$s
                        listener.security.protocol.map=OPEN:PLAINTEXT,CONTROLLER:PLAINTEXT,LOGIN:SASL_PLAINTEXT,SECURE:SSL
                        inter.broker.listener.name=OPEN
                        sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512
                        log.dirs=%5$s
                        offsets.topic.replication.factor=1
                        offsets.topic.num.partitions=1
                        transaction.state.log.replication.factor=1
                        transaction.state.log.min.isr=1
                        group.initial.rebalance.delay.ms=0
                        auto.create.topics.enable=false
                        log.retention.check.interval.ms=500
                        """
                                .formatted(
                                        ports[3],
                                        ports[0],
                                        ports[1],
                                        tls.isEmpty() ? "" : ",SECURE://127.0.0.1:" + ports[2],
                                        scratch.resolve("data")));
        settings.append(
                "listener.name.login.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_%s=\"%s\";\n"
                        .formatted(USER, plain.replace("\\", "\\\\")));
        for (var mechanism : List.of("scram-sha-256", "scram-sha-512")) {
            settings.append(
                    "listener.name.login.%s.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;\n"
                            .formatted(mechanism));
        }
        tls.forEach((name, value) -> settings.append(name).append('=').append(value).append('\n'));
        Files.writeString(scratch.resolve("kafka.properties"), settings);
        server.run(
                "format",
                server.command(
                        "kafka.tools.StorageTool",
                        "format",
                        "-t",
                        "MkU3OEVBNTcwNTJENDM2Qg",
                        "-c",
                        "kafka.properties",
                        "--add-scram",
                        "SCRAM-SHA-256=[name=ship,password=%s]".formatted(PASSWORD),
                        "--add-scram",
                        "SCRAM-SHA-512=[name=ship,password=%s]".formatted(PASSWORD)));
        server.start();
        return server;
    }

    private static int[] freePorts(int count) throws IOException {
        var sockets = new ArrayList<ServerSocket>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return sockets.stream().mapToInt(ServerSocket::getLocalPort).toArray();
        } finally {
            for (var socket : sockets) {
                socket.close();
            }
        }
    }

    private ProcessBuilder command(String main, String... arguments) {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-Xmx320m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                                "-cp",
                                installed + "/*",
                                main));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .directory(scratch.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(scratch.resolve("kafka.log").toFile()));
    }

    private void run(String what, ProcessBuilder builder) throws IOException {
        try {
            var tool = builder.start();
            if (!tool.waitFor(60, TimeUnit.SECONDS) || tool.exitValue() != 0) {
                tool.destroyForcibly();
                throw new IOException(what + " failed: " + Files.readString(scratch.resolve("kafka.log")));
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /// Starts it again, with what it had; returns when it answers.
    public void start() {
        try {
            process = command("kafka.Kafka", "kafka.properties").start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            Eventually.within(READY, "the broker answers, see " + scratch.resolve("kafka.log"), this::answers);
        } catch (RuntimeException | AssertionError e) {
            kill();
            throw e;
        }
    }

    private boolean answers() {
        if (!process.isAlive()) {
            try {
                throw new AssertionError("the broker ended: " + Files.readString(scratch.resolve("kafka.log")));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        try (var admin = admin()) {
            return !admin.describeCluster().nodes().get(2, TimeUnit.SECONDS).isEmpty();
        } catch (ExecutionException | TimeoutException _) {
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// Ends it as a cut of the power does.
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    public String url() {
        return "127.0.0.1:" + port;
    }

    String loginUrl() {
        return "127.0.0.1:" + loginPort;
    }

    String tlsUrl() {
        return "127.0.0.1:" + tlsPort;
    }

    public Admin admin() {
        var settings = new HashMap<String, Object>();
        settings.put("bootstrap.servers", url());
        settings.put("default.api.timeout.ms", 20_000);
        settings.put("request.timeout.ms", 10_000);
        settings.put("reconnect.backoff.max.ms", 200);
        return Admin.create(settings);
    }

    /// Makes a topic.
    public void make(String topic, int partitions, Map<String, String> settings) {
        try (var admin = admin()) {
            admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(settings)))
                    .all()
                    .get(20, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    void delete(String topic) {
        try (var admin = admin()) {
            admin.deleteTopics(List.of(topic)).all().get(20, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// Where a group stands in a partition, by the broker's own account; empty if it never told.
    public Optional<Long> committed(String group, String topic, int partition) {
        try (var admin = admin()) {
            var all = admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get(20, TimeUnit.SECONDS);
            return Optional.ofNullable(all.get(new TopicPartition(topic, partition))).map(found -> found.offset());
        } catch (ExecutionException | TimeoutException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// Whoever sends with it knows that the broker has it when it says so.
    public KafkaProducer<byte[], byte[]> producer() {
        var settings = new HashMap<String, Object>();
        settings.put("bootstrap.servers", url());
        settings.put("acks", "all");
        settings.put("reconnect.backoff.max.ms", 200);
        settings.put("key.serializer", ByteArraySerializer.class);
        settings.put("value.serializer", ByteArraySerializer.class);
        return new KafkaProducer<>(settings);
    }

    @Override
    public void close() {
        kill();
    }
}
