package tiphys.runtime.sources;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tiphys.events.calendar.CalendarKind;
import tiphys.events.derive.Derivation;
import tiphys.events.derive.Rule;
import tiphys.events.source.SourceKinds;
import tiphys.events.source.SourceSpec;
import tiphys.events.spec.Read;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;

class DerivationTest {
    private static final SourceKinds KINDS =
            new SourceKinds(List.of(new CalendarKind()))
                    .with(
                            new DerivedKind(() -> {
                                throw new IllegalStateException("only read");
                            }));

    private static Read<SourceSpec> read(String annotations) {
        var yaml = "metadata: {name: es, namespace: ns, annotations: {" + annotations + "}}\n";
        yaml += "spec: {calendar: {tick: {interval: 10s}}}\n";
        return SourceSpec.read(
                (Value.Mapping) Yaml.parse(yaml.getBytes(StandardCharsets.UTF_8), "t").getFirst(), KINDS);
    }

    private static Derivation rule(String text) {
        var read = read("tiphys.io/derive.made: '" + text + "'");
        assertThat(read.diagnostics()).isEmpty();
        var made = read.value().events().getLast();
        assertThat(made.name().eventName()).isEqualTo("made");
        return (Derivation) made.settings();
    }

    private static String wrong(String annotation, String text) {
        return read(annotation + ": '" + text + "'").message();
    }

    @Test
    void an_annotation_makes_an_event_beside_those_of_the_spec() {
        assertThat(rule("{from: tick, batch: {count: 3, within: 30s}}").rule())
                .isEqualTo(new Rule.Batch("", 3, Duration.ofSeconds(30)));
        assertThat(rule("{from: other/tick, debounce: {quiet: 5s, within: 1m, key: body.k}}"))
                .isEqualTo(
                        new Derivation(
                                "other",
                                "tick",
                                new Rule.Debounce(
                                        "body.k", Duration.ofSeconds(5), Optional.of(Duration.ofMinutes(1)))));
        assertThat(rule("{from: tick, waitForAll: {key: body.d, of: body.p, count: 16, within: 6h}}").rule())
                .isEqualTo(new Rule.WaitForAll("body.d", "body.p", 16, Duration.ofHours(6)));
        assertThat(rule("{from: tick, silence: {after: 1h}}").told()).isEqualTo("silence of tick");
    }

    @Test
    void what_cannot_be_meant_is_told_by_its_place() {
        assertThat(wrong("tiphys.io/derive.x", "{from: tick}"))
                .contains("exactly one of batch, debounce, waitForAll, silence");
        assertThat(wrong("tiphys.io/derive.x", "{batch: {count: 1, within: 1s}}"))
                .contains("metadata.annotations.tiphys.io/derive.x.from is required");
        assertThat(wrong("tiphys.io/derive.x", "{from: a, batch: {count: 0, within: 1s}}")).contains("from 1 to 10000");
        assertThat(wrong("tiphys.io/derive.x", "{from: a, silence: {after: 8d}}")).contains("of a week at most");
        assertThat(wrong("tiphys.io/derive.x", "{from: a, silence: {after: 1h, often: 2}}"))
                .contains("often is not known");
        assertThat(wrong("tiphys.io/derive.x", "{from: ")).contains("cannot be read");
        assertThat(wrong("tiphys.io/derive.tick", "{from: a, silence: {after: 1h}}")).contains("is there twice");
    }
}
