package tiphys.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static tiphys.engine.run.ManualEngine.exited;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What ends the tries of a step: the first that Argo looks at counts, and a number that is none is an error after the first try.
class RetryLimitsTest {
    private static ManualEngine run(String strategy) {
        return ManualEngine.of(
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Workflow
                metadata: {name: run}
                spec:
                  entrypoint: main
                  arguments: {parameters: [{name: many, value: many}]}
                  templates:
                  - name: main
                    retryStrategy: STRATEGY
                    container: {image: alpine, command: [try]}
                """
                        .replace("STRATEGY", strategy),
                _ -> Optional.of(exited(1, "")));
    }

    private static void assertEndsAfterOneTry(String strategy, String end) {
        assertThat(run(strategy).nodes())
                .containsExactly("run Retry " + end, "run(0) Pod Failed main: Error (exit code 1)");
    }

    @Test
    void a_limit_that_is_no_number_is_an_error_after_the_first_try() {
        assertEndsAfterOneTry(
                "{limit: \"{{workflow.parameters.many}}\"}", "Error value 'many' cannot be resolved to an int");
    }

    @Test
    void a_factor_that_is_no_whole_number_is_an_error_after_the_first_try() {
        assertEndsAfterOneTry(
                "{limit: 2, backoff: {duration: 1s, factor: \"1.5\"}}",
                "Error value '1.5' cannot be resolved to an int");
    }

    @Test
    void a_pause_that_is_no_duration_is_an_error_after_the_first_try() {
        assertEndsAfterOneTry(
                "{limit: 2, backoff: {duration: soon}}",
                "Error unable to parse soon as a duration: time: invalid duration \"soon\"");
    }

    @Test
    void a_limit_below_zero_leaves_one_try() {
        assertEndsAfterOneTry("{limit: -1}", "Failed No more retries left");
    }

    @Test
    void a_pause_beyond_the_time_for_all_tries_counts_before_the_limit() {
        assertEndsAfterOneTry(
                "{limit: 0, backoff: {duration: 10s, maxDuration: 5s}}",
                "Failed Backoff would exceed max duration limit");
    }

    @Test
    void a_pause_beyond_the_time_for_all_tries_counts_before_the_policy() {
        assertEndsAfterOneTry(
                "{limit: 2, retryPolicy: OnError, backoff: {duration: 10s, maxDuration: 5s}}",
                "Failed Backoff would exceed max duration limit");
    }

    @Test
    void a_factor_of_zero_leaves_each_pause_as_long_as_the_first() {
        var engine = run("{limit: 2, backoff: {duration: 10s, factor: 0}}");
        engine.pass(Duration.ofSeconds(10));
        assertThat(engine.nodes()).hasSize(3);
        engine.pass(Duration.ofSeconds(9));
        assertThat(engine.nodes()).hasSize(3);
        engine.pass(Duration.ofSeconds(1));
        assertThat(engine.nodes()).hasSize(4);
    }
}
