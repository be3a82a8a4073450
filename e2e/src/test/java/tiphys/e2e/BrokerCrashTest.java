package tiphys.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nats.client.JetStreamApiException;
import io.nats.client.api.StreamConfiguration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGeneratorFactory;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.kafka.KafkaServer;
import tiphys.nats.NatsServer;

/// Kills real servers while messages come from real brokers, and the brokers as well. The number of kills is `-Dcrashes` (20), their
/// instants come from `-Dseed`.
class BrokerCrashTest {
    private static final int CRASHES = Integer.getInteger("crashes", 20);
    private static final long SEED = Long.getLong("seed", System.nanoTime());
    private static final Duration PAUSE = Duration.ofMillis(20);

    @TempDir Path directory;

    @Test
    void every_message_that_a_broker_took_makes_one_object_however_often_anybody_is_killed() throws Exception {
        assumeTrue(KafkaServer.installed().isPresent(), "Kafka is not in the user's cache; ./check puts it there");
        assumeTrue(NatsServer.installed().isPresent(), "nats-server is not installed; ./check does that where it may");
        System.out.println("kills of the server: " + CRASHES + ", instants from -Dseed=" + SEED);
        try (var kafka =
                        KafkaServer.start(
                                KafkaServer.installed().get(),
                                Files.createDirectory(directory.resolve("kafka")),
                                Map.of());
                var nats =
                        NatsServer.start(
                                NatsServer.installed().get(), Files.createDirectory(directory.resolve("nats")), "")) {
            kafka.make("numbers", 3, Map.of());
            var connection = nats.connect();
            connection
                    .jetStreamManagement()
                    .addStream(StreamConfiguration.builder().name("numbers").subjects("numbers.>").build());
            connection.close();
            var senders = crashAll(kafka, nats);
            var port = Server.freePort();
            try (var last = Server.start(directory.resolve("data"), "--port", "" + port)) {
                var counted = new HashMap<String, Integer>();
                try {
                    Server.eventually(
                            Duration.ofMinutes(3),
                            "every message has made an object",
                            () -> {
                                counted.clear();
                                counted.putAll(counted(last));
                                return counted.keySet().containsAll(senders.acknowledged);
                            });
                } catch (AssertionError e) {
                    var missing = new TreeSet<>(senders.acknowledged);
                    missing.removeAll(counted.keySet());
                    throw new AssertionError("of %d messages %s made none".formatted(senders.sent.get(), missing), e);
                }
                System.out.printf(
                        "%d kills: %d messages sent, %d acknowledged by a broker, %d objects%n",
                        CRASHES, senders.sent.get(), senders.acknowledged.size(), counted.size());
                assertThat(senders.acknowledged).hasSizeGreaterThan(CRASHES);
                assertThat(counted.values()).as("objects of each message").allMatch(times -> times == 1);
                assertThat(last.get("/tiphys/v1/status").listAt("quarantined")).isEmpty();
                assertThat(last.terminate()).isZero();
            }
        }
    }

    private Senders crashAll(KafkaServer kafka, NatsServer nats) throws Exception {
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
        var data = directory.resolve("data");
        int port = Server.freePort();
        try (var first = Server.start(data, "--port", "" + port)) {
            first.apply(manifest(kafka, nats), "default");
            Server.eventually("the sensor and the sources are there", () -> isDeployed(first));
            Server.eventually("the consumer is made", () -> hasConsumer(nats));
            first.kill();
        }
        var senders = new Senders(kafka, nats);
        try {
            for (int crash = 0; crash < CRASHES; crash++) {
                var server = Server.start(data, "--port", "" + port);
                LockSupport.parkNanos(Duration.ofMillis(random.nextInt(2_500)).toNanos());
                switch (crash % 5) {
                    case 1 -> {
                        kafka.kill();
                        server.kill();
                        kafka.start();
                    }
                    case 3 -> {
                        nats.kill();
                        server.kill();
                        nats.start();
                    }
                    default -> server.kill();
                }
            }
        } finally {
            senders.stop();
        }
        return senders;
    }

    private static boolean isDeployed(Server server) {
        return List.of("eventsources/kafka", "eventsources/nats", "sensors/counter").stream()
                .allMatch(name ->
                        server
                                .get("/apis/argoproj.io/v1alpha1/namespaces/default/" + name)
                                .listAt("status", "conditions")
                                .stream()
                                .anyMatch(condition ->
                                        condition.textAt("type").orElse("").equals("Deployed")
                                                && condition.textAt("status").orElse("").equals("True")));
    }

    /// What is sent before it is made is not for it.
    private static boolean hasConsumer(NatsServer nats) {
        try {
            var connection = nats.connect();
            try {
                return connection.jetStreamManagement().getConsumerNames("numbers").contains("counters");
            } finally {
                connection.close();
            }
        } catch (IOException | JetStreamApiException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private Path manifest(KafkaServer kafka, NatsServer nats) throws IOException {
        try (var in = BrokerCrashTest.class.getResourceAsStream("brokers.yaml")) {
            var text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Files.writeString(
                    directory.resolve("brokers.yaml"),
                    text.replace("@kafka@", kafka.url()).replace("@nats@", nats.url()));
        }
    }

    /// How many objects there are of each number.
    private static Map<String, Integer> counted(Server server) {
        var counted = new HashMap<String, Integer>();
        for (var map : server.get("/api/v1/namespaces/default/configmaps").listAt("items")) {
            map.textAt("data", "number").ifPresent(number -> counted.merge(number, 1, Integer::sum));
        }
        return counted;
    }

    /// One who sends numbered messages to Kafka and one who sends them to JetStream, one after another each, and remember which the
    /// broker said it has. What it did not say is not sent again: nobody knows whether it was taken.
    private static final class Senders {
        final AtomicInteger sent = new AtomicInteger();
        final Set<String> acknowledged = new ConcurrentSkipListSet<>();
        private final AtomicBoolean stopped = new AtomicBoolean();
        private final List<Thread> threads = new ArrayList<>();

        Senders(KafkaServer kafka, NatsServer nats) {
            threads.add(Thread.ofVirtual().start(() -> toKafka(kafka)));
            threads.add(Thread.ofVirtual().start(() -> toNats(nats)));
        }

        private static byte[] body(String number) {
            return ("{\"number\":\"" + number + "\"}").getBytes(StandardCharsets.UTF_8);
        }

        private void toKafka(KafkaServer kafka) {
            try (var producer = kafka.producer()) {
                while (!stopped.get()) {
                    var number = "k" + sent.incrementAndGet();
                    try {
                        producer.send(new ProducerRecord<>("numbers", body(number), body(number))).get();
                        acknowledged.add(number);
                    } catch (ExecutionException _) {
                        // nobody was there for too long
                    } catch (InterruptedException _) {
                        return;
                    }
                    LockSupport.parkNanos(PAUSE.toNanos());
                }
            }
        }

        private void toNats(NatsServer nats) {
            var connection = nats.connect();
            while (!stopped.get()) {
                var number = "n" + sent.incrementAndGet();
                try {
                    connection.jetStream().publish("numbers.in", body(number));
                    acknowledged.add(number);
                } catch (IOException | JetStreamApiException | IllegalStateException _) {
                    // nobody was there, or it was killed before it answered
                }
                LockSupport.parkNanos(PAUSE.toNanos());
            }
            try {
                connection.close();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }

        void stop() throws InterruptedException {
            stopped.set(true);
            for (var thread : threads) {
                thread.join();
            }
        }
    }
}
