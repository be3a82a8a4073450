package tiphys.kafka;

import java.security.KeyStore;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.apache.kafka.common.security.auth.SslEngineFactory;
import org.jspecify.annotations.Nullable;

/// Does TLS with a context that the settings hand over; the client makes this by its name.
public final class GivenTls implements SslEngineFactory {
    /// The setting that holds the context.
    static final String CONTEXT = "tiphys.tls.context";

    private @Nullable SSLContext context;

    @Override
    public void configure(Map<String, ?> settings) {
        context = (SSLContext) Objects.requireNonNull(settings.get(CONTEXT));
    }

    @Override
    public SSLEngine createClientSslEngine(String host, int port, String names) {
        var engine = Objects.requireNonNull(context).createSSLEngine(host, port);
        engine.setUseClientMode(true);
        return engine;
    }

    @Override
    public SSLEngine createServerSslEngine(String host, int port) {
        throw new UnsupportedOperationException("this is a client");
    }

    @Override
    public boolean shouldBeRebuilt(Map<String, Object> settings) {
        return false;
    }

    @Override
    public Set<String> reconfigurableConfigs() {
        return Set.of();
    }

    @Override
    public @Nullable KeyStore keystore() {
        return null;
    }

    @Override
    public @Nullable KeyStore truststore() {
        return null;
    }

    @Override
    public void close() {}
}
