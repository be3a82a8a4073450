package tiphys.served.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The proxies that the environment names, as Go's programs read them: `HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`, also in small
/// letters. This machine itself is never asked through one.
final class EnvironmentProxies extends ProxySelector {
    private final Map<String, String> environment;

    EnvironmentProxies(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    private String variable(String name) {
        return environment.getOrDefault(name, environment.getOrDefault(name.toLowerCase(Locale.ROOT), ""));
    }

    @Override
    public List<Proxy> select(URI uri) {
        var host = String.valueOf(uri.getHost());
        boolean secure = "https".equalsIgnoreCase(uri.getScheme());
        var named = variable(secure ? "HTTPS_PROXY" : "HTTP_PROXY");
        if (named.isEmpty() || local(host) || excepted(host, uri.getPort())) {
            return List.of(Proxy.NO_PROXY);
        }
        var proxy = URI.create(named.contains("://") ? named : "http://" + named);
        int port = proxy.getPort() < 0 ? 80 : proxy.getPort();
        return List.of(new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(proxy.getHost(), port)));
    }

    private static boolean local(String host) {
        return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
    }

    private boolean excepted(String host, int port) {
        for (var entry : variable("NO_PROXY").split(",", -1)) {
            var one = entry.strip();
            if (one.equals("*") || one.equals(host) || one.equals(host + ":" + port)) {
                return true;
            }
            var domain = one.startsWith("*.") ? one.substring(1) : one.startsWith(".") ? one : "." + one;
            if (!one.isEmpty() && host.endsWith(domain)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException failure) {
        // The exchange itself says so.
    }
}
