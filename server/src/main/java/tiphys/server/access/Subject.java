package tiphys.server.access;

import org.eclipse.jetty.server.Request;

/// Who asks.
///
/// @param user the name by which roles know them, and audits; `admin` for the server's owner
/// @param by what they are known by
/// @param client tells one client of a user from another: a session or the token, and the address
public record Subject(String user, Credential by, String client) {
    private static final String ATTRIBUTE = "tiphys.subject";

    /// By what somebody is known.
    public enum Credential {
        /// Nothing.
        NONE,
        /// The token of the kubeconfig.
        TOKEN,
        /// A browser's session.
        SESSION
    }

    static Subject nobody(String address) {
        return new Subject("", Credential.NONE, address);
    }

    static Subject owner(Credential by, String client) {
        return new Subject("admin", by, client);
    }

    boolean isOwner() {
        return by != Credential.NONE;
    }

    /// Who asks, of a request that was let in.
    ///
    /// @throws IllegalStateException if nobody decided about it, which is a bug
    public static Subject of(Request request) {
        if (request.getAttribute(ATTRIBUTE) instanceof Subject subject) {
            return subject;
        }
        throw new IllegalStateException("a request reached its handler past the decision of access");
    }

    void enter(Request request) {
        request.setAttribute(ATTRIBUTE, this);
    }
}
