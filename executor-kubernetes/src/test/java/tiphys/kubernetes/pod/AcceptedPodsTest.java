package tiphys.kubernetes.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.kubernetes.client.ApiClient;
import tiphys.kubernetes.cluster.KubeServer;

/// Shows every pod that is made for the given manifests, in both layouts, to a real API server, which is to take it as it is.
class AcceptedPodsTest {
    private static final String PODS = "/api/v1/namespaces/argo-events/pods?dryRun=All&fieldValidation=Strict";

    /// What a real controller's pod is refused for, too, or loses a field of.
    private static final List<String> REFUSED = List.of("data/podspecpatch-unknown-field", "data/volume-name-twice");

    @TempDir Path directory;

    @Test
    void every_pod_is_one_that_an_api_server_takes() throws IOException {
        var all = GoldenPodsTest.recorded();
        assumeTrue(!all.isEmpty(), "no recorded pods");
        try (var server = KubeServer.start(directory);
                var client = server.client()) {
            server.namespace("argo-events");
            var refused = new ArrayList<String>();
            var counts = new TreeMap<String, Integer>();
            for (var recorded : all) {
                for (var given : PlayedRun.of(recorded).orders().values()) {
                    for (var settings : List.of(GoldenPodsTest.ARGO, PodSettings.DEFAULT)) {
                        refusal(client, given, settings, counts)
                                .filter(_ -> !REFUSED.contains(recorded.name()))
                                .ifPresent(why -> refused.add(recorded.name() + ": " + why));
                    }
                }
            }
            Files.write(Path.of("target", "refused-pods.txt"), refused);
            System.out.println("pods shown to an API server: " + counts);
            assertThat(refused).as("of %s", counts).isEmpty();
        }
    }

    private static java.util.Optional<String> refusal(
            ApiClient client, PlayedRun.Given given, PodSettings settings, TreeMap<String, Integer> counts)
            throws IOException {
        Pods.Made made;
        try {
            made = Pods.of(given.order(), settings, given.at());
        } catch (NoPod _) {
            counts.merge("no pod", 1, Integer::sum);
            return java.util.Optional.empty();
        }
        var answer = client.create(PODS, made.pod());
        counts.merge(answer.done() ? "taken" : "refused", 1, Integer::sum);
        return answer.done() ? java.util.Optional.empty() : java.util.Optional.of(answer.message());
    }
}
