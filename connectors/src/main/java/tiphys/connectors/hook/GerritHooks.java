package tiphys.connectors.hook;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tiphys.events.hook.Hook;
import tiphys.events.hook.Registrar;
import tiphys.manifest.Value;

/// Hooks of projects of Gerrit, which its plugin `webhooks` keeps by their names. One of that name that leads elsewhere is changed.
final class GerritHooks implements Registrar {
    @Override
    public List<String> places(Hook hook) {
        var places = new ArrayList<String>();
        for (var item : hook.manifest().listAt("projects")) {
            if (item instanceof Value.Text(var project, _)) {
                places.add(project);
            }
        }
        return places;
    }

    @Override
    public void register(Hook hook, String place, Occasion occasion) throws IOException, InterruptedException {
        try (var api = api(hook)) {
            var there = there(api, hook, place);
            var json = hook.manifest();
            var wanted =
                    Value.object(
                            "url",
                            hook.url(),
                            "events",
                            json.listAt("events"),
                            "sslVerify",
                            Hooks.isTrue(json, "sslVerify"));
            var tries = json.find("maxTries");
            wanted = tries.isPresent() ? wanted.with("maxTries", tries.get()) : wanted;
            if (!there.textAt("url").equals(wanted.textAt("url"))
                    || Hooks.isTrue(there, "sslVerify") != Hooks.isTrue(wanted, "sslVerify")
                    || !Hooks.areSame(there.listAt("events"), wanted.listAt("events"))) {
                api.send("PUT", path(place) + name(hook), wanted);
            }
        }
    }

    /// The one of the hook's name.
    private static Value.Mapping there(Api api, Hook hook, String place) throws IOException, InterruptedException {
        return Hooks.object(api.get(path(place))).mapAt(hook.manifest().textAt("hookName").orElse(""));
    }

    @Override
    public void remove(Hook hook, String place) throws IOException, InterruptedException {
        try (var api = api(hook)) {
            if (there(api, hook, place).textAt("url").filter(hook.url()::equals).isPresent()) {
                api.delete(path(place) + name(hook));
            }
        }
    }

    private static String path(String place) {
        return "/config/server/webhooks~projects/" + Api.encoded(place) + "/remotes/";
    }

    private static String name(Hook hook) {
        return Api.encoded(hook.manifest().textAt("hookName").orElse(""));
    }

    /// With credentials all paths begin with `/a`.
    private static Api api(Hook hook) {
        return new Api(
                Api.base(hook, "gerritBaseURL") + "/a",
                Map.of("Authorization", Api.basic(hook.secret("auth.username"), hook.secret("auth.password"))));
    }
}
