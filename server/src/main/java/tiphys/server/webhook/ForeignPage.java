package tiphys.server.webhook;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import tiphys.events.webhook.WebhookSenders;
import tiphys.server.http.Hosts;

/// A request that a browser sent for a web page of another place. A listener on loopback is for programs of this machine; a
/// page that its user happens to look at must neither start anything there nor learn anything from it, and browsers send
/// many kinds of requests without asking. Programs that are no browsers send none of the headers by which it is known.
///
/// @param why by what it is known
/// @param what was found, fit to be shown
record ForeignPage(Why why, String what) {
    private static final Set<String> FOREIGN_SITES = Set.of("cross-site", "same-site");

    /// By what a foreign page is known.
    enum Why {
        /// Its origin is neither the listener's nor one that the EventSource allows.
        ORIGIN,
        /// The browser sends no origin, but says that the page is of another site or another program's.
        SITE,
        /// The name is not one of this machine's: a page had its own name pointed here.
        HOST;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// What a request is, if it was sent on this machine.
    ///
    /// @param names what the listener may be called by
    static Optional<ForeignPage> of(Request request, Set<String> names, WebhookSenders senders) {
        if (!Hosts.isFromHere(request)) {
            return Optional.empty();
        }
        var headers = request.getHeaders();
        var host = headers.get(HttpHeader.HOST);
        if (host != null && !isName(Hosts.nameOf(host), names, senders)) {
            return Optional.of(new ForeignPage(Why.HOST, Hosts.shown(host)));
        }
        var origin = headers.get(HttpHeader.ORIGIN);
        if (origin != null) {
            return isAllowed(origin, senders) || isOwn(origin, host)
                    ? Optional.empty()
                    : Optional.of(new ForeignPage(Why.ORIGIN, Hosts.shown(origin)));
        }
        var site = headers.get("Sec-Fetch-Site");
        return site != null && FOREIGN_SITES.contains(site)
                ? Optional.of(new ForeignPage(Why.SITE, site))
                : Optional.empty();
    }

    /// An address is nobody's to point elsewhere, a name is.
    private static boolean isName(String host, Set<String> names, WebhookSenders senders) {
        return names.contains(host)
                || host.endsWith(".localhost")
                || host.matches("[0-9.]+|[0-9a-f]*:[0-9a-f:.]*")
                || senders.origins().stream()
                        .anyMatch(origin -> Hosts.nameOf(origin.substring(origin.indexOf("//") + 2)).equals(host));
    }

    static boolean isAllowed(String origin, WebhookSenders senders) {
        return !senders.origins().isEmpty() && senders.origins().contains(origin.toLowerCase(Locale.ROOT));
    }

    private static boolean isOwn(String origin, @org.jspecify.annotations.Nullable String host) {
        return host != null && origin.equalsIgnoreCase("http://" + host);
    }
}
