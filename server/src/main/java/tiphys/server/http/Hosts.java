package tiphys.server.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.URI;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import org.eclipse.jetty.server.Request;

/// What a server may be called by, and what it is called by in a request.
public final class Hosts {
    private Hosts() {}

    /// What clients may call a server by that listens on an address: the names of loopback, that address, and if it is all of
    /// them, the machine's.
    public static Set<String> of(String address) throws IOException {
        var hosts = new LinkedHashSet<>(Set.of("localhost", "127.0.0.1", "::1"));
        if (address.equals("0.0.0.0") || address.equals("::")) {
            hosts.addAll(ofThisMachine());
        } else if (!address.isEmpty()) {
            hosts.add(address.toLowerCase(Locale.ROOT));
        }
        return hosts;
    }

    /// Every address of this machine's interfaces, and its name.
    private static Set<String> ofThisMachine() throws IOException {
        var names = new LinkedHashSet<String>();
        for (var each : NetworkInterface.networkInterfaces().toList()) {
            each.inetAddresses().forEach(address -> names.add(address.getHostAddress().replaceFirst("%.*", "")));
        }
        var name = System.getenv("HOSTNAME");
        if (name != null && name.matches("[A-Za-z0-9.-]+")) {
            names.add(name.toLowerCase(Locale.ROOT));
        }
        return names;
    }

    /// The host of a `Host` header or an authority without its port, in lower case; `[::1]` without its brackets. Empty if it
    /// is none.
    public static String nameOf(String host) {
        try {
            var name = URI.create("http://" + host).getHost();
            return name == null ? "" : name.replace("[", "").replace("]", "").toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    /// An address at which something listens that listens on that one, as it stands in a URL; of all addresses, loopback's.
    public static String reachable(String address) {
        if (address.isEmpty() || address.equals("0.0.0.0") || address.equals("::")) {
            return "127.0.0.1";
        }
        return address.contains(":") ? "[" + address + "]" : address;
    }

    /// Whether a request was sent on this machine: nobody else can have an address of it on both ends.
    public static boolean isFromHere(Request request) {
        var connection = request.getConnectionMetaData();
        return isLoopback(connection.getRemoteSocketAddress())
                || (connection.getLocalSocketAddress() instanceof InetSocketAddress local
                        && connection.getRemoteSocketAddress() instanceof InetSocketAddress remote
                        && local.getAddress() != null
                        && local.getAddress().equals(remote.getAddress()));
    }

    /// Whether an end of a connection is on loopback.
    private static boolean isLoopback(SocketAddress address) {
        return address instanceof InetSocketAddress inet
                && inet.getAddress() != null
                && inet.getAddress().isLoopbackAddress();
    }

    /// A text of a client, fit to be shown: bounded, and without control characters.
    public static String shown(String text) {
        var plain = text.replaceAll("\\p{Cntrl}", "\uFFFD");
        return plain.length() > 100 ? plain.substring(0, 100) + "…" : plain;
    }
}
