package tiphys.kubernetes.steps;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tiphys.kubernetes.steps.PodGc.Fate;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

class PodGcTest {
    private static final Map<String, String> LABELS = Map.of("app", "train");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    # what podGC says                                                      | pod       | workflow  | fate
                    {}                                                                     | Succeeded | Succeeded | STAYS
                    {"strategy":""}                                                        | Succeeded | Succeeded | STAYS
                    {"strategy":"OnPodCompletion"}                                         | Failed    |           | GOES
                    {"strategy":"OnPodSuccess"}                                            | Succeeded |           | GOES
                    {"strategy":"OnPodSuccess"}                                            | Failed    | Succeeded | STAYS
                    {"strategy":"OnWorkflowCompletion"}                                    | Succeeded |           | WAITS
                    {"strategy":"OnWorkflowCompletion"}                                    | Succeeded | Error     | GOES
                    {"strategy":"OnWorkflowSuccess"}                                       | Failed    |           | WAITS
                    {"strategy":"OnWorkflowSuccess"}                                       | Failed    | Succeeded | GOES
                    {"strategy":"OnWorkflowSuccess"}                                       | Succeeded | Failed    | STAYS
                    {"strategy":"OnPodCompletion","labelSelector":{"matchLabels":{"app":"train"}}} | Failed |      | GOES
                    {"strategy":"OnPodCompletion","labelSelector":{"matchLabels":{"app":"eval"}}}  | Failed |      | STAYS
                    {"strategy":"OnPodCompletion","labelSelector":{"matchExpressions":[{"key":"app","operator":"In","values":["x","train"]}]}} | Failed | | GOES
                    {"strategy":"OnPodCompletion","labelSelector":{"matchExpressions":[{"key":"app","operator":"NotIn","values":["train"]}]}} | Failed | | STAYS
                    {"strategy":"OnPodCompletion","labelSelector":{"matchExpressions":[{"key":"gpu","operator":"DoesNotExist"}]}} | Failed | | GOES
                    {"strategy":"OnPodCompletion","labelSelector":{"matchExpressions":[{"key":"gpu","operator":"Exists"}]}} | Failed | | STAYS
                    """)
    void says_what_becomes_of_a_pod(String podGC, String pod, String workflow, Fate fate) {
        var gc = PodGc.of((Value.Mapping) Json.parse(podGC), LABELS);
        assertThat(gc.fate(pod, Optional.ofNullable(workflow))).isEqualTo(fate);
    }

    @Test
    void a_pod_goes_five_seconds_after_it_may_unless_the_manifest_says_otherwise() {
        assertThat(delay("{\"strategy\":\"OnPodCompletion\"}")).isEqualTo(Duration.ofSeconds(5));
        assertThat(delay("{\"strategy\":\"OnPodCompletion\",\"deleteDelayDuration\":\"1m30s\"}"))
                .isEqualTo(Duration.ofSeconds(90));
    }

    private static Duration delay(String podGC) {
        return PodGc.of((Value.Mapping) Json.parse(podGC), LABELS).delay();
    }
}
