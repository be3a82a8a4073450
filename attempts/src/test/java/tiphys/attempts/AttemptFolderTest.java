package tiphys.attempts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.engine.AttemptId;
import tiphys.engine.StepReport;
import tiphys.engine.StepReport.Ending;

final class AttemptFolderTest {
    private static final AttemptId ATTEMPT = new AttemptId("run-a-0");
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");

    @TempDir private Path data;

    private AttemptFolder folder() throws IOException {
        Files.createDirectories(data.resolve("attempts"));
        return AttemptFolder.of(data, ATTEMPT);
    }

    private static Outcome outcome(int code, String result) {
        return new Outcome(
                Optional.of(new StepReport.Started(ATTEMPT, AT, "sh")),
                Optional.of(new StepReport.Used(ATTEMPT, AT, 1_234_567, 5L << 30)),
                new StepReport.Ended(
                        ATTEMPT, AT, new Ending.Exited(code, Optional.of(result), Map.of("p", "{\n\"ended\":1}\r"))));
    }

    @Test
    void keeps_how_the_attempt_ended_beside_its_claim() throws IOException {
        var folder = folder();
        assertThat(folder.claim("boot b\nrunner 7\n")).isTrue();
        assertThat(folder.ended()).isEmpty();
        assertThat(folder.over()).isFalse();

        folder.end(outcome(3, "one\ntwo \u2028 \"three\""));

        assertThat(folder.over()).isTrue();
        assertThat(folder.ended()).contains(outcome(3, "one\ntwo \u2028 \"three\""));
        assertThat(folder.claim("another")).isFalse();
    }

    @Test
    void an_end_that_was_cut_off_is_none_and_the_one_after_it_counts() throws IOException {
        var folder = folder();
        folder.claim("boot b\nrunner 7\n");
        folder.end(outcome(0, "résumé"));
        var whole = Files.readAllBytes(folder.claim());
        for (int length = "boot b\nrunner 7\n\n{".length(); length < whole.length - 2; length++) {
            Files.write(folder.claim(), Arrays.copyOf(whole, length));
            assertThat(folder.ended()).as("cut off after %d bytes", length).isEmpty();

            folder.end(outcome(1, ""));
            assertThat(folder.ended()).contains(outcome(1, ""));
        }
    }

    @Test
    void of_two_ends_the_first_counts() throws IOException {
        var folder = folder();
        folder.claim("boot b\nrunner 7\n");
        folder.end(outcome(0, ""));
        folder.end(outcome(1, ""));

        assertThat(folder.ended()).contains(outcome(0, ""));
    }

    @Test
    void an_attempt_that_ended_before_it_began_cannot_be_claimed() throws IOException {
        var folder = folder();
        var ended = Outcome.unstarted(ATTEMPT, AT, new Ending.Lost("rebooted"));
        folder.end(ended);

        assertThat(folder.ended()).contains(ended);
        assertThat(folder.claim("boot b\nrunner 7\n")).isFalse();
    }
}
