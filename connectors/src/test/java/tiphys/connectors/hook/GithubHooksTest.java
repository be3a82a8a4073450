package tiphys.connectors.hook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.Signature;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tiphys.connectors.http.TakingServer.Reply;
import tiphys.connectors.http.TakingServer.Taken;
import tiphys.events.hook.Hook;
import tiphys.events.hook.Registrar;
import tiphys.events.hook.Registrar.Occasion;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

class GithubHooksTest extends RegistrarContract {
    private static final KeyPair KEY = key();

    private boolean organizations;

    GithubHooksTest() throws IOException {}

    @Override
    Registrar registrar() {
        return new GithubHooks(server.url());
    }

    @Override
    Value.Mapping manifest(List<String> events) {
        return Value.object(
                "repositories",
                List.of(Value.object("owner", "ada", "names", List.of("engine", "notes"))),
                "events",
                values(events),
                "contentType",
                "json",
                "active",
                true);
    }

    @Override
    Map<String, String> secrets(String token) {
        return Map.of("apiToken", token, "webhookSecret", SECRET);
    }

    @Override
    List<String> collections() {
        return List.of("/repos/ada/engine/hooks", "/repos/ada/notes/hooks", "/orgs/analytical/hooks")
                .subList(0, places());
    }

    private int places() {
        return organizations ? 3 : 2;
    }

    @Override
    List<String> eventsOf(Value.Mapping hook) {
        return texts(hook.listAt("events"));
    }

    @Override
    String urlOf(Value.Mapping hook) {
        return hook.textAt("config", "url").orElse("");
    }

    @Override
    boolean isLetIn(Taken taken) {
        return taken.header("Authorization").equals("Bearer " + TOKEN) || taken.path().startsWith("/app/");
    }

    /// As GitHub shows it.
    @Override
    Value.Mapping shown(String id, Value.Mapping told) {
        return super.shown(id, told).with("config", told.mapAt("config").with("secret", "********"));
    }

    @Test
    void github_is_told_all_that_the_manifest_says_and_the_secret_whenever_nobody_knows_of_the_hook() throws Exception {
        register(hook(two(), TOKEN), Occasion.FIRST);
        assertThat(ours().getFirst().without("id").without("events"))
                .isEqualTo(
                        Value.object(
                                "name",
                                "web",
                                "active",
                                true,
                                "config",
                                Value.object(
                                        "url",
                                        URL,
                                        "insecure_ssl",
                                        "0",
                                        "content_type",
                                        "json",
                                        "secret",
                                        "********")));
        register(hook(two(), TOKEN), Occasion.FIRST);
        assertThat(server.all().getLast().method()).isEqualTo("PATCH");
        assertThat(server.all().getLast().body()).contains("\"secret\":\"" + SECRET + "\"");
    }

    @Test
    void one_that_somebody_switched_off_is_switched_on() throws Exception {
        register(hook(two(), TOKEN), Occasion.FIRST);
        hooks.replaceAll((_, hook) -> hook.with("active", Value.bool(false)));
        register(hook(two(), TOKEN), Occasion.LOOK);
        assertThat(ours()).allSatisfy(hook -> assertThat(Hooks.isTrue(hook, "active")).isTrue());
    }

    @Test
    void organizations_and_the_old_fields_of_a_repository_are_places_too() {
        organizations = true;
        var both = Value.object("organizations", List.of("analytical"), "owner", "x", "repository", "y");
        assertThat(registrar().places(with(both))).containsExactly("organization analytical");
        var old = Value.object("owner", "ada", "repository", "engine");
        assertThat(registrar().places(with(old))).containsExactly("ada/engine");
    }

    private Hook with(Value.Mapping manifest) {
        return new Hook("github", "event", URL, manifest, secrets(TOKEN), false, Duration.ZERO);
    }

    @Test
    void hooks_beyond_the_first_page_are_found() throws Exception {
        for (int i = 0; i < 150; i++) {
            hooks.put(
                    "/repos/ada/engine/hooks/" + (1000 + i),
                    Value.object("id", 1000 + i, "config", Value.object("url", i == 140 ? URL : "u" + i)));
        }
        register(with(Value.object("owner", "ada", "repository", "engine", "events", values(two()))), Occasion.LOOK);
        assertThat(hooks).hasSize(150);
        assertThat(eventsOf(ours().getFirst())).containsExactlyInAnyOrderElementsOf(two());
    }

    @Override
    Value listed(List<Value> all) {
        var path = server.all().getLast().path();
        int page = Integer.parseInt(path.substring(path.lastIndexOf('=') + 1));
        return Value.list(all.stream().skip((page - 1) * 100L).limit(100).toList());
    }

    private static KeyPair key() {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void an_app_signs_who_it_is_and_gets_a_token() throws Exception {
        var pem =
                "-----BEGIN PRIVATE KEY-----\n"
                        + Base64.getMimeEncoder().encodeToString(KEY.getPrivate().getEncoded())
                        + "\n-----END PRIVATE KEY-----\n";
        var manifest =
                Value.object(
                        "owner",
                        "ada",
                        "repository",
                        "engine",
                        "events",
                        values(two()),
                        "githubApp",
                        Value.object("appID", 7, "installationID", 42));
        var secrets = Map.of("githubApp.privateKey", pem);
        register(new Hook("github", "event", URL, manifest, secrets, false, Duration.ZERO), Occasion.FIRST);
        assertThat(ours()).hasSize(1);
    }

    @Override
    Reply other(Taken taken) {
        if (!taken.path().equals("/app/installations/42/access_tokens")) {
            return super.other(taken);
        }
        var parts = taken.header("Authorization").substring("Bearer ".length()).split("\\.");
        try {
            var verifier = Signature.getInstance("SHA256withRSA");
            verifier.initVerify(KEY.getPublic());
            verifier.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
            var claims = Hooks.object(Json.parse(Base64.getUrlDecoder().decode(parts[1])));
            return verifier.verify(Base64.getUrlDecoder().decode(parts[2]))
                            && claims.textAt("iss").orElse("").equals("7")
                    ? json(201, Value.object("token", TOKEN))
                    : Reply.of(401, "{\"message\":\"who are you?\"}");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
