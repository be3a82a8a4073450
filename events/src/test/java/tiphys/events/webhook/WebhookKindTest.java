package tiphys.events.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tiphys.events.WebhookSenders;
import tiphys.manifest.Value;

class SourceReaderTest {
    static Read<SourceSpec> read(Map<String, String> annotations) {
        return SourceSpec.read(
                Value.object(
                        "metadata",
                        Value.object("name", "hooks", "namespace", "ns", "annotations", annotations),
                        "spec",
                        Map.of("webhook", Map.of("e", Map.of("port", "12000", "endpoint", "/e", "method", "POST")))));
    }

    @Test
    void nothing_is_said_of_senders_without_annotations() {
        assertThat(read(Map.of()).value().senders()).isEqualTo(WebhookSenders.PLAIN);
    }

    @Test
    void allowed_origins_are_read_as_browsers_write_them() {
        var read =
                read(
                        Map.of(
                                WebhookSenders.ALLOWED_ORIGINS,
                                "https://A.example:443, http://b.example:80 http://[::1]:8080"));
        assertThat(read.usable()).isTrue();
        assertThat(read.value().senders().origins())
                .isEqualTo(Set.of("https://a.example", "http://b.example", "http://[::1]:8080"));
    }

    @Test
    void what_is_no_origin_is_refused_by_name() {
        for (var wrong : new String[] {"*", "a.example", "https://a.example/", "https://*.example", "null"}) {
            var read = read(Map.of(WebhookSenders.ALLOWED_ORIGINS, wrong));
            assertThat(read.usable()).as(wrong).isFalse();
            assertThat(read.message()).contains("tiphys.io/allowed-origins").contains(wrong);
        }
    }

    @Test
    void secret_headers_are_names() {
        assertThat(read(Map.of(WebhookSenders.SECRET_HEADERS, "X-Signature,x-mine")).value().senders().secretHeaders())
                .isEqualTo(Set.of("X-Signature", "x-mine"));
        assertThat(read(Map.of(WebhookSenders.SECRET_HEADERS, "X:Y")).message()).contains("X:Y");
    }
}
