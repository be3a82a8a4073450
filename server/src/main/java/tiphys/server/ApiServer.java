package tiphys.server;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.DetectorConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tiphys.server.access.Access;
import tiphys.server.access.Audit;
import tiphys.server.access.Sessions;
import tiphys.server.follow.Followers;
import tiphys.server.http.ErrorAnswers;
import tiphys.server.http.Hosts;
import tiphys.server.http.Metrics;
import tiphys.server.http.Ports;
import tiphys.server.http.PrivateFiles;
import tiphys.server.http.RequestThreads;
import tiphys.server.http.RequestTimeouts;
import tiphys.server.http.Threads;
import tiphys.server.tls.Certificates;
import tiphys.server.tls.TlsConnections;

/// The server's one port: TLS for kubectl and the commands, plain HTTP on loopback for the browser, told apart by a
/// connection's first byte. It keeps out who has no business here and hands the rest to the APIs.
///
/// Once open, it has written `kubeconfig` and `server.json` in the data directory; closing takes `server.json` away.
public final class ApiServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);
    private static final int HEADERS_BYTES = 16 << 10;
    private static final Duration IDLE = Duration.ofMinutes(2);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration STOP = Duration.ofSeconds(3);
    private static final Duration SHUTDOWN_IDLE = Duration.ofMillis(100);

    /// What it needs to know.
    ///
    /// @param directory the data directory; token, certificates, `kubeconfig` and `server.json` are kept in it
    /// @param host the address to listen on, `127.0.0.1`; it is also a name that the server is known by
    /// @param port 0 for any
    /// @param version the program's
    public record Options(Path directory, String host, int port, String version, InstantSource clock) {}

    /// What is behind the decision of access.
    ///
    /// @param kubernetes takes `/api`, `/apis`, `/openapi` and `/version`
    /// @param tiphys takes `/tiphys/v1`
    /// @param ready whether `/readyz` says so
    /// @param followers counts the answers that go on
    /// @param audit hears each decision of access
    public record Parts(
            Handler kubernetes,
            Handler tiphys,
            BooleanSupplier ready,
            Metrics metrics,
            Followers followers,
            Audit audit) {}

    private final Server server;
    private final ServerConnector connector;
    private final Sessions sessions;
    private final ServerFiles files;

    private ApiServer(Server server, ServerConnector connector, Sessions sessions, ServerFiles files) {
        this.server = server;
        this.connector = connector;
        this.sessions = sessions;
        this.files = files;
    }

    /// Binds the port, then writes the files by which clients find it.
    ///
    /// @throws Ports.InUse if another program has the port
    public static ApiServer open(Options options, Parts parts) throws IOException {
        var directory = PrivateFiles.directory(options.directory());
        var hosts = Hosts.of(options.host());
        var files = ServerFiles.in(directory);
        var sessions = new Sessions(files.token(), options.clock());
        var certificates = Certificates.in(directory, hosts, options.clock().instant());
        var timeouts = new RequestTimeouts(PATIENCE);

        var threads = Threads.pool("front");
        var server = new Server(threads);
        var http = new HttpConnectionFactory(configuration());
        var tls = new TlsConnections(certificates, http.getProtocol());
        var connector = new ServerConnector(server, null, null, null, 0, 1, new DetectorConnectionFactory(tls), http);
        connector.setHost(options.host());
        connector.setPort(options.port());
        connector.setIdleTimeout(IDLE.toMillis());
        connector.setShutdownIdleTimeout(SHUTDOWN_IDLE.toMillis());
        connector.addEventListener(timeouts);
        connector.addBean(timeouts);
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(parts.followers().limits().connections(), connector));
        var access = new Access(files.token(), hosts, sessions, parts.audit());
        var gate = new AccessGate(new Faces(sessions, parts), access, parts.metrics(), timeouts);
        server.setHandler(new RequestThreads(gate, threads.getVirtualThreadsExecutor()));
        server.setErrorHandler(new ErrorAnswers(ErrorAnswers.Form.PROBLEM));
        server.setStopTimeout(STOP.toMillis());
        parts.metrics().gauge("tiphys_http_connections", "Open connections of the API's port.", timeouts::connections);
        parts.metrics()
                .gauge(
                        "tiphys_http_followers",
                        "Watches, feeds and followed logs that are being answered.",
                        parts.followers()::following);
        JvmNumbers.show(parts.metrics());

        Ports.start(server, connector);
        var opened = new ApiServer(server, connector, sessions, files);
        files.announce(options.host(), opened.port(), options.version(), certificates);
        return opened;
    }

    /// The port that it listens on.
    public int port() {
        return connector.getLocalPort();
    }

    /// The address for clients with the token.
    public String url() {
        return ServerFiles.url(connector.getHost(), port());
    }

    /// The address for the browser.
    public String plain() {
        return ServerFiles.plain(connector.getHost(), port());
    }

    /// A link that logs a browser in, good once and for ten minutes.
    public String loginLink() {
        return plain() + "/login?ticket=" + sessions.newTicket();
    }

    /// The kubeconfig that was written.
    public Path kubeconfig() {
        return files.kubeconfig();
    }

    /// Closes the port: requests that are being answered get a moment, streams are cut.
    @Override
    public void close() {
        try {
            server.stop();
        } catch (TimeoutException _) {
            LOG.info("what clients had not taken {} s after the port was closed was cut off", STOP.toSeconds());
        } catch (Exception e) {
            throw new IllegalStateException("the port could not be closed in order", e);
        } finally {
            files.withdraw();
        }
    }

    private static HttpConfiguration configuration() {
        var http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendDateHeader(true);
        http.setRequestHeaderSize(HEADERS_BYTES);
        http.setUriCompliance(UriCompliance.DEFAULT);
        return http;
    }
}
