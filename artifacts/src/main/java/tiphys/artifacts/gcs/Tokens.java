package tiphys.artifacts.gcs;

import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tiphys.artifacts.driver.Driver.Place;
import tiphys.artifacts.driver.Secrets;
import tiphys.artifacts.web.Web;
import tiphys.engine.Artifacts.Trouble;
import tiphys.identity.GoogleToken;

/// The tokens that Google gave, until shortly before they end. Safe for every thread.
final class Tokens {
    private static final String SCOPE = "https://www.googleapis.com/auth/devstorage.read_write";
    private static final Duration BEFORE = Duration.ofMinutes(5);
    private static final int MOST = 32;

    private final Secrets secrets;
    private final HttpClient http = Web.builder().build();
    private final Map<String, GoogleToken> given = new LinkedHashMap<>(16, 0.75f, true);

    Tokens(Secrets secrets) {
        this.secrets = secrets;
    }

    /// Whose token a place is asked with.
    @FunctionalInterface
    interface Source {
        /// @return empty if nobody is asked who is there
        Optional<String> token(Place place) throws IOException;
    }

    /// @throws Trouble if there are no credentials, or Google gives none for them
    String of(Place place) throws IOException {
        var credentials = credentials(place);
        var now = Instant.now();
        synchronized (given) {
            var known = given.get(credentials);
            if (known != null && known.until().isAfter(now.plus(BEFORE))) {
                return known.text();
            }
        }
        var token = ask(credentials, now); // not while others wait for it
        synchronized (given) {
            given.put(credentials, token);
            if (given.size() > MOST) {
                given.remove(given.keySet().iterator().next());
            }
        }
        return token.text();
    }

    private GoogleToken ask(String credentials, Instant now) throws Trouble {
        try {
            return GoogleToken.of(credentials, SCOPE, http, now);
        } catch (GoogleToken.Refused e) {
            throw new Trouble(Trouble.Kind.REFUSED, String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new Trouble(Trouble.Kind.UNAVAILABLE, "Google's server of tokens: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Trouble(Trouble.Kind.UNAVAILABLE, "the server is ending", e);
        }
    }

    private String credentials(Place place) throws IOException {
        var named = secrets.text(place, "serviceAccountKeySecret");
        if (named.isPresent()) {
            return named.get();
        }
        return GoogleToken.ofThisMachine()
                .orElseThrow(() ->
                        new Trouble(
                                Trouble.Kind.REFUSED,
                                "there are no Google credentials: name them by serviceAccountKeySecret, or set"
                                        + " GOOGLE_APPLICATION_CREDENTIALS for the server"));
    }
}
