package tiphys.artifacts.web;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import tiphys.artifacts.driver.Driver.Place;
import tiphys.engine.Artifacts.Trouble;

/// Requests to the servers that keep artifacts; redirects are not followed. What goes wrong between here and there is [Trouble] that
/// may be better when tried again. Blocks; safe for every thread.
public final class Web {
    private static final Duration CONNECT = Duration.ofSeconds(10);

    /// From the request's first byte to the answer's; what is sent is sent in that time.
    private static final Duration ANSWER = Duration.ofMinutes(10);

    private static final Duration SILENCE = Duration.ofSeconds(60);
    private static final Duration AT_ONCE = Duration.ofSeconds(2);
    private static final int MOST_STALE = 4;

    private final HttpClient client;
    private final Duration silence;

    public Web() {
        this(builder().build());
    }

    public Web(HttpClient client) {
        this(client, SILENCE);
    }

    /// @param silence how long a server may send nothing in the middle of an answer
    Web(HttpClient client, Duration silence) {
        this.client = client;
        this.silence = silence;
    }

    /// A client as this class uses it, to be made special.
    public static HttpClient.Builder builder() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT);
    }

    /// A request that does not wait for ever.
    ///
    /// @throws Trouble if no request can be made to there
    public static HttpRequest.Builder request(URI uri) throws Trouble {
        try {
            return HttpRequest.newBuilder(uri).timeout(ANSWER);
        } catch (IllegalArgumentException e) {
            throw new Trouble(Trouble.Kind.REFUSED, "the request cannot be made: " + e.getMessage(), e);
        }
    }

    /// An address that a manifest names.
    ///
    /// @throws Trouble if it is none
    public static URI uri(String text) throws Trouble {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new Trouble(Trouble.Kind.REFUSED, "no URL: " + text, e);
        }
    }

    /// Of a field of a place, `https://` before it if it names no protocol.
    public static URI endpoint(Place place, String field) throws Trouble {
        var text = place.text(field);
        return uri((text.contains("://") ? text : "https://" + text).replaceAll("/+$", ""));
    }

    /// A part of a file as the body of a request.
    public static BodyPublisher body(Path file, long from, long bytes) {
        return bytes == 0
                ? BodyPublishers.noBody()
                : BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> new Slice(file, from, bytes)), bytes);
    }

    /// Asks. A connection that was open already may be one that the server has just closed: then it is asked again at once. The answer
    /// is to be closed.
    ///
    /// @param request one that does no harm when half of it came before; see [#once]
    public Answer ask(HttpRequest request) throws Trouble {
        return ask(request, MOST_STALE);
    }

    /// Asks, and leaves it to the caller what to do when the connection is lost. The answer is to be closed.
    public Answer once(HttpRequest request) throws Trouble {
        return ask(request, 0);
    }

    private Answer ask(HttpRequest request, int most) throws Trouble {
        for (int stale = 0; ; stale++) {
            long begun = System.nanoTime();
            try {
                var response = client.send(request, BodyHandlers.ofInputStream());
                return new Answer(response.statusCode(), response.headers(), new Attended(response.body(), silence));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Trouble(Trouble.Kind.UNAVAILABLE, "the server is ending", e);
            } catch (ConnectException | HttpTimeoutException e) {
                throw trouble(request, e);
            } catch (IOException e) {
                if (stale >= most || System.nanoTime() - begun > AT_ONCE.toNanos()) {
                    throw trouble(request, e);
                }
            }
        }
    }

    private static Trouble trouble(HttpRequest request, IOException e) {
        return new Trouble(
                Trouble.Kind.UNAVAILABLE, "%s \"%s\": %s".formatted(method(request), shown(request), why(e)), e);
    }

    /// Without what may be a secret: signatures stand behind the question mark.
    private static String shown(HttpRequest request) {
        return request.uri().toString().replaceFirst("\\?.*", "");
    }

    /// As Go's client says it: `Get "URL": what went wrong`.
    private static String method(HttpRequest request) {
        return request.method().charAt(0) + request.method().substring(1).toLowerCase(Locale.ROOT);
    }

    private static String why(IOException e) {
        return switch (e) {
            case ConnectException refused when refused.getCause() instanceof UnresolvedAddressException ->
                    "nobody knows the host";
            case ConnectException refused when refused.getMessage() == null -> "connection refused";
            case HttpTimeoutException _ -> "it does not answer";
            default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        };
    }
}
