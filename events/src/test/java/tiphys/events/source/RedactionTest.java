package tiphys.events.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tiphys.events.EventData;
import tiphys.events.spec.Fields;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Value;

class RedactionTest {
    private final List<Diagnostic> found = new ArrayList<>();

    private Redaction read(String paths) {
        return Redaction.read(new Fields(Value.object(Redaction.ANNOTATION, paths), "metadata.annotations", found));
    }

    private String masked(String paths, String json) {
        var masked = read(paths).of(EventData.of(json)).text();
        assertThat(found).isEmpty();
        return masked;
    }

    @Test
    void a_value_is_replaced_whatever_it_is_and_the_rest_stays_as_it_came() {
        assertThat(masked("body.a", "{\"body\":{\"a\":\"secret\",\"n\":1.50}}"))
                .isEqualTo("{\"body\":{\"a\":\"[redacted]\",\"n\":1.50}}");
        assertThat(masked("body.a", "{\"body\":{\"a\":{\"deep\":[1,\"}\"]},\"b\":null}}"))
                .isEqualTo("{\"body\":{\"a\":\"[redacted]\",\"b\":null}}");
        assertThat(masked("body", "{\"body\":-12,\"header\":{}}")).isEqualTo("{\"body\":\"[redacted]\",\"header\":{}}");
    }

    @Test
    void a_key_that_a_sender_wrote_twice_or_escaped_is_replaced_wherever_it_stands() {
        assertThat(masked("a", "{\"a\":1,\"b\":2,\"a\":3,\"\\u0061\":4}"))
                .isEqualTo("{\"a\":\"[redacted]\",\"b\":2,\"a\":\"[redacted]\",\"\\u0061\":\"[redacted]\"}");
    }

    @Test
    void a_star_stands_for_every_item_and_key() {
        assertThat(
                        masked(
                                "users.*.ssn, users.1.name",
                                "{\"users\":[{\"ssn\":1,\"name\":\"a\"},{\"ssn\":2,\"name\":\"b\"}]}"))
                .isEqualTo(
                        "{\"users\":[{\"ssn\":\"[redacted]\",\"name\":\"a\"},{\"ssn\":\"[redacted]\",\"name\":\"[redacted]\"}]}");
    }

    @Test
    void headers_are_found_in_upper_and_lower_case_and_nothing_else_is() {
        assertThat(masked("header.x-api-key,body.X", "{\"header\":{\"X-Api-Key\":[\"k\"]},\"body\":{\"x\":1}}"))
                .isEqualTo("{\"header\":{\"X-Api-Key\":\"[redacted]\"},\"body\":{\"x\":1}}");
    }

    @Test
    void what_no_path_leads_to_is_the_same_payload() {
        var payload = EventData.of("{\"a\":[[\"\\\"\"]],\"b\":{}}");
        assertThat(read("a.b.c, x").of(payload)).isSameAs(payload);
        assertThat(Redaction.none().of(payload)).isSameAs(payload);
        assertThat(read("a").of(EventData.of("\"text\"")).text()).isEqualTo("\"text\"");
    }

    @Test
    void no_payload_is_too_deep() {
        var deep = "[".repeat(9_000) + "]".repeat(9_000);
        assertThat(read("*.*.a").of(EventData.of(deep)).text()).isEqualTo(deep);
    }

    @Test
    void a_path_that_makes_no_sense_is_told() {
        read("body..x");
        assertThat(found.getFirst().message()).contains("not \"body..x\"");
    }
}
