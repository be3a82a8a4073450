package tiphys.cli.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;
import tiphys.cli.terminal.CliError;
import tiphys.cli.terminal.ExitCode;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;

/// Follows what happens to objects after a version, as `kubectl get -w` does. A stream that the server ends is opened again
/// where it was.
public final class ObjectWatch {
    private static final String TABLES = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
    private static final String ERROR = "ERROR";

    /// The server writes an empty line each half minute.
    private static final Duration SILENCE = Duration.ofSeconds(75);

    /// Between the end of a stream and the next one.
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final Api api;
    private final String path;
    private final long end;
    private String version;

    /// @param path of the list, with what selects of it
    /// @param version of the list that was shown
    public ObjectWatch(Api api, String path, String version, Duration limit) {
        this.api = api;
        this.path = path;
        this.version = version;
        this.end = System.nanoTime() + limit.toNanos();
    }

    /// Hears of each change as a table of one row, until the time is over.
    ///
    /// @throws CliError if the server is gone, or does not remember the version any more
    public void follow(Consumer<Fields> changed) throws InterruptedException {
        while (System.nanoTime() < end) {
            try (var reply = api.open(target(), TABLES, silence())) {
                var lines = new BufferedReader(new InputStreamReader(reply.body(), StandardCharsets.UTF_8));
                for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (!line.isBlank()) {
                        take(Fields.of(Json.parse(line)), changed);
                    }
                }
            } catch (SocketTimeoutException e) {
                continue; // the time is over, or the line is dead: the loop finds out which
            } catch (IOException e) {
                throw api.unreachable(e);
            } catch (InvalidInput e) {
                throw CliError.of(ExitCode.FAILED, "TIP-7007", "the server's answer is no JSON")
                        .why(String.valueOf(e.getMessage()));
            }
            Thread.sleep(PAUSE);
        }
    }

    private String target() {
        return path
                + (path.contains("?") ? "&" : "?")
                + "watch=true&allowWatchBookmarks=true&resourceVersion="
                + Paths.part(version);
    }

    private Duration silence() {
        var left = Duration.ofNanos(Math.max(1_000_000, end - System.nanoTime()));
        return left.compareTo(SILENCE) < 0 ? left : SILENCE;
    }

    private void take(Fields event, Consumer<Fields> changed) {
        var object = event.in("object");
        if (event.text("type").equals(ERROR)) {
            throw CliError.of(ExitCode.FAILED, "", object.text("message")).hint("run the command again");
        }
        for (var row : object.items("rows")) {
            version = row.in("object").in("metadata").text("resourceVersion");
        }
        if (event.text("type").equals("BOOKMARK")) {
            var place = object.in("metadata").text("resourceVersion");
            version = place.isEmpty() ? version : place;
        } else {
            changed.accept(object);
        }
    }
}
