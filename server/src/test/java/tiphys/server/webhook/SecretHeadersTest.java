package tiphys.server.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tiphys.events.webhook.WebhookSenders;
import tiphys.manifest.Json;
import tiphys.server.RawHttp;
import tiphys.server.http.Metrics;

/// What of a sender's headers is kept with an event.
class SecretHeadersTest {
    static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
    static final String VALUE = "s3cr3t-of-the-sender";

    final ManualIntake intake = new ManualIntake();
    final WebhookListeners listeners =
            new WebhookListeners(intake, () -> NOON, WebhookListeners.Options.LOOPBACK, new Metrics());

    @AfterEach
    void close() {
        listeners.close();
    }

    String kept(String header, String... named) throws Exception {
        var route =
                new WebhookRoute(
                        "ns",
                        "es",
                        "event",
                        FreePort.any(),
                        "/p",
                        "POST",
                        Optional.empty(),
                        0,
                        Optional.empty(),
                        new WebhookSenders(Set.of(), Set.of(named)),
                        "webhook",
                        Optional.empty());
        assertThat(listeners.serve(Set.of(route)).get(route)).isEmpty();
        var answer =
                RawHttp.send(
                        route.port(),
                        "POST /p HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 2\r\n"
                                + header
                                + ": "
                                + VALUE
                                + "\r\n\r\n{}");
        assertThat(answer.status()).isEqualTo(200);
        return new String(Json.bytes(intake.arrivals().getLast().payload().value()), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization",
                "X-Signature",
                "X-Signature-Ed25519",
                "X-Hub-Signature",
                "x-hub-signature-256",
                "X-GITLAB-TOKEN",
                "X-Gitea-Signature",
                "X-Slack-Signature",
                "Stripe-Signature",
                "webhook-signature",
                "X-Shopify-Hmac-Sha256",
                "Paypal-Transmission-Sig",
                "X-Webhook-Secret",
                "X-Telegram-Bot-Api-Secret-Token",
                "X-Api-Key",
                "apikey",
                "Token",
                "Cookie",
                "X-My-Password"
            })
    void secrets_of_the_usual_names_are_not_kept(String header) throws Exception {
        assertThat(kept(header))
                .doesNotContain(VALUE)
                .contains("\"" + HeaderNames.canonical(header) + "\":[\"*** Masked Auth Secret ***\"]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"X-GitHub-Event", "X-GitHub-Delivery", "X-Tokens-Used", "Ce-Id", "Idempotency-Key", "X-Author"})
    void what_only_sounds_like_a_secret_is_kept(String header) throws Exception {
        assertThat(kept(header)).contains(VALUE);
    }

    @Test
    void the_event_source_can_name_more() throws Exception {
        assertThat(kept("X-Own-Thing")).contains(VALUE);
        assertThat(kept("X-Own-Thing", "x-own-thing")).doesNotContain(VALUE).contains("X-Own-Thing");
    }
}
