package tiphys.events.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tiphys.events.ReadOnlyKinds;
import tiphys.events.source.SourceSettings.SecretKey;
import tiphys.events.source.SourceSpec;
import tiphys.events.spec.Read;
import tiphys.manifest.Value;
import tiphys.manifest.schema.FieldClaims;
import tiphys.manifest.schema.Schemas;

class WebhookKindTest {
    static Read<SourceSpec> read(Map<String, String> annotations) {
        return SourceSpec.read(
                Value.object(
                        "metadata",
                        Value.object("name", "hooks", "namespace", "ns", "annotations", annotations),
                        "spec",
                        Map.of("webhook", Map.of("e", Map.of("port", "12000", "endpoint", "/e", "method", "POST")))),
                ReadOnlyKinds.ALL);
    }

    static WebhookSenders senders(Read<SourceSpec> read) {
        return ((WebhookSettings) read.value().events().getFirst().settings()).senders();
    }

    @Test
    void nothing_is_said_of_senders_without_annotations() {
        assertThat(senders(read(Map.of()))).isEqualTo(WebhookSenders.PLAIN);
    }

    @Test
    void allowed_origins_are_read_as_browsers_write_them() {
        var read =
                read(
                        Map.of(
                                WebhookSenders.ALLOWED_ORIGINS,
                                "https://A.example:443, http://b.example:80 http://[::1]:8080"));
        assertThat(read.usable()).isTrue();
        assertThat(senders(read).origins())
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
        assertThat(senders(read(Map.of(WebhookSenders.SECRET_HEADERS, "X-Signature,x-mine"))).secretHeaders())
                .isEqualTo(Set.of("X-Signature", "x-mine"));
        assertThat(read(Map.of(WebhookSenders.SECRET_HEADERS, "X:Y")).message()).contains("X:Y");
    }

    @Test
    void an_event_source_of_another_type_is_refused_by_name() {
        var read = ReadOnlyKinds.read("spec: {kafka: {example: {url: x}}}");
        assertThat(read.message()).contains("spec.kafka is not supported by this version");
    }

    @Test
    void every_field_of_argo_that_nobody_claims_is_refused_by_name() {
        for (var spec : List.of("events.EventSourceSpec", "events.SensorSpec")) {
            for (var type : Schemas.fields(spec).entrySet()) {
                for (var field : type.getValue()) {
                    var found = new ArrayList<String>();
                    ReadOnlyKinds.ALL
                            .claims()
                            .unclaimed(
                                    type.getKey(),
                                    Value.object(field, "x"),
                                    "spec",
                                    unclaimed -> found.add(unclaimed.field().path()));
                    boolean claimed =
                            ReadOnlyKinds.ALL
                                    .claims()
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
                ReadOnlyKinds.read(
                        "spec: {webhook: {a: {port: '1', endpoint: /x, method: POST, serverCertSecret: {name: s, key: c}},"
                                + " b: {port: '1', endpoint: /y, method: POST, serverKeySecret: {name: s, key: k}}}}");
        assertThat(read.message())
                .contains(
                        "spec.webhook.a.serverCertSecret is not supported by this version",
                        "spec.webhook.b.serverKeySecret is not supported by this version");
    }

    @Test
    void a_field_that_says_nothing_is_no_obstacle() {
        var read =
                ReadOnlyKinds.read(
                        "spec: {kafka: {}, webhook: {a: {port: '1', endpoint: /x, method: POST,"
                                + " serverKeySecret: null}}}");
        assertThat(read.errors()).isEmpty();
    }

    @Test
    void a_webhook_is_read_with_its_defaults() {
        var read =
                ReadOnlyKinds.read(
                        """
                        metadata: {name: w, namespace: ns}
                        spec:
                          webhook:
                            a: {port: "12000", endpoint: /a, method: POST}
                            b: {port: 12000, endpoint: /b, method: GET, maxPayloadSize: 10, metadata: {k: v},
                                authSecret: {name: s, key: k}}
                        """);
        assertThat(read.errors()).isEmpty();
        var webhooks = read.value().events().stream().map(event -> (WebhookSettings) event.settings()).toList();
        assertThat(webhooks.getFirst().maxPayloadBytes()).isEqualTo(1 << 20);
        assertThat(webhooks.getLast().port()).isEqualTo(12000);
        assertThat(webhooks.getLast().token()).contains(new SecretKey("authSecret", "s", "k"));
        assertThat(webhooks.getLast().maxPayloadBytes()).isEqualTo(10);
    }

    @Test
    void one_place_cannot_be_served_for_two_events() {
        var read =
                ReadOnlyKinds.read(
                        "spec: {webhook: {a: {port: '1', endpoint: /x, method: POST},"
                                + " b: {port: '1', endpoint: /x, method: POST}}}");
        assertThat(read.message()).contains("served for the event a already");
    }
}
