package tiphys.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
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
        assertThat(written.type()).isEqualTo("source.accepted/1");
        assertThat(new String(written.body(), StandardCharsets.UTF_8)).isEqualTo(BODY);
        var entry =
                new Entry(1, SourceFacts.stream(event), 1, Examples.NOON, written.type(), Json.bytes(Json.parse(BODY)));
        assertThat(SourceFacts.event(entry)).contains(event);
        assertThat(SourceFacts.stream(event)).hasToString("source/argo-events/webhook/trigger");
    }
}
