package tiphys.connectors.hook;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tiphys.events.hook.Hook;
import tiphys.events.hook.Registrar;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Hooks of repositories of Bitbucket Server and Data Center; a project stands for all repositories that it has by then.
final class BitbucketServerHooks implements Registrar {
    private static final String PROJECT = "project ";
    private static final String SECRET = "webhookSecret";

    @Override
    public List<String> places(Hook hook) {
        var places = new ArrayList<String>();
        var json = hook.manifest();
        Hooks.objects(json.listAt("repositories")).forEach(one -> places.add(place(one)));
        json.textAt("repositorySlug").ifPresent(_ -> places.add(place(json)));
        for (var item : json.listAt("projects")) {
            if (item instanceof Value.Text(var project, _)) {
                places.add(PROJECT + project);
            }
        }
        return places;
    }

    private static String place(Value.Mapping json) {
        return json.textAt("projectKey").orElse("") + "/" + json.textAt("repositorySlug").orElse("");
    }

    @Override
    public void register(Hook hook, String place, Occasion occasion) throws IOException, InterruptedException {
        try (var api = api(hook)) {
            var wanted =
                    Value.object(
                            "name",
                            "Tiphys",
                            "url",
                            hook.url(),
                            "active",
                            true,
                            "events",
                            hook.manifest().listAt("events"));
            var secret = hook.secret(SECRET);
            // an empty secret is answered with 500
            wanted = secret.isEmpty() ? wanted : wanted.with("configuration", Value.object("secret", secret.strip()));
            for (var path : paths(api, place)) {
                var there = Hooks.with(pages(api, path), hook.url(), "url");
                if (there.isEmpty()) {
                    api.send("POST", path, wanted);
                } else if ((occasion == Occasion.FIRST && !secret.isEmpty())
                        || !Hooks.isTrue(there.get(), "active")
                        || !Hooks.areSame(there.get().listAt("events"), wanted.listAt("events"))) {
                    api.send("PUT", path + "/" + Hooks.id(there.get()), wanted);
                }
            }
        }
    }

    @Override
    public void remove(Hook hook, String place) throws IOException, InterruptedException {
        try (var api = api(hook)) {
            for (var path : paths(api, place)) {
                var there = Hooks.with(pages(api, path), hook.url(), "url");
                if (there.isPresent()) {
                    api.delete(path + "/" + Hooks.id(there.get()));
                }
            }
        }
    }

    private static List<String> paths(Api api, String place) throws IOException, InterruptedException {
        var paths = new ArrayList<String>();
        if (place.startsWith(PROJECT)) {
            var project = place.substring(PROJECT.length());
            var repositories = pages(api, "/api/1.0/projects/" + Api.encoded(project) + "/repos");
            Hooks.objects(repositories)
                    .flatMap(one -> one.textAt("slug").stream())
                    .forEach(slug -> paths.add(path(project, slug)));
        } else {
            int slash = place.indexOf('/');
            paths.add(path(place.substring(0, slash), place.substring(slash + 1)));
        }
        return paths;
    }

    private static String path(String project, String repository) {
        return "/api/1.0/projects/" + Api.encoded(project) + "/repos/" + Api.encoded(repository) + "/webhooks";
    }

    private static List<Value> pages(Api api, String path) throws IOException, InterruptedException {
        var all = new ArrayList<Value>();
        var start = "0";
        for (int page = 0; page < Hooks.PAGES; page++) {
            var answer = Hooks.object(api.get(path + "?limit=100&start=" + start));
            all.addAll(answer.listAt("values"));
            var next = answer.find("nextPageStart").filter(Value.Number.class::isInstance);
            if (next.isEmpty() || Hooks.isTrue(answer, "isLastPage")) {
                break;
            }
            start = Json.text(next.get());
        }
        return all;
    }

    private static Api api(Hook hook) throws IOException {
        return new Api(
                Api.base(hook, "bitbucketserverBaseURL"),
                Map.of("Authorization", Api.bearer(hook.secret("accessToken")), "X-Atlassian-Token", "no-check"),
                HookTls.of(hook));
    }
}
