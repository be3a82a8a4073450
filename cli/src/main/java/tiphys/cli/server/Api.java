package tiphys.cli.server;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLException;
import tiphys.cli.terminal.CliError;
import tiphys.cli.terminal.ExitCode;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// The server as a command uses it: JSON in, JSON out, refusals as [CliError] with the server's own words. Requests that may
/// be repeated are, a few times within three seconds; the others are sent once.
public final class Api {
    /// How long the server may be silent in the middle of an answer.
    static final Duration SILENCE = Duration.ofSeconds(30);

    /// The feed has a sign of life each 15 s; three missed mean that the connection is dead.
    static final Duration FEED_SILENCE = Duration.ofSeconds(45);

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final int TRIES = 4;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(150);
    private static final long MAX_ANSWER_BYTES = 256L << 20;
    private static final byte[] NOTHING = {};

    /// The media types of bodies.
    static final String JSON = "application/json";

    static final String MERGE_PATCH = "application/merge-patch+json";

    /// An answer that is complete.
    public record Answer(int status, Value body) {}

    private final ServerPlace place;
    private final Duration firstPause;
    private final HttpExchange secure;
    private final Optional<HttpExchange> plain;
    private volatile boolean usePlain;

    public Api(ServerPlace place) {
        this(place, FIRST_PAUSE);
    }

    /// @param firstPause before the first repetition; each later one is three times as long
    Api(ServerPlace place, Duration firstPause) {
        this.place = place;
        this.firstPause = firstPause;
        var trust = new Trust(place.authority());
        this.secure = new HttpExchange(place.url(), trust);
        // TLS would cost more time than all the rest of a command; on loopback a session of a moment does as well.
        this.plain =
                place.token().isEmpty()
                        ? Optional.empty()
                        : place.plain().filter(Api::isLoopback).map(url -> new HttpExchange(url, trust));
        this.usePlain = plain.isPresent();
    }

    /// Whether an address leads to this machine.
    static boolean isLoopback(URI url) {
        try {
            return InetAddress.getByName(url.getHost()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /// Where the server is.
    public ServerPlace place() {
        return place;
    }

    /// Reads.
    ///
    /// @param path from the root, encoded
    public Value get(String path) {
        return expect(exchange("GET", path, Map.of("Accept", JSON), NOTHING));
    }

    /// Reads what may be absent.
    public Optional<Value> find(String path) {
        var answer = exchange("GET", path, Map.of("Accept", JSON), NOTHING);
        return answer.status() == 404 ? Optional.empty() : Optional.of(expect(answer));
    }

    /// Reads a list as the table that kubectl asks for.
    public Value table(String path) {
        var accept = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
        return expect(exchange("GET", path, Map.of("Accept", accept), NOTHING));
    }

    /// Asks for something to be done; sent once.
    public Value post(String path, Value body) {
        return expect(attempt("POST", path, body));
    }

    /// Asks for something to be done and leaves the refusal to the caller; sent once.
    public Answer attempt(String method, String path, Value body) {
        return exchange(method, path, Map.of("Accept", JSON, "Content-Type", JSON), Json.bytes(body));
    }

    /// Changes an object by a merge patch and leaves the refusal to the caller; sent once.
    public Answer attemptPatch(String path, Value patch) {
        var headers = Map.of("Accept", JSON, "Content-Type", MERGE_PATCH);
        return exchange("PATCH", path, headers, Json.bytes(patch));
    }

    /// Deletes; repeating it is harmless, but a repeated one would say "not found", so it is sent once.
    public Answer delete(String path) {
        var body = Value.object("propagationPolicy", "Background");
        return exchange("DELETE", path, Map.of("Accept", JSON, "Content-Type", JSON), Json.bytes(body));
    }

    /// Writes the bytes of an answer somewhere, as they come.
    ///
    /// @return how many
    /// @throws CliError if the server refuses, is not there, or the answer is cut off
    public long fetch(String path, OutputStream to) {
        try (var reply = open(path, "*/*", SILENCE)) {
            long bytes = reply.body().transferTo(to);
            var whole = reply.header("Content-Length");
            if (whole.isPresent() && Long.parseLong(whole.get()) != bytes) {
                throw new EOFException("the answer was cut off after " + bytes + " bytes");
            }
            return bytes;
        } catch (IOException e) {
            throw CliError.of(ExitCode.UNREACHABLE, "TIP-7203", "the bytes could not be fetched: " + e.getMessage())
                    .hint("try it again");
        }
    }

    /// Opens an answer that goes on; the caller closes it.
    ///
    /// @throws IOException if the server is not there (yet): the caller may try again
    /// @throws CliError if the server refuses
    HttpExchange.Reply open(String path, String accept, Duration silence) throws IOException {
        var reply = send(new HttpExchange.Request("GET", path, Map.of("Accept", accept), NOTHING), silence);
        if (reply.status() == 200) {
            return reply;
        }
        try (reply) {
            throw Refusals.of(place, reply.status(), body(reply));
        }
    }

    /// The answer's body, or the server's refusal as an error.
    public Value expect(Answer answer) {
        if (answer.status() >= 200 && answer.status() < 300) {
            return answer.body();
        }
        throw Refusals.of(place, answer.status(), answer.body());
    }

    private Answer exchange(String method, String path, Map<String, String> headers, byte[] body) {
        var request = new HttpExchange.Request(method, path, headers, body);
        boolean repeatable = method.equals("GET");
        var pause = firstPause;
        for (int tried = 1; ; tried++) {
            boolean last = !repeatable || tried == TRIES;
            try (var reply = send(request, SILENCE)) {
                if (reply.status() != 503 || last) {
                    return new Answer(reply.status(), body(reply));
                }
            } catch (IOException e) {
                // Nobody listening is not worth a second look; a connection that broke is.
                if (last || e instanceof ConnectException || e instanceof SSLException || !isBreak(e)) {
                    throw unreachable(e);
                }
            }
            LockSupport.parkNanos(pause.toNanos());
            pause = pause.multipliedBy(3);
        }
    }

    private static boolean isBreak(IOException e) {
        return e instanceof EOFException || e instanceof SocketException;
    }

    private HttpExchange.Reply send(HttpExchange.Request request, Duration silence) throws IOException {
        if (usePlain && plain.isPresent()) {
            var session = OwnSession.until(Instant.now().plus(OwnSession.LIFE), place.token());
            var own = request.with("Cookie", OwnSession.COOKIE + "=" + session);
            var reply = plain.get().send(own, CONNECT, silence);
            boolean refused = reply.status() == 401 || reply.status() == 403;
            if (!refused || plain.get().isTo(place.url())) {
                return reply;
            }
            reply.close(); // this server knows no such sessions, or has another clock
            usePlain = false;
        }
        var known = place.token().isEmpty() ? request : request.with("Authorization", "Bearer " + place.token());
        return secure.send(known, CONNECT, silence);
    }

    private static Value body(HttpExchange.Reply reply) throws IOException {
        var bytes = bounded(reply.body());
        if (bytes.length == 0) {
            return Value.Mapping.EMPTY;
        }
        if (!reply.header("content-type").orElse(JSON).contains("json")) {
            return Value.text(new String(bytes, java.nio.charset.StandardCharsets.UTF_8));
        }
        try {
            return Json.parseOwn(bytes);
        } catch (InvalidInput e) {
            throw CliError.of(ExitCode.FAILED, "TIP-7007", "the server's answer is not valid JSON")
                    .why(String.valueOf(e.getMessage()))
                    .hint("is something else listening at this address?");
        }
    }

    private static byte[] bounded(InputStream in) throws IOException {
        var bytes = in.readNBytes((int) MAX_ANSWER_BYTES);
        if (bytes.length == MAX_ANSWER_BYTES) {
            throw CliError.of(ExitCode.FAILED, "TIP-7007", "the server's answer is longer than 256 MiB");
        }
        return bytes;
    }

    /// The error of a server that does not answer.
    CliError unreachable(IOException e) {
        var address = usePlain ? place.plain().orElse(place.url()) : place.url();
        if (e instanceof SSLException) {
            return CliError.of(ExitCode.UNREACHABLE, "TIP-7006", "no trusted connection to " + address)
                    .why(String.valueOf(e.getMessage()))
                    .hint("name the server's certificate authority by TIPHYS_CA=FILE, or use --data DIR");
        }
        if (e instanceof SocketTimeoutException) {
            return CliError.of(ExitCode.UNREACHABLE, "TIP-7002", "the server at " + address + " does not answer")
                    .why("nothing came within " + SILENCE.toSeconds() + " s")
                    .hint("its log file says what it is doing: tiphys doctor");
        }
        var why = e instanceof UnknownHostException ? "its name is unknown" : String.valueOf(e.getMessage());
        return CliError.of(ExitCode.UNREACHABLE, "TIP-7002", "the server at " + address + " cannot be reached")
                .why(why)
                .fix(place.dataDirectory().isPresent() ? "tiphys doctor" : "tiphys status --server " + address);
    }
}
