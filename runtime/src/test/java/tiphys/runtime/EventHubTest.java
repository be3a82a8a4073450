package tiphys.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static tiphys.runtime.EventBench.SOON;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tiphys.manifest.Value;
import tiphys.objects.ResourceTypes;
import tiphys.testkit.Eventually;

class EventHubTest {
    private final EventBench bench = new EventBench().start();

    @AfterEach
    void close() {
        bench.close();
    }

    private void applyGuide() {
        bench.applyGuide("eventbus.yaml", "event-source.yaml", "sensor.yaml");
        bench.awaitCondition(ResourceTypes.SENSOR, "ml-pipeline-sensor", "Deployed", "True");
    }

    @Test
    void the_guides_event_makes_the_guides_workflow() {
        applyGuide();
        assertThat(bench.webhooks.routes)
                .singleElement()
                .satisfies(route -> {
                    assertThat(route.port()).isEqualTo(12000);
                    assertThat(route.endpoint()).isEqualTo("/trigger");
                    assertThat(route.method()).isEqualTo("POST");
                });
        var event = bench.post("{\"model\":\"resnet\",\"dataset\":\"imagenet\"}");
        bench.awaitWorkflows(1);
        var workflow = bench.workflows().getFirst();
        assertThat(workflow.name()).matches("ml-pipeline-run-[a-z2-7]{13}");
        assertThat(workflow.namespace()).isEqualTo("argo-events");
        assertThat(workflow.labels())
                .containsEntry("events.argoproj.io/sensor", "ml-pipeline-sensor")
                .containsEntry("events.argoproj.io/trigger", "trigger-ml-pipeline")
                .containsEntry(
                        "events.argoproj.io/action-timestamp", Long.toString(bench.clock.instant().toEpochMilli()));
        assertThat(workflow.annotations()).containsEntry("tiphys.io/event", event).containsKey("tiphys.io/firing");
        assertThat(workflow.spec().listAt("arguments", "parameters"))
                .containsExactly(
                        Value.object("name", "model", "value", "resnet"),
                        Value.object("name", "dataset", "value", "imagenet"));
        Eventually.within(
                SOON,
                "the firing is done",
                () ->
                        bench.story(event)
                                .textAt("summary")
                                .orElse("")
                                .equals("ml-pipeline-sensor/trigger-ml-pipeline fired " + workflow.name()));
        assertThat(bench.story(event).textAt("verdict")).contains("fired");
    }
}
