package tiphys.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Messages of Kafka that are on disk as events, beside a plain consumer that writes and flushes the same.
final class KafkaBench {
    private static final int MESSAGES = Integer.getInteger("bench.messages", 200_000);
    private static final int PARTITIONS = 3;
    private static final String TOPIC = "bench";
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private KafkaBench() {}

    /// Messages a second of 1 KiB of JSON, which lie there; the first quarter of each round is not counted.
    static void measure(Bench bench) throws Exception {
        var installed = installed();
        if (installed.isEmpty()) {
            System.out.println("kafka: not measured, for Kafka is not in the user's cache; ./check puts it there");
            return;
        }
        var rates = new Ratios("Kafka to event on disk", "events/s");
        int port = Child.freePort();
        var url = "127.0.0.1:" + port;
        try (var broker = broker(bench, installed.get(), port);
                var product = Product.start(bench.directory(), bench.fresh("data"), bus(bench))) {
            broker.awaitPort(port);
            fill(url);
            for (int round = 0; round < bench.rounds(); round++) {
                double floor = floor(bench, url, "floor-" + round);
                rates.add(floor, product(product, url, "product-" + round));
                broker.requireAlive();
            }
        }
        rates.print();
    }

    private static Path bus(Bench bench) throws IOException {
        return Product.manifest(bench.directory(), "bus.yaml", Map.of("port", Integer.toString(Child.freePort())));
    }

    private static Optional<Path> installed() {
        var cache =
                Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                        .map(Path::of)
                        .orElse(Path.of(System.getProperty("user.home"), ".cache"));
        return Optional.of(cache.resolve("tiphys/kafka-4.4.0")).filter(Files::isDirectory);
    }

    private static Child broker(Bench bench, Path installed, int port) throws IOException {
        int control = Child.freePort();
        var settings =
                Files.writeString(
                        bench.directory().resolve("kafka.properties"),
                        """
                        process.roles=broker,controller
                        node.id=1
                        controller.quorum.voters=1@127.0.0.1:%1$d
                        controller.listener.names=CONTROLLER
                        listeners=PLAINTEXT://127.0.0.1:%2$d,CONTROLLER://127.0.0.1:%1$d
                        listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
                        log.dirs=%3$s
                        offsets.topic.replication.factor=1
                        offsets.topic.num.partitions=1
                        group.initial.rebalance.delay.ms=0
                        """
                                .formatted(control, port, bench.fresh("kafka")));
        var java =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                        "-cp",
                        installed + "/*");
        var format = new ArrayList<>(java);
        format.addAll(
                List.of(
                        "kafka.tools.StorageTool",
                        "format",
                        "-t",
                        "MkU3OEVBNTcwNTJENDM2Qg",
                        "-c",
                        settings.toString()));
        var formatted = Child.start(bench.directory(), format);
        if (formatted.await(Duration.ofSeconds(60)) != 0) {
            throw new IOException("the broker's storage could not be made: " + formatted.printed());
        }
        var serve = new ArrayList<>(java);
        serve.addAll(List.of("kafka.Kafka", settings.toString()));
        return Child.start(bench.directory(), serve);
    }

    private static void fill(String url) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", url))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, PARTITIONS, (short) 1))).all().get(60, TimeUnit.SECONDS);
        }
        var body = ("{\"kind\":\"no\",\"out\":\"" + "x".repeat(1024 - 24) + "\"}").getBytes(StandardCharsets.UTF_8);
        Map<String, Object> settings =
                Map.of(
                        "bootstrap.servers", url,
                        "key.serializer", ByteArraySerializer.class,
                        "value.serializer", ByteArraySerializer.class);
        try (var producer = new KafkaProducer<byte[], byte[]>(settings)) {
            for (int i = 0; i < MESSAGES; i++) {
                var _ = producer.send(new ProducerRecord<>(TOPIC, i % PARTITIONS, null, body));
            }
            producer.flush();
        }
    }

    private static double floor(Bench bench, String url, String group) throws IOException {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-Xmx512m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                KafkaFloor.class.getName(),
                                url,
                                TOPIC,
                                group,
                                bench.fresh("floor").resolve("file").toString(),
                                Integer.toString(MESSAGES)));
        var child = Child.start(bench.directory(), command);
        if (child.await(LIMIT) != 0) {
            throw new IOException("the floor failed: " + child.printed());
        }
        return Double.parseDouble(child.printed().lines().toList().getLast());
    }

    /// The journal has one more entry for each event, and nothing else adds to it.
    private static double product(Product product, String url, String group) throws IOException {
        double before = product.metric("tiphys_journal_head");
        product.create(
                "eventsources",
                """
                {"apiVersion":"argoproj.io/v1alpha1","kind":"EventSource","metadata":{"name":"%s"},"spec":{"kafka":{"bench":
                {"url":"%s","topic":"%s","jsonBody":true,"consumerGroup":{"groupName":"%s","oldest":true}}}}}
                """
                        .formatted(group, url, TOPIC, group));
        long end = System.nanoTime() + LIMIT.toNanos();
        double warm = 0;
        long begin = 0;
        while (true) {
            double read = product.metric("tiphys_journal_head") - before;
            if (begin == 0 && read >= MESSAGES / 4.0) {
                warm = read;
                begin = System.nanoTime();
            }
            if (read >= MESSAGES) {
                return (read - warm) * 1e9 / (System.nanoTime() - begin);
            }
            if (System.nanoTime() > end) {
                throw new IOException("only %.0f of %d messages became events".formatted(read, MESSAGES));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }
}
