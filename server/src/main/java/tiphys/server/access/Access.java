package tiphys.server.access;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;
import tiphys.server.access.Subject.Credential;
import tiphys.server.follow.Followers;
import tiphys.server.http.Hosts;
import tiphys.server.http.Problem;

/// The one decision about a request: from where it comes, who sends it, and whether they may. Every face is behind it.
///
/// Today the token and the sessions made with it are the owner's, who may do everything; a service account acts inside,
/// where its roles are checked with what it does. A user with fewer rights is another [Subject], and [#refused] the place
/// where its roles are asked.
public final class Access {
    private static final Set<String> FOREIGN_SITES = Set.of("cross-site", "same-site");

    private final byte[] token;
    private final Set<String> hosts;
    private final Sessions sessions;
    private final Audit audit;

    /// @param hosts the names and addresses that a `Host` header may have
    public Access(String token, Set<String> hosts, Sessions sessions, Audit audit) {
        this.token = token.getBytes(StandardCharsets.UTF_8);
        this.hosts = hosts;
        this.sessions = sessions;
        this.audit = audit;
    }

    /// What was found out about who sends a request.
    ///
    /// @param problem what is wrong with the credential, or that there is none
    private record Known(Subject subject, Optional<Problem> problem) {}

    /// Decides. Who is let in is known to handlers as [Subject#of].
    ///
    /// @return why the request is refused; empty if it is let in
    public Optional<Problem> decide(Request request, Face face) {
        var known = authenticate(request);
        var refused = refusedPlace(request, face).or(() -> refused(face, known));
        audit.decided(request, face, known.subject(), refused);
        if (refused.isEmpty()) {
            known.subject().enter(request);
            request.setAttribute(Followers.CLIENT, known.subject().client());
        }
        return refused;
    }

    /// What a subject may do.
    private static Optional<Problem> refused(Face face, Known known) {
        return face.isOpen() || known.subject().isOwner() ? Optional.empty() : known.problem();
    }

    /// Why a request may not come in from where it comes, whoever sent it. A foreign `Host` is a page that had its name
    /// pointed here; a foreign `Origin` is a page of another site, or of another program's port on this machine. Where a
    /// browser sends no `Origin`, as with images and forms that only read, `Sec-Fetch-Site` tells.
    private Optional<Problem> refusedPlace(Request request, Face face) {
        if (!request.isSecure() && !Hosts.isFromHere(request)) {
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
        if (site != null && FOREIGN_SITES.contains(site) && !(face.hasPages() && followsLink(request))) {
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
    private static boolean followsLink(Request request) {
        return request.getMethod().equals("GET")
                && "navigate".equals(request.getHeaders().get("Sec-Fetch-Mode"))
                && "document".equals(request.getHeaders().get("Sec-Fetch-Dest"));
    }

    private Known authenticate(Request request) {
        var address =
                request.getConnectionMetaData().getRemoteSocketAddress() instanceof InetSocketAddress remote
                        ? remote.getHostString()
                        : "";
        var nobody = Subject.nobody(address);
        var authorization = request.getHeaders().get(HttpHeader.AUTHORIZATION);
        if (authorization != null && authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            if (!request.isSecure()) {
                return new Known(nobody, unknown("the token is taken over TLS only", "use the https:// address"));
            }
            var given = authorization.substring(7).strip().getBytes(StandardCharsets.UTF_8);
            return MessageDigest.isEqual(given, token)
                    ? new Known(Subject.owner(Credential.TOKEN, "token at " + address), Optional.empty())
                    : new Known(nobody, unknown("the token is not this server's", "take the one in its kubeconfig"));
        }
        for (var cookie : Request.getCookies(request)) {
            if (cookie.getName().equals(Sessions.COOKIE) && sessions.isValid(cookie.getValue())) {
                var client = "session " + cookie.getValue() + " at " + address;
                return new Known(Subject.owner(Credential.SESSION, client), Optional.empty());
            }
        }
        return new Known(
                nobody,
                unknown(
                        "the request has neither a token nor a session",
                        "send the token of the kubeconfig, or log in with the link that `tiphys open` prints"));
    }

    private static Optional<Problem> unknown(String message, String hint) {
        return Optional.of(
                new Problem(401, "TIP-4010", message, hint).header("WWW-Authenticate", "Bearer realm=\"tiphys\""));
    }

    private static String quoted(@Nullable String header) {
        return header == null ? "(none)" : "\"" + Hosts.shown(header) + "\"";
    }
}
