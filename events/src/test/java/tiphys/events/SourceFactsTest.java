package tiphys.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tiphys.journal.Entry;
import tiphys.manifest.Json;

/// Entries as released versions wrote them: what is here once is read for ever.
class SourceFactsTest {
    private static final String BODY =
            "{\"id\":\"e1\",\"source\":\"webhook\",\"specversion\":\"1.0\",\"type\":\"webhook\","
                    + "\"datacontenttype\":\"application/json\",\"subject\":\"trigger\",\"time\":\"2026-11-24T12:00:00Z\","
                    + "\"namespace\":\"argo-events\",\"data\":{\"header\":{},\"body\":{\"n\":12345678901234567890}}}";

    @Test
    void an_accepted_event_is_still_read_and_written_alike() {
        var event = Examples.event("e1", "{\"n\":12345678901234567890}");
        var written = SourceFacts.accepted(event);
        assertThat(written.type()).isEqualTo("source.accepted/3");
        assertThat(new String(written.body(), StandardCharsets.UTF_8)).isEqualTo(BODY);
        var entry =
                new Entry(1, SourceFacts.stream(event), 1, Examples.NOON, written.type(), Json.bytes(Json.parse(BODY)));
        assertThat(SourceFacts.event(entry)).contains(event);
        assertThat(SourceFacts.stream(event)).hasToString("source/argo-events/webhook/trigger");
    }

    private static Event event(String data) {
        return new Event("e1", "argo-events", "webhook", "webhook", "trigger", Examples.NOON, EventData.of(data));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"body\":{\"b\":1.50,\"a\":[1E2,-0.0]}}",
                "{\"body\":{\"k\":1,\"k\":2}}",
                "{\"body\":\"\\ud83d\\ude80 \\/ \\u003c\"}",
                "[[[[]]]]"
            })
    void the_text_of_an_event_is_the_same_after_it_was_recorded(String data) {
        var event = event(data);
        var written = SourceFacts.accepted(event);
        var entry = new Entry(1, SourceFacts.stream(event), 1, Examples.NOON, written.type(), written.body());
        assertThat(SourceFacts.event(entry).orElseThrow().payload().text()).isEqualTo(data);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "source.accepted/1|'data':{'body':{'a':1}}|{'body':{'a':1}}",
                "source.accepted/2|'text':'{\\\"k\\\":1,\\\"k\\\":2}'|{'k':1,'k':2}"
            })
    void what_earlier_versions_recorded_is_read(String type, String data, String text) {
        var body =
                ("{'id':'e1','source':'webhook','type':'webhook','subject':'trigger','time':'2026-07-31T12:00:00Z',"
                                + "'namespace':'argo-events',"
                                + data
                                + "}")
                        .replace('\'', '"');
        var entry =
                new Entry(
                        1,
                        SourceFacts.stream("argo-events", "webhook", "trigger"),
                        1,
                        Examples.NOON,
                        type,
                        body.getBytes(StandardCharsets.UTF_8));
        assertThat(SourceFacts.event(entry).orElseThrow().payload().text()).isEqualTo(text.replace('\'', '"'));
    }

    @Test
    void data_in_the_names_of_an_event_are_not_taken_for_its_data() {
        var event =
                new Event(
                        "e1", "n", "s,\"data\":{}", "webhook", ",\"data\":", Examples.NOON, EventData.of("{\"a\":1}"));
        var written = SourceFacts.accepted(event);
        var entry = new Entry(1, SourceFacts.stream(event), 1, Examples.NOON, written.type(), written.body());
        assertThat(SourceFacts.event(entry)).contains(event);
    }

    @Test
    void what_is_nested_ever_so_deeply_is_recorded_and_can_be_shown() {
        var data = "{\"body\":" + "[".repeat(9_000) + "]".repeat(9_000) + "}";
        var event = event(data);
        var written = SourceFacts.accepted(event);
        var entry = new Entry(1, SourceFacts.stream(event), 1, Examples.NOON, written.type(), written.body());
        var read = SourceFacts.event(entry).orElseThrow();
        assertThat(read).isEqualTo(event);
        assertThat(Json.write(read.data())).startsWith("{\"body\":[[[[");
    }
}
