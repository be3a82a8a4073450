package tiphys.connectors.hook;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tiphys.events.hook.Hook;
import tiphys.events.hook.Registrar;
import tiphys.manifest.Value;

/// Hooks of projects and groups of GitLab. What is not named among the events is switched off. GitLab never shows a hook's token, so it is
/// told anew when nobody knows of the hook.
final class GitlabHooks implements Registrar {
    private static final String GROUP = "group ";
    private static final int PAGE = 100;
    private static final List<String> SWITCHES =
            List.of(
                    "confidential_issues_events",
                    "confidential_note_events",
                    "emoji_events",
                    "issues_events",
                    "job_events",
                    "merge_requests_events",
                    "note_events",
                    "pipeline_events",
                    "push_events",
                    "tag_push_events",
                    "wiki_page_events");

    @Override
    public List<String> places(Hook hook) {
        var places = new ArrayList<String>();
        var json = hook.manifest();
        json.listAt("groups").forEach(group -> places.add(GROUP + text(group)));
        json.listAt("projects").forEach(project -> places.add(text(project)));
        json.textAt("projectID").filter(id -> !places.contains(id)).ifPresent(places::add);
        return places;
    }

    private static String text(Value item) {
        return switch (item) {
            case Value.Text(var text, _) -> text;
            case Value.Number(var literal, _) -> literal;
            case Value.Bool _, Value.Null _, Value.Sequence _, Value.Mapping _ -> "";
        };
    }

    @Override
    public void register(Hook hook, String place, Occasion occasion) throws IOException, InterruptedException {
        try (var api = api(hook)) {
            var wanted = wanted(hook);
            var there = find(api, hook, place);
            if (there.isEmpty()) {
                api.send("POST", path(place), wanted);
                return;
            }
            boolean untold = occasion == Occasion.FIRST && !hook.secret("secretToken").isEmpty();
            if (untold || !isAs(there.getFirst(), wanted)) {
                api.send("PUT", path(place) + "/" + Hooks.id(there.getFirst()), wanted);
            }
        }
    }

    private static boolean isAs(Value.Mapping there, Value.Mapping wanted) {
        return wanted.fields().entrySet().stream()
                .filter(one -> one.getValue() instanceof Value.Bool)
                .allMatch(one -> Hooks.isTrue(there, one.getKey()) == Hooks.isTrue(wanted, one.getKey()));
    }

    private static Value.Mapping wanted(Hook hook) {
        var fields = new TreeMap<String, Object>();
        SWITCHES.forEach(one -> fields.put(one, false));
        for (var event : hook.manifest().listAt("events")) {
            fields.put(switchOf(text(event)), true);
        }
        fields.put("url", hook.url());
        fields.put("enable_ssl_verification", Hooks.isTrue(hook.manifest(), "enableSSLVerification"));
        var token = hook.secret("secretToken");
        if (!token.isEmpty()) {
            fields.put("token", token.strip());
        }
        return (Value.Mapping) Value.of(fields);
    }

    /// `TagPushEvents` as GitLab's API calls it, `tag_push_events`.
    private static String switchOf(String event) {
        return event.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
    }

    @Override
    public void remove(Hook hook, String place) throws IOException, InterruptedException {
        try (var api = api(hook)) {
            for (var there : find(api, hook, place)) {
                api.delete(path(place) + "/" + Hooks.id(there));
            }
        }
    }

    private static List<Value.Mapping> find(Api api, Hook hook, String place) throws IOException, InterruptedException {
        for (int page = 1; page <= Hooks.PAGES; page++) {
            var hooks = Hooks.items(api.get(path(place) + "?per_page=" + PAGE + "&page=" + page));
            var found = Hooks.with(hooks, hook.url(), "url");
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
        return place.startsWith(GROUP)
                ? "/groups/" + Api.encoded(place.substring(GROUP.length())) + "/hooks"
                : "/projects/" + Api.encoded(place) + "/hooks";
    }

    private static Api api(Hook hook) {
        var base = Api.base(hook, "gitlabBaseURL");
        return new Api(
                base.endsWith("/api/v4") ? base : base + "/api/v4",
                Map.of("PRIVATE-TOKEN", hook.secret("accessToken").strip()));
    }
}
