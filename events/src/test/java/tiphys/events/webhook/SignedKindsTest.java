package tiphys.events.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tiphys.events.Examples;
import tiphys.events.ReadOnlyKinds;
import tiphys.events.source.SourceSettings.SecretKey;
import tiphys.events.source.SourceSpec;
import tiphys.events.webhook.Receiver.Reception;
import tiphys.manifest.Value;

/// What each sender's requests become, and which are not believed.
class SignedKindsTest {
    static final Instant NOW = Instant.ofEpochSecond(1531420618);
    static final String LISTENS = "webhook: {endpoint: /p, port: '12000', method: POST}";
    static final String HEADERS = "{\"headers\":{\"User-Agent\":[\"test\"]},\"body\":";

    static Receiver receiver(String yaml, String... secrets) {
        var read = ReadOnlyKinds.read(yaml);
        assertThat(read.errors()).isEmpty();
        var event = read.value().events().getFirst();
        var values = new HashMap<String, String>();
        for (int i = 0; i < secrets.length; i += 2) {
            values.put(secrets[i], secrets[i + 1]);
        }
        return ((SignedKind) event.kind()).receiver((SignedSettings) event.settings(), values);
    }

    static Reception receive(Receiver receiver, Map<String, String> headers, String body) {
        return receiver.receive(
                new Receiver.Request(
                        name -> headers.getOrDefault(name, ""),
                        Value.object("User-Agent", List.of("test")),
                        body.getBytes(StandardCharsets.UTF_8),
                        NOW));
    }

    static Reception event(String json, String identity) {
        return new Reception.Events(
                List.of(new Receiver.Payload(json, identity.isEmpty() ? Optional.empty() : Optional.of(identity))), "");
    }

    static Reception refusal(int status, String text) {
        return new Reception.Refusal(status, text, true);
    }

    @Test
    void signatures_are_those_of_the_standard() {
        var fox = "The quick brown fox jumps over the lazy dog".getBytes(StandardCharsets.UTF_8);
        assertThat(Signatures.hmac("HmacSHA1", "key", fox)).isEqualTo("de7c9b85b8b78aa6bc8a7a36f70a90701c9db4d9");
        assertThat(Signatures.hmac("HmacSHA256", "key", fox))
                .isEqualTo("f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8");
    }

    @Test
    void githubs_body_is_written_anew_with_event_and_delivery() {
        var github = receiver("spec: {github: {e: {owner: o, repository: r, metadata: {k: v}, " + LISTENS + "}}}");
        var headers =
                Map.of(
                        "Content-Type",
                        "application/json; charset=utf-8",
                        "X-Github-Event",
                        "push",
                        "X-Github-Delivery",
                        "d1");
        assertThat(receive(github, headers, "{\"z\":1.50,\"a\":{\"c\":1,\"b\":2}}"))
                .isEqualTo(
                        event(
                                HEADERS
                                        + "{\"X-GitHub-Delivery\":\"d1\",\"X-GitHub-Event\":\"push\","
                                        + "\"a\":{\"b\":2,\"c\":1},\"z\":1.5},\"metadata\":{\"k\":\"v\"}}",
                                "github d1"));
        var form = Map.of("Content-Type", "application/x-www-form-urlencoded", "X-Github-Event", "ping");
        assertThat(receive(github, form, "payload=%7B%22a%22%3A1%7D"))
                .isEqualTo(
                        event(
                                HEADERS
                                        + "{\"X-GitHub-Delivery\":\"\",\"X-GitHub-Event\":\"ping\",\"a\":1},\"metadata\":{\"k\":\"v\"}}",
                                ""));
        assertThat(receive(github, Map.of("Content-Type", "text/plain"), "{}"))
                .isEqualTo(
                        new Reception.Refusal(
                                400, "webhook request has unsupported Content-Type \"text/plain\"", false));
        assertThat(receive(github, Map.of("Content-Type", "application/json"), "[1]"))
                .isEqualTo(
                        new Reception.Refusal(
                                400,
                                "json: cannot unmarshal array into Go value of type map[string]interface {}",
                                false));
    }

    @Test
    void github_must_sign_if_there_is_a_secret() {
        var github =
                receiver(
                        "spec: {github: {e: {webhookSecret: {name: s, key: k}, " + LISTENS + "}}}",
                        "webhookSecret",
                        "It's a Secret to Everybody");
        var type = "application/json";
        var right = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
        // the signature is right, so that what is wrong is the body
        assertThat(receive(github, Map.of("Content-Type", type, "X-Hub-Signature-256", right), "Hello, World!"))
                .isEqualTo(new Reception.Refusal(400, "invalid character 'H' looking for beginning of value", false));
        assertThat(receive(github, Map.of("Content-Type", type, "X-Hub-Signature-256", right), "{}"))
                .isEqualTo(refusal(400, "payload signature check failed"));
        assertThat(receive(github, Map.of("Content-Type", type), "{}")).isEqualTo(refusal(400, "missing signature"));
        assertThat(receive(github, Map.of("Content-Type", type, "X-Hub-Signature", "x"), "{}"))
                .isEqualTo(refusal(400, "error parsing signature \"x\""));
        assertThat(receive(github, Map.of("Content-Type", type, "X-Hub-Signature", "md5=00"), "{}"))
                .isEqualTo(refusal(400, "unknown hash type prefix: \"md5\""));
        var old = "sha1=" + Signatures.hmac("HmacSHA1", "It's a Secret to Everybody", Signatures.bytes("{}"));
        assertThat(receive(github, Map.of("Content-Type", type, "X-Hub-Signature", old), "{}"))
                .isInstanceOf(Reception.Events.class);
    }

    @Test
    void gitlabs_token_must_be_the_manifests() {
        var gitlab =
                receiver(
                        "spec: {gitlab: {e: {secretToken: {name: s, key: k}, " + LISTENS + "}}}", "secretToken", "t0p");
        assertThat(receive(gitlab, Map.of("X-Gitlab-Token", "t0p", "Idempotency-Key", "i"), "{\"b\":1,\"a\":2}"))
                .isEqualTo(event(HEADERS + "{\"b\":1,\"a\":2}}", "gitlab i"));
        assertThat(receive(gitlab, Map.of("X-Gitlab-Token", "t0"), "{}")).isEqualTo(refusal(400, "token mismatch"));
        assertThat(receive(gitlab, Map.of(), "{}")).isEqualTo(refusal(400, "token mismatch"));
        assertThat(receive(gitlab, Map.of("X-Gitlab-Token", "t0p"), "no"))
                .isEqualTo(new Reception.Refusal(400, "invalid event", false));
    }

    @Test
    void both_bitbuckets_sign_with_sha256() {
        var server =
                receiver(
                        "spec: {bitbucketserver: {e: {oneEventPerChange: true, webhookSecret: {name: s, key: k}, "
                                + LISTENS
                                + "}}}",
                        "webhookSecret",
                        "key");
        var body = "{\"changes\":[{\"r\":1},{\"r\":2}],\"x\":true}";
        var signed = "sha256=" + Signatures.hmac("HmacSHA256", "key", Signatures.bytes(body));
        assertThat(
                        receive(
                                server,
                                Map.of(
                                        "X-Hub-Signature",
                                        signed,
                                        "X-Event-Key",
                                        "repo:refs_changed",
                                        "X-Request-Id",
                                        "q"),
                                body))
                .isEqualTo(
                        new Reception.Events(
                                List.of(
                                        new Receiver.Payload(
                                                HEADERS + "{\"changes\":[{\"r\":1}],\"x\":true}}",
                                                Optional.of("bitbucketserver q 0")),
                                        new Receiver.Payload(
                                                HEADERS + "{\"changes\":[{\"r\":2}],\"x\":true}}",
                                                Optional.of("bitbucketserver q 1"))),
                                ""));
        assertThat(receive(server, Map.of("X-Hub-Signature", signed), "{}"))
                .isEqualTo(
                        refusal(400, "failed to validate bitbucketserver webhook request: hmac verification failed"));
        var cloud =
                receiver(
                        "metadata: {annotations: {tiphys.io/signing-secret: s/k}}\nspec: {bitbucket: {e: {"
                                + LISTENS
                                + "}}}",
                        SignedKind.SIGNING_SECRET,
                        "key");
        assertThat(receive(cloud, Map.of(), "{}"))
                .isEqualTo(refusal(400, "failed to validate bitbucket webhook request: missing signature header"));
    }

    @Test
    void slack_signs_with_its_version_0_as_its_own_example_shows() {
        var slack =
                receiver(
                        "spec: {slack: {e: {token: {name: s, key: t}, signingSecret: {name: s, key: k}, "
                                + LISTENS
                                + "}}}",
                        "signingSecret",
                        "8f742231b10e8888abcd99yyyzzz85a5",
                        "token",
                        "xyzz0WbapA4vBCDEFasx0q6G");
        var command =
                "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
                        + "&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
                        + "&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
                        + "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
        var signature = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";
        var form = "application/x-www-form-urlencoded";
        var headers =
                Map.of("Content-Type", form, "X-Slack-Signature", signature, "X-Slack-Request-Timestamp", "1531420618");
        var events = (Reception.Events) receive(slack, headers, command);
        assertThat(events.payloads().getFirst().json())
                .contains("\"command\":\"/webhook-collect\"", "\"team_domain\":\"testteamnow\"");
        var late =
                Map.of("Content-Type", form, "X-Slack-Signature", signature, "X-Slack-Request-Timestamp", "1531420000");
        assertThat(receive(slack, late, command))
                .isEqualTo(refusal(401, "cannot create secrets verifier, timestamp is too old"));
        assertThat(receive(slack, headers, command + "&x=y")).isEqualTo(refusal(401, "signature validation failed"));
        assertThat(receive(slack, Map.of(), command))
                .isEqualTo(refusal(401, "cannot create secrets verifier, missing headers"));
    }

    @Test
    void slacks_events_have_no_envelope_and_its_challenge_is_answered() {
        var slack =
                receiver(
                        "spec: {slack: {e: {token: {name: s, key: t}, signingSecret: {name: s, key: k}, "
                                + LISTENS
                                + "}}}",
                        "signingSecret",
                        "key",
                        "token",
                        "tok");
        var body =
                "{\"token\":\"tok\",\"type\":\"event_callback\",\"event_id\":\"Ev1\",\"event\":{\"type\":\"message\",\"text\":\"hi\"}}";
        assertThat(receive(slack, slackSigned("key", body), body))
                .isEqualTo(
                        event("{\"type\":\"message\",\"Data\":{\"type\":\"message\",\"text\":\"hi\"}}", "slack Ev1"));
        var challenge = "{\"token\":\"tok\",\"type\":\"url_verification\",\"challenge\":\"c3\"}";
        assertThat(receive(slack, slackSigned("key", challenge), challenge))
                .isEqualTo(new Reception.Events(List.of(), "c3"));
        var other = "{\"token\":\"no\",\"type\":\"event_callback\"}";
        assertThat(receive(slack, slackSigned("key", other), other))
                .isEqualTo(refusal(500, "failed to extract event, invalid verification token"));
    }

    static Map<String, String> slackSigned(String key, String body) {
        var signature = Signatures.hmac("HmacSHA256", key, Signatures.bytes("v0:1531420618:" + body));
        return Map.of("X-Slack-Signature", "v0=" + signature, "X-Slack-Request-Timestamp", "1531420618");
    }

    @Test
    void stripe_takes_what_its_filter_names_and_signs_if_an_annotation_says_so() {
        var plain = receiver("spec: {stripe: {e: {eventFilter: [charge.succeeded], " + LISTENS + "}}}");
        var body = "{\"id\":\"evt_1\",\"type\":\"charge.succeeded\"}";
        assertThat(receive(plain, Map.of(), body)).isEqualTo(event("{\"event\":" + body + "}", "stripe evt_1"));
        assertThat(receive(plain, Map.of(), "{\"type\":\"charge.failed\"}"))
                .isEqualTo(new Reception.Refusal(400, "invalid event", false));
        var signed =
                receiver(
                        "metadata: {annotations: {tiphys.io/signing-secret: s/k}}\nspec: {stripe: {e: {"
                                + LISTENS
                                + "}}}",
                        SignedKind.SIGNING_SECRET,
                        "whsec");
        var v1 = Signatures.hmac("HmacSHA256", "whsec", Signatures.bytes("1531420618." + body));
        assertThat(receive(signed, Map.of("Stripe-Signature", "t=1531420618,v1=00,v1=" + v1), body))
                .isInstanceOf(Reception.Events.class);
        assertThat(receive(signed, Map.of("Stripe-Signature", "t=1531420619,v1=" + v1), body))
                .isEqualTo(refusal(400, "webhook had no valid signature"));
        assertThat(receive(signed, Map.of(), body)).isEqualTo(refusal(400, "webhook has no Stripe-Signature header"));
        var old = Signatures.hmac("HmacSHA256", "whsec", Signatures.bytes("1531420000." + body));
        assertThat(receive(signed, Map.of("Stripe-Signature", "t=1531420000,v1=" + old), body))
                .isEqualTo(refusal(400, "timestamp wasn't within tolerance"));
    }

    @Test
    void gerrit_sends_as_it_likes() {
        var gerrit = receiver("spec: {gerrit: {e: {" + LISTENS + "}}}");
        assertThat(receive(gerrit, Map.of(), "{\"type\":\"patchset-created\"}"))
                .isEqualTo(event(HEADERS + "{\"type\":\"patchset-created\"}}", ""));
    }

    @Test
    void a_hook_is_registered_where_there_are_a_url_and_credentials() {
        var github =
                "spec: {github: {e: {owner: o, repository: r, events: [push], apiToken: {name: s, key: k}, webhook: {endpoint: /p, port: '12000'%s}}}}";
        assertThat(hook(github.formatted(""))).isEmpty();
        assertThat(hook(github.formatted(", url: 'https://me.example/'"))).contains("https://me.example/p");
        assertThat(hook(github.replace("apiToken", "webhookSecret").formatted(", url: 'https://me.example'")))
                .isEmpty();
        var app = "githubApp: {appID: 1, installationID: 2, privateKey: {name: a, key: p}}";
        var withApp = github.replace("apiToken: {name: s, key: k}", app).formatted(", url: 'http://me'");
        assertThat(hook(withApp)).contains("http://me/p");
        assertThat(ReadOnlyKinds.read(withApp).value().events().getFirst().settings().secrets())
                .containsExactly(new SecretKey("githubApp.privateKey", "a", "p"));
    }

    private static Optional<String> hook(String yaml) {
        var read = ReadOnlyKinds.read(yaml);
        assertThat(read.errors()).isEmpty();
        return ((SignedSettings) read.value().events().getFirst().settings()).hook();
    }

    @Test
    void what_is_missing_for_registering_is_told() {
        var url = "webhook: {endpoint: /p, port: '12000', url: 'http://me'}";
        var key = "{name: s, key: k}";
        assertThat(ReadOnlyKinds.read("spec: {github: {e: {apiToken: " + key + ", " + url + "}}}").message())
                .contains("needs one of repositories and organizations", "spec.github.e.events is required");
        assertThat(
                        ReadOnlyKinds.read(
                                        "spec: {gitlab: {e: {accessToken: " + key + ", events: [push], " + url + "}}}")
                                .message())
                .contains(
                        "gitlabBaseURL is required", "needs projects or groups", "must name events such as PushEvents");
        assertThat(ReadOnlyKinds.read("spec: {stripe: {e: {createWebhook: true, " + LISTENS + "}}}").message())
                .contains("spec.stripe.e.webhook.url is required");
        assertThat(
                        ReadOnlyKinds.read(
                                        "spec: {gerrit: {e: {auth: {username: "
                                                + key
                                                + ", password: "
                                                + key
                                                + "}, "
                                                + url
                                                + "}}}")
                                .message())
                .contains("hookName is required", "projects is required", "gerritBaseURL is required");
        assertThat(ReadOnlyKinds.read("spec: {slack: {e: {" + LISTENS + "}}}").message())
                .contains("spec.slack.e.signingSecret is required");
        assertThat(
                        SourceSpec.read(
                                        Examples.yaml(
                                                "metadata: {annotations: {tiphys.io/signing-secret: x}}\nspec: {stripe: {e: {"
                                                        + LISTENS
                                                        + "}}}"),
                                        ReadOnlyKinds.ALL)
                                .message())
                .contains("must name a Secret and its key");
    }

    static final String GRID =
            "spec: {storageGrid: {e: {topicArn: 'urn:t', bucket: b, apiURL: 'http://grid', authToken: {name: s, key: k}, events: ['s3:ObjectCreated:*'], %s"
                    + LISTENS
                    + "}}}";

    static String record(String key, String sequencer) {
        return "{\"Records\":[{\"eventName\":\"ObjectCreated:Put\",\"s3\":{\"bucket\":{\"name\":\"b\"},\"object\":{\"key\":\""
                + key
                + "\",\"size\":1.0,\"sequencer\":\""
                + sequencer
                + "\"}}}]}";
    }

    static String form(String message) {
        return "Action=Publish&Message="
                + URLEncoder.encode(message, StandardCharsets.UTF_8)
                + "&TopicArn=urn%3At&Version=2010-03-31";
    }

    @Test
    void storagegrids_form_becomes_a_notification_and_is_answered_as_sns_does() {
        var grid = receiver(GRID.formatted("metadata: {k: v}, "));
        var message = record("in/a b&c+%41", "07");
        var events = (Reception.Events) receive(grid, Map.of(), form(message));
        assertThat(events.payloads())
                .containsExactly(
                        new Receiver.Payload(
                                "{\"notification\":{\"Action\":\"Publish\",\"Message\":"
                                        + message
                                        + ",\"TopicArn\":\"urn:t\",\"Version\":\"2010-03-31\"},\"metadata\":{\"k\":\"v\"}}",
                                Optional.of("storagegrid ObjectCreated:Put b 07 in/a b&c+%41")));
        assertThat(events.before()).contains("<PublishResponse xmlns=\"http://argoevents-sns-server/\">");
    }

    @Test
    void storagegrids_filter_is_one_of_names() {
        var grid = receiver(GRID.formatted("filter: {prefix: in/, suffix: .csv}, "));
        assertThat(receive(grid, Map.of(), form(record("in/a.csv", "1")))).isInstanceOf(Reception.Events.class);
        for (var key : List.of("in/a.txt", "out/a.csv")) {
            assertThat(receive(grid, Map.of(), form(record(key, "1")))).isInstanceOf(Reception.Answer.class);
        }
        assertThat(receive(grid, Map.of(), form("{}"))).isInstanceOf(Reception.Answer.class);
    }

    @Test
    void storagegrids_test_message_and_an_empty_request_hear_that_all_is_well() {
        var grid = receiver(GRID.formatted(""));
        assertThat(receive(grid, Map.of(), form("StorageGRID Test Message"))).isInstanceOf(Reception.Answer.class);
        assertThat(receive(grid, Map.of(), "")).isEqualTo(new Reception.Answer(""));
    }
}
