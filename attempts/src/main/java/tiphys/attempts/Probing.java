package tiphys.attempts;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import tiphys.engine.Readiness;
import tiphys.engine.Readiness.Question;

/// Asks daemons whether they answer. Sooner than Kubernetes does where that would wait long: once a second at least.
public final class Probing {
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(50);

    private Probing() {}

    /// Asks until enough answers in a row are good. Blocks.
    ///
    /// @param alive whether it is of use to ask on
    /// @param asked asks once, and bounds its own time
    /// @return whether it answers; else it is over
    public static boolean untilReady(Readiness readiness, BooleanSupplier alive, Asked asked)
            throws InterruptedException {
        Thread.sleep(readiness.delay());
        int good = 0;
        while (alive.getAsBoolean()) {
            good = asked.good(readiness) ? good + 1 : 0;
            if (good >= readiness.successes()) {
                return true;
            }
            Thread.sleep(pause(readiness.period()));
        }
        return false;
    }

    /// One question.
    @FunctionalInterface
    public interface Asked {
        boolean good(Readiness readiness) throws InterruptedException;
    }

    private static Duration pause(Duration period) {
        var shorter = period.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : period;
        return shorter.compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : shorter;
    }

    /// Whether a connection comes about.
    public static boolean connected(String host, int port, Duration timeout) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), (int) timeout.toMillis());
            return true;
        } catch (IOException | IllegalArgumentException _) {
            return false;
        }
    }

    /// Whether a request is answered well.
    ///
    /// @param address where it is sent if the question names no host
    public static boolean answered(Question.Http http, String address, Duration timeout) {
        HttpURLConnection connection = null;
        try {
            var url =
                    URI.create(
                                    "%s://%s:%d%s"
                                            .formatted(
                                                    scheme(http),
                                                    http.host().isEmpty() ? address : http.host(),
                                                    http.port(),
                                                    http.path()))
                            .toURL();
            connection = (HttpURLConnection) url.openConnection();
            connection.setConnectTimeout((int) timeout.toMillis());
            connection.setReadTimeout((int) timeout.toMillis());
            connection.setRequestProperty("User-Agent", "kube-probe/tiphys");
            http.headers().forEach(connection::setRequestProperty);
            if (connection instanceof HttpsURLConnection secure) {
                secure.setSSLSocketFactory(trusting().getSocketFactory());
                secure.setHostnameVerifier((_, _) -> true);
            }
            int status = connection.getResponseCode();
            return status >= 200 && status < 400;
        } catch (IOException | IllegalArgumentException | GeneralSecurityException _) {
            return false;
        } finally {
            if (connection != null) {
                connection.disconnect();
            }
        }
    }

    private static String scheme(Question.Http http) {
        return http.scheme().equalsIgnoreCase("HTTPS") ? "https" : "http";
    }

    /// As Kubernetes asks: whether it answers, whoever it is.
    private static SSLContext trusting() throws GeneralSecurityException {
        var context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Everybody()}, new SecureRandom());
        return context;
    }

    private static final class Everybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            // nobody is asked for a certificate
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            // its own process on this machine, whatever it calls itself
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
