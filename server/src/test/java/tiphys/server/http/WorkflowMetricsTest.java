package tiphys.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tiphys.engine.Measure;
import tiphys.engine.Measure.Kind;

/// The metrics of manifests, as Prometheus reads them.
class WorkflowMetricsTest {
    private Instant now = Instant.parse("2026-11-24T12:00:00Z");
    private final WorkflowMetrics metrics = new WorkflowMetrics(() -> now);

    private static Measure measure(String name, Kind kind, double value, String... labels) {
        return new Measure(
                name,
                "What " + name + " says.",
                kind,
                labels.length == 0 ? Map.of() : Map.of(labels[0], labels[1]),
                value,
                kind == Kind.HISTOGRAM ? List.of(1.0, 2.5) : List.of());
    }

    @Test
    void counters_and_gauges_have_argo_s_prefix_and_their_labels() {
        metrics.add(
                "run",
                List.of(
                        measure("done", Kind.COUNTER, 1, "who", "a \"b\""),
                        measure("done", Kind.COUNTER, 2, "who", "a \"b\""),
                        measure("level", Kind.SET, 5),
                        measure("level", Kind.ADD, 2),
                        measure("level", Kind.SUB, 0.5)));
        assertThat(metrics.text())
                .isEqualTo(
                        """
                        # HELP argo_workflows_done What done says.
                        # TYPE argo_workflows_done counter
                        argo_workflows_done{who="a \\"b\\""} 3
                        # HELP argo_workflows_level What level says.
                        # TYPE argo_workflows_level gauge
                        argo_workflows_level 6.5
                        """);
    }

    @Test
    void a_histogram_counts_in_each_bucket_that_is_large_enough() {
        for (double value : new double[] {0.5, 2, 2.5, 7}) {
            metrics.add("run", List.of(measure("size", Kind.HISTOGRAM, value)));
        }
        assertThat(metrics.text().lines().filter(line -> !line.startsWith("#")))
                .containsExactly(
                        "argo_workflows_size_bucket{le=\"1\"} 1",
                        "argo_workflows_size_bucket{le=\"2.5\"} 3",
                        "argo_workflows_size_bucket{le=\"+Inf\"} 4",
                        "argo_workflows_size_sum 12",
                        "argo_workflows_size_count 4");
    }

    @Test
    void what_grows_by_itself_stays_where_it_is_when_its_run_is_over() {
        metrics.add("run", List.of(measure("lasts", Kind.SINCE, now.getEpochSecond())));
        now = now.plus(Duration.ofSeconds(30));
        assertThat(metrics.text()).contains("argo_workflows_lasts 30\n");
        metrics.over("run");
        now = now.plus(Duration.ofSeconds(30));
        assertThat(metrics.text()).contains("argo_workflows_lasts 30\n");
    }

    @Test
    void another_help_or_type_of_the_same_name_is_refused_and_counted() {
        metrics.add("run", List.of(measure("done", Kind.COUNTER, 1)));
        metrics.add("run", List.of(measure("done", Kind.SET, 7)));
        assertThat(metrics.text()).contains("argo_workflows_done 1\n", "tiphys_workflow_metrics_refused_total 1\n");
    }

    @Test
    void there_is_a_limit_to_what_manifests_can_fill_the_memory_with() {
        for (int i = 0; i < WorkflowMetrics.MOST_SERIES + 7; i++) {
            metrics.add("run", List.of(measure("done", Kind.COUNTER, 1, "run", "run-" + i)));
        }
        var text = metrics.text();
        assertThat(text).contains("tiphys_workflow_metrics_dropped_total 7\n").doesNotContain("run=\"run-6\"");
        assertThat(text).contains("run=\"run-7\"");
    }

    @Test
    void what_nobody_wrote_for_long_is_let_go() {
        metrics.add("run", List.of(measure("old", Kind.COUNTER, 1), measure("lasts", Kind.SINCE, 0)));
        now = now.plus(Duration.ofMinutes(10));
        metrics.add("run", List.of(measure("new", Kind.COUNTER, 1)));
        metrics.forget(Duration.ofMinutes(5));
        assertThat(metrics.text()).contains("_new", "_lasts").doesNotContain("_old");
    }
}
