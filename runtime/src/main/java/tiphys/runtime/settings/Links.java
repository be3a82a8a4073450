package tiphys.runtime.settings;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import tiphys.engine.run.view.RunView;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// What the settings have shown beside a Workflow: `links` of the scope `workflow`, with what stands at the paths of the Workflow that
/// their URLs name (`${metadata.name}`, `${status.startedAtEpoch}`).
public final class Links {
    /// The scope of what is shown.
    static final String SCOPE = "workflow";

    private static final Pattern PATH = Pattern.compile("\\$\\{([^}]*)}");

    /// A link leads to a page, and runs nothing.
    private static final Pattern PAGE = Pattern.compile("(?i)(https?://|/(?!/)).*", Pattern.DOTALL);

    private Links() {}

    /// The links of a Workflow, each with `name` and `url`.
    public static List<Value> of(ControllerSettings settings, RunView run, Instant now) {
        var links = new ArrayList<Value>();
        for (var link : settings.links()) {
            var url = url(link.textAt("url").orElse(""), object(run, now));
            if (link.textAt("scope").orElse("").equals(SCOPE) && PAGE.matcher(url).matches()) {
                links.add(
                        Value.object(
                                "name",
                                link.textAt("name").orElse(""),
                                "url",
                                url,
                                "target",
                                link.textAt("target").orElse("")));
            }
        }
        return links;
    }

    /// The Workflow with the times that Argo adds; what has not ended ends now.
    private static Value object(RunView run, Instant now) {
        var started = run.startedAt().orElse(now);
        var finished = run.finishedAt().orElse(now);
        return run.workflow()
                .with(
                        "status",
                        Value.object(
                                "phase",
                                run.phase(),
                                "startedAt",
                                started.toString(),
                                "finishedAt",
                                finished.toString(),
                                "startedAtEpoch",
                                started.toEpochMilli(),
                                "finishedAtEpoch",
                                finished.toEpochMilli()));
    }

    private static String url(String pattern, Value object) {
        return PATH.matcher(pattern)
                .replaceAll(found -> java.util.regex.Matcher.quoteReplacement(at(object, found.group(1))));
    }

    /// A label's name may have dots itself, so whatever fits is looked for.
    private static String at(Value object, String path) {
        return find(object, path).filter(value -> !(value instanceof Value.Mapping)).map(Links::plain).orElse("");
    }

    private static Optional<Value> find(Value object, String path) {
        if (!(object instanceof Value.Mapping(var fields, _, _))) {
            return Optional.empty();
        }
        if (fields.containsKey(path)) {
            return Optional.of(fields.get(path));
        }
        for (int dot = path.indexOf('.'); dot > 0; dot = path.indexOf('.', dot + 1)) {
            var inner = fields.get(path.substring(0, dot));
            var found = inner == null ? Optional.<Value>empty() : find(inner, path.substring(dot + 1));
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /// As part of a URL.
    private static String plain(Value value) {
        return java.net.URLEncoder.encode(Json.text(value), java.nio.charset.StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%2F", "/")
                .replace("%3A", ":");
    }
}
