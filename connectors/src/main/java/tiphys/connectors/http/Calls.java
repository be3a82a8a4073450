package tiphys.connectors.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tiphys.connectors.line.Causes;
import tiphys.events.action.Answer;
import tiphys.events.action.TriggerFailed;

/// Makes requests. Redirects are followed as Go's client does, but what is secret is sent to the first server alone. Safe for every
/// thread.
public final class Calls {
    private static final int REDIRECTS = 10;
    private static final Set<Integer> AS_GET = Set.of(301, 302, 303);
    private static final Set<Integer> AS_IT_WAS = Set.of(307, 308);
    private static final Set<String> SENSITIVE = Set.of("authorization", "cookie", "www-authenticate");

    /// What the client writes itself.
    private static final Set<String> OWN =
            Set.of("content-length", "connection", "transfer-encoding", "expect", "upgrade", "te", "trailer");

    static {
        // the client reads it once; without it no manifest could say to whom a request is
        if (System.getProperty("jdk.httpclient.allowRestrictedHeaders") == null) {
            System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host");
        }
    }

    /// A header; one that is secret does not go where a redirect leads.
    public record Header(String name, String value, boolean secret) {}

    /// One request.
    public record Call(String method, String url, List<Header> headers, byte[] body, Duration timeout) {
        public Call {
            headers = List.copyOf(headers);
        }
    }

    /// What came back.
    ///
    /// @param body no longer than was asked for
    public record Reply(int status, HttpHeaders headers, byte[] body) {
        public Optional<String> header(String name) {
            return headers.firstValue(name);
        }

        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        /// As it is kept.
        public Answer answer() {
            return new Answer(Integer.toString(status), text());
        }
    }

    private final HttpClient client;

    /// @param tls whom it believes, and who it is
    public Calls(Tls tls) {
        client =
                HttpClient.newBuilder()
                        .sslContext(tls.context())
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(Duration.ofSeconds(30))
                        .executor(Executors.newVirtualThreadPerTaskExecutor())
                        .build();
    }

    /// Makes the request, and those that its answers lead to.
    ///
    /// @param longest how many bytes of the answer are read
    /// @throws IOException if there is no answer
    /// @throws TriggerFailed if it is no request that could be made
    public Reply make(Call call, int longest) throws IOException, InterruptedException, TriggerFailed {
        return make(call, longest, _ -> {});
    }

    /// Says whether an address may be asked.
    public interface Guarding {
        void check(String url) throws TriggerFailed;
    }

    /// Makes the request, and those that its answers lead to, where they may lead.
    ///
    /// @param longest how many bytes of the answer are read
    /// @throws IOException if there is no answer
    /// @throws TriggerFailed if it is no request that could be made
    public Reply make(Call call, int longest, Guarding guarding)
            throws IOException, InterruptedException, TriggerFailed {
        long until = System.nanoTime() + call.timeout().toNanos();
        var first = uri(call.url());
        var here = first;
        var method = call.method();
        var body = call.body();
        for (int followed = 0; ; followed++) {
            var response = send(call, first, here, method, body, until);
            try (var in = response.body()) {
                var next = response.headers().firstValue("Location");
                boolean asGet = AS_GET.contains(response.statusCode());
                if (next.isEmpty() || !(asGet || AS_IT_WAS.contains(response.statusCode()))) {
                    return new Reply(response.statusCode(), response.headers(), in.readNBytes(longest));
                }
                if (followed == REDIRECTS) {
                    throw new TriggerFailed(call.url() + ": stopped after " + REDIRECTS + " redirects");
                }
                if (asGet && !method.equals("GET") && !method.equals("HEAD")) {
                    method = "GET";
                    body = new byte[0];
                }
                here = uri(here.resolve(next.get()).toString());
                guarding.check(here.toString());
            }
        }
    }

    private HttpResponse<InputStream> send(Call call, URI first, URI uri, String method, byte[] body, long until)
            throws IOException, InterruptedException, TriggerFailed {
        var coming = client.sendAsync(request(call, first, uri, method, body), BodyHandlers.ofInputStream());
        try {
            return coming.get(Math.max(1, until - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new IOException(call.url() + " did not answer within " + call.timeout().toSeconds() + " s", e);
        } catch (CancellationException e) {
            throw new IOException(call.url() + ": the request was broken off", e);
        } catch (ExecutionException e) {
            throw new IOException(call.url() + ": " + words(e.getCause() == null ? e : e.getCause(), uri), e);
        } finally {
            coming.cancel(true);
        }
    }

    private static String words(Throwable failure, URI uri) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException) {
                return "there is no host " + uri.getHost();
            }
            if (cause instanceof HttpTimeoutException) {
                return "it did not answer in time";
            }
        }
        return Causes.words(failure);
    }

    private static HttpRequest request(Call call, URI first, URI uri, String method, byte[] body) throws TriggerFailed {
        boolean secure = uri.getScheme().equals("https");
        var builder =
                HttpRequest.newBuilder(uri)
                        .version(secure ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1)
                        .setHeader("User-Agent", "tiphys");
        if (method.equals("GET") && body.length == 0) {
            builder.GET(); // else it would say that its body is empty
        } else {
            builder.method(method, body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        }
        for (var header : call.headers()) {
            var name = header.name().toLowerCase(Locale.ROOT);
            boolean guarded = header.secret() || SENSITIVE.contains(name) || name.equals("host");
            if (OWN.contains(name) || (guarded && !sameServer(first, uri))) {
                continue;
            }
            try {
                builder.setHeader(header.name(), header.value());
            } catch (IllegalArgumentException e) {
                throw new TriggerFailed("the header \"" + header.name() + "\" has a name or a value that HTTP forbids");
            }
        }
        return builder.build();
    }

    private static boolean sameServer(URI first, URI other) {
        return first.getScheme().equals(other.getScheme())
                && first.getHost().equalsIgnoreCase(other.getHost())
                && first.getPort() == other.getPort();
    }

    private static URI uri(String url) throws TriggerFailed {
        try {
            var uri = new URI(url);
            var scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            if ((scheme.equals("http") || scheme.equals("https")) && uri.getHost() != null) {
                return uri;
            }
        } catch (URISyntaxException _) {
            // said below
        }
        throw new TriggerFailed("\"" + url + "\" is no address of a server, such as https://example.com/path");
    }
}
