package tiphys.server;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;
import tiphys.server.follow.Followers;
import tiphys.server.http.Hosts;
import tiphys.server.http.Problem;

/// Decides who may come in: the bearer token over TLS, the session cookie of a browser, and from nowhere but the hosts that
/// the server is known by. Knows no routes.
final class Access {
    private static final Set<String> FOREIGN_SITES = Set.of("cross-site", "same-site");

    private final byte[] token;
    private final Set<String> hosts;
    private final Sessions sessions;

    /// @param hosts the names and addresses that a `Host` header may have
    Access(String token, Set<String> hosts, Sessions sessions) {
        this.token = token.getBytes(StandardCharsets.UTF_8);
        this.hosts = hosts;
        this.sessions = sessions;
    }

    /// Why a request may not come in from where it comes, whoever sent it. A foreign `Host` is a page that had its name
    /// pointed here; a foreign `Origin` is a page of another site, or of another program's port on this machine. Where a browser
    /// sends no `Origin`, as with images and forms that only read, `Sec-Fetch-Site` tells.
    ///
    /// @param page whether what is asked for is a page that shows itself and does nothing else
    Optional<Problem> refusedPlace(Request request, boolean page) {
        if (!request.isSecure() && !Hosts.isLoopback(request.getConnectionMetaData().getRemoteSocketAddress())) {
            return Optional.of(
                    new Problem(
                            403,
                            "TIP-4032",
                            "plain HTTP is served on this machine only",
                            "use https:// and the token of the kubeconfig"));
        }
        var host = request.getHeaders().get(HttpHeader.HOST);
        if (host == null || !hosts.contains(Hosts.nameOf(host))) {
            return Optional.of(
                    new Problem(
                            403,
                            "TIP-4030",
                            "the server is not known by the Host " + quoted(host),
                            "use localhost or 127.0.0.1, or start the server with --host"));
        }
        var origin = request.getHeaders().get(HttpHeader.ORIGIN);
        if (origin != null && !origin.equals((request.isSecure() ? "https://" : "http://") + host)) {
            return Optional.of(
                    new Problem(
                            403,
                            "TIP-4031",
                            "pages of the Origin " + quoted(origin) + " may not call this server",
                            "open the server's own page"));
        }
        var site = request.getHeaders().get("Sec-Fetch-Site");
        if (site != null && FOREIGN_SITES.contains(site) && !mayBeLinkedTo(request, page)) {
            return Optional.of(
                    new Problem(
                            403,
                            "TIP-4034",
                            "a page of another site or program may not call this server",
                            "open the server's own page; pages elsewhere may link to it, and no more"));
        }
        return Optional.empty();
    }

    /// Following a link shows one of the server's own pages in place of the other.
    private static boolean mayBeLinkedTo(Request request, boolean page) {
        return page
                && request.getMethod().equals("GET")
                && "navigate".equals(request.getHeaders().get("Sec-Fetch-Mode"))
                && "document".equals(request.getHeaders().get("Sec-Fetch-Dest"));
    }

    /// Why a request is not known to come from the owner; empty if it is.
    Optional<Problem> refusedCaller(Request request) {
        var authorization = request.getHeaders().get(HttpHeader.AUTHORIZATION);
        if (authorization != null && authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            if (!request.isSecure()) {
                return Optional.of(unknown("the token is taken over TLS only", "use the https:// address"));
            }
            var given = authorization.substring(7).strip().getBytes(StandardCharsets.UTF_8);
            if (!MessageDigest.isEqual(given, token)) {
                return Optional.of(unknown("the token is not this server's", "take the one in its kubeconfig"));
            }
            known(request, "token");
            return Optional.empty();
        }
        for (var cookie : Request.getCookies(request)) {
            if (cookie.getName().equals(Sessions.COOKIE) && sessions.isValid(cookie.getValue())) {
                known(request, cookie.getValue());
                return Optional.empty();
            }
        }
        return Optional.of(
                unknown(
                        "the request has neither a token nor a session",
                        "send the token of the kubeconfig, or log in with the link that `tiphys open` prints"));
    }

    /// The server's owner may sit at several places: a client is what it is let in by, together with where it is.
    private static void known(Request request, String by) {
        var remote =
                request.getConnectionMetaData().getRemoteSocketAddress() instanceof InetSocketAddress address
                        ? address.getHostString()
                        : "";
        request.setAttribute(Followers.CLIENT, by + " at " + remote);
    }

    private static Problem unknown(String message, String hint) {
        return new Problem(401, "TIP-4010", message, hint).header("WWW-Authenticate", "Bearer realm=\"tiphys\"");
    }

    private static String quoted(@Nullable String header) {
        return header == null ? "(none)" : "\"" + Hosts.shown(header) + "\"";
    }
}
