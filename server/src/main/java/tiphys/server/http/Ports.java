package tiphys.server.http;

import java.io.IOException;
import java.net.BindException;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;

/// Opens ports, and says in words why one could not be opened.
public final class Ports {
    private Ports() {}

    /// Another program has the port.
    public static final class InUse extends IOException {
        private static final long serialVersionUID = 1;

        InUse(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /// Binds the connector's port and starts whatever it belongs to.
    ///
    /// @throws InUse if another program has the port
    public static void start(LifeCycle whole, ServerConnector connector) throws IOException {
        try {
            connector.open();
            whole.start();
        } catch (BindException e) {
            throw stopped(whole, inUse(connector, e));
        } catch (IOException e) {
            var cause = e.getCause() instanceof BindException bind ? inUse(connector, bind) : e;
            throw stopped(whole, cause);
        } catch (Exception e) {
            throw stopped(whole, new IOException("could not serve port " + connector.getPort() + ": " + e, e));
        }
    }

    private static IOException inUse(ServerConnector connector, BindException e) {
        var place = "port " + connector.getPort() + " on " + connector.getHost();
        var text = e.getMessage() == null ? "" : e.getMessage();
        if (text.contains("Permission denied")) {
            return new InUse(place + " needs more rights than this program has; take a port above 1023", e);
        }
        if (text.contains("assign requested address")) {
            return new InUse(connector.getHost() + " is not an address of this machine", e);
        }
        var holder = PortHolder.of(connector.getPort());
        return new InUse(place + " is in use" + holder.map(who -> " by " + who).orElse(""), e);
    }

    private static IOException stopped(LifeCycle whole, IOException failure) {
        try {
            whole.stop();
        } catch (Exception e) {
            failure.addSuppressed(e);
        }
        return failure;
    }
}
