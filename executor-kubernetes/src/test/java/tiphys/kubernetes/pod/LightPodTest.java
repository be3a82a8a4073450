package tiphys.kubernetes.pod;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tiphys.engine.Orders;
import tiphys.engine.StepOrder;
import tiphys.manifest.Value;

class LightPodTest {
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

    @Test
    void a_step_that_moves_no_files_is_its_own_container_and_nothing_else() {
        var spec = spec(Orders.shell("a1", "kubernetes/test", "exit 0").order());
        assertThat(spec.listAt("initContainers")).isEmpty();
        assertThat(spec.listAt("containers")).hasSize(1);
        var main = spec.listAt("containers").getFirst();
        assertThat(main.textAt("name")).contains("main");
        assertThat(Pods.texts(main, "command")).containsExactly("sh", "-c");
        assertThat(Pods.texts(main, "args")).containsExactly("exit 0");
        assertThat(main.listAt("env")).isEmpty();
    }

    @Test
    void the_text_of_a_script_is_a_file_through_the_downward_api() {
        var order = Orders.shell("a1", "kubernetes/test", "").calling("sh").with().script("echo hi\n").order();
        var pod = Pods.of(order, PodSettings.DEFAULT, NOON).pod();
        assertThat(pod.textAt("metadata", "annotations", "tiphys/script")).contains("echo hi\n");
        var main = pod.mapAt("spec").listAt("containers").getFirst();
        assertThat(Pods.texts(main, "args")).containsExactly("/argo/staging/script");
        assertThat(main.listAt("volumeMounts").getFirst().textAt("mountPath")).contains("/argo/staging");
    }

    @Test
    void a_step_that_leaves_a_file_has_argos_containers_beside_it() {
        var order = Orders.shell("a1", "kubernetes/test", "exit 0").output("o", "/tmp/o").order();
        assertThat(Pods.light(order, PodSettings.DEFAULT)).isFalse();
        var spec = spec(order);
        assertThat(names(spec.listAt("initContainers"))).containsExactly("init");
        assertThat(names(spec.listAt("containers"))).containsExactly("wait", "main");
    }

    @Test
    void the_rest_of_a_deadline_is_the_pods_own() {
        var order = Orders.shell("a1", "kubernetes/test", "exit 0").deadline(NOON.plusMillis(2500)).order();
        assertThat(spec(order).find("activeDeadlineSeconds")).contains(Value.number(3));
        var over = Orders.shell("a1", "kubernetes/test", "exit 0").deadline(NOON.minusSeconds(5)).order();
        assertThat(spec(over).find("activeDeadlineSeconds")).contains(Value.number(1));
    }

    @Test
    void what_the_manifest_patches_and_where_it_wants_to_run_is_in_the_pod() {
        var plain = Orders.shell("a1", "kubernetes/test", "exit 0").order();
        var order =
                with(
                        plain,
                        Value.object(
                                "spec",
                                Value.object("nodeSelector", Value.object("disk", "fast")),
                                "metadata",
                                Value.object("labels", Value.object("team", "red")),
                                "podSpecPatch",
                                List.of("{containers: [{name: main, resources: {limits: {memory: 64Mi}}}]}")));
        var pod = Pods.of(order, PodSettings.DEFAULT, NOON).pod();
        assertThat(pod.textAt("spec", "nodeSelector", "disk")).contains("fast");
        assertThat(pod.textAt("metadata", "labels", "team")).contains("red");
        assertThat(pod.mapAt("spec").listAt("containers").getFirst().textAt("resources", "limits", "memory"))
                .contains("64Mi");
    }

    @Test
    void an_order_makes_the_same_pod_each_time() {
        var order = Orders.shell("a1", "kubernetes/test", "exit 0").order();
        assertThat(Pods.of(order, PodSettings.DEFAULT, NOON)).isEqualTo(Pods.of(order, PodSettings.DEFAULT, NOON));
    }

    private static StepOrder with(StepOrder order, Value.Mapping pod) {
        return new StepOrder(
                order.attempt(),
                order.runUid(),
                order.host(),
                order.namespace(),
                order.runName(),
                order.nodeId(),
                order.nodeName(),
                order.podName(),
                order.template(),
                order.resultWanted(),
                Optional.empty(),
                order.grace(),
                pod);
    }

    private static Value.Mapping spec(StepOrder order) {
        return Pods.of(order, PodSettings.DEFAULT, NOON).pod().mapAt("spec");
    }

    private static List<String> names(List<Value> containers) {
        return containers.stream().map(one -> one.textAt("name").orElse("")).toList();
    }
}
