package tiphys.connectors.hook;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tiphys.events.hook.Hook;
import tiphys.events.hook.Registrar;
import tiphys.manifest.Value;

/// Hooks of repositories and organizations of GitHub, and of servers of GitHub Enterprise, by a token or as an app. GitHub never shows a
/// hook's secret, so it is told anew when nobody knows of the hook.
final class GithubHooks implements Registrar {
    private static final String GITHUB = "https://api.github.com";
    private static final String ORGANIZATION = "organization ";
    private static final int PAGE = 100;

    private final String github;

    GithubHooks() {
        this(GITHUB);
    }

    /// @param github where its API is, if a manifest names none
    GithubHooks(String github) {
        this.github = github;
    }

    @Override
    public List<String> places(Hook hook) {
        var places = new ArrayList<String>();
        var json = hook.manifest();
        for (var item : json.listAt("organizations")) {
            if (item instanceof Value.Text(var organization, _)) {
                places.add(ORGANIZATION + organization);
            }
        }
        Hooks.objects(json.listAt("repositories"))
                .forEach(owned -> {
                    for (var item : owned.listAt("names")) {
                        if (item instanceof Value.Text(var repository, _)) {
                            places.add(owned.textAt("owner").orElse("") + "/" + repository);
                        }
                    }
                });
        if (places.isEmpty()) {
            places.add(json.textAt("owner").orElse("") + "/" + json.textAt("repository").orElse(""));
        }
        return places;
    }

    @Override
    public void register(Hook hook, String place, Occasion occasion) throws IOException, InterruptedException {
        try (var api = api(hook)) {
            var wanted = wanted(hook);
            var there = find(api, hook, place);
            if (there.isEmpty()) {
                api.send("POST", path(place), wanted.with("name", "web"));
                return;
            }
            boolean untold = occasion == Occasion.FIRST && !hook.secret("webhookSecret").isEmpty();
            if (untold || !isAs(there.getFirst(), wanted)) {
                api.send("PATCH", path(place) + "/" + Hooks.id(there.getFirst()), wanted);
            }
        }
    }

    private static boolean isAs(Value.Mapping there, Value.Mapping wanted) {
        return Hooks.areSame(there.listAt("events"), wanted.listAt("events"))
                && Hooks.isTrue(there, "active") == Hooks.isTrue(wanted, "active")
                && wanted.mapAt("config").fields().entrySet().stream()
                        .filter(one -> !one.getKey().equals("secret"))
                        .allMatch(one ->
                                there.mapAt("config").find(one.getKey()).filter(one.getValue()::equals).isPresent());
    }

    private static Value.Mapping wanted(Hook hook) {
        var json = hook.manifest();
        var config = Value.object("url", hook.url(), "insecure_ssl", Hooks.isTrue(json, "insecure") ? "1" : "0");
        var type = json.textAt("contentType").orElse("");
        config = type.isEmpty() ? config : config.with("content_type", type);
        var secret = hook.secret("webhookSecret");
        config = secret.isEmpty() ? config : config.with("secret", secret.strip());
        boolean active = json.find("active").isEmpty() || Hooks.isTrue(json, "active");
        return Value.object("active", active, "events", json.listAt("events"), "config", config);
    }

    @Override
    public void remove(Hook hook, String place) throws IOException, InterruptedException {
        try (var api = api(hook)) {
            for (var there : find(api, hook, place)) {
                api.delete(path(place) + "/" + Hooks.id(there));
            }
        }
    }

    private List<Value.Mapping> find(Api api, Hook hook, String place) throws IOException, InterruptedException {
        for (int page = 1; page <= Hooks.PAGES; page++) {
            var hooks = Hooks.items(api.get(path(place) + "?per_page=" + PAGE + "&page=" + page));
            var found = Hooks.with(hooks, hook.url(), "config", "url");
            if (found.isPresent()) {
                return List.of(found.get());
            }
            if (hooks.size() < PAGE) {
                break;
            }
        }
        return List.of();
    }

    private static String path(String place) {
        if (place.startsWith(ORGANIZATION)) {
            return "/orgs/" + Api.encoded(place.substring(ORGANIZATION.length())) + "/hooks";
        }
        int slash = place.indexOf('/');
        return "/repos/"
                + Api.encoded(place.substring(0, slash))
                + "/"
                + Api.encoded(place.substring(slash + 1))
                + "/hooks";
    }

    private Api api(Hook hook) throws IOException, InterruptedException {
        var given = Api.base(hook, "githubBaseURL");
        var base = given.isEmpty() ? github : given;
        var token = hook.secret("apiToken");
        if (token.isEmpty()) {
            token = GithubApp.token(base, hook, Instant.now());
        }
        return new Api(base, Map.of("Authorization", Api.bearer(token), "Accept", "application/vnd.github+json"));
    }
}
