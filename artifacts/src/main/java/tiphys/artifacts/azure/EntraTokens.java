package tiphys.artifacts.azure;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tiphys.artifacts.web.Web;
import tiphys.engine.Artifacts.Trouble;
import tiphys.manifest.Json;

/// The token that Microsoft Entra gives this server for what its environment says of it: a client's secret, or the token of a workload's
/// identity in a file. Safe for every thread.
final class EntraTokens {
    private static final String SCOPE = "https://storage.azure.com/.default";
    private static final Duration BEFORE = Duration.ofMinutes(5);

    private final Web web;
    private final Map<String, String> environment;
    private final InstantSource clock;
    private @Nullable Given given;

    private record Given(String token, Instant until) {}

    EntraTokens(Web web, Map<String, String> environment, InstantSource clock) {
        this.web = web;
        this.environment = Map.copyOf(environment);
        this.clock = clock;
    }

    private String variable(String name) {
        return environment.getOrDefault(name, "");
    }

    /// @throws Trouble if the environment says too little, or no token is given for it
    synchronized String token() throws IOException {
        var known = given;
        if (known == null || known.until().isBefore(clock.instant().plus(BEFORE))) {
            known = ask();
            given = known;
        }
        return known.token();
    }

    private Given ask() throws IOException {
        var form = new LinkedHashMap<String, String>();
        form.put("client_id", variable("AZURE_CLIENT_ID"));
        form.put("scope", SCOPE);
        form.put("grant_type", "client_credentials");
        var file = variable("AZURE_FEDERATED_TOKEN_FILE");
        if (variable("AZURE_TENANT_ID").isEmpty() || variable("AZURE_CLIENT_ID").isEmpty()) {
            throw nothing();
        } else if (!variable("AZURE_CLIENT_SECRET").isEmpty()) {
            form.put("client_secret", variable("AZURE_CLIENT_SECRET"));
        } else if (!file.isEmpty()) {
            form.put("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
            form.put("client_assertion", Files.readString(Path.of(file)).strip());
        } else {
            throw nothing();
        }
        var authority =
                Optional.of(variable("AZURE_AUTHORITY_HOST"))
                        .filter(host -> !host.isEmpty())
                        .orElse("https://login.microsoftonline.com");
        var uri = authority.replaceAll("/+$", "") + "/" + variable("AZURE_TENANT_ID") + "/oauth2/v2.0/token";
        var body =
                form.entrySet().stream()
                        .map(one -> one.getKey() + "=" + URLEncoder.encode(one.getValue(), UTF_8))
                        .collect(Collectors.joining("&"));
        var request =
                Web.request(Web.uri(uri))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(body));
        var now = clock.instant();
        try (var answer = web.ask(request.build())) {
            var json = answer.json();
            if (!answer.fine()) {
                throw new Trouble(
                        answer.kind() == Trouble.Kind.UNAVAILABLE ? Trouble.Kind.UNAVAILABLE : Trouble.Kind.REFUSED,
                        "Microsoft Entra gives no token: "
                                + json.textAt("error").orElse(Integer.toString(answer.status()))
                                + " "
                                + json.textAt("error_description").orElse(""));
            }
            long seconds = json.find("expires_in").map(Json::text).map(Long::parseLong).orElse(300L);
            return new Given(json.textAt("access_token").orElse(""), now.plusSeconds(seconds));
        } catch (NumberFormatException e) {
            throw new Trouble(Trouble.Kind.REFUSED, "Microsoft Entra gives no token that ends at some time", e);
        }
    }

    private static Trouble nothing() {
        return new Trouble(
                Trouble.Kind.REFUSED,
                "useSDKCreds: the server's environment has no credentials of Azure; set AZURE_TENANT_ID, AZURE_CLIENT_ID and"
                        + " AZURE_CLIENT_SECRET or AZURE_FEDERATED_TOKEN_FILE, or name the key by accountKeySecret");
    }
}
