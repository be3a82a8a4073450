package tiphys.server.webhook;

import java.util.Set;

/// Header names as Go writes them, and which of them carry tokens.
final class HeaderNames {
    /// What Argo puts in the place of a token.
    static final String MASKED = "*** Masked Auth Secret ***";

    /// Not in the headers that a Go handler sees.
    private static final Set<String> HIDDEN = Set.of("Host", "Transfer-Encoding", "Trailer");

    private static final Set<String> SECRET =
            Set.of(
                    "Authorization",
                    "Proxy-Authorization",
                    "Cookie",
                    "X-Api-Key",
                    "Api-Key",
                    "Apikey",
                    "X-Access-Token",
                    "X-Auth-Token",
                    "X-Csrf-Token",
                    "X-Gitlab-Token",
                    "X-Gitea-Token",
                    "X-Vault-Token",
                    "X-Amz-Security-Token",
                    "X-Goog-Iap-Jwt-Assertion",
                    "X-Webhook-Token",
                    "X-Webhook-Secret",
                    "Ocp-Apim-Subscription-Key",
                    "Private-Token",
                    "Job-Token");

    private HeaderNames() {}

    static boolean isHidden(String name) {
        return HIDDEN.contains(name);
    }

    static boolean isSecret(String name) {
        return SECRET.contains(name);
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
