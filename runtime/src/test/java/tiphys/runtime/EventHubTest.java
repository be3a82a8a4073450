package tiphys.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tiphys.runtime.EventBench.NS;
import static tiphys.runtime.EventBench.SOON;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tiphys.events.Events;
import tiphys.journal.StoreUnavailable;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectKey;
import tiphys.objects.Objects;
import tiphys.objects.Refusal;
import tiphys.objects.ResourceTypes;
import tiphys.testkit.Eventually;

class EventHubTest {
    private static final String BODY = "{\"model\":\"resnet\",\"dataset\":\"imagenet\"}";
    private static final String ACCOUNT = "system:serviceaccount:argo-events:operate-workflow-sa";
    private static final String FILTERED =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Sensor
            metadata: {name: picky}
            spec:
              dependencies:
              - name: dep
                eventSourceName: webhook
                eventName: trigger
                filters: {data: [{path: body.model, type: string, value: [bert]}]}
              triggers:
              - template:
                  name: make
                  k8s:
                    source:
                      resource: {apiVersion: v1, kind: ConfigMap, metadata: {name: fixed}}
            """;

    private final EventBench bench = new EventBench().start();

    @AfterEach
    void close() {
        bench.close();
    }

    private void applyGuide() {
        bench.applyGuide("eventbus.yaml", "event-source.yaml", "sensor.yaml");
        bench.awaitCondition(ResourceTypes.SENSOR, "ml-pipeline-sensor", "Deployed", "True");
        bench.awaitCondition(ResourceTypes.EVENT_SOURCE, "webhook", "Deployed", "True");
    }

    private void applyPicky() {
        bench.applyGuide("eventbus.yaml", "event-source.yaml");
        bench.apply(FILTERED);
        bench.awaitCondition(ResourceTypes.SENSOR, "picky", "Deployed", "True");
    }

    private static Value.Mapping delivery(Value.Mapping story) {
        return (Value.Mapping) story.listAt("deliveries").getLast();
    }

    @Test
    void the_guides_event_makes_the_guides_workflow() {
        applyGuide();
        assertThat(bench.webhooks.routes())
                .singleElement()
                .satisfies(route -> {
                    assertThat(route.settings().port()).isEqualTo(12000);
                    assertThat(route.settings().endpoint()).isEqualTo("/trigger");
                    assertThat(route.settings().method()).isEqualTo("POST");
                });
        var event = bench.post(BODY);
        bench.awaitWorkflows(1);
        var workflow = bench.workflows().getFirst();
        assertThat(workflow.name()).matches("ml-pipeline-run-[a-z2-7]{13}");
        assertThat(workflow.namespace()).isEqualTo(NS);
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
    }

    @Test
    void an_event_tells_its_whole_story() {
        applyGuide();
        var event = bench.post(BODY);
        Eventually.within(
                SOON, "done", () -> bench.story(event).textAt("summary").orElse("").contains("ml-pipeline-run-"));
        var story = bench.story(event);
        var name = bench.workflows().getFirst().name();
        assertThat(story.textAt("summary")).contains("ml-pipeline-sensor/trigger-ml-pipeline fired " + name);
        assertThat(story.textAt("verdict")).contains("fired");
        assertThat(story.textAt("at")).contains("2026-11-24T14:00:00.000Z");
        assertThat(story.textAt("data", "body", "model")).contains("resnet");
        assertThat(story.listAt("runs").getFirst().textAt("name")).contains(name);
        var firing = delivery(story).mapAt("firing");
        assertThat(firing.textAt("state")).contains("done");
        assertThat(firing.textAt("object", "name")).contains(name);
        assertThat(firing.listAt("parameters").getFirst())
                .isEqualTo(
                        Value.object(
                                "dest",
                                "spec.arguments.parameters.0.value",
                                "value",
                                "resnet",
                                "origin",
                                "body.model of event " + event,
                                "fallback",
                                false));
        assertThat(delivery(story).find("condition", "holds", "training-event")).contains(Value.bool(true));
    }

    @Test
    void without_a_bus_no_listener_opens_and_the_condition_says_so() {
        bench.applyGuide("event-source.yaml");
        bench.awaitCondition(ResourceTypes.EVENT_SOURCE, "webhook", "Deployed", "False");
        assertThat(bench.webhooks.routes()).isEmpty();
        assertThat(bench.condition(ResourceTypes.EVENT_SOURCE, "webhook", "Deployed", "message"))
                .contains("EventBus \"default\" not found in namespace argo-events");
        assertThatThrownBy(() -> bench.hub.send(NS, "webhook", "trigger", Value.text("x")).join())
                .hasCauseInstanceOf(Refusal.class);
        bench.applyGuide("eventbus.yaml");
        bench.awaitCondition(ResourceTypes.EVENT_SOURCE, "webhook", "Deployed", "True");
        assertThat(bench.webhooks.routes()).hasSize(1);
        assertThat(bench.condition(ResourceTypes.EVENT_BUS, "default", "Deployed", "message"))
                .contains("stands in for nats.native");
    }

    @Test
    void a_port_that_is_taken_is_said_by_the_event_source() {
        bench.webhooks.broken.put(12000, "port 12000 is in use; stop what listens there");
        bench.applyGuide("eventbus.yaml", "event-source.yaml");
        bench.awaitCondition(ResourceTypes.EVENT_SOURCE, "webhook", "Deployed", "False");
        assertThat(bench.condition(ResourceTypes.EVENT_SOURCE, "webhook", "Deployed", "message"))
                .contains("port 12000 is in use");
        assertThat(bench.hub.flow(NS).listAt("sources").getFirst().find("ready")).contains(Value.bool(false));
    }

    @Test
    void the_token_of_auth_secret_is_read_and_its_absence_said() {
        bench.applyGuide("eventbus.yaml");
        bench.apply(
                """
                apiVersion: argoproj.io/v1alpha1
                kind: EventSource
                metadata: {name: secured}
                spec:
                  webhook:
                    e: {port: "12001", endpoint: /e, method: POST, authSecret: {name: s, key: token}}
                """);
        bench.awaitCondition(ResourceTypes.EVENT_SOURCE, "secured", "Deployed", "False");
        bench.apply("apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {token: aGVsbG8K}\n");
        bench.awaitCondition(ResourceTypes.EVENT_SOURCE, "secured", "Deployed", "True");
        assertThat(bench.webhooks.routes()).singleElement().satisfies(r -> assertThat(r.token()).contains("hello"));
    }

    @Test
    void an_event_that_is_filtered_out_says_which_clause_stood_against_it() {
        applyPicky();
        var event = bench.post(BODY);
        var story = bench.await(event, "filtered");
        Eventually.within(SOON, "delivery", () -> !bench.story(event).listAt("deliveries").isEmpty());
        var clause = delivery(bench.story(event)).listAt("clauses").getFirst().listAt("children").getFirst();
        assertThat(clause.textAt("what")).contains("data body.model = \"bert\"");
        assertThat(clause.textAt("actual")).contains("resnet");
        assertThat(story.listAt("runs")).isEmpty();
        var trigger = bench.hub.flow(NS).listAt("sensors").getFirst().listAt("triggers").getFirst();
        assertThat(trigger.find("filtered")).contains(Value.number(1));
        assertThat(bench.hub.list(Events.Query.of(NS, "", "filtered", 10)).items()).hasSize(1);
        assertThat(bench.hub.list(Events.Query.of(NS, "", "fired", 10)).items()).isEmpty();
    }

    @Test
    void an_event_from_before_the_sensor_was_unheard_and_can_be_replayed() {
        bench.applyGuide("eventbus.yaml", "event-source.yaml");
        bench.awaitCondition(ResourceTypes.EVENT_SOURCE, "webhook", "Deployed", "True");
        var event = bench.post(BODY);
        assertThat(bench.story(event).textAt("summary")).contains("no sensor listened");
        assertThat(bench.hub.replay(event, false).join()).isInstanceOf(Events.Replayed.NobodyListens.class);
        bench.applyGuide("sensor.yaml");
        bench.awaitCondition(ResourceTypes.SENSOR, "ml-pipeline-sensor", "Deployed", "True");
        bench.await(event, "unheard");
        assertThat(bench.hub.replay(event, false).join())
                .isEqualTo(new Events.Replayed.Given(List.of("ml-pipeline-sensor/trigger-ml-pipeline")));
        bench.awaitWorkflows(1);
        bench.await(event, "fired");
        Eventually.within(SOON, "row", () -> !bench.story(event).listAt("runs").isEmpty());
        assertThat(bench.hub.replay(event, false).join())
                .isEqualTo(new Events.Replayed.NeedsConfirmation(List.of(bench.workflows().getFirst().name())));
        assertThat(bench.hub.replay(event, true).join()).isInstanceOf(Events.Replayed.Given.class);
        bench.awaitWorkflows(2);
        assertThat(bench.hub.replay("nothing", true).join()).isInstanceOf(Events.Replayed.Unknown.class);
    }

    @Test
    void an_event_right_after_the_sensors_creation_is_heard() {
        bench.applyGuide("eventbus.yaml", "event-source.yaml", "sensor.yaml");
        bench.post(BODY);
        bench.awaitWorkflows(1);
    }

    @Test
    void what_the_service_account_may_not_do_fails_where_everybody_sees_it() {
        bench.objects.deny(ACCOUNT);
        applyGuide();
        var event = bench.post(BODY);
        var story = bench.await(event, "failed");
        assertThat(delivery(story).textAt("firing", "message").orElse(""))
                .contains("workflows.argoproj.io is forbidden: User \"" + ACCOUNT + "\"");
        assertThat(bench.workflows()).isEmpty();
        bench.objects.allow(ACCOUNT);
        assertThat(bench.hub.replay(event, false).join()).isInstanceOf(Events.Replayed.Given.class);
        bench.awaitWorkflows(1);
        bench.await(event, "fired");
        assertThat(bench.workflows()).hasSize(1);
    }

    @Test
    void what_may_pass_is_tried_again() {
        applyGuide();
        bench.objects.refuseNext(new Refusal(503, "ServiceUnavailable", "later"));
        bench.objects.refuseNext(new Refusal(500, "InternalError", "later"));
        var event = bench.post(BODY);
        bench.awaitWorkflows(1);
        Eventually.within(
                SOON,
                "three attempts",
                () -> delivery(bench.story(event)).find("firing", "attempts").equals(Optional.of(Value.number(3))));
    }

    @Test
    void a_sensor_is_deployed_only_when_its_triggers_are_recorded_to_listen() {
        bench.applyGuide("eventbus.yaml", "event-source.yaml");
        bench.awaitCondition(ResourceTypes.EVENT_SOURCE, "webhook", "Deployed", "True");
        bench.process.refuse(transaction ->
                transaction.appends().stream().anyMatch(append -> append.stream().kind().equals("trigger")));
        bench.applyGuide("sensor.yaml");
        bench.awaitCondition(ResourceTypes.SENSOR, "ml-pipeline-sensor", "Deployed", "False");
        assertThat(bench.condition(ResourceTypes.SENSOR, "ml-pipeline-sensor", "Deployed", "message"))
                .isEqualTo("the store has not recorded yet that trigger trigger-ml-pipeline listens");
        bench.process.refuse(_ -> false);
        bench.awaitCondition(ResourceTypes.SENSOR, "ml-pipeline-sensor", "Deployed", "True");
        assertThat(bench.store.live("trigger")).hasSize(1);
    }

    @Test
    void a_firing_and_its_workflow_are_one_commit() {
        applyGuide();
        bench.process.cutAfter(2);
        var event = bench.post(BODY);
        bench.awaitWorkflows(1);
        bench.restart();
        assertThat(delivery(bench.story(event)).textAt("firing", "state")).contains("done");
        assertThat(bench.workflows()).hasSize(1);
    }

    @Test
    void a_firing_whose_commit_is_refused_is_recorded_alone_and_its_object_made_afterwards() {
        applyGuide();
        bench.objects.spoilNextPlan();
        var event = bench.post(BODY);
        bench.awaitWorkflows(1);
        Eventually.within(
                SOON, "done", () -> delivery(bench.story(event)).textAt("firing", "state").equals(Optional.of("done")));
        bench.awaitWorkflows(1);
        assertThat(bench.workflows()).hasSize(1);
    }

    @Test
    void a_fixed_name_that_another_object_has_is_a_visible_failure() {
        applyPicky();
        var first = bench.post("{\"model\":\"bert\"}");
        bench.await(first, "fired");
        Eventually.within(SOON, "made", () -> bench.story(first).textAt("summary").orElse("").endsWith("fired fixed"));
        var second = bench.post("{\"model\":\"bert\"}");
        var story = bench.await(second, "failed");
        assertThat(delivery(story).textAt("firing", "message").orElse("")).contains("\"fixed\" already exists");
    }

    @Test
    void a_senders_repetition_is_answered_with_the_first_event() {
        applyGuide();
        var first = bench.post("webhook", "trigger", BODY, Optional.of("key-1"));
        assertThat(bench.post("webhook", "trigger", BODY, Optional.of("key-1"))).isEqualTo(first);
        bench.awaitWorkflows(1);
        assertThat(bench.hub.list(Events.Query.of("", "", "", 10)).items()).hasSize(1);
    }

    @Test
    void a_store_that_cannot_write_takes_no_event() {
        applyGuide();
        bench.store.failCommits(1);
        assertThatThrownBy(() -> bench.post(BODY))
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(StoreUnavailable.class);
    }

    @Test
    void an_edited_sensor_uses_its_new_spec_for_new_events() {
        applyPicky();
        bench.await(bench.post(BODY), "filtered");
        bench.apply(FILTERED.replace("bert", "resnet"));
        Eventually.within(
                SOON,
                "new spec",
                () ->
                        bench.story(bench.post(BODY)).textAt("verdict").isPresent()
                                && !bench.hub.list(Events.Query.of(NS, "", "fired", 10)).items().isEmpty());
    }

    @Test
    void a_sensor_that_cannot_be_used_says_why_and_events_stay_unheard() {
        bench.applyGuide("eventbus.yaml", "event-source.yaml");
        bench.apply(FILTERED.replace("filters: {", "filters: {time: {start: '25:00:00', stop: '1:00:00'}, "));
        bench.awaitCondition(ResourceTypes.SENSOR, "picky", "DependenciesProvided", "False");
        assertThat(bench.condition(ResourceTypes.SENSOR, "picky", "Deployed", "message"))
                .contains("spec.dependencies[0].filters.time.start must be a time of day such as 09:30:00");
        assertThat(bench.await(bench.post(BODY), "unheard").textAt("summary")).contains("no sensor listened");
    }

    @Test
    void a_deleted_sensor_closes_its_streams() {
        applyGuide();
        bench.post(BODY);
        bench.awaitWorkflows(1);
        bench.objects.delete(
                new ObjectKey(ResourceTypes.SENSOR, NS, "ml-pipeline-sensor"),
                Objects.Precondition.NONE,
                Objects.Mode.PLAIN);
        Eventually.within(SOON, "closed", () -> bench.store.live("trigger").isEmpty());
        assertThat(bench.story(bench.post(BODY)).textAt("verdict")).contains("unheard");
    }

    @Test
    void the_brake_holds_triggers_back_and_the_backlog_shows() {
        applyGuide();
        bench.liveRuns.set(5000);
        bench.post(BODY);
        bench.post(BODY);
        Eventually.within(
                SOON,
                "held back",
                () -> {
                    var trigger = bench.hub.flow(NS).listAt("sensors").getFirst().listAt("triggers").getFirst();
                    return trigger.find("heldBack").equals(Optional.of(Value.bool(true)))
                            && trigger.find("backlog").equals(Optional.of(Value.number(2)));
                });
        assertThat(bench.workflows()).isEmpty();
        bench.liveRuns.set(0);
        bench.awaitWorkflows(2);
    }

    @Test
    void a_restart_goes_on_where_the_hub_stopped() {
        applyGuide();
        bench.post(BODY);
        bench.awaitWorkflows(1);
        bench.restart();
        bench.post(BODY);
        bench.awaitWorkflows(2);
        bench.restart();
        assertThat(bench.hub.flow(NS).listAt("sources").getFirst().find("events", "total")).contains(Value.number(2));
        Eventually.within(
                SOON,
                "counted",
                () ->
                        bench.hub
                                .flow(NS)
                                .listAt("sensors")
                                .getFirst()
                                .listAt("triggers")
                                .getFirst()
                                .find("fired")
                                .equals(Optional.of(Value.number(2))));
        assertThat(bench.workflows().stream().map(ApiObject::name)).doesNotHaveDuplicates().hasSize(2);
    }

    @Test
    void a_test_event_is_sent_by_hand() {
        applyGuide();
        var id = bench.hub.send(NS, "webhook", "trigger", Value.object("model", "m", "dataset", "d")).join();
        bench.await(id, "fired");
        assertThatThrownBy(() -> bench.hub.send(NS, "webhook", "other", Value.text("x")).join())
                .hasMessageContaining("has no event \"other\"");
    }

    @Test
    void what_an_event_source_redacts_is_never_recorded() {
        bench.applyGuide("eventbus.yaml");
        bench.apply(
                """
                apiVersion: argoproj.io/v1alpha1
                kind: EventSource
                metadata: {name: people, annotations: {tiphys.io/redact: "body.ssn, body.name"}}
                spec:
                  webhook:
                    e: {port: "12001", endpoint: /e, method: POST}
                """);
        bench.awaitCondition(ResourceTypes.EVENT_SOURCE, "people", "Deployed", "True");
        var body = tiphys.manifest.Json.parse("{\"ssn\":\"123\",\"ok\":1}");
        var sent = bench.hub.send(NS, "people", "e", body).join();
        assertThat(bench.story(sent).mapAt("data").mapAt("body")).isEqualTo(Value.object("ssn", "[redacted]", "ok", 1));
        var arrived = bench.webhooks.arrive("people", "e", body);
        assertThat(bench.story(arrived).mapAt("data").mapAt("body").textAt("ssn")).contains("[redacted]");
        assertThat(bench.store.readAll(0, 1_000)).noneMatch(entry -> new String(entry.body()).contains("123\""));
    }

    @Test
    void all_of_a_key_make_one_event_and_one_firing_also_over_a_restart() {
        bench.applyGuide("eventbus.yaml");
        bench.apply(
                """
                apiVersion: argoproj.io/v1alpha1
                kind: EventSource
                metadata:
                  name: webhook
                  annotations:
                    tiphys.io/derive.day: |
                      from: trigger
                      waitForAll: {key: body.date, of: body.part, count: 3, within: 6h}
                spec:
                  webhook:
                    trigger: {port: "12001", endpoint: /e, method: POST}
                ---
                apiVersion: argoproj.io/v1alpha1
                kind: Sensor
                metadata: {name: days}
                spec:
                  dependencies:
                  - {name: day, eventSourceName: webhook, eventName: day}
                  triggers:
                  - template:
                      name: make
                      k8s:
                        source:
                          resource:
                            apiVersion: argoproj.io/v1alpha1
                            kind: Workflow
                            metadata: {generateName: day-}
                            spec: {arguments: {parameters: [{name: date}, {name: parts}]}}
                        parameters:
                        - {src: {dependencyName: day, dataKey: body.key}, dest: spec.arguments.parameters.0.value}
                        - {src: {dependencyName: day, dataKey: "body.events.#.data.body.part"}, dest: spec.arguments.parameters.1.value}
                """);
        bench.awaitCondition(ResourceTypes.SENSOR, "days", "Deployed", "True");
        bench.awaitCondition(ResourceTypes.EVENT_SOURCE, "webhook", "Deployed", "True");
        bench.post("{\"date\":\"mon\",\"part\":0}");
        Eventually.within(
                SOON,
                "it stands somewhere",
                () -> bench.store.cursor("source/argo-events/webhook/day/" + uid("webhook") + "#sequence") > 0);
        bench.post("{\"date\":\"tue\",\"part\":0}");
        bench.post("{\"date\":\"mon\",\"part\":1}");
        bench.kill();
        bench.post("{\"date\":\"mon\",\"part\":1}");
        bench.post("{\"date\":\"mon\",\"part\":2}");
        bench.awaitWorkflows(1);
        bench.kill();
        bench.post("{\"date\":\"tue\",\"part\":1}");
        bench.post("{\"date\":\"tue\",\"part\":2}");
        bench.awaitWorkflows(2);
        var parameters = bench.workflows().stream().map(one -> one.spec().listAt("arguments", "parameters")).toList();
        assertThat(parameters)
                .extracting(list ->
                        list.getFirst().textAt("value").orElse("") + " " + list.getLast().textAt("value").orElse(""))
                .containsExactlyInAnyOrder("mon [0,1,1,2]", "tue [0,1,2]");
    }

    private String uid(String source) {
        return bench.object(ResourceTypes.EVENT_SOURCE, source).uid();
    }
}
