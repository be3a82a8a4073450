package tiphys.server;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import tiphys.server.http.Answers;
import tiphys.server.http.Problem;

/// Serves the web application from `ui/` on the class path. A path without a file's ending is one of the application's own
/// and gets its page; files with a hash in their name never change.
final class Application {
    private static final Pattern HASHED = Pattern.compile(".*-[A-Za-z0-9]{8,}\\.[a-z0-9.]+");
    private static final Pattern SAFE = Pattern.compile("(/[A-Za-z0-9_][A-Za-z0-9_.-]*)+");
    private static final Map<String, String> TYPES =
            Map.ofEntries(
                    Map.entry("html", "text/html; charset=utf-8"),
                    Map.entry("js", "text/javascript; charset=utf-8"),
                    Map.entry("css", "text/css; charset=utf-8"),
                    Map.entry("json", "application/json"),
                    Map.entry("map", "application/json"),
                    Map.entry("txt", "text/plain; charset=utf-8"),
                    Map.entry("svg", "image/svg+xml"),
                    Map.entry("png", "image/png"),
                    Map.entry("ico", "image/x-icon"),
                    Map.entry("woff2", "font/woff2"),
                    Map.entry("webmanifest", "application/manifest+json"));

    private static final String NOT_BUILT =
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Tiphys</title>"
                    + "<h1>Tiphys is running</h1><p>This build has no web application; the API and the commands work.</p>";

    /// Answers a path that no API has.
    void serve(String path, Response response, Callback callback) throws IOException {
        var name = path.substring(path.lastIndexOf('/') + 1);
        int dot = name.lastIndexOf('.');
        var type = dot < 0 ? Optional.<String>empty() : Optional.ofNullable(TYPES.get(ending(name, dot)));
        if (type.isPresent() && SAFE.matcher(path).matches()) {
            var file = read(path);
            if (file.isEmpty()) {
                Answers.problem(response, callback, new Problem(404, "TIP-4040", "there is no file " + path, ""));
                return;
            }
            response.getHeaders()
                    .put(
                            HttpHeader.CACHE_CONTROL,
                            HASHED.matcher(name).matches() ? "public, max-age=31536000, immutable" : "no-cache");
            Answers.bytes(response, callback, 200, type.get(), file.get());
            return;
        }
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-cache");
        var page = read("/index.html");
        if (page.isPresent()) {
            Answers.bytes(response, callback, 200, "text/html; charset=utf-8", page.get());
        } else {
            Answers.html(response, callback, 200, NOT_BUILT);
        }
    }

    private static String ending(String name, int dot) {
        return name.substring(dot + 1).toLowerCase(Locale.ROOT);
    }

    private static Optional<byte[]> read(String path) throws IOException {
        try (var in = Application.class.getResourceAsStream("/ui" + path)) {
            return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
        }
    }
}
