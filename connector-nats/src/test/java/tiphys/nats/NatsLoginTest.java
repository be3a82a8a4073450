package tiphys.nats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nats.client.NKey;
import io.nats.client.Options;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.events.source.Source;
import tiphys.events.source.SourceSettings.SecretKey;
import tiphys.events.source.SourceState;
import tiphys.events.source.SourceWorld;
import tiphys.testkit.Eventually;
import tiphys.testkit.TestCertificate;

/// Against servers that let in only whom they know.
class NatsLoginTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir Path scratch;

    private final SourceWorld world = new SourceWorld(Thread::startVirtualThread);
    private final NatsKind kind = new NatsKind();
    private final Map<SecretKey, String> secrets = new HashMap<>();

    @BeforeEach
    void needsServer() {
        assumeTrue(NatsServer.installed().isPresent(), "nats-server is not installed; ./check does that where it may");
    }

    private NatsServer serve(String more) throws IOException {
        return NatsServer.start(NatsServer.installed().orElseThrow(), scratch, more);
    }

    private Source start(NatsServer server, String settings) {
        return world.start(
                kind,
                SourceWorld.read(
                        kind,
                        "{url: '%s', subject: s, connectionBackoff: {duration: 100ms}, %s}"
                                .formatted(server.url(), settings)),
                secrets);
    }

    private void secret(String field, String key, String value) {
        secrets.put(new SecretKey("spec.nats.event." + field, "s", key), value);
    }

    private void comesIn(NatsServer server, String settings, Options.Builder sender) throws InterruptedException {
        var other = server.connect(sender);
        try (var source = start(server, settings)) {
            Eventually.within(SOON, "it listens", () -> ((NatsSource) source).isListening());
            int before = world.recorded().size();
            other.publish("s", "x".getBytes(StandardCharsets.UTF_8));
            Eventually.within(SOON, "it comes in", () -> world.recorded().size() > before);
        } finally {
            other.close();
        }
    }

    private void isRefused(NatsServer server, String settings, String why) {
        try (var source = start(server, settings)) {
            Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
            assertThat(source.state().problem().orElseThrow()).contains(why);
        }
    }

    @Test
    void a_name_and_a_password_come_from_a_secret() throws Exception {
        var settings = "auth: {basic: {username: {name: s, key: u}, password: {name: s, key: p}}}";
        try (var server = serve("authorization {user: ship, password: \"the word\"}")) {
            secret("auth.basic.username", "u", "ship");
            secret("auth.basic.password", "p", "wrong");
            isRefused(server, settings, "uthorization");
            secret("auth.basic.password", "p", "the word");
            comesIn(server, settings, new Options.Builder().userInfo("ship", "the word"));
        }
    }

    @Test
    void a_token_comes_from_a_secret() throws Exception {
        try (var server = serve("authorization {token: \"a-token\"}")) {
            secret("auth.token", "t", "a-token");
            comesIn(server, "auth: {token: {name: s, key: t}}", new Options.Builder().token("a-token".toCharArray()));
        }
    }

    @Test
    void the_seed_of_an_nkey_comes_from_a_secret() throws Exception {
        var key = NKey.createUser(new SecureRandom());
        var login =
                "authorization {users: [{nkey: %s}, {user: other, password: p}]}"
                        .formatted(new String(key.getPublicKey()));
        try (var server = serve(login)) {
            secret("auth.nkey", "k", "no seed");
            isRefused(
                    server,
                    "auth: {nkey: {name: s, key: k}}",
                    "spec.nats.event.auth.nkey: the key k of Secret s holds no seed of a user's NKey");
            secret(
                    "auth.nkey",
                    "k",
                    "-----BEGIN USER NKEY SEED-----\n%s\n------END USER NKEY SEED------\n"
                            .formatted(new String(key.getSeed())));
            comesIn(server, "auth: {nkey: {name: s, key: k}}", new Options.Builder().userInfo("other", "p"));
        }
    }

    @Test
    void a_credentials_file_comes_from_a_secret() throws Exception {
        var operator = NKey.createOperator(new SecureRandom());
        var account = NKey.createAccount(new SecureRandom());
        var user = NKey.createUser(new SecureRandom());
        var accountToken =
                token(
                        operator,
                        account,
                        "{\"limits\":{\"subs\":-1,\"data\":-1,\"payload\":-1,\"conn\":-1,\"leaf\":-1},\"type\":\"account\",\"version\":2}");
        var operatorToken = token(operator, operator, "{\"type\":\"operator\",\"version\":2}");
        var userToken =
                token(account, user, "{\"subs\":-1,\"data\":-1,\"payload\":-1,\"type\":\"user\",\"version\":2}");
        var credentials =
                "-----BEGIN NATS USER JWT-----\n%s\n------END NATS USER JWT------\n\n-----BEGIN USER NKEY SEED-----\n%s\n------END USER NKEY SEED------\n"
                        .formatted(userToken, new String(user.getSeed()));
        var trust =
                "operator: %s\nresolver: MEMORY\nresolver_preload: {%s: %s}"
                        .formatted(operatorToken, new String(account.getPublicKey()), accountToken);
        Files.writeString(scratch.resolve("user.creds"), credentials);
        try (var server = serve(trust)) {
            secret("auth.credential", "c", credentials);
            comesIn(
                    server,
                    "auth: {credential: {name: s, key: c}}",
                    new Options.Builder()
                            .authHandler(io.nats.client.Nats.credentials(scratch.resolve("user.creds").toString())));
        }
    }

    /// A token as NATS' own tools make it.
    private static String token(NKey by, NKey whose, String claims) throws Exception {
        var body =
                "{\"jti\":\"x\",\"iat\":1700000000,\"iss\":\"%s\",\"name\":\"n\",\"sub\":\"%s\",\"nats\":%s}"
                        .formatted(new String(by.getPublicKey()), new String(whose.getPublicKey()), claims);
        var url = Base64.getUrlEncoder().withoutPadding();
        var signed =
                url.encodeToString("{\"typ\":\"JWT\",\"alg\":\"ed25519-nkey\"}".getBytes(StandardCharsets.UTF_8))
                        + "."
                        + url.encodeToString(body.getBytes(StandardCharsets.UTF_8));
        return signed + "." + url.encodeToString(by.sign(signed.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void certificates_of_both_sides_come_from_secrets() throws Exception {
        var there = TestCertificate.make(scratch, "there", "ip:127.0.0.1", "EC");
        var here = TestCertificate.make(scratch, "here", "dns:here", "EC");
        var tls =
                "tls {cert_file: \"%s\", key_file: \"%s\", ca_file: \"%s\", verify: true}"
                        .formatted(
                                Files.writeString(scratch.resolve("cert.pem"), there.certificate()),
                                Files.writeString(scratch.resolve("key.pem"), there.key()),
                                Files.writeString(scratch.resolve("ca.pem"), here.certificate()));
        try (var server = serve(tls)) {
            secret("tls.clientCertSecret", "cert", here.certificate());
            secret("tls.clientKeySecret", "key", here.key());
            var own = "clientCertSecret: {name: s, key: cert}, clientKeySecret: {name: s, key: key}";
            isRefused(server, "tls: {%s}".formatted(own), "cannot be read");
            secret("tls.caCertSecret", "ca", there.certificate());
            try (var source = start(server, "tls: {caCertSecret: {name: s, key: ca}, %s}".formatted(own))) {
                Eventually.within(SOON, "it listens", () -> ((NatsSource) source).isListening());
            }
            try (var source = start(server, "tls: {insecureSkipVerify: true, %s}".formatted(own))) {
                Eventually.within(SOON, "it listens", () -> ((NatsSource) source).isListening());
            }
        }
    }
}
