package tiphys.process.runner;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalInt;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import tiphys.engine.Readiness;
import tiphys.engine.Readiness.Question;
import tiphys.engine.StepReport;
import tiphys.process.wire.Launch;

/// Asks a daemon whether it answers, until it does or is over; on a thread of its own. Sooner than Kubernetes does where that
/// would wait long: once a second at least.
final class Questions implements Runnable {
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(50);

    private final Attempt attempt;
    private final Step step;
    private final Launch.Daemon daemon;
    private final InstantSource clock;
    private final Runner.Listener listener;

    private Questions(Attempt attempt, Step step, Launch.Daemon daemon, InstantSource clock, Runner.Listener listener) {
        this.attempt = attempt;
        this.step = step;
        this.daemon = daemon;
        this.clock = clock;
        this.listener = listener;
    }

    /// @param step the process that is asked
    static void ask(Attempt attempt, Step step, Launch.Daemon daemon, InstantSource clock, Runner.Listener listener) {
        var questions = new Questions(attempt, step, daemon, clock, listener);
        if (daemon.readiness().isEmpty()) {
            questions.answers();
        } else {
            Thread.ofPlatform().name("asks-daemon").daemon().start(questions);
        }
    }

    @Override
    public void run() {
        var readiness = daemon.readiness().orElseThrow();
        try {
            Thread.sleep(readiness.delay());
            int good = 0;
            while (attempt.isRunning()) {
                good = good(readiness) ? good + 1 : 0;
                if (good >= readiness.successes()) {
                    answers();
                    return;
                }
                Thread.sleep(pause(readiness.period()));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static Duration pause(Duration period) {
        var shorter = period.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : period;
        return shorter.compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : shorter;
    }

    private void answers() {
        var report = new StepReport.Ready(attempt.launch().attempt(), clock.instant(), daemon.address());
        if (attempt.ready(report)) {
            listener.report(List.of(report));
        }
    }

    private boolean good(Readiness readiness) throws InterruptedException {
        var timeout = readiness.timeout().isZero() ? Duration.ofSeconds(1) : readiness.timeout();
        return switch (readiness.question()) {
            case Question.Exec(var command) -> step.beside(command, timeout).equals(OptionalInt.of(0));
            case Question.Http http -> answered(http, timeout);
            case Question.Tcp(var host, var port) -> connected(host, port, timeout);
        };
    }

    private String host(String host) {
        return host.isEmpty() ? daemon.address() : host;
    }

    private boolean connected(String host, int port, Duration timeout) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(host(host), port), (int) timeout.toMillis());
            return true;
        } catch (IOException | IllegalArgumentException _) {
            return false;
        }
    }

    private boolean answered(Question.Http http, Duration timeout) {
        HttpURLConnection connection = null;
        try {
            var url =
                    URI.create("%s://%s:%d%s".formatted(scheme(http), host(http.host()), http.port(), http.path()))
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
