package tiphys.server.tls;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.AbstractConnectionFactory;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Connector;

/// Recognises TLS by its first bytes and serves a protocol inside it. Jetty's own factory wants a key store and sets TLS up
/// before the port opens; this one does so at the first connection that speaks it.
public final class TlsConnections extends AbstractConnectionFactory implements ConnectionFactory.Detecting {
    private static final int HANDSHAKE = 0x16;
    private static final int TLS_MAJOR_VERSION = 3;
    private static final int LARGEST_PACKET = 17 << 10;

    private final Certificates certificates;
    private final String inside;

    /// @param inside the protocol inside, as the connector names it
    public TlsConnections(Certificates certificates, String inside) {
        super("TLS");
        this.certificates = certificates;
        this.inside = inside;
        setInputBufferSize(LARGEST_PACKET);
    }

    @Override
    public Detection detect(ByteBuffer buffer) {
        if (buffer.remaining() < 2) {
            return buffer.remaining() == 1 && buffer.get(buffer.position()) != HANDSHAKE
                    ? Detection.NOT_RECOGNIZED
                    : Detection.NEED_MORE_BYTES;
        }
        return buffer.get(buffer.position()) == HANDSHAKE && buffer.get(buffer.position() + 1) == TLS_MAJOR_VERSION
                ? Detection.RECOGNIZED
                : Detection.NOT_RECOGNIZED;
    }

    @Override
    public Connection newConnection(Connector connector, EndPoint endPoint) {
        var tls = certificates.tls();
        var engine =
                endPoint.getRemoteSocketAddress() instanceof InetSocketAddress remote
                        ? tls.createSSLEngine(remote.getHostString(), remote.getPort())
                        : tls.createSSLEngine();
        engine.setUseClientMode(false);
        var connection =
                new SslConnection(
                        connector.getByteBufferPool(), connector.getExecutor(), null, endPoint, engine, false, false);
        connection.setRenegotiationAllowed(false);
        configure(connection, connector, endPoint);
        var decrypted = connection.getSslEndPoint();
        decrypted.setConnection(connector.getConnectionFactory(inside).newConnection(connector, decrypted));
        return connection;
    }
}
