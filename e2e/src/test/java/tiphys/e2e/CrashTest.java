package tiphys.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kills real servers while real events arrive. The number of kills is `-Dcrashes` (20), their instants come from `-Dseed`.
class CrashTest {
    private static final int CRASHES = Integer.getInteger("crashes", 20);
    private static final long SEED = Long.getLong("seed", System.nanoTime());
    private static final int CONNECTIONS = 16;

    @TempDir Path directory;

    @Test
    void every_acknowledged_event_has_exactly_one_run_however_often_the_server_is_killed() throws Exception {
        System.out.println("kills of the server: " + CRASHES + ", instants from -Dseed=" + SEED);
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
        var data = directory.resolve("data");
        var pipeline = new CountingPipeline(directory);
        int port = Server.freePort();
        try (var first = Server.start(data, "--port", "" + port)) {
            pipeline.applyTo(first, "05");
            first.kill();
        }
        var senders = new Senders(pipeline, random);
        try {
            for (int crash = 0; crash < CRASHES; crash++) {
                var server = Server.start(data, "--port", "" + port);
                pipeline.awaitListener();
                LockSupport.parkNanos(Duration.ofMillis(random.nextInt(1500)).toNanos());
                server.kill();
            }
        } finally {
            senders.stop();
        }
        try (var last = Server.start(data, "--port", "" + port)) {
            report(senders, pipeline.awaitAllEnded(last, senders.acknowledged), pipeline);
            assertThat(senders.sent.get()).as("events sent").isGreaterThan(CRASHES);
            pipeline.assertOneRunEach(last, senders.acknowledged);
            assertThat(last.get("/tiphys/v1/status").listAt("quarantined"))
                    .as("what is set aside, though nothing was wrong with it")
                    .isEmpty();
            assertThat(last.terminate()).isZero();
        }
    }

    private static void report(Senders senders, Map<String, List<String>> runs, CountingPipeline pipeline)
            throws IOException {
        System.out.printf(
                "%d kills: %d events sent, %d acknowledged, %d answered by nobody, %d runs, %d step attempts%n",
                CRASHES,
                senders.sent.get(),
                senders.acknowledged.size(),
                senders.failed.get(),
                runs.values().stream().mapToInt(List::size).sum(),
                pipeline.attempts());
    }

    /// Sixteen clients that post numbered events, one after another each, and remember which were answered with 200. A
    /// post that failed is not repeated: nobody knows whether it was taken.
    private static final class Senders {
        final AtomicInteger sent = new AtomicInteger();
        final AtomicInteger failed = new AtomicInteger();
        final Set<String> acknowledged = new ConcurrentSkipListSet<>();
        private final AtomicBoolean stopped = new AtomicBoolean();
        private final List<Thread> threads = new ArrayList<>();
        private final CountingPipeline pipeline;

        Senders(CountingPipeline pipeline, RandomGenerator random) {
            this.pipeline = pipeline;
            for (int i = 0; i < CONNECTIONS; i++) {
                long seed = random.nextLong();
                threads.add(
                        Thread.ofVirtual()
                                .start(() -> send(RandomGeneratorFactory.of("L64X128MixRandom").create(seed))));
            }
        }

        private void send(RandomGenerator random) {
            while (!stopped.get()) {
                var number = Integer.toString(sent.incrementAndGet());
                try {
                    if (pipeline.post(number).statusCode() == 200) {
                        acknowledged.add(number);
                    }
                } catch (IOException e) {
                    failed.incrementAndGet(); // nobody was there, or it was killed while it answered
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
                LockSupport.parkNanos(Duration.ofMillis(200 + random.nextInt(600)).toNanos());
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
