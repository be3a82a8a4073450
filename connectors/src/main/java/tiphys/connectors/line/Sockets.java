package tiphys.connectors.line;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLSocket;
import tiphys.connectors.broker.TlsSettings;
import tiphys.events.source.SourceSettings.SecretKey;

/// Connections to servers.
public final class Sockets {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private Sockets() {}

    /// Connects. Whoever reads from it waits ten seconds at most, unless it sets another time.
    ///
    /// @throws IOException if it cannot be reached, or is not who it should be
    public static Socket open(HostPort server, Optional<TlsSettings> tls, Map<SecretKey, String> secrets)
            throws IOException {
        var socket = new Socket();
        try {
            var address = new InetSocketAddress(server.host(), server.port());
            if (address.isUnresolved()) {
                throw new UnknownHostException(server.host());
            }
            socket.connect(address, (int) PATIENCE.toMillis());
            socket.setTcpNoDelay(true);
            socket.setKeepAlive(true);
            socket.setSoTimeout((int) PATIENCE.toMillis());
            return tls.isPresent() ? over(socket, server, tls.get(), secrets) : socket;
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            socket.close();
            throw new IOException(server + " cannot be reached", e);
        }
    }

    private static Socket over(Socket socket, HostPort server, TlsSettings tls, Map<SecretKey, String> secrets)
            throws IOException, GeneralSecurityException {
        var factory = tls.context(secrets).getSocketFactory();
        var over = (SSLSocket) factory.createSocket(socket, server.host(), server.port(), true);
        over.startHandshake();
        return over;
    }
}
