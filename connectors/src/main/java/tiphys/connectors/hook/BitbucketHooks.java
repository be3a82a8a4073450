package tiphys.connectors.hook;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tiphys.events.hook.Hook;
import tiphys.events.hook.Registrar;
import tiphys.manifest.Value;

/// Hooks of repositories of Bitbucket Cloud. If the EventSource names a signing secret, the hook gets it.
final class BitbucketHooks implements Registrar {
    private static final String BITBUCKET = "https://api.bitbucket.org/2.0";
    private static final String SIGNING = "tiphys.io/signing-secret";

    private final String bitbucket;

    BitbucketHooks() {
        this(BITBUCKET);
    }

    /// @param bitbucket where its API is
    BitbucketHooks(String bitbucket) {
        this.bitbucket = bitbucket;
    }

    @Override
    public List<String> places(Hook hook) {
        var places = new ArrayList<String>();
        Hooks.objects(hook.manifest().listAt("repositories")).forEach(one -> places.add(place(one)));
        if (places.isEmpty()) {
            places.add(place(hook.manifest()));
        }
        return places;
    }

    private static String place(Value.Mapping json) {
        return json.textAt("owner").orElse("") + "/" + json.textAt("repositorySlug").orElse("");
    }

    @Override
    public void register(Hook hook, String place, Occasion occasion) throws IOException, InterruptedException {
        try (var api = api(hook)) {
            var wanted =
                    Value.object(
                            "description",
                            "Tiphys",
                            "url",
                            hook.url(),
                            "active",
                            true,
                            "events",
                            hook.manifest().listAt("events"));
            var secret = hook.secret(SIGNING);
            wanted = secret.isEmpty() ? wanted : wanted.with("secret", secret.strip());
            var there = find(api, hook, place);
            if (there.isEmpty()) {
                api.send("POST", path(place), wanted);
            } else if ((occasion == Occasion.FIRST && !secret.isEmpty())
                    || !Hooks.isTrue(there.getFirst(), "active")
                    || !Hooks.areSame(there.getFirst().listAt("events"), wanted.listAt("events"))) {
                api.send("PUT", path(place) + "/" + id(there.getFirst()), wanted);
            }
        }
    }

    @Override
    public void remove(Hook hook, String place) throws IOException, InterruptedException {
        try (var api = api(hook)) {
            for (var there : find(api, hook, place)) {
                api.delete(path(place) + "/" + id(there));
            }
        }
    }

    private static List<Value.Mapping> find(Api api, Hook hook, String place) throws IOException, InterruptedException {
        for (int page = 1; page <= Hooks.PAGES; page++) {
            var answer = Hooks.object(api.get(path(place) + "?pagelen=100&page=" + page));
            var found = Hooks.with(answer.listAt("values"), hook.url(), "url");
            if (found.isPresent()) {
                return List.of(found.get());
            }
            if (answer.find("next").isEmpty()) {
                break;
            }
        }
        return List.of();
    }

    /// With braces around it.
    private static String id(Value.Mapping hook) {
        return Api.encoded(hook.textAt("uuid").orElse(""));
    }

    private static String path(String place) {
        int slash = place.indexOf('/');
        return "/repositories/"
                + Api.encoded(place.substring(0, slash))
                + "/"
                + Api.encoded(place.substring(slash + 1))
                + "/hooks";
    }

    private Api api(Hook hook) {
        var token = hook.secret("auth.oauthToken");
        var credentials =
                token.isEmpty()
                        ? Api.basic(hook.secret("auth.basic.username"), hook.secret("auth.basic.password"))
                        : Api.bearer(token);
        return new Api(bitbucket, Map.of("Authorization", credentials));
    }
}
