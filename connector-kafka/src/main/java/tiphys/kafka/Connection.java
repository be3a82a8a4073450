package tiphys.kafka;

import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.config.types.Password;
import tiphys.connectors.broker.TlsSettings;
import tiphys.events.source.SourceSettings.SecretKey;

/// How a client reaches brokers and says who it is.
///
/// @param id what the brokers' logs call it
record Connection(
        String url, Optional<TlsSettings> tls, Optional<Sasl> sasl, Map<SecretKey, String> secrets, String id) {

    /// A client's settings.
    ///
    /// @throws GeneralSecurityException if a certificate or a key of a Secret cannot be read
    Map<String, Object> settings() throws GeneralSecurityException {
        var settings = new HashMap<String, Object>();
        settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, url);
        settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, id);
        settings.put(
                CommonClientConfigs.SECURITY_PROTOCOL_CONFIG,
                (sasl.isPresent() ? "SASL_" : "") + (tls.isPresent() ? "SSL" : "PLAINTEXT"));
        settings.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
        settings.put(CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, false);
        if (tls.isPresent()) {
            settings.put(SslConfigs.SSL_ENGINE_FACTORY_CLASS_CONFIG, GivenTls.class);
            settings.put(GivenTls.CONTEXT, tls.get().context(secrets));
        }
        sasl.ifPresent(said -> {
            settings.put(SaslConfigs.SASL_MECHANISM, said.mechanism());
            settings.put(SaslConfigs.SASL_JAAS_CONFIG, new Password(login(said)));
        });
        return settings;
    }

    private String login(Sasl said) {
        var by = said.mechanism().equals("PLAIN") ? "plain.PlainLoginModule" : "scram.ScramLoginModule";
        return "org.apache.kafka.common.security.%s required username=%s password=%s;"
                .formatted(by, quoted(said.login().user(secrets)), quoted(said.login().password(secrets)));
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /// Not the secrets' values.
    @Override
    public String toString() {
        return id + " to " + url;
    }
}
