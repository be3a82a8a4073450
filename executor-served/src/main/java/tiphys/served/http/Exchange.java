package tiphys.served.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;

/// Makes requests as Argo's agent makes them, which is as Go's client does: redirects are followed, the system's certificates
/// are believed, proxies come from the environment. Errors are told in that client's words. What Go sends to every server that a
/// redirect leads to, the value of a Secret among it, is sent to the first server alone. Safe for every thread.
public final class Exchange {
    /// How long an answer's body may be.
    public static final int LONGEST_BODY = 16 << 20;

    /// What a request may take that names no time.
    private static final Duration LONGEST = Duration.ofHours(24);

    private static final int REDIRECTS = 10;
    private static final Set<Integer> AS_GET = Set.of(301, 302, 303);
    private static final Set<Integer> AS_IT_WAS = Set.of(307, 308);
    private static final Set<String> SENSITIVE = Set.of("authorization", "www-authenticate", "cookie", "cookie2");

    /// What the client writes itself.
    private static final Set<String> OWN =
            Set.of("content-length", "connection", "transfer-encoding", "expect", "upgrade", "te", "trailer");

    private static final String ILLEGAL = " \"<>\\^`{|}";

    static {
        // the client reads it once; without it no template could say to whom a request is
        if (System.getProperty("jdk.httpclient.allowRestrictedHeaders") == null) {
            System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host");
        }
    }

    private final Supplier<HttpClient> verifying;
    private final Supplier<HttpClient> blind;

    /// @param environment of the process, for proxies and certificates
    public Exchange(Map<String, String> environment) {
        var proxies = new EnvironmentProxies(environment);
        verifying = once(() -> client(proxies).sslContext(Trust.verifying(environment)).build());
        blind = once(() -> client(proxies).sslContext(Trust.blind()).build());
    }

    private static HttpClient.Builder client(EnvironmentProxies proxies) {
        return HttpClient.newBuilder()
                .proxy(proxies)
                .followRedirects(HttpClient.Redirect.NEVER)
                .executor(Executors.newVirtualThreadPerTaskExecutor());
    }

    /// Made when it is first asked for: reading certificates takes its time.
    private static Supplier<HttpClient> once(Supplier<HttpClient> made) {
        var known = new AtomicReference<HttpClient>();
        return () -> {
            synchronized (known) {
                var client = known.get();
                if (client == null) {
                    client = made.get();
                    known.set(client);
                }
                return client;
            }
        };
    }

    /// Says why there is no answer.
    static final class Failed extends Exception {
        private static final long serialVersionUID = 1;

        Failed(String why) {
            super(why, null, false, false);
        }

        String why() {
            return String.valueOf(getMessage());
        }
    }

    /// Makes the request, and those that its answers lead to.
    ///
    /// @throws Failed if there is no answer
    Answer of(Call call) throws Failed, InterruptedException {
        long until = System.nanoTime() + call.timeout().orElse(LONGEST).toNanos();
        var first = uri(call, call.url());
        var here = first;
        var method = call.verb();
        var body = call.body();
        var headers = call.headers();
        Optional<URI> before = Optional.empty();
        for (int followed = 0; ; followed++) {
            var response = send(call, here, method, body, headers, before, until);
            var next = response.headers().firstValue("Location");
            boolean asGet = AS_GET.contains(response.statusCode());
            if (next.isEmpty() || !(asGet || AS_IT_WAS.contains(response.statusCode()))) {
                return new Answer(response.statusCode(), response.headers().map(), response.body());
            }
            if (followed == REDIRECTS) {
                throw failed(call, next.get(), "stopped after " + REDIRECTS + " redirects");
            }
            var there = uri(call, resolved(here, next.get()));
            boolean relative = !next.get().contains("://");
            if (asGet && !method.equals("GET") && !method.equals("HEAD")) {
                method = "GET";
                body = new byte[0];
            }
            headers = kept(headers, first, there, relative);
            before =
                    here.getScheme().equals("https") && there.getScheme().equals("http")
                            ? Optional.empty()
                            : Optional.of(here);
            here = there;
        }
    }

    private static String resolved(URI here, String location) {
        try {
            return here.resolve(encoded(location)).toString();
        } catch (IllegalArgumentException e) {
            return location;
        }
    }

    /// The headers that a redirect takes along.
    private static List<Call.Header> kept(List<Call.Header> headers, URI first, URI there, boolean relative) {
        var kept = new ArrayList<Call.Header>();
        for (var header : headers) {
            boolean guarded = header.secret() || SENSITIVE.contains(header.name().toLowerCase(Locale.ROOT));
            boolean goes = !guarded || meantFor(first, there, header.secret());
            if (header.host() ? relative : goes) {
                kept.add(header);
            }
        }
        return kept;
    }

    /// Whether what was given to one server may be given to another: the same over a connection that is as safe, or, of what the
    /// manifest itself holds, one below it.
    private static boolean meantFor(URI first, URI there, boolean secret) {
        if (first.getScheme().equals("https") && !there.getScheme().equals("https")) {
            return false;
        }
        var one = String.valueOf(first.getHost()).toLowerCase(Locale.ROOT);
        var other = String.valueOf(there.getHost()).toLowerCase(Locale.ROOT);
        boolean samePort =
                port(first) == port(there) || (first.getScheme().equals("http") && there.getScheme().equals("https"));
        return secret ? one.equals(other) && samePort : other.equals(one) || other.endsWith("." + one);
    }

    private static int port(URI uri) {
        return uri.getPort() >= 0 ? uri.getPort() : uri.getScheme().equals("https") ? 443 : 80;
    }

    private HttpResponse<byte[]> send(
            Call call,
            URI uri,
            String method,
            byte[] body,
            List<Call.Header> headers,
            Optional<URI> referrer,
            long until)
            throws Failed, InterruptedException {
        var request = request(call, uri, method, body, headers, referrer);
        var client = call.unverified() ? blind.get() : verifying.get();
        var coming = client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LONGEST_BODY));
        try {
            return coming.get(Math.max(1, until - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw failed(call, uri.toString(), "context deadline exceeded");
        } catch (ExecutionException e) {
            throw failed(call, uri.toString(), words(e.getCause() == null ? e : e.getCause(), uri));
        } catch (CancellationException e) {
            throw new InterruptedException();
        } finally {
            coming.cancel(true);
        }
    }

    private static HttpRequest request(
            Call call, URI uri, String method, byte[] body, List<Call.Header> headers, Optional<URI> referrer)
            throws Failed {
        var builder = HttpRequest.newBuilder(uri);
        builder.version(
                uri.getScheme().equals("https") && !call.unverified()
                        ? HttpClient.Version.HTTP_2
                        : HttpClient.Version.HTTP_1_1);
        try {
            if (method.equals("GET") && body.length == 0) {
                builder.GET(); // else it would say that its body is empty
            } else {
                builder.method(method, body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
            }
        } catch (IllegalArgumentException e) {
            throw new Failed("net/http: invalid method \"" + method + "\"");
        }
        builder.setHeader("User-Agent", "tiphys");
        referrer.filter(one -> headers.stream().noneMatch(header -> header.name().equalsIgnoreCase("referer")))
                .ifPresent(one -> builder.setHeader("Referer", one.toString()));
        var named = new java.util.HashSet<String>();
        for (var header : headers) {
            var name = header.name().toLowerCase(Locale.ROOT);
            if (OWN.contains(name)) {
                continue;
            }
            try {
                if (name.equals("user-agent") && named.add(name)) {
                    builder.setHeader(header.name(), header.value());
                } else {
                    builder.header(header.name(), header.value());
                }
            } catch (IllegalArgumentException e) {
                throw failed(
                        call,
                        call.url(),
                        "net/http: invalid header field "
                                + (header.secret() ? "value" : "or value")
                                + " for \""
                                + header.name()
                                + "\"");
            }
        }
        return builder.build();
    }

    /// An address as it is written, of which Go takes more than Java does.
    private static URI uri(Call call, String url) throws Failed {
        URI uri;
        try {
            uri = new URI(encoded(url));
        } catch (URISyntaxException e) {
            throw new Failed("parse \"" + url + "\": " + e.getReason());
        }
        var scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw failed(call, url, "unsupported protocol scheme \"" + scheme + "\"");
        }
        if (uri.getHost() == null || uri.getHost().isEmpty()) {
            throw failed(call, url, "http: no Host in request URL");
        }
        return uri;
    }

    private static String encoded(String url) {
        var out = new StringBuilder();
        url.codePoints()
                .forEach(point -> {
                    if (point > 0x7f || ILLEGAL.indexOf(point) >= 0) {
                        var hex = HexFormat.of().withUpperCase();
                        for (byte one : Character.toString(point).getBytes(StandardCharsets.UTF_8)) {
                            out.append('%').append(hex.toHexDigits(one));
                        }
                    } else {
                        out.appendCodePoint(point);
                    }
                });
        return out.toString();
    }

    private static Failed failed(Call call, String url, String why) {
        return new Failed(call.operation() + " \"" + masked(url) + "\": " + why);
    }

    /// An address without the password in it.
    static String masked(String url) {
        return url.replaceFirst("^([A-Za-z][-+.A-Za-z0-9]*://[^/@:]*):[^/@]*@", "$1:***@");
    }

    /// A failure as Go's client tells it.
    private static String words(Throwable failure, URI uri) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
                return "dial tcp: lookup " + uri.getHost() + ": no such host";
            }
            if (cause instanceof HttpTimeoutException) {
                return "context deadline exceeded";
            }
            if (cause instanceof SSLException refused) {
                var text = String.valueOf(refused.getMessage());
                return text.contains("PKIX")
                        ? "tls: failed to verify certificate: x509: certificate signed by unknown authority"
                        : "tls: " + text;
            }
        }
        var text = String.valueOf(failure.getMessage());
        if (failure instanceof ConnectException) {
            return "dial tcp " + address(uri) + ": connect: connection refused";
        }
        if (text.contains("exceeds capacity") || text.contains("body exceeds")) {
            return "the body of the answer is longer than " + (LONGEST_BODY >> 20) + " MiB";
        }
        if (failure instanceof IOException && (text.contains("EOF") || text.contains("received no bytes"))) {
            return "EOF";
        }
        return text.contains("Connection reset") ? "read tcp: connection reset by peer" : text;
    }

    private static String address(URI uri) {
        int port = port(uri);
        try {
            var address = new InetSocketAddress(InetAddress.getByName(uri.getHost()), port);
            var host = address.getAddress().getHostAddress();
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        } catch (UnknownHostException e) {
            return uri.getHost() + ":" + port;
        }
    }
}
