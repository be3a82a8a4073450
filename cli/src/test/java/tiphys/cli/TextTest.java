package tiphys.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tiphys.cli.server.Kinds;
import tiphys.cli.terminal.Cells;
import tiphys.cli.terminal.Times;
import tiphys.manifest.DidYouMean;

class TextTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0.0s",
        "449, 0.4s",
        "59999, 59.9s",
        "60000, 1m00s",
        "125000, 2m05s",
        "3600000, 1h00m",
        "11220000, 3h07m",
        "352800000, 4d02h",
        "-5, 0.0s"
    })
    void durations_are_short(long millis, String shown) {
        assertThat(Times.duration(Duration.ofMillis(millis))).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({"90, 90000", "90s, 90000", "5m, 300000", "1h30m, 5400000", "250ms, 250", "2d, 172800000"})
    void durations_are_read(String text, long millis) {
        assertThat(Times.parse(text)).contains(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @CsvSource({"''", "s", "5 m", "5x", "-5s", "1.5h", "5m!"})
    void what_is_no_duration_is_refused(String text) {
        assertThat(Times.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, 0 B", "1023, 1023 B", "1024, 1.0 KiB", "5242880, 5.0 MiB", "64424509440, 60.0 GiB"})
    void sizes_are_short(long bytes, String shown) {
        assertThat(Times.bytes(bytes)).isEqualTo(shown);
    }

    @Test
    void widths_count_cells_not_characters() {
        assertThat(Cells.width("\u001b[32m✔\u001b[0m ok")).isEqualTo(4);
        assertThat(Cells.width("模型")).isEqualTo(4);
        assertThat(Cells.width("e\u0301")).isEqualTo(1);
        assertThat(Cells.width("🚀")).isEqualTo(2);
    }

    @Test
    void a_cut_text_ends_its_colour() {
        assertThat(Cells.cut("\u001b[31mfailed badly\u001b[0m", 7, "…")).isEqualTo("\u001b[31mfailed…\u001b[0m");
        assertThat(Cells.cut("模型模型", 5, "…")).isEqualTo("模型…");
        assertThat(Cells.cut("short", 5, "…")).isEqualTo("short");
    }

    @Test
    void what_a_server_sends_cannot_move_the_cursor() {
        assertThat(Cells.oneLine("a\u001b[2Jb\tc\n\nd\r")).isEqualTo("a\\x1b[2Jb c d\\x0d");
    }

    @ParameterizedTest
    @CsvSource({"workflw, workflow", "sensr, sensor", "watc, watch", "wacth, watch", "xyzzy, ''"})
    void the_nearest_name_is_found(String typed, String meant) {
        var known = List.of("workflow", "sensor", "watch", "logs");
        assertThat(DidYouMean.nearest(typed, known).orElse("")).isEqualTo(meant);
    }

    @ParameterizedTest
    @CsvSource({
        "wf, WORKFLOW",
        "Workflow, WORKFLOW",
        "workflows.argoproj.io, WORKFLOW",
        "wftmpl, WORKFLOW_TEMPLATE",
        "eventbus, EVENT_BUS",
        "eb, EVENT_BUS",
        "es, EVENT_SOURCE",
        "sensor, SENSOR",
        "sa, SERVICE_ACCOUNT",
        "cm, CONFIG_MAP",
        "secrets, SECRET",
        "po, POD",
        "ns, NAMESPACE"
    })
    void kinds_are_known_by_all_their_names(String name, Kinds kind) {
        assertThat(Kinds.named(name)).isEqualTo(kind);
    }
}
