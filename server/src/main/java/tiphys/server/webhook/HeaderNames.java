package tiphys.server.webhook;

import java.util.List;
import java.util.Set;

/// Header names as Go writes them, and which of them carry tokens.
final class HeaderNames {
    /// What Argo puts in the place of a token.
    static final String MASKED = "*** Masked Auth Secret ***";

    /// Not in the headers that a Go handler sees.
    private static final Set<String> HIDDEN = Set.of("Host", "Transfer-Encoding", "Trailer");

    /// Names that do not say it by one of the words below.
    private static final Set<String> SECRET =
            Set.of(
                    "Authorization",
                    "Proxy-Authorization",
                    "Cookie",
                    "Apikey",
                    "X-Goog-Iap-Jwt-Assertion",
                    "Ocp-Apim-Subscription-Key",
                    "X-Functions-Key");

    /// What senders call what only they and the receiver know, or what proves that they know it.
    private static final List<String> SECRET_WORDS = List.of("Signature", "Hmac", "Password", "Secret");

    private static final List<String> SECRET_ENDS = List.of("-Token", "-Sig", "-Api-Key", "-Apikey", "-Auth");

    private HeaderNames() {}

    static boolean isHidden(String name) {
        return HIDDEN.contains(name);
    }

    /// Whether a header carries a secret, by its canonical name.
    ///
    /// @param named names that the EventSource gives, canonical
    static boolean isSecret(String name, Set<String> named) {
        return SECRET.contains(name) || named.contains(name) || saysSo(name);
    }

    private static boolean saysSo(String name) {
        for (var word : SECRET_WORDS) {
            if (name.contains(word)) {
                return true;
            }
        }
        for (var end : SECRET_ENDS) {
            if (name.endsWith(end) || name.equals(end.substring(1))) {
                return true;
            }
        }
        return false;
    }

    /// `content-type` as `Content-Type`; a name that is no token stays as it is.
    static String canonical(String name) {
        var canonical = new char[name.length()];
        var upper = true;
        var changed = false;
        for (int i = 0; i < canonical.length; i++) {
            char c = name.charAt(i);
            if (!isTokenCharacter(c)) {
                return name;
            }
            char wanted = c;
            if (upper && c >= 'a' && c <= 'z') {
                wanted = (char) (c - 32);
            } else if (!upper && c >= 'A' && c <= 'Z') {
                wanted = (char) (c + 32);
            }
            changed |= wanted != c;
            canonical[i] = wanted;
            upper = c == '-';
        }
        return changed ? new String(canonical) : name;
    }

    private static boolean isTokenCharacter(char c) {
        return c < 127 && (Character.isLetterOrDigit(c) || "!#$%&'*+-.^_`|~".indexOf(c) >= 0);
    }
}
