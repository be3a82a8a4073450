package tiphys.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.journal.Append;
import tiphys.journal.CursorMove;
import tiphys.journal.NewEntry;
import tiphys.journal.StreamName;
import tiphys.journal.Transaction;
import tiphys.store.write.StoreOptions;

final class KilledProcessTest {
    private static final StreamName LEFT = new StreamName("run", "left");
    private static final StreamName RIGHT = new StreamName("trigger", "right");

    @TempDir Path directory;

    /// Commits pairs for ever and prints each that was acknowledged.
    static final class Child {
        public static void main(String[] arguments) {
            var store =
                    SqliteStore.open(Path.of(arguments[0]), StoreOptions.defaults(_ -> Runtime.getRuntime().halt(3)));
            for (long n = 1; ; n++) {
                var body = Long.toString(n).getBytes(UTF_8);
                long number = n;
                store.commit(
                                new Transaction(
                                        Instant.EPOCH,
                                        List.of(append(LEFT, body), append(RIGHT, body)),
                                        List.of(new CursorMove("c", n)),
                                        List.of()))
                        .thenAccept(_ -> System.out.println(number));
                if (n % 50 == 0) {
                    System.out.flush();
                    while (store.head() < (n - 20) * 2) {
                        Thread.onSpinWait();
                    }
                }
            }
        }

        private static Append append(StreamName stream, byte[] body) {
            return new Append(stream, OptionalLong.empty(), List.of(new NewEntry("n/1", body)));
        }
    }

    @Test
    void what_was_acknowledged_before_a_kill_is_there_and_nothing_is_half_there() throws Exception {
        for (int kill = 1; kill <= 3; kill++) {
            var home = directory.resolve("" + kill);
            var child =
                    new ProcessBuilder(
                                    ProcessHandle.current().info().command().orElseThrow(),
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    Child.class.getName(),
                                    home.toString())
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            long acknowledged = 0;
            try (var lines = new BufferedReader(new InputStreamReader(child.getInputStream(), UTF_8))) {
                for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                    acknowledged = Long.parseLong(line);
                    if (acknowledged >= 700L * kill) {
                        child.toHandle().destroyForcibly();
                    }
                }
            }
            child.waitFor();

            assertThat(acknowledged).isGreaterThan(0);
            try (var store = SqliteStore.open(home, SqliteStoreContractTest.OPTIONS)) {
                var left = store.read(LEFT, 0, Integer.MAX_VALUE);
                var right = store.read(RIGHT, 0, Integer.MAX_VALUE);
                assertThat(left).hasSameSizeAs(right).hasSizeGreaterThanOrEqualTo((int) acknowledged);
                assertThat(store.cursor("c")).isEqualTo(left.size());
                assertThat(store.head()).isEqualTo(2L * left.size());
                assertThat(store.live("run")).isEqualTo(Map.of(LEFT, (long) left.size()));
            }
        }
    }
}
