package tiphys.events.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tiphys.events.Examples;
import tiphys.events.hook.Registrars;
import tiphys.events.source.Assignment;
import tiphys.events.source.Source;
import tiphys.events.source.SourceFields;
import tiphys.events.source.Surroundings;
import tiphys.events.spec.Fields;
import tiphys.events.webhook.Receiver.Reception;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Value;

/// Messages that OpenSSL signed with the key of `leaf.pem`, as AWS signs them.
class SnsKindTest {
    private static final Instant NOW = Instant.parse("2027-01-15T10:20:00Z");
    private static final String PLACE =
            "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem";
    private static final String TOPIC = "arn:aws:sns:us-east-1:123456789012:models";

    private final Map<String, byte[]> elsewhere = new HashMap<>(Map.of(PLACE, file("leaf.pem")));
    private final List<String> asked = new ArrayList<>();
    private final SnsKind kind = new SnsKind(new Door(), Registrars.NONE);
    private Instant now = NOW;

    private final class Door implements HttpDoor {
        @Override
        public String host() {
            return "localhost";
        }

        @Override
        public Source open(
                Assignment assignment,
                WebhookSettings settings,
                String type,
                Optional<Receiver> receiver,
                Surroundings around) {
            throw new UnsupportedOperationException("nothing listens here");
        }

        @Override
        public byte[] get(String url, Map<String, String> query) throws NotGot {
            asked.add(url + (query.isEmpty() ? "" : new TreeMap<>(query)));
            var found = elsewhere.get(url);
            if (found == null) {
                throw new NotGot("nobody is there");
            }
            return found;
        }
    }

    private static byte[] file(String name) {
        try (var in = SnsKindTest.class.getResourceAsStream("sns/" + name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(String name) {
        return new String(file(name), StandardCharsets.UTF_8);
    }

    private Reception receive(String more, String body) {
        var found = new ArrayList<Diagnostic>();
        var yaml =
                "{webhook: {endpoint: /sns, port: '12000'}, topicArn: '%s', region: us-east-1%s}"
                        .formatted(TOPIC, more);
        var none = new Fields(Value.Mapping.EMPTY, "metadata.annotations", found);
        var settings =
                kind.read(
                        new SourceFields(
                                "event", new Fields(Examples.yaml(yaml), "spec", found), none, new HashMap<>()));
        assertThat(found).isEmpty();
        return kind.receiver((SignedSettings) settings, Map.of())
                .receive(
                        new Receiver.Request(
                                _ -> "",
                                Value.object("User-Agent", List.of("test")),
                                body.getBytes(StandardCharsets.UTF_8),
                                now));
    }

    private Reception checked(String body) {
        return receive(", validateSignature: true", body);
    }

    private static String why(Reception reception) {
        assertThat(reception).isInstanceOf(Reception.Refusal.class);
        var refusal = (Reception.Refusal) reception;
        assertThat(refusal.unproved()).isTrue();
        assertThat(refusal.status()).isEqualTo(400);
        return refusal.text();
    }

    @Test
    void a_notification_is_an_event_as_it_was_sent() {
        var body = "{\"Type\": \"Notification\", \"MessageId\": \"m-1\", \"Message\": \"{}\"}";
        assertThat(receive(", metadata: {k: v}", body))
                .isEqualTo(
                        new Reception.Events(
                                List.of(
                                        new Receiver.Payload(
                                                "{\"header\":{\"User-Agent\":[\"test\"]},\"body\":"
                                                        + body
                                                        + ",\"metadata\":{\"k\":\"v\"}}",
                                                Optional.of("sns m-1"))),
                                ""));
    }

    @Test
    void both_versions_of_the_signature_are_believed() {
        for (var name : List.of("v1.json", "v2.json", "plain.json")) {
            assertThat(checked(text(name))).as(name).isInstanceOf(Reception.Events.class);
        }
        assertThat(asked).containsExactly(PLACE); // once
    }

    @Test
    void what_was_changed_is_not_believed() {
        var good = text("v2.json");
        assertThat(why(checked(good.replace("iris", "irit")))).isEqualTo("message signature check error");
        assertThat(why(checked(good.replace("\"Subject\": \"S\",", "")))).isEqualTo("message signature check error");
        assertThat(why(checked(good.replace("\"2\"", "\"1\"")))).isEqualTo("message signature check error");
        assertThat(why(checked(good.replace("\"SignatureVersion\": \"2\"", "\"SignatureVersion\": \"3\""))))
                .isEqualTo("the version of the signature is neither 1 nor 2");
        assertThat(why(checked(good.replace(":models", ":others")))).isEqualTo("the message is of another topic");
        assertThat(why(new SnsKindTest().withOther().checked(good))).isEqualTo("message signature check error");
    }

    private SnsKindTest withOther() {
        elsewhere.put(PLACE, file("other.pem"));
        return this;
    }

    @Test
    void a_certificate_of_elsewhere_is_not_even_asked_for() {
        for (var url :
                List.of(
                        PLACE.replace("https", "http"),
                        PLACE.replace(".com/", ".com.evil.example/"),
                        PLACE.replace("sns.us", "evil@sns.us"),
                        PLACE.replace(".com/", ".com:8443/"),
                        PLACE.replace(".pem", ".pem@evil.example/x.pem"),
                        PLACE.replace("sns.us-east-1", "s3.us-east-1"),
                        "")) {
            assertThat(why(checked(text("v2.json").replace(PLACE, url)))).isEqualTo("SigningCertURL is not one of AWS");
        }
        assertThat(asked).isEmpty();
    }

    @Test
    void what_is_too_old_or_whose_certificate_has_ended_is_not_believed() {
        now = NOW.plusSeconds(3_600);
        assertThat(why(checked(text("v2.json")))).isEqualTo("the message is older than an hour");
        now = NOW.plusSeconds(20L * 365 * 86_400);
        assertThat(why(checked(text("v2.json")))).startsWith("the signing certificate is not valid: NotAfter");
        assertThat(why(new SnsKindTest().withNobody().checked(text("v2.json"))))
                .isEqualTo("failed to fetch signing cert, nobody is there");
    }

    private SnsKindTest withNobody() {
        elsewhere.clear();
        return this;
    }

    @Test
    void a_subscription_is_confirmed_at_aws_and_not_where_the_message_says() {
        var aws = "https://sns.us-east-1.amazonaws.com/";
        elsewhere.put(aws, new byte[0]);
        assertThat(checked(text("confirmation.json"))).isEqualTo(new Reception.Answer(""));
        assertThat(asked.getLast())
                .isEqualTo(
                        aws
                                + "{Action=ConfirmSubscription, Token=2336412f37fb687f5d51e6e2425f0, TopicArn="
                                + TOPIC
                                + ", Version=2010-03-31}");
        elsewhere.remove(aws);
        assertThat(receive("", text("confirmation.json")))
                .isEqualTo(
                        new Reception.Refusal(400, "the subscription could not be confirmed: nobody is there", false));
        elsewhere.put("http://localhost:4566/", new byte[0]);
        assertThat(receive(", endpoint: 'http://localhost:4566/'", text("confirmation.json")))
                .isEqualTo(new Reception.Answer(""));
    }

    @Test
    void other_messages_are_answered_and_no_event() {
        assertThat(receive("", "{\"Type\":\"UnsubscribeConfirmation\"}")).isEqualTo(new Reception.Answer(""));
        assertThat(receive("", "nonsense"))
                .isEqualTo(new Reception.Refusal(400, "bad request, not a valid SNS notification", false));
    }
}
