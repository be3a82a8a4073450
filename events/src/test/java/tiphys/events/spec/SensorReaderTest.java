package tiphys.events.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tiphys.events.Examples;
import tiphys.events.Rows;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.manifest.schema.FieldClaims;
import tiphys.manifest.schema.Schemas;

class SensorReaderTest {
    static Stream<List<String>> rows() {
        return Rows.of(SensorReaderTest.class, "refusals.txt").stream();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void what_is_wrong_is_said_by_name_under_its_code(List<String> row) {
        var read =
                SensorReader.read(
                        Value.object(
                                "spec",
                                Value.object(
                                        "dependencies",
                                        Json.parse("[" + row.get(0) + "]"),
                                        "triggers",
                                        Json.parse("[" + row.get(1) + "]"))));
        assertThat(read.diagnostics().stream().map(found -> found.code() + " " + found.message()))
                .contains(row.get(2).strip());
        boolean goesOn = row.get(2).startsWith("TIP-3151") || row.get(2).startsWith("TIP-3106");
        assertThat(read.usable()).isEqualTo(goesOn);
    }

    @Test
    void a_sensor_without_anything_says_what_it_needs() {
        assertThat(SensorReader.read(Examples.yaml("spec: {}")).message())
                .isEqualTo(
                        "spec.dependencies needs at least one dependency, but has none;"
                                + " spec.triggers needs at least one trigger, but has none");
    }

    @Test
    void an_event_source_of_another_type_is_refused_by_name() {
        var read = SourceSpec.read(Examples.yaml("spec: {kafka: {example: {url: x}}}"));
        assertThat(read.message()).contains("spec.kafka is not supported by this version");
    }

    @Test
    void every_field_of_argo_that_nobody_claims_is_refused_by_name() {
        for (var spec : List.of("events.EventSourceSpec", "events.SensorSpec")) {
            for (var type : Schemas.fields(spec).entrySet()) {
                for (var field : type.getValue()) {
                    var found = new ArrayList<String>();
                    SupportedFields.CLAIMS.unclaimed(
                            type.getKey(),
                            Value.object(field, "x"),
                            "spec",
                            unclaimed -> found.add(unclaimed.field().path()));
                    boolean claimed =
                            SupportedFields.CLAIMS
                                    .find(type.getKey(), field)
                                    .filter(claim -> claim.word() != FieldClaims.Word.REFUSED)
                                    .isPresent();
                    assertThat(found).as(type.getKey()).isEqualTo(claimed ? List.of() : List.of("spec." + field));
                }
            }
        }
    }

    @Test
    void what_nobody_thought_of_is_refused_with_its_place() {
        var read =
                SourceSpec.read(
                        Examples.yaml(
                                "spec: {webhook: {a: {port: '1', endpoint: /x, method: POST, filter: {expression: 'x'}},"
                                        + " b: {port: '1', endpoint: /y, method: POST, serverKeySecret: {name: s, key: k}}}}"));
        assertThat(read.message())
                .contains(
                        "spec.webhook.a.filter is not supported by this version",
                        "spec.webhook.b.serverKeySecret is not supported by this version");
    }

    @Test
    void a_field_that_says_nothing_is_no_obstacle() {
        var read =
                SourceSpec.read(
                        Examples.yaml(
                                "spec: {kafka: {}, webhook: {a: {port: '1', endpoint: /x, method: POST,"
                                        + " serverKeySecret: null}}}"));
        assertThat(read.errors()).isEmpty();
    }

    @Test
    void a_webhook_is_read_with_its_defaults() {
        var read =
                SourceSpec.read(
                        Examples.yaml(
                                """
                                metadata: {name: w, namespace: ns}
                                spec:
                                  webhook:
                                    a: {port: "12000", endpoint: /a, method: POST}
                                    b: {port: 12000, endpoint: /b, method: GET, maxPayloadSize: 10, metadata: {k: v},
                                        authSecret: {name: s, key: k}}
                                """));
        assertThat(read.errors()).isEmpty();
        var webhooks = read.value().webhooks();
        assertThat(webhooks.getFirst().maxPayloadBytes()).isEqualTo(1 << 20);
        assertThat(webhooks.getLast().port()).isEqualTo(12000);
        assertThat(webhooks.getLast().secret()).contains(new SourceSpec.Key("s", "k"));
        assertThat(webhooks.getLast().maxPayloadBytes()).isEqualTo(10);
    }

    @Test
    void one_place_cannot_be_served_for_two_events() {
        var read =
                SourceSpec.read(
                        Examples.yaml(
                                "spec: {webhook: {a: {port: '1', endpoint: /x, method: POST},"
                                        + " b: {port: '1', endpoint: /x, method: POST}}}"));
        assertThat(read.message()).contains("served for the event a already");
    }

    @Test
    void the_embedded_bus_stands_in_for_those_that_argo_installs() {
        assertThat(BusSpec.read(Examples.yaml("spec: {nats: {native: {replicas: 3}}}")).usable()).isTrue();
        assertThat(BusSpec.read(Examples.yaml("spec: {jetstream: {version: latest}}")).usable()).isTrue();
        assertThat(BusSpec.read(Examples.yaml("spec: {kafka: {url: x}}")).message()).contains("spec.kafka");
        assertThat(BusSpec.read(Examples.yaml("spec: {}")).usable()).isFalse();
    }
}
