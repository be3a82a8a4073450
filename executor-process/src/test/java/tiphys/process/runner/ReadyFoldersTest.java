package tiphys.process.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.attempts.AttemptFolder;
import tiphys.attempts.Machine;
import tiphys.engine.AttemptId;

final class ReadyFoldersTest {
    private static final String HOLDER = "boot b\nrunner 1\n";

    @TempDir private Path data;

    @BeforeEach
    void attempts() throws IOException {
        Machine.privateDirectory(data.resolve("attempts"));
    }

    private AttemptFolder folder(String node) {
        return AttemptFolder.of(data, new AttemptId("run-" + node + "-0"));
    }

    private ReadyFolders ready() throws IOException {
        return new ReadyFolders(data, HOLDER, 2);
    }

    private long waiting() throws IOException {
        try (var folders = Files.list(data.resolve("ready"))) {
            return folders.count();
        }
    }

    @Test
    void a_claimed_attempt_has_its_claim_and_its_directories_ready_or_not() throws IOException {
        var ready = new ReadyFolders(data, HOLDER, 1);
        ready.refill();

        for (var node : new String[] {"prepared", "bare"}) {
            var folder = folder(node);
            assertThat(ready.claim(folder)).as(node).isTrue();
            assertThat(folder.root().resolve("claim")).as(node).hasContent(HOLDER);
            assertThat(folder.work()).as(node).isDirectory();
            assertThat(folder.tmp()).as(node).isDirectory();
            assertThat(folder.log()).as(node).isEmptyFile();
        }
        assertThat(waiting()).isZero();
    }

    @Test
    void an_attempt_that_has_a_claim_is_not_claimed_again_and_keeps_what_it_holds() throws IOException {
        var ready = ready();
        ready.refill();
        var folder = folder("a");
        folder.claim("another");
        Files.writeString(folder.log(), "printed");

        assertThat(ready.claim(folder)).isFalse();
        assertThat(folder.root().resolve("claim")).hasContent("another");
        assertThat(folder.log()).hasContent("printed");
        assertThat(ready.claim(folder("b"))).as("the folder that was not used serves the next").isTrue();
        assertThat(waiting()).isEqualTo(1);
    }

    @Test
    void no_more_wait_than_are_wanted_and_what_an_earlier_runner_left_is_removed() throws IOException {
        var before = ready();
        before.refill();
        before.refill();
        assertThat(waiting()).isEqualTo(2);

        ready();

        assertThat(waiting()).isZero();
    }

    @Test
    void of_many_who_claim_an_attempt_at_once_one_has_it() throws Exception {
        var ready = new ReadyFolders(data, HOLDER, 3);
        try (var threads = Executors.newFixedThreadPool(8)) {
            for (int round = 0; round < 50; round++) {
                if (round % 3 > 0) { // else some find none
                    ready.refill();
                }
                var folder = folder("n" + round);
                var claims = new ArrayList<Callable<Boolean>>();
                for (int i = 0; i < 8; i++) {
                    claims.add(i % 2 == 0 ? () -> ready.claim(folder) : () -> folder.claim(HOLDER));
                }
                int owners = 0;
                for (var claimed : threads.invokeAll(claims)) {
                    owners += claimed.get() ? 1 : 0;
                }
                assertThat(owners).as("round %d", round).isEqualTo(1);
            }
        }
    }
}
