package tiphys.attempts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OutputTest {
    @TempDir private Path root;

    private String log() throws IOException {
        return new String(LogView.of(new AttemptFolder(root)).read(0, 1 << 20), UTF_8);
    }

    @Test
    void is_whole_when_the_step_is_over_and_before_its_exit_is_written() throws IOException {
        var folder = new AttemptFolder(root);
        var output = new Output(folder, true, 1 << 20);
        Files.writeString(folder.stdout(), "one\n");
        Files.writeString(folder.stderr(), "two\n");
        output.finish();
        assertThat(folder.over()).isFalse();
        assertThat(log()).isEqualTo("one\ntwo\n");
    }

    @Test
    void of_two_files_is_shown_in_the_order_in_which_they_grew() throws IOException {
        var folder = new AttemptFolder(root);
        var output = new Output(folder, true, 1 << 20);
        Files.writeString(folder.stdout(), "");
        Files.writeString(folder.stderr(), "one\n");
        output.watch();
        Files.writeString(folder.stdout(), "two\n");
        output.finish();
        assertThat(log()).isEqualTo("one\ntwo\n");
    }
}
