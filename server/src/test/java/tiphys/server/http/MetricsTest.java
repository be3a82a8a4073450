package tiphys.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MetricsTest {
    final Metrics metrics = new Metrics();

    @Test
    void the_text_is_what_prometheus_reads() {
        metrics.counter("tiphys_runs_total", "Runs.", "phase", "a\"b\\c\nd").add(3);
        metrics.gauge("tiphys_depth", "Waiting.", () -> 1.5);
        metrics.counted("tiphys_flushes_total", "Flushes.", () -> 7);
        assertThat(metrics.text())
                .isEqualTo(
                        """
                        # HELP tiphys_depth Waiting.
                        # TYPE tiphys_depth gauge
                        tiphys_depth 1.5
                        # HELP tiphys_flushes_total Flushes.
                        # TYPE tiphys_flushes_total counter
                        tiphys_flushes_total 7
                        # HELP tiphys_runs_total Runs.
                        # TYPE tiphys_runs_total counter
                        tiphys_runs_total{phase="a\\"b\\\\c\\nd"} 3
                        """);
    }

    @Test
    void the_same_name_and_labels_are_the_same_counter() {
        metrics.counter("n", "h", "a", "1").increment();
        metrics.counter("n", "h", "a", "1").increment();
        assertThat(metrics.text()).contains("n{a=\"1\"} 2");
    }
}
