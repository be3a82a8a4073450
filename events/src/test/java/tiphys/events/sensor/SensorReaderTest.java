package tiphys.events.sensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tiphys.events.Examples;
import tiphys.events.Rows;
import tiphys.events.action.TriggerKinds;
import tiphys.events.spec.BusSpec;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

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
                                        Json.parse("[" + row.get(1) + "]"))),
                        TriggerKinds.NONE);
        assertThat(read.diagnostics().stream().map(found -> found.code() + " " + found.message()))
                .contains(row.get(2).strip());
        boolean goesOn =
                row.get(2).startsWith("TIP-3151")
                        || row.get(2).startsWith("TIP-3106")
                        || row.get(2).startsWith("TIP-3107");
        assertThat(read.usable()).isEqualTo(goesOn);
    }

    @Test
    void a_sensor_without_anything_says_what_it_needs() {
        assertThat(SensorReader.read(Examples.yaml("spec: {}"), TriggerKinds.NONE).message())
                .isEqualTo(
                        "spec.dependencies needs at least one dependency, but has none;"
                                + " spec.triggers needs at least one trigger, but has none");
    }

    @Test
    void the_embedded_bus_stands_in_for_those_that_argo_installs() {
        assertThat(BusSpec.read(Examples.yaml("spec: {nats: {native: {replicas: 3}}}")).usable()).isTrue();
        assertThat(BusSpec.read(Examples.yaml("spec: {jetstream: {version: latest}}")).usable()).isTrue();
        assertThat(BusSpec.read(Examples.yaml("spec: {kafka: {url: x}}")).message()).contains("spec.kafka");
        assertThat(BusSpec.read(Examples.yaml("spec: {}")).usable()).isFalse();
    }
}
