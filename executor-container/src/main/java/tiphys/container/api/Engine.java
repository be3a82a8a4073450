package tiphys.container.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// A container engine of this machine: Docker, or podman, which speaks the same. Every call blocks and is bounded in time; what fails
/// is an [EngineFailed]. Safe for every thread.
public final class Engine {
    /// Both engines know this version; a newer one may mean something else.
    private static final String VERSION = "/v1.41";

    private static final Duration QUICK = Duration.ofSeconds(10);
    private static final Duration USUAL = Duration.ofMinutes(2);
    private static final Duration LONG = Duration.ofMinutes(30);
    private static final int MOST_TEXT = 4 << 20;
    private static final int OK = 200;
    private static final String STAT = "x-docker-container-path-stat";

    /// As Go writes modes of files.
    private static final int DIRECTORY_BIT = 31;

    private static final EngineSocket.Body NOTHING = new EngineSocket.Body.None();

    private final Path path;
    private final EngineSocket socket;
    private final Identity identity;

    /// What answers at a socket.
    ///
    /// @param isPodman else it is Docker
    /// @param rootless whether it runs as an ordinary user
    /// @param labelsFiles whether the system gives files labels that keep containers from them
    /// @param limitless whether it cannot hold containers to limits
    public record Identity(boolean isPodman, String version, boolean rootless, boolean labelsFiles, boolean limitless) {
        /// Its name and version, for people.
        public String text() {
            return (isPodman ? "podman " : "Docker ") + version;
        }
    }

    private Engine(Path path, EngineSocket socket, Identity identity) {
        this.path = path;
        this.socket = socket;
        this.identity = identity;
    }

    /// The engine behind a socket.
    ///
    /// @throws EngineFailed if none answers there
    public static Engine at(Path path) throws EngineFailed {
        var socket = new EngineSocket(path);
        try (var answer = socket.ask("GET", "/_ping", Map.of(), NOTHING, QUICK)) {
            if (answer.status() != OK) {
                throw new EngineFailed(answer.status(), path + " answers, but not as a container engine does");
            }
            var podman = answer.headers().get("libpod-api-version");
            var info = json(socket, "GET", VERSION + "/info");
            var options = info.listAt("SecurityOptions").stream().map(Json::text).toList();
            return new Engine(
                    path,
                    socket,
                    new Identity(
                            podman != null,
                            info.textAt("ServerVersion").orElse(""),
                            rootless(info, options),
                            options.stream().anyMatch(one -> one.contains("selinux")),
                            !info.find("MemoryLimit").equals(Optional.of(Value.bool(true)))
                                    || (info.textAt("CgroupVersion").orElse("").equals("1")
                                            && rootless(info, options))));
        }
    }

    private static boolean rootless(Value info, List<String> options) {
        return info.find("Rootless").equals(Optional.of(Value.bool(true)))
                || options.stream().anyMatch(one -> one.contains("rootless"));
    }

    public Identity identity() {
        return identity;
    }

    /// The engine's socket.
    public Path path() {
        return path;
    }

    /// What is known of an image; empty if it is not here.
    public Optional<Image> image(String reference) throws EngineFailed {
        try {
            return Optional.of(Image.of(reference, json("GET", "/images/" + segment(reference) + "/json")));
        } catch (EngineFailed e) {
            if (e.isMissing()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /// Fetches an image.
    ///
    /// @param login `X-Registry-Auth`; empty for none
    /// @param progress hears how far it is, in words
    public void pull(String reference, Optional<Value> login, Consumer<String> progress) throws EngineFailed {
        var name = ImageName.of(reference);
        var target =
                "/images/create"
                        + query(
                                name.isDigest()
                                        ? Map.of("fromImage", name.text())
                                        : Map.of("fromImage", name.repository(), "tag", name.tag()));
        var headers = new LinkedHashMap<String, String>();
        login.ifPresent(
                value -> headers.put("X-Registry-Auth", Base64.getUrlEncoder().encodeToString(Json.bytes(value))));
        try (var answer = socket.ask("POST", VERSION + target, headers, NOTHING, LONG)) {
            fail(answer, "POST", target);
            new PullProgress(progress).read(answer.body());
        } catch (EngineFailed e) {
            throw e;
        } catch (IOException e) {
            throw new EngineFailed("the engine went away while it fetched " + reference + ": " + e.getMessage(), e);
        }
    }

    /// Makes an image of one layer out of a tar, under a name.
    public void load(String reference, EngineTar tar, List<String> changes) throws EngineFailed {
        var query = new StringBuilder("/images/create?fromSrc=-");
        changes.forEach(change -> query.append("&changes=").append(encoded(change)));
        var name = ImageName.of(reference);
        query.append("&repo=").append(encoded(name.repository())).append("&tag=").append(encoded(name.tag()));
        var body = new EngineSocket.Body.Written("application/x-tar", tar::write);
        var id = "";
        try (var answer = ask("POST", query.toString(), body, USUAL)) {
            for (var line : answer.text(MOST_TEXT).lines().toList()) {
                id = Json.parse(line).textAt("status").filter(text -> text.startsWith("sha256:")).orElse(id);
            }
        } catch (EngineFailed e) {
            throw e;
        } catch (IOException | InvalidInput e) {
            throw new EngineFailed(0, "the engine did not take the image " + reference + ": " + e.getMessage());
        }
        if (identity.isPodman()) { // which gives it no name
            done(
                    "POST",
                    "/images/" + segment(id) + "/tag" + query(Map.of("repo", name.repository(), "tag", name.tag())));
        }
    }

    /// Gives an image another name.
    public void tag(String reference, String another) throws EngineFailed {
        var name = ImageName.of(another);
        done(
                "POST",
                "/images/"
                        + segment(ImageName.of(reference).text())
                        + "/tag"
                        + query(Map.of("repo", name.repository(), "tag", name.tag())));
    }

    /// Makes a container; its name is a claim, which one caller alone gets.
    ///
    /// @return its id
    /// @throws EngineFailed if it cannot be made, or one of this name is there
    public String create(String name, Value.Mapping body) throws EngineFailed {
        var target = "/containers/create" + query(Map.of("name", name));
        var content = new EngineSocket.Body.Bytes("application/json", Json.bytes(body));
        try (var answer = ask("POST", target, content, USUAL)) {
            return parsed(answer, target)
                    .textAt("Id")
                    .orElseThrow(() -> new EngineFailed(0, "a container without an id"));
        }
    }

    /// How a container is; empty if there is none.
    public Optional<Container> find(String container) throws EngineFailed {
        try {
            return Optional.of(Container.of(json("GET", "/containers/" + segment(container) + "/json")));
        } catch (EngineFailed e) {
            if (e.isMissing()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /// The names and labels of all containers that bear a label.
    public List<Listed> list(String label) throws EngineFailed {
        var filters = Json.write(Value.object("label", List.of(label)));
        var target = "/containers/json" + query(Map.of("all", "true", "filters", filters));
        var all = new ArrayList<Listed>();
        try (var answer = ask("GET", target, NOTHING, USUAL)) {
            var text = answer.text(Integer.MAX_VALUE);
            if (Json.parse(text) instanceof Value.Sequence(var items, _)) {
                items.forEach(item -> all.add(Listed.of(item)));
            }
            return all;
        } catch (EngineFailed e) {
            throw e;
        } catch (IOException | InvalidInput e) {
            throw new EngineFailed(0, "the list of containers cannot be read: " + e.getMessage());
        }
    }

    /// A container as lists show it.
    public record Listed(String id, Map<String, String> labels) {
        static Listed of(Value item) {
            var labels = new LinkedHashMap<String, String>();
            item.mapAt("Labels").fields().forEach((name, value) -> labels.put(name, Json.text(value)));
            return new Listed(item.textAt("Id").orElse(""), labels);
        }
    }

    /// Starts a container. One that has ended is started again by both engines: whoever calls has looked.
    public void start(String container) throws EngineFailed {
        done("POST", "/containers/" + segment(container) + "/start");
    }

    /// Waits for the end of a container that was started.
    ///
    /// @param patience after which it is not waited for any longer
    /// @return its exit code; empty if it has not ended by then
    public OptionalInt await(String container, Duration patience) throws EngineFailed {
        // podman looks each quarter of a second, where it is not told otherwise by its own API
        var target =
                identity.isPodman()
                        ? "/v4.0.0/libpod/containers/" + segment(container) + "/wait?condition=stopped&interval=20ms"
                        : VERSION + "/containers/" + segment(container) + "/wait";
        long until = System.nanoTime() + patience.toNanos();
        try (var answer = socket.ask("POST", target, Map.of(), NOTHING, patience)) {
            fail(answer, "POST", target);
            var text = answer.text(MOST_TEXT).strip();
            return OptionalInt.of(
                    identity.isPodman() && !text.startsWith("{")
                            ? Integer.parseInt(text)
                            : Integer.parseInt(Json.parse(text).find("StatusCode").map(Json::text).orElse("-1")));
        } catch (EngineFailed e) {
            if (e.isUnreachable() && System.nanoTime() >= until) {
                return OptionalInt.empty();
            }
            throw e;
        } catch (IOException | InvalidInput | NumberFormatException e) {
            if (System.nanoTime() >= until) {
                return OptionalInt.empty();
            }
            throw new EngineFailed("the engine went away while a container ran: " + e.getMessage(), new IOException(e));
        }
    }

    /// Signals a container; nothing happens to one that does not run.
    public void kill(String container, String signal) throws EngineFailed {
        try {
            done("POST", "/containers/" + segment(container) + "/kill" + query(Map.of("signal", signal)));
        } catch (EngineFailed e) {
            if (e.isUnreachable() || find(container).filter(Container::isRunning).isPresent()) {
                throw e;
            }
        }
    }

    /// Removes a container with its anonymous volumes; one that is not there counts as removed.
    ///
    /// @param force whether one that runs is ended
    public void remove(String container, boolean force) throws EngineFailed {
        try {
            done("DELETE", "/containers/" + segment(container) + "?v=true&force=" + force);
        } catch (EngineFailed e) {
            if (!e.isMissing() && !e.said().contains("already in progress")) {
                throw e;
            }
        }
    }

    /// What a container printed, from its beginning. Blocks until it ends, if it is followed.
    public void logs(String container, Follow follow, LogFrames.Sink sink) throws IOException {
        var target =
                "/containers/"
                        + segment(container)
                        + "/logs?stdout=true&stderr=true&follow="
                        + (follow == Follow.TO_THE_END);
        try (var answer = ask("GET", target, NOTHING, follow == Follow.TO_THE_END ? Duration.ZERO : USUAL)) {
            LogFrames.read(answer.body(), sink);
        }
    }

    /// How much of a log is read.
    public enum Follow {
        /// What there is now.
        AS_IT_IS,
        /// All of it, as it comes.
        TO_THE_END
    }

    /// What is at a path of a container. What is a [Archive.Content] is to be closed.
    public Archive archive(String container, String file) throws EngineFailed {
        var target = "/containers/" + segment(container) + "/archive" + query(Map.of("path", file));
        var answer = socket.ask("GET", VERSION + target, Map.of(), NOTHING, LONG);
        try {
            fail(answer, "GET", target);
            return new Archive.Content(
                    new java.io.FilterInputStream(answer.body()) {
                        @Override
                        public void close() {
                            answer.close();
                        }
                    });
        } catch (EngineFailed e) {
            answer.close();
            if (e.isMissing()) {
                // podman follows a link itself, but not to a volume
                var link = stat(answer).textAt("linkTarget").orElse("");
                return link.isEmpty() || link.equals(file) ? new Archive.Missing() : new Archive.Link(link);
            }
            throw e;
        }
    }

    /// What is at a path of a container.
    public sealed interface Archive {
        /// A tar, whose first entry it is.
        record Content(InputStream in) implements Archive {}

        /// A link that the engine does not follow.
        record Link(String target) implements Archive {}

        record Missing() implements Archive {}
    }

    /// Whether a directory is at a path of a container.
    public boolean isDirectory(String container, String file) throws EngineFailed {
        var target = "/containers/" + segment(container) + "/archive" + query(Map.of("path", file));
        try (var answer = socket.ask("HEAD", VERSION + target, Map.of(), NOTHING, USUAL)) {
            return stat(answer)
                    .find("mode")
                    .filter(Value.Number.class::isInstance)
                    .map(mode -> ((((Value.Number) mode).decimal().longValue() >> DIRECTORY_BIT) & 1) == 1)
                    .orElse(false);
        }
    }

    private static Value stat(EngineSocket.Answer answer) {
        try {
            return Json.parse(Base64.getDecoder().decode(answer.headers().getOrDefault(STAT, "e30=")));
        } catch (IllegalArgumentException | InvalidInput _) {
            return Value.Mapping.EMPTY;
        }
    }

    /// Runs a program in a container that runs, and drops what it prints.
    ///
    /// @return its exit code; empty if it took too long
    public OptionalInt run(String container, List<String> command, Duration patience) throws EngineFailed {
        var body = Value.object("Cmd", command, "AttachStdout", true, "AttachStderr", true);
        var target = "/containers/" + segment(container) + "/exec";
        String id;
        try (var answer =
                ask("POST", target, new EngineSocket.Body.Bytes("application/json", Json.bytes(body)), QUICK)) {
            id = parsed(answer, target).textAt("Id").orElse("");
        }
        var start =
                new EngineSocket.Body.Bytes(
                        "application/json", Json.bytes(Value.object("Detach", false, "Tty", false)));
        try (var answer = ask("POST", "/exec/" + segment(id) + "/start", start, patience)) {
            answer.body().transferTo(OutputStream.nullOutputStream());
        } catch (EngineFailed e) {
            throw e;
        } catch (IOException _) {
            return OptionalInt.empty();
        }
        var ended = json("GET", "/exec/" + segment(id) + "/json");
        return ended.find("ExitCode").filter(Value.Number.class::isInstance).stream()
                .mapToInt(code -> ((Value.Number) code).decimal().intValue())
                .findFirst();
    }

    private EngineSocket.Answer ask(String method, String target, EngineSocket.Body body, Duration patience)
            throws EngineFailed {
        var answer = socket.ask(method, VERSION + target, Map.of(), body, patience);
        try {
            fail(answer, method, target);
            return answer;
        } catch (EngineFailed e) {
            answer.close();
            throw e;
        }
    }

    private void done(String method, String target) throws EngineFailed {
        try (var answer = ask(method, target, NOTHING, USUAL)) {
            answer.body().transferTo(OutputStream.nullOutputStream());
        } catch (EngineFailed e) {
            throw e;
        } catch (IOException e) {
            throw new EngineFailed("the engine went away during " + method + " " + target + ": " + e.getMessage(), e);
        }
    }

    private Value json(String method, String target) throws EngineFailed {
        return json(socket, method, VERSION + target);
    }

    private static Value json(EngineSocket socket, String method, String target) throws EngineFailed {
        try (var answer = socket.ask(method, target, Map.of(), NOTHING, USUAL)) {
            fail(answer, method, target);
            return parsed(answer, target);
        }
    }

    private static Value parsed(EngineSocket.Answer answer, String target) throws EngineFailed {
        try {
            return Json.parse(answer.text(MOST_TEXT));
        } catch (IOException e) {
            throw new EngineFailed("the engine went away while it answered " + target + ": " + e.getMessage(), e);
        } catch (InvalidInput e) {
            throw new EngineFailed(
                    answer.status(), "the engine answered " + target + " with what is no JSON: " + e.getMessage());
        }
    }

    private static void fail(EngineSocket.Answer answer, String method, String target) throws EngineFailed {
        if (answer.status() / 100 == 2 || answer.status() == 304) {
            return;
        }
        var text = "";
        try {
            text = answer.text(MOST_TEXT);
            text = Json.parse(text).textAt("message").orElse(text);
        } catch (IOException | InvalidInput _) {
            // its words, as they are
        }
        throw new EngineFailed(
                answer.status(),
                text.isBlank()
                        ? "the engine answered %s %s with %d".formatted(method, target, answer.status())
                        : text.strip());
    }

    private static String query(Map<String, String> parameters) {
        var query = new StringBuilder();
        parameters.forEach((name, value) ->
                query.append(query.isEmpty() ? '?' : '&').append(name).append('=').append(encoded(value)));
        return query.toString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }

    /// A part of a path, in which slashes and colons of image names stay.
    private static String segment(String text) {
        return encoded(text).replace("%2F", "/").replace("%3A", ":").replace("%40", "@");
    }
}
